"""The dead man's switch: asks for a URL as long as the monitor's loop turns; whoever is asked cries when it stops."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request

from orchestrator.monitor.delivery.addresses import without_secrets
from services.shared.logs import Logger
from services.shared.version import VERSION

ALIVE_WITHIN_S = 5.0
"""A loop that has not turned for so long is none: it sleeps for a second at most."""

ANSWER_WITHIN_S = 10.0
AGAIN_AFTER_S = 15.0
"""A ping that did not arrive is tried again so soon, or with the next one."""

LOOK_EVERY_S = 0.2
ENDS_WITHIN_S = 1.0


class DeadMan:
    """Pings `url` from start() to close(), every `interval_s`, while turned() is called."""

    def __init__(self, url: str, interval_s: float, log: Logger) -> None:
        self._url = url
        self._interval_s = interval_s
        self._log = log
        self._turned_s = float("-inf")
        self._failure = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dead-man", daemon=True)

    def start(self) -> None:
        if self._url:
            self._thread.start()

    def turned(self) -> None:
        """The loop has; called by it and by nobody else. Costs nothing."""
        self._turned_s = time.monotonic()

    def close(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        next_s = 0.0
        while not self._stopping.wait(LOOK_EVERY_S):
            now_s = time.monotonic()
            if now_s < next_s or now_s - self._turned_s > ALIVE_WITHIN_S:
                continue
            failure = self._ping()
            next_s = now_s + (min(self._interval_s, AGAIN_AFTER_S) if failure else self._interval_s)
            if failure and not self._failure:
                self._log.warning("dead_man_failed", error=failure)
            elif self._failure and not failure:
                self._log.info("dead_man_again")
            self._failure = failure

    def _ping(self) -> str:
        """What went wrong; "" for nothing."""
        request = urllib.request.Request(self._url, headers={"User-Agent": f"coilcast/{VERSION}"})
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as answer:
                answer.read(1)
        except urllib.error.HTTPError as error:
            error.close()
            return f"HTTP {error.code}"
        except (OSError, http.client.HTTPException, ValueError) as error:
            return without_secrets(str(error) or type(error).__name__, self._url)
        return ""
