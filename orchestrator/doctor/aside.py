"""Looking in children with deadlines: a part that hangs, in the kernel even, costs itself and nothing else."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from orchestrator.doctor.part import Examination, Noticed, Part, Patient

BLOCK_BYTES = 1 << 16


@dataclass
class _Child:
    pid: int
    deadline_s: float
    data: bytearray = field(default_factory=bytearray)


def examine(patient: Patient, examinations: Iterable[Examination]) -> dict[str, Part]:
    """Every part by its name, all looked at at once. What took too long is noticed, as is what failed.

    For a process of one thread: the children are forks of it.
    """
    wanted = {examination.name: examination for examination in examinations}
    poller, names, children = select.poll(), dict[int, str](), dict[int, _Child]()
    for name, examination in wanted.items():
        fd, pid = _fork(patient, examination)
        poller.register(fd, select.POLLIN)
        names[fd], children[fd] = name, _Child(pid, time.monotonic() + examination.within_s)
    found: dict[str, Part] = {}
    while children:
        left_s = min(child.deadline_s for child in children.values()) - time.monotonic()
        for fd, _ in poller.poll(max(0, int(left_s * 1000) + 1)):
            if data := os.read(fd, BLOCK_BYTES):
                children[fd].data += data
            else:
                found[names[fd]] = _decoded(names[fd], bytes(children[fd].data))
                _drop(poller, fd, children.pop(fd))
        for fd, child in list(children.items()):
            if time.monotonic() > child.deadline_s:
                name = names[fd]
                found[name] = Part(noticed=[Noticed("late", {"part": name, "within_s": wanted[name].within_s})])
                _drop(poller, fd, children.pop(fd))
    return {name: found[name] for name in wanted}


def _fork(patient: Patient, examination: Examination) -> tuple[int, int]:
    out, into = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid:
        os.close(into)
        return out, pid
    try:
        data = msgspec.msgpack.encode(_looked(patient, examination))
        while data:
            data = data[os.write(into, data) :]
    finally:
        os._exit(0)


def _looked(patient: Patient, examination: Examination) -> Part:
    try:
        return examination.look(patient)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other parts are worth having
        text = "".join(traceback.format_exception(error))
        failed = Noticed("failed", {"part": examination.name, "error": str(error)}, grave=False)
        return Part({f"{examination.name}.error.txt": text}, [failed])


def _decoded(name: str, data: bytes) -> Part:
    try:
        return msgspec.msgpack.decode(data, type=Part)
    except msgspec.MsgspecError:
        return Part(noticed=[Noticed("failed", {"part": name, "error": "it ended without a word"}, grave=False)])


def _drop(poller: select.poll, fd: int, child: _Child) -> None:
    poller.unregister(fd)
    os.close(fd)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)
    # One that hangs in the kernel ends when that lets go of it, and is nobody's then.
    deadline_s = time.monotonic() + 0.2
    while os.waitpid(child.pid, os.WNOHANG) == (0, 0) and time.monotonic() < deadline_s:
        time.sleep(0.005)
