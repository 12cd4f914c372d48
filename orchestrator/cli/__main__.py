"""`python -m orchestrator.cli`, where the console script is not installed."""

from orchestrator.cli import main

if __name__ == "__main__":
    main()
