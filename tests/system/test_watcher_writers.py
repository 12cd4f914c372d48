"""Real programs write: each image is told once, when it is whole, by events alone unless a test says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.conftest import MakeWatcher
from tests.system.support.programs import Sshd, program, run, sshd
from tests.system.support.watcher import Watcher, short_folder

A, B, LAST = name_of(1), name_of(2), name_of(3)
SIZE_BYTES = 3_000_000
LONG_AGO_NS = 1_000_000_000_000_000_000

PIECES = """
import pathlib, sys, time
source, pause_s, *targets = sys.argv[1:]
data = pathlib.Path(source).read_bytes()
piece = len(data) // 5
files = [open(target, "wb", buffering=0) for target in targets]
for at in range(0, len(data), piece):
    time.sleep(float(pause_s))
    for file in files:
        file.write(data[at : at + piece])
for file in files:
    file.close()
"""
"""A writer of several files at once, in five pieces with a pause before each."""


@pytest.fixture
def watcher(make_watcher: MakeWatcher) -> Watcher:
    """A watcher that finds nothing by rescans."""
    watcher = make_watcher(COILCAST_WATCH_RESCAN_INTERVAL_S="3600")
    watcher.make_folders()
    watcher.start()
    return watcher


@pytest.fixture
def source() -> Iterator[Path]:
    """An old image on another filesystem."""
    with short_folder("/dev/shm") as folder:
        path = folder / A
        _renew(path, "one")
        yield path


def test_cp(watcher: Watcher, source: Path) -> None:
    """A copy, and a copy over it that keeps the old times."""
    run("cp", source, watcher.original)
    watcher.tells(("new", A))
    _renew(source, "two")
    run("cp", "-p", source, watcher.original)
    _told_just(watcher, ("new", A), ("changed", A))


def test_mv_from_another_filesystem(watcher: Watcher, source: Path) -> None:
    """Such a move is a copy with the old times; over another image it unlinks that first, and so it may be told."""
    assert source.stat().st_dev != watcher.original.stat().st_dev
    run("mv", source, watcher.original)
    watcher.tells(("new", A))
    _renew(source, "two")
    run("mv", source, watcher.original)
    (watcher.original / LAST).write_bytes(jpeg())
    watcher.event(LAST)
    assert watcher.told()[1:-1] in ([("changed", A)], [("removed", A), ("new", A)])


@pytest.mark.parametrize(
    "how", [["-a"], ["-a", "--inplace"], ["--partial-dir=.partial", "--bwlimit=20M"]], ids=" ".join
)
def test_rsync(watcher: Watcher, source: Path, how: list[str]) -> None:
    """Under a hidden name or in place, with the times of the source or without."""
    rsync = program("rsync", "rsync")
    words: list[str | Path] = [rsync, *how, "--whole-file", "--ignore-times", source, f"{watcher.original}/"]
    run(*words)
    watcher.tells(("new", A))
    _renew(source, "two")
    run(*words)
    _told_just(watcher, ("new", A), ("changed", A))


@pytest.mark.parametrize("how", [["-s"], ["-O"], ["-O", "-p"]], ids=" ".join)
def test_scp(watcher: Watcher, source: Path, server: Sshd, how: list[str]) -> None:
    """Over sftp and in the old protocol, with the times of the source or without."""
    scp = program("scp", "openssh-client")
    target = f"{server.at}:{watcher.original}/"
    words: list[str | Path] = [scp, *how, *server.options, "-P", str(server.port), source, target]
    run(*words)
    watcher.tells(("new", A))
    _renew(source, "two")
    run(*words)
    _told_just(watcher, ("new", A), ("changed", A))


def test_sftp(watcher: Watcher, source: Path, server: Sshd) -> None:
    """In place, and under a `.filepart` name that is renamed, as WinSCP does; an overwrite and a removal."""
    words = [program("sftp", "openssh-client"), *server.options, "-P", str(server.port), "-b", "-", server.at]
    folder = watcher.original
    run(*words, stdin=f"put {source} {folder}/{A}\n")
    watcher.tells(("new", A))
    run(*words, stdin=f"put -p {source} {folder}/{B}.filepart\nrename {folder}/{B}.filepart {folder}/{B}\n")
    watcher.tells(("new", A), ("new", B))
    _renew(source, "two")
    run(*words, stdin=f"put {source} {folder}/{A}\nrm {folder}/{B}\n")
    _told_just(watcher, ("new", A), ("new", B), ("changed", A), ("removed", B))


def test_a_writer_that_takes_5_s(make_watcher: MakeWatcher, source: Path) -> None:
    """Rescans meet its halves again and again, of a new image and of one over an old: each is told once, when whole."""
    watcher = make_watcher(COILCAST_WATCH_RESCAN_INTERVAL_S="0.3")
    watcher.make_folders()
    watcher.start()
    (watcher.original / A).write_bytes(jpeg("old", SIZE_BYTES))
    watcher.tells(("new", A))
    began_s = time.monotonic()
    with _pieces(source, 1.0, watcher.original / A, watcher.original / B):
        until(lambda: len(watcher.told()) > 1, what="an end of the writing")
        assert time.monotonic() - began_s > 4.9
    watcher.event(B)
    assert sorted(watcher.told()) == [("changed", A), ("new", A), ("new", B)]
    assert {event.image.size_bytes for event in watcher.events} == {SIZE_BYTES}
    assert watcher.rejects() == {}


def test_a_writer_that_pauses_for_longer_than_anyone_waits(make_watcher: MakeWatcher, source: Path) -> None:
    """Its half is counted as truncated meanwhile; the whole is told once and nothing is held against it."""
    watcher = make_watcher(COILCAST_WATCH_RESCAN_INTERVAL_S="0.1", COILCAST_WATCH_SETTLE_S="0.2")
    watcher.make_folders()
    watcher.start()
    with _pieces(source, 0.8, watcher.original / A) as writer:
        watcher.says(f"not taken as an image (original): {A} - cut off")
        assert writer.poll() is None
        assert watcher.rejects() == {A: "truncated"}
        assert watcher.told() == []
    _told_just(watcher, ("new", A))
    assert watcher.events[0].image.size_bytes == SIZE_BYTES
    assert watcher.rejects() == {}


def test_a_writer_that_opens_and_closes_twice(watcher: Watcher, source: Path) -> None:
    """Half the image at first, the rest half a second later: one event, after the second."""
    run("sh", "-c", 'head -c 1000000 "$1" > "$2"', "sh", source, watcher.original / A)
    time.sleep(0.5)
    assert watcher.told() == []
    run("sh", "-c", 'tail -c +1000001 "$1" >> "$2"', "sh", source, watcher.original / A)
    _told_just(watcher, ("new", A))
    assert watcher.events[0].image.size_bytes == SIZE_BYTES
    assert watcher.rejects() == {}


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    """An sshd of our own."""
    with short_folder() as folder, sshd(folder) as server:
        yield server


def _renew(path: Path, salt: str) -> None:
    """Another image of the same size, as old as the one before."""
    path.write_bytes(jpeg(salt, SIZE_BYTES))
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))


def _pieces(source: Path, pause_s: float, *targets: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PIECES, source, str(pause_s), *targets])


def _told_just(watcher: Watcher, *expected: tuple[str, str]) -> None:
    """This was told, and until one more image has gone all its way, nothing else."""
    # A removal waits for what comes live: told before the last image, it is known not to stand behind it.
    watcher.tells(*expected)
    (watcher.original / LAST).write_bytes(jpeg())
    watcher.tells(*expected, ("new", LAST))
