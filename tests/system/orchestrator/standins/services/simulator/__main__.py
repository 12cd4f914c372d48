"""A stand-in for the simulator that does nothing but live."""

from tests.system.orchestrator.behaviour import run

if __name__ == "__main__":
    run("simulator", "Stand-in", lambda runtime: lambda: None)
