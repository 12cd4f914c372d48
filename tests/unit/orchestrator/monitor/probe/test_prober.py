"""The probe as a real child over real folders, and what becomes of one that hangs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestrator.monitor.probe.prober import Child, Known, Prober, start_child
from orchestrator.monitor.probe.questions import HELLO, Ask, encode
from services.shared import canary
from tests.support.wait import until

Make = Callable[..., Prober]


@pytest.fixture
def make() -> Iterator[Make]:
    """Probers, ended after the test."""
    made: list[Prober] = []

    def one(**options: object) -> Prober:
        made.append(Prober(lambda *_, **__: None, **options))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for prober in made:
        prober.close()


def ask(name: str, path: Path, **more: object) -> Ask:
    return Ask(id=name, what="folder", path=os.fsencode(path), **more)  # type: ignore[arg-type]


def asked(prober: Prober, *asks: Ask) -> dict[str, Known]:
    """What is known once these were looked at."""
    began_s = time.monotonic()
    until(lambda: prober.ask(asks), what="an idle prober")
    until(lambda: all(prober.known.get(one.id, Known(None, True, 0.0)).at_s > began_s for one in asks), what="answers")
    return prober.known


def test_a_child_looks_at_folders(make: Make, tmp_path: Path) -> None:
    """It tells where a folder is, how much room there is, and what is not there."""
    known = asked(make(), ask("here", tmp_path), ask("gone", tmp_path / "gone" / "deeper"))
    here, gone = known["here"].finding, known["gone"].finding
    assert here is not None
    assert gone is not None
    assert (here.exists, here.error, here.device) == (True, "", tmp_path.stat().st_dev)
    assert here.mount_point == gone.mount_point
    assert 0 < (here.free_bytes or 0) <= (here.total_bytes or 0)
    assert (gone.exists, gone.error, gone.device) == (False, "No such file or directory", here.device)


def test_canaries_are_written_in_place_and_taken_away(make: Make, tmp_path: Path) -> None:
    """The folder's mtime does not move with the second canary; at the end there is none."""
    prober = make()
    first = asked(prober, ask("a", tmp_path, canary_ms=1_764_000_000_001))["a"].finding
    assert first is not None
    assert first.canary_ms == 1_764_000_000_001
    before_ns = tmp_path.stat().st_mtime_ns
    asked(prober, ask("a", tmp_path, canary_ms=1_764_000_000_002))
    assert canary.read(tmp_path) == 1_764_000_000_002
    assert tmp_path.stat().st_mtime_ns == before_ns
    prober.close([os.fsencode(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_a_killed_child_is_replaced(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever kills it delays the next answers, and nothing is taken to hang."""
    monkeypatch.setattr("orchestrator.monitor.probe.prober.PAUSE_S", 0.1)
    children = []

    def start(fd: int) -> Child:
        children.append(start_child(fd))
        return children[-1]

    prober = make(start=start)
    asked(prober, ask("a", tmp_path))
    children[0].kill()
    children[0].wait(5)
    until(lambda: prober.ask([ask("a", tmp_path)]) and len(children) > 1, what="another child")
    assert asked(prober, ask("a", tmp_path))["a"].answered


GREETS_AND_STOPS = """
import socket, sys, time
monitor = socket.socket(fileno=int(sys.argv[1]))
monitor.send(bytes.fromhex(sys.argv[2]))
time.sleep(60)
"""


class Stuck:
    """A child that stands still once it was asked, as if storage held it; `deadly`: SIGKILL reaches it."""

    def __init__(self, fd: int, *, deadly: bool) -> None:
        self._deadly = deadly
        words = [sys.executable, "-c", GREETS_AND_STOPS, str(fd), encode(HELLO).hex()]
        self._process = subprocess.Popen(words, pass_fds=(fd,))

    def poll(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        if self._deadly:
            self.free()

    def free(self) -> None:
        self._process.kill()
        self._process.wait(5)


def test_what_does_not_answer_in_time_hangs_until_it_does(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told within the deadline; its child is replaced, and the next one finds that it is well."""
    monkeypatch.setattr("orchestrator.monitor.probe.patience.AGAIN_AFTER_S", 0.2)
    children: list[Child] = []

    def start(fd: int) -> Child:
        children.append(start_child(fd) if children else Stuck(fd, deadly=True))
        return children[-1]

    prober = make(start=start, deadline_s=0.3)
    assert not asked(prober, ask("a", tmp_path))["a"].answered
    until(lambda: prober.ask([ask("a", tmp_path)]) and prober.known["a"].answered, what="an answer")


def test_at_most_two_children_are_left_behind(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Storage that holds a process in the kernel gets no third one, until one of them comes free."""
    monkeypatch.setattr("orchestrator.monitor.probe.patience.AGAIN_AFTER_S", 0.0)
    monkeypatch.setattr("orchestrator.monitor.probe.prober.KILLED_WITHIN_S", 0.0)
    children: list[Stuck] = []

    def start(fd: int) -> Child:
        children.append(Stuck(fd, deadly=False))
        return children[-1]

    prober = make(start=start, deadline_s=0.1)
    try:
        until(lambda: prober.ask([ask("a", tmp_path)]) and len(children) == 2, what="a second child")
        for _ in range(3):
            until(lambda: prober.ask([ask("a", tmp_path)]), what="an idle prober")
        assert len(children) == 2
        children[0].free()
        until(lambda: prober.ask([ask("a", tmp_path)]) and len(children) == 3, what="a third child")
        assert not prober.known["a"].answered
    finally:
        prober.close()
        for child in children:
            child.free()
