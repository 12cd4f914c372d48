"""`python -m services.simulator`: the simulator as a process."""

from __future__ import annotations

from services.shared.runtime import Runtime, run_service
from services.simulator.loop import Simulator
from services.simulator.wording import SENTENCES


def main(runtime: Runtime) -> None:
    """Until told to stop."""
    simulator = Simulator(runtime)
    runtime.on_stop(simulator.wake)
    try:
        if not runtime.stopping:
            runtime.ready()
        while not runtime.stopping:
            simulator.turn()
    finally:
        simulator.close()


if __name__ == "__main__":
    run_service("simulator", "Simulator", SENTENCES, main)
