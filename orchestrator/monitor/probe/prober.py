"""The monitor's side of the probe: a thread asks, waits, and replaces a child that hangs. The loop only reads."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from orchestrator.monitor.probe.patience import Patience
from orchestrator.monitor.probe.questions import (
    AT_ONCE,
    HELLO,
    LARGEST_BYTES,
    Ask,
    Finding,
    Leave,
    Question,
    decode_finding,
    encode,
)

DEADLINE_S = 3.0
"""Storage that takes longer hangs."""

STARTS_WITHIN_S = 20.0
"""A child says so once it can be asked: a busy machine is no storage that hangs."""

PAUSE_S = 5.0
"""After a child that could not be started, or ended by itself."""

KILLED_WITHIN_S = 0.5
LEFT_WITHIN_S = 1.0

Starter = Callable[[int], "Child"]


class Child(Protocol):
    """What is needed of a process."""

    def poll(self) -> int | None:
        """Its exit code once it has ended."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Known:
    """What the probe found when it looked last (None before it could), and whether it answers at present."""

    finding: Finding | None
    answered: bool
    at_s: float


class Prober:
    """`known` has what was found, by the asks' ids. Only the methods are for other threads."""

    def __init__(self, log: Callable[..., object], start: Starter | None = None, deadline_s: float = DEADLINE_S):
        self._say = log
        self._start = start or start_child
        self._deadline_s = deadline_s
        self._patience = Patience()
        self._asks: Sequence[Ask] = ()
        self._wanted = threading.Event()
        self._stopping = False
        self._leave: tuple[bytes, ...] = ()
        self._child: Child | None = None
        self._socket: socket.socket | None = None
        self._is_up = False
        self._lost: list[Child] = []
        """Killed, and still there: in the kernel, waiting for storage."""
        self._start_again_s = 0.0
        self.known: dict[str, Known] = {}
        self._thread = threading.Thread(target=self._run, name="prober", daemon=True)
        self._thread.start()

    def ask(self, asks: Sequence[Ask]) -> bool:
        """Have these looked at now. Returns at once; False while the last ones are not answered yet."""
        if self._wanted.is_set() or self._stopping:
            return False
        self._asks = asks
        self._wanted.set()
        return True

    def close(self, folders: Sequence[bytes] = ()) -> None:
        """End the child, which takes the canaries out of `folders` before. Waits a moment at most."""
        self._leave = tuple(folders)
        self._stopping = True
        self._wanted.set()
        self._thread.join(LEFT_WITHIN_S + KILLED_WITHIN_S)

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            if self._stopping:
                break
            self._round(self._asks)
            self._wanted.clear()
        self._say_goodbye()

    def _round(self, asks: Sequence[Ask]) -> None:
        now_s = time.monotonic()
        self._lost = [child for child in self._lost if child.poll() is None]
        self._patience.keep({ask.id for ask in asks})
        for gone in self.known.keys() - {ask.id for ask in asks}:
            del self.known[gone]
        due = [ask for ask in asks if self._patience.may_ask(ask.id, now_s, len(self._lost))]
        if not due or not self._is_alive(now_s):
            return
        waiting = {ask.id for ask in due}
        now_s = time.monotonic()
        if not self._send(due) or not self._hear(waiting, now_s + self._deadline_s):
            self._ended(now_s)
        elif waiting and not self._stopping:
            self._hang(sorted(waiting))

    def _hang(self, names: Sequence[str]) -> None:
        now_s = time.monotonic()
        news = [name for name in names if self._patience.hangs(name, now_s)]
        for name in names:
            before = self.known.get(name)
            self.known[name] = Known(before.finding if before else None, answered=False, at_s=now_s)
        if news:
            self._say("storage_hangs", what=", ".join(news))
        self._kill()

    def _hear(self, waiting: set[str], deadline_s: float) -> bool:
        """Take findings until none is waited for, or the deadline. False when the child has ended."""
        assert self._socket is not None
        poller = select.poll()
        poller.register(self._socket, select.POLLIN)
        while waiting and not self._stopping and (left_s := deadline_s - time.monotonic()) > 0:
            if not poller.poll(min(left_s, 0.1) * 1000):
                continue
            try:
                finding = decode_finding(self._socket.recv(LARGEST_BYTES))
            except (OSError, msgspec.MsgspecError):
                return False
            waiting.discard(finding.id)
            if finding.id == HELLO.id:
                continue
            if self._patience.answers(finding.id):
                self._say("storage_answers", what=finding.id)
            self.known[finding.id] = Known(finding, answered=True, at_s=time.monotonic())
        return True

    def _send(self, asks: Sequence[Ask]) -> bool:
        assert self._socket is not None
        try:
            for first in range(0, len(asks), AT_ONCE):
                self._socket.send(encode(Question(tuple(asks[first : first + AT_ONCE]))))
        except OSError:
            return False
        return True

    def _is_alive(self, now_s: float) -> bool:
        """Have a child that can be asked."""
        if self._child is not None and self._child.poll() is not None:
            self._ended(now_s)
        if self._child is None and now_s >= self._start_again_s:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            # Whoever does not take what it is sent hangs no more than this.
            ours.settimeout(self._deadline_s)
            try:
                self._child, self._socket = self._start(theirs.fileno()), ours
            except OSError:
                self._start_again_s = now_s + PAUSE_S
                ours.close()
            finally:
                theirs.close()
        if self._child is not None and not self._is_up:
            waiting = {HELLO.id}
            self._is_up = self._hear(waiting, now_s + STARTS_WITHIN_S) and not waiting
            if not self._is_up and not self._stopping:
                self._ended(now_s)
        return self._child is not None and self._is_up

    def _ended(self, now_s: float) -> None:
        self._start_again_s = now_s + PAUSE_S
        self._say("probe_ended")
        self._kill()

    def _kill(self) -> None:
        child, self._child, self._is_up = self._child, None, False
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if child is None:
            return
        child.kill()
        if not _ends(child, KILLED_WITHIN_S):
            self._lost.append(child)

    def _say_goodbye(self) -> None:
        if self._child is None or self._socket is None:
            return
        with contextlib.suppress(OSError):
            self._socket.send(encode(Leave(self._leave)))
            _ends(self._child, LEFT_WITHIN_S)
        self._kill()


def start_child(fd: int) -> subprocess.Popen[bytes]:
    """The probe as a process that is asked over the socket `fd`. Raises OSError."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "orchestrator.monitor.probe", str(fd)],
        pass_fds=(fd,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=os.environ,
    )


def _ends(child: Child, within_s: float) -> bool:
    deadline_s = time.monotonic() + within_s
    while child.poll() is None:
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.01)
    return True
