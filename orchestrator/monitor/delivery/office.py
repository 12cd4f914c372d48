"""Delivery as the monitor's loop has it: begun, told that the loop turns, ended."""

from __future__ import annotations

from orchestrator.monitor.delivery.dead_man import DeadMan
from orchestrator.monitor.delivery.postman import Postman
from services.shared.logs import Logger
from services.shared.metrics.figures import Figures
from services.shared.settings import Settings


class Delivery:
    """Two threads; nothing here takes the loop's time."""

    def __init__(self, settings: Settings, log: Logger, figures: Figures) -> None:
        self._postman = Postman(settings, log, figures)
        self._dead_man = DeadMan(settings.alerts.dead_man_url, settings.alerts.dead_man_interval_s, log)

    def start(self) -> None:
        self._postman.start()
        self._dead_man.start()

    @property
    def failures(self) -> int | None:
        """So many messages in a row did not arrive, at the address that does worst; None while none was tried."""
        return self._postman.failures

    @property
    def error(self) -> str:
        """Which address that is, and why they did not."""
        return self._postman.error

    def turned(self) -> None:
        """The loop has, and alerts are kept: as long as that is so, the dead man's switch is held."""
        self._dead_man.turned()

    def close(self) -> None:
        self._dead_man.close()
        self._postman.close()
