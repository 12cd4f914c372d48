"""The dead man's switch."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.monitor.delivery import dead_man as module
from orchestrator.monitor.delivery.dead_man import DeadMan
from orchestrator.monitor.delivery.wording import LOG
from services.shared.logs import make_logger
from tests.support.receivers import Hook, hook
from tests.support.wait import until
from tests.support.watching import settings_for


@contextmanager
def pinging(folder: Path, receiver: Hook, interval_s: float = 0.3) -> Iterator[tuple[DeadMan, io.StringIO]]:
    out = io.StringIO()
    url = f"http://127.0.0.1:{receiver.port}/ping/5ecret-uuid"
    switch = DeadMan(url, interval_s, make_logger(settings_for(folder), "Monitor", LOG, out))
    switch.start()
    try:
        yield switch, out
    finally:
        switch.close()


def test_it_is_asked_for_as_long_as_the_loop_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before its first turn, and not after its last."""
    monkeypatch.setattr(module, "ALIVE_WITHIN_S", 1.0)
    with hook() as receiver, pinging(tmp_path, receiver) as (switch, _):
        time.sleep(0.7)
        assert receiver.asked == []
        ending = threading.Event()

        def loop() -> None:
            while not ending.wait(0.1):
                switch.turned()

        thread = threading.Thread(target=loop)
        thread.start()
        until(lambda: len(receiver.asked) >= 4, 10, "four pings")
        assert set(receiver.asked) == {"/ping/5ecret-uuid"}
        ending.set()
        thread.join()
        time.sleep(1.2)
        count = len(receiver.asked)
        time.sleep(1.0)
        assert len(receiver.asked) == count


def test_a_switch_that_cannot_be_reached_is_said_once(tmp_path: Path) -> None:
    """And again when it can be; its address is nobody's business."""
    with hook() as receiver, pinging(tmp_path, receiver) as (switch, out):
        receiver.status = 404
        switch.turned()
        until(lambda: len(receiver.asked) >= 3, 10, "three pings")
        receiver.status = 200
        switch.turned()
        until(lambda: "arrives again" in out.getvalue(), 10, "a word that it is well")
        assert out.getvalue().count("fails: HTTP 404") == 1
        assert "5ecret-uuid" not in out.getvalue()


def test_whoever_never_answers_holds_up_no_end(tmp_path: Path) -> None:
    """The monitor ends when it is told to."""
    with hook() as receiver:
        receiver.hangs = True
        with pinging(tmp_path, receiver) as (switch, _):
            switch.turned()
            until(lambda: receiver.tried, 10, "a ping")
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 3
