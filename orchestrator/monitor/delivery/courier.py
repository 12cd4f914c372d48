"""Starts the process that sends, and hears from it what arrived."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence

import msgspec

from orchestrator.monitor.delivery.errands import Errand, Order, Report
from orchestrator.monitor.delivery.wording import ERRORS
from services.shared.phrases import phrases
from services.shared.settings import Language

PATIENCE_S = 20.0
"""So long the process has for all that it was given."""

DEADLINE_S = 30.0
"""Then it is ended: it hangs itself."""

COMMAND = (sys.executable, "-m", "orchestrator.notify")

_decoder = msgspec.json.Decoder(Report)


class Courier:
    """Used by one thread; stop() may be called from another."""

    def __init__(self, language: Language, *, patience_s: float = PATIENCE_S, deadline_s: float = DEADLINE_S) -> None:
        self._language = language
        self._phrase = phrases(language, ERRORS)
        self._patience_s = patience_s
        self._deadline_s = deadline_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False

    def carry(self, errands: Sequence[Errand]) -> list[Report | None]:
        """What became of each; None for one that there was no time for. Returns within the deadline."""
        order = msgspec.json.encode(Order(self._patience_s, self._language, list(errands)))
        with self._lock:
            if self._stopped:
                return [None] * len(errands)
            # Addresses go by stdin: what stands in the arguments can be read by anybody. And nothing that a library
            # says on its own goes to a log, for it knows them.
            process = self._process = subprocess.Popen(
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        try:
            said, _ = process.communicate(order, timeout=self._deadline_s)
            error = self._phrase("notifier_ended", code=process.returncode)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
            error = self._phrase("no_answer", patience_s=round(self._deadline_s))
        finally:
            with self._lock:
                self._process = None
        reports: list[Report | None] = [None] * len(errands)
        if process.returncode != 0:
            reports = [Report(number, "unknown", error) for number in range(len(errands))]
        for line in said.splitlines():
            report = _decoder.decode(line)
            reports[report.errand] = report
        return reports

    def stop(self) -> None:
        """End what is under way; from now on nothing is."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()
