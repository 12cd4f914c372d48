"""Numbers in a mapped file: nothing is lost or doubled when their process is killed, and damage costs figures only."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.shared.metrics import cells as module
from services.shared.metrics.cells import FIRST_BYTES, Key, TallyDamaged, read_all, read_tally
from services.shared.metrics.tally import Tally

IMAGES: Key = ("images_total", "main", "original")
COUNTER = """
import sys
from pathlib import Path
from services.shared.metrics.tally import Tally
tally = Tally(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    tally.add(("images_total", "main", "original"))
    tally.add((f"series_{number % 500}",))
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watcher-0.figures"


def test_a_successor_counts_on(path: Path) -> None:
    """What was counted by a process that ended is where the next one begins."""
    first = Tally(path)
    first.add(IMAGES, 3)
    first.set(("last_image",), 17.5)
    second = Tally(path)
    second.add(IMAGES)
    assert second.numbers() == read_tally(path) == {IMAGES: 4.0, ("last_image",): 17.5}


def test_kill(path: Path) -> None:
    """A process that is killed while it counts has lost nothing that it had counted, and its file is whole."""
    counted = 0
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", COUNTER, path], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        while int(process.stdout.readline()) < 300:
            pass
        process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        counted += int(lines[-1]) if lines else 300
        numbers = read_tally(path)
        # It may have been killed between an addition and its print.
        assert 0 <= numbers[IMAGES] - counted <= 1
        counted = int(numbers[IMAGES])
        assert 0 <= numbers[IMAGES] - sum(number for key, number in numbers.items() if key != IMAGES) <= 5


def test_growth(path: Path) -> None:
    """A file that is full grows, and has all of its numbers after it."""
    tally = Tally(path)
    for number in range(2000):
        tally.add(("images_total", f"camera-{number}", "original"), number)
    assert path.stat().st_size > FIRST_BYTES
    numbers = read_tally(path)
    assert [numbers["images_total", f"camera-{number}", "original"] for number in range(2000)] == list(range(2000))


def test_largest(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is an end to growth, beyond which what is new is counted in memory, and the rest goes on."""
    monkeypatch.setattr(module, "LARGEST_BYTES", FIRST_BYTES)
    tally = Tally(path)
    for number in range(3000):
        tally.add((f"series-{number}",))
    tally.add(("series-0",))
    assert tally.trouble
    assert read_tally(path)["series-0",] == 2.0
    assert len(tally.numbers()) == 3000
    assert path.stat().st_size == FIRST_BYTES


def test_full_disk(tmp_path: Path) -> None:
    """Where a disk fills up, whoever counts goes on: with other files it would end by SIGBUS."""
    program = """
import errno
from pathlib import Path
from services.shared.metrics import tally as module
from services.shared.metrics.cells import read_tally
from services.shared.metrics.tally import Tally
module.AGAIN_S = 0.0
folder = Path("full")
tally, late = Tally(folder / "a.figures"), folder / "late.figures"
tally.add(("images_total",))
with (folder / "ballast").open("wb", buffering=0) as ballast:
    try:
        while True:
            ballast.write(bytes(4096))
    except OSError as error:
        assert error.errno == errno.ENOSPC
    other = Tally(late)
    for number in range(3000):
        tally.add(("images_total", str(number)))
        other.add(("images_total",))
    assert tally.trouble and other.trouble, (tally.trouble, other.trouble)
    ballast.truncate(0)
tally.tend()
other.tend()
assert not tally.trouble and not other.trouble
assert len(read_tally(folder / "a.figures")) == 3001
assert read_tally(late) == {("images_total",): 3000.0}
print("well")
"""
    (tmp_path / "full").mkdir()
    mount = f'mount -t tmpfs -o size=1m none full && exec "{sys.executable}" -c "$PROGRAM"'
    environment = os.environ | {"PROGRAM": program, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("no namespaces here")
    assert done.stdout == "well\n", (done.returncode, done.stderr)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"no such file",
        b"x" * FIRST_BYTES,
        b"coilfig1" + (24).to_bytes(8, "little") + b"\xff" * (FIRST_BYTES - 16),
        b"coilfig1" + (40).to_bytes(8, "little") + (1 << 63).to_bytes(8, "little") + bytes(FIRST_BYTES - 24),
        b"coilfig1" + (40).to_bytes(8, "little") + (4).to_bytes(8, "little") + b"none" + bytes(FIRST_BYTES - 28),
    ],
    ids=["empty", "short", "foreign", "cut_off", "long_entry", "no_key"],
)
def test_damage(path: Path, damage: bytes) -> None:
    """A file that is not whole keeps nobody from counting, nor anybody from reading the others."""
    path.write_bytes(damage)
    Tally(path.with_name("gateway-0.figures")).add(("pushed_total",))
    numbers, damaged = read_all(path.parent)
    assert numbers["gateway-0"] == {("pushed_total",): 1.0}
    assert damaged == (["watcher-0"] if damage else [])
    tally = Tally(path)
    tally.add(IMAGES)
    assert tally.was_damaged == (damage != b"")
    assert read_tally(path) == {IMAGES: 1.0}


def test_torn_number(path: Path) -> None:
    """A number that is none is damage: it would be in every sum for ever."""
    tally = Tally(path)
    tally.set(IMAGES, float("nan"))
    tally.close()
    with pytest.raises(TallyDamaged):
        read_tally(path)
    assert Tally(path).was_damaged


def test_begun_by_the_killed(path: Path) -> None:
    """One that was allocated and has nothing in it yet is an empty one."""
    path.write_bytes(bytes(FIRST_BYTES))
    assert read_tally(path) == {}
    tally = Tally(path)
    tally.add(IMAGES)
    assert not tally.was_damaged
    assert read_tally(path) == {IMAGES: 1.0}


def test_deleted_file(path: Path) -> None:
    """Should the folder be deleted while its process counts, all of it is put into another file."""
    tally = Tally(path)
    tally.add(IMAGES, 5)
    tally.set(("last_image",), 3.0)
    path.unlink()
    path.parent.rmdir()
    tally.tend()
    tally.add(IMAGES)
    assert read_tally(path) == {IMAGES: 6.0, ("last_image",): 3.0}


def test_another_file_in_its_place(path: Path) -> None:
    """Is not what others read of it: all of it is put there."""
    tally = Tally(path)
    tally.add(IMAGES, 5)
    path.unlink()
    path.write_bytes(b"nonsense")
    tally.tend()
    assert tally.was_damaged
    assert read_tally(path) == {IMAGES: 5.0}


def test_no_folder(tmp_path: Path) -> None:
    """Where there can be no file, counting is in memory, and says why."""
    (tmp_path / "file").touch()
    tally = Tally(tmp_path / "file" / "watcher-0.figures")
    tally.add(IMAGES)
    assert tally.numbers() == {IMAGES: 1.0}
    assert tally.trouble in (os.strerror(errno.EEXIST), os.strerror(errno.ENOTDIR))


def test_closed(path: Path) -> None:
    """After the end nothing is written, and nobody who still counts falls over it."""
    tally = Tally(path)
    tally.add(IMAGES)
    tally.close()
    tally.add(IMAGES)
    assert read_tally(path) == {IMAGES: 1.0}
