"""A stand-in for the thumbnailer that does nothing but live."""

from tests.system.orchestrator.behaviour import run

if __name__ == "__main__":
    run("thumbnailer", "Stand-in", lambda runtime: lambda: None)
