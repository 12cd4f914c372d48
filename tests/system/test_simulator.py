"""The simulator as a process: what it writes, how fast, and what it does when it cannot."""

from __future__ import annotations

import contextlib
import itertools
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.simulator.names import hidden_name
from tests.support.wait import until
from tests.system.support.mounts import mounted
from tests.system.support.simulator import Simulator, coil_of, hidden, picture, stamp_ms_of, twin_of, visible
from tests.system.support.watcher import short_folder

MakeSimulator = Callable[..., Simulator]


@pytest.fixture
def make_simulator() -> Iterator[MakeSimulator]:
    """A simulator's surroundings; its process is not started yet."""
    with contextlib.ExitStack() as stack:

        def make(**options: object) -> Simulator:
            simulator = Simulator(stack.enter_context(short_folder()), **options)  # type: ignore[arg-type]
            stack.callback(simulator.close)
            return simulator

        yield make


@pytest.mark.parametrize(("rate_per_s", "side", "count"), [(20, 320, 50), (200, 64, 400)])
def test_originals_come_at_the_rate(make_simulator: MakeSimulator, rate_per_s: int, side: int, count: int) -> None:
    """Never more than are due, and most of those that are, also on a machine that has other things to do."""
    simulator = make_simulator(rate_per_s=rate_per_s, width=side, height=side)
    simulator.start()
    stamps = [stamp_ms_of(name) for name in simulator.originals(count, timeout_s=30)]
    span_s = (stamps[-1] - stamps[0]) / 1000
    assert len(stamps) - 1 <= span_s * rate_per_s + 2
    assert len(stamps) - 1 >= 0.5 * span_s * rate_per_s


def test_each_original_has_its_twin(make_simulator: MakeSimulator) -> None:
    """A moment later, in order, of the same size, under the same stamp; with boxes where there are defects."""
    simulator = make_simulator(labeled_delay_ms=200)
    simulator.start()
    twins = simulator.names(simulator.labeled, 30)
    originals = simulator.originals()
    assert twins == [twin_of(name) for name in originals[: len(twins)]]
    written = [(simulator.labeled / name).stat().st_mtime_ns for name in twins]
    assert written == sorted(written)
    differ = 0
    for name in originals[: len(twins)]:
        original, twin = simulator.original / name, simulator.labeled / twin_of(name)
        assert twin.stat().st_mtime_ns - original.stat().st_mtime_ns > 190_000_000
        assert picture(original.read_bytes()).size == picture(twin.read_bytes()).size == (320, 240)
        differ += original.read_bytes() != twin.read_bytes()
    assert 5 <= differ <= 29


def test_every_file_is_whole_at_any_moment(make_simulator: MakeSimulator) -> None:
    """Whoever looks into the folders all the time reads only whole images, however large, at their first sight."""
    simulator = make_simulator(rate_per_s=4, width=4096, height=3072, labeled_delay_ms=10)
    simulator.start()
    read: dict[Path, bytes] = {}
    deadline_s = time.monotonic() + 30
    while len(read) < 16:
        assert time.monotonic() < deadline_s, f"{len(read)} images in 30 s"
        for folder in (simulator.original, simulator.labeled):
            for path in {folder / name for name in visible(folder)} - read.keys():
                read[path] = path.read_bytes()
    simulator.stop()
    for data in read.values():
        assert picture(data).size == (4096, 3072)


def test_in_place_no_name_is_hidden(make_simulator: MakeSimulator) -> None:
    """Files grow under their own names; in the end all are whole, also the last before the simulator was stopped."""
    simulator = make_simulator(write="in_place", width=1224, height=1024, rate_per_s=15)
    simulator.start()

    def enough() -> bool:
        assert hidden(simulator.original, simulator.labeled) == []
        return len(visible(simulator.original)) >= 20

    until(enough, 20, "20 images")
    simulator.stop()
    for folder in (simulator.original, simulator.labeled):
        for name in visible(folder):
            assert picture((folder / name).read_bytes()).size == (1224, 1024)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_leaves_nothing_hidden(make_simulator: MakeSimulator, number: signal.Signals) -> None:
    """Whatever it is just doing."""
    simulator = make_simulator(rate_per_s=1000, width=1224, height=1024, labeled_delay_ms=20)
    for run in range(1, 4):
        simulator.start()
        simulator.originals(5 * run)
        simulator.process.send_signal(number)
        assert simulator.process.wait(2.0) == 0
        assert hidden(simulator.original, simulator.labeled) == []
    assert simulator.text().count("] stopped") == 3


def test_it_rests_until_something_is_due(make_simulator: MakeSimulator) -> None:
    """With an image an hour it uses next to no time, says that it lives, and ends at once all the same."""
    simulator = make_simulator(rate_per_s=1 / 3600)
    simulator.start()
    simulator.names(simulator.labeled, 1)
    simulator.beat()
    before_ticks = cpu_ticks(simulator.process.pid)
    for _ in range(2):
        assert simulator.detail()["written"] == 1
    assert cpu_ticks(simulator.process.pid) - before_ticks <= 5
    simulator.stop(timeout_s=1.0)


def test_a_rate_too_high_is_no_backlog(make_simulator: MakeSimulator) -> None:
    """Frames that it has no time for are skipped and counted; what it writes is new, and nothing piles up."""
    simulator = make_simulator(rate_per_s=1000, width=1224, height=1024)
    simulator.start()
    names = simulator.originals(60, timeout_s=30)
    beats = [simulator.beat() for _ in range(2)]
    age_s = time.time() - stamp_ms_of(simulator.originals()[-1]) / 1000
    assert age_s < 1.0
    assert beats[1].detail["skipped"] > beats[0].detail["skipped"] > 100
    assert max(beat.queue for beat in beats) < 50
    stamps = [stamp_ms_of(name) for name in names]
    assert stamps == sorted(set(stamps))
    simulator.stop(timeout_s=2.0)


def test_after_a_pause_there_is_no_burst(make_simulator: MakeSimulator) -> None:
    """A simulator that stood still for the time of 15 frames goes on at the rate."""
    simulator = make_simulator(rate_per_s=10)
    simulator.start()
    simulator.originals(5)
    simulator.process.send_signal(signal.SIGSTOP)
    paused = len(simulator.originals())
    time.sleep(1.5)
    simulator.process.send_signal(signal.SIGCONT)
    stamps = [stamp_ms_of(name) for name in simulator.originals(paused + 15)]
    assert max(after - before for before, after in itertools.pairwise(stamps)) > 1300
    for begin in stamps:
        assert sum(begin <= stamp < begin + 1000 for stamp in stamps) <= 12
    assert simulator.detail()["skipped"] >= 12


def test_coils_change_and_count_up(make_simulator: MakeSimulator) -> None:
    """Each lasts its time and is told when it begins; after a restart none comes a second time."""
    simulator = make_simulator(rate_per_s=20, coil_s=0.5)
    simulator.start()
    coils = [coil_of(name) for name in simulator.originals(30)]
    assert coils == sorted(coils)
    assert coils[0] == 2891
    assert set(coils) == set(range(2891, coils[-1] + 1))
    assert max(coils.count(coil) for coil in coils) <= 10
    simulator.says("[Simulator] coil 2892 begins (")
    simulator.stop()
    before = simulator.originals()
    simulator.start()
    after = simulator.originals(len(before) + 1)
    assert coil_of(after[len(before)]) == coil_of(before[-1]) + 1


def test_what_a_killed_one_left_is_cleared_away(make_simulator: MakeSimulator) -> None:
    """Only what is a simulator's own: hidden files of others stay."""
    simulator = make_simulator()
    simulator.start()
    name = simulator.originals(1)[0]
    simulator.kill()
    left = simulator.original / hidden_name(name)
    left.write_bytes(b"\xff\xd8")
    others = simulator.original / ".upload"
    others.write_bytes(b"\xff\xd8")
    simulator.start()
    assert not left.exists()
    assert others.exists()


def test_a_folder_that_goes_and_comes_again(make_simulator: MakeSimulator) -> None:
    """It is said once and the heartbeat keeps saying it; the folder is not made in secret; then writing goes on."""
    simulator = make_simulator()
    simulator.start()
    simulator.originals(3)
    simulator.original.rename(simulator.base / "away")
    simulator.says("images cannot be written (original)")
    assert simulator.detail()["error"] == "original: No such file or directory"
    assert simulator.detail()["error"] == "original: No such file or directory"
    assert not simulator.original.exists()
    simulator.original.mkdir()
    simulator.originals(3)
    simulator.says("images can be written again (original)")
    assert simulator.text().count("images cannot be written") == 1
    assert simulator.detail()["error"] == ""
    twins = {*visible(simulator.labeled)}
    assert twins <= {twin_of(name) for folder in ("away", "original") for name in visible(simulator.base / folder)}


def test_a_full_disk_is_survived(make_simulator: MakeSimulator) -> None:
    """Said once, nothing cut off or hidden is left behind, and when there is room again, images come again."""
    with contextlib.ExitStack() as stack:
        simulator = make_simulator()
        stack.enter_context(mounted(simulator.base))
        stack.callback(simulator.close)
        simulator.start()
        simulator.names(simulator.labeled, 3)
        ballast = simulator.base / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        simulator.says("(original): " + str(simulator.original) + " - No space left on device")
        assert "No space left on device" in simulator.detail()["error"]
        for folder in (simulator.original, simulator.labeled):
            for name in visible(folder):
                picture((folder / name).read_bytes())
        before = len(simulator.originals())
        ballast.unlink()
        simulator.originals(before + 3)
        simulator.says("images can be written again (original)")
        simulator.stop()
        assert hidden(simulator.original, simulator.labeled) == []


def test_another_camera_has_its_own_folders(make_simulator: MakeSimulator) -> None:
    """Made when they are not there, as a new camera's would be; `main` has none then."""
    simulator = make_simulator(camera="line2")
    simulator.start()
    simulator.names(simulator.base / "line2" / "labeled", 1)
    simulator.names(simulator.base / "line2" / "original", 1)
    assert [path.name for path in simulator.base.iterdir()] == ["line2"]
    simulator.says("playing camera line2: 320 x 240, 20 per second")


@pytest.mark.parametrize(("kinds", "played"), [("raw", ["raw"]), ("raw,found,mask", ["found", "raw"])])
def test_the_first_two_kinds_are_played(make_simulator: MakeSimulator, kinds: str, played: list[str]) -> None:
    """The camera's and the detector's; with one kind there is no twin."""
    simulator = make_simulator(environment={"COILCAST_IMAGES_KINDS": kinds}, labeled_delay_ms=0)
    simulator.start()
    for kind in played:
        names = simulator.names(simulator.base / kind, 5)
        assert all(name.endswith(f"_{kind}.jpg") for name in names)
    assert sorted(path.name for path in simulator.base.iterdir()) == played
    assert simulator.beat().queue == 0


def test_the_heartbeat_tells_how_it_goes(make_simulator: MakeSimulator) -> None:
    """The twins that wait, the coil, the last image and how many there were; the log speaks the node's language."""
    simulator = make_simulator(labeled_delay_ms=600_000, environment={"COILCAST_NODE_LANGUAGE": "en"})
    simulator.start()
    simulator.originals(5)
    beat = simulator.beat()
    assert beat.name == "simulator-0"
    assert beat.ready
    assert beat.queue == beat.detail["written"] > 0
    assert beat.detail["coil"] == 2891
    assert beat.detail["last"] in simulator.originals()
    assert beat.detail["error"] == ""
    assert visible(simulator.labeled) == []


def cpu_ticks(pid: int) -> int:
    """User and system time of a process (proc_pid_stat(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
