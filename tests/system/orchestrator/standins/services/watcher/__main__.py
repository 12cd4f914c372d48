"""A stand-in for the watcher that does nothing but live."""

from tests.system.orchestrator.behaviour import run

if __name__ == "__main__":
    run("watcher", "Stand-in", lambda runtime: lambda: None)
