"""`python -m orchestrator.notify`: sends what stands on stdin, tells on stdout what arrived, and ends.

A process of its own with a short life, because what it knows of a hundred services is large, and because whoever never
answers goes with it. apprise is imported here and nowhere else.

In: an Order. Out: a Report a line, as soon as it is known. What is not reported was not tried, or is still waited for.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence

import apprise
import msgspec

from orchestrator.monitor.delivery.addresses import without_secrets
from orchestrator.monitor.delivery.errands import Errand, Order, Outcome, Report
from orchestrator.monitor.delivery.wording import ERRORS
from services.shared.phrases import Phrase, phrases
from services.shared.runtime import die_with_parent

CONNECT_S = 5.0
ANSWER_S = 12.0
"""apprise's own is 4 s, which a chat service at the other end of a mill's proxy may well take. An address may say
otherwise: `?cto=...&rto=...`."""

LONGEST_ERROR = 200


def main() -> None:
    """Read, send, tell, end. Exit code 0 whatever arrived."""
    die_with_parent()
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    encode, lock = msgspec.json.Encoder().encode, threading.Lock()
    # What a library prints is no report.
    out = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def tell(report: Report) -> None:
        with lock:
            os.write(out, encode(report) + b"\n")

    carry_out(order, tell)
    with lock:
        # Threads of apprise that wait for somebody who never answers are not waited for.
        os._exit(0)


def carry_out(order: Order, tell: Callable[[Report], None]) -> None:
    """Each address in a thread, its messages one after the other; back when all is told, or after `patience_s`."""
    deadline_s = time.monotonic() + order.patience_s
    phrase = phrases(order.language, ERRORS)
    by_url: dict[str, list[int]] = {}
    for number, errand in enumerate(order.errands):
        by_url.setdefault(errand.url, []).append(number)

    def serve(numbers: Sequence[int]) -> None:
        for number in numbers:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return
            outcome, error = send(order.errands[number], left_s, phrase)
            tell(Report(number, outcome, error))

    threads = [threading.Thread(target=serve, args=(numbers,), daemon=True) for numbers in by_url.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        # A moment longer, for the word that there was no answer.
        thread.join(max(0.0, deadline_s + 2.0 - time.monotonic()))


def send(errand: Errand, patience_s: float, phrase: Phrase) -> tuple[Outcome, str]:
    """What became of it, and why it did not arrive; without a secret of the address."""
    # MEMORY: nothing is written to the home of whoever runs the node. No images: they would be links to apprise's own.
    asset = apprise.AppriseAsset(
        app_id="coilcast",
        app_desc="coilcast",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    apprise.URLBase.socket_connect_timeout, apprise.URLBase.socket_read_timeout = CONNECT_S, ANSWER_S
    sender = apprise.Apprise(asset=asset)
    if not sender.add(errand.url):
        return "failed", phrase("unknown_address")
    began_s = time.monotonic()
    result = sender.notify(
        title=errand.message.title,
        body=errand.message.body,
        notify_type=apprise.NotifyType(errand.message.tone),
        body_format=apprise.NotifyFormat.TEXT,
        timeout=patience_s,
    )
    if result:
        return "arrived", ""
    took_s = time.monotonic() - began_s
    if result.status == apprise.AppriseResultStatus.TIMEOUT:
        return "unknown", phrase("no_answer", patience_s=round(took_s))
    why = without_secrets(_why(result), errand.url) or phrase("refused")
    # apprise does not tell an answer that never came from a door that was shut, but the latter is noticed at once.
    return ("unknown" if took_s >= sender[0].socket_read_timeout else "failed"), why


def _why(result: apprise.AppriseResult) -> str:
    """What apprise said last of it, as one line."""
    words = [" ".join(entry.message.split()) for entry in result.logs() if entry.level in ("WARNING", "ERROR")]
    return words[-1][:LONGEST_ERROR] if words else ""


if __name__ == "__main__":
    main()
