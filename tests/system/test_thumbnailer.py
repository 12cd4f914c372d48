"""Every image gets its previews, whatever happens to the thumbnailers and whatever its file does to them."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from services.shared.previews import preview_path
from tests.support.pictures import jpeg, name_of, real
from tests.support.wait import until
from tests.system.support.thumbnailer import Line, laborious, vast
from tests.system.support.watcher import short_folder

A, B, C = name_of(1), name_of(2), name_of(3)

MakeLine = Callable[..., Line]


@pytest.fixture
def make_line() -> Iterator[MakeLine]:
    """A line with empty folders; no process runs yet."""
    with ExitStack() as stack:

        def make(**settings: str) -> Line:
            line = Line(stack.enter_context(short_folder()), **settings)
            stack.callback(line.close)
            line.make_folders()
            return line

        yield make


@pytest.fixture
def line(make_line: MakeLine) -> Line:
    """A watcher and one thumbnailer that are ready."""
    line = make_line()
    line.start()
    line.make()
    return line


@pytest.fixture(scope="module")
def long_work() -> bytes:
    """An image that keeps a decoder busy for a while."""
    return laborious()


def put(line: Line, name: str, data: bytes) -> int:
    """Write an image; its seq."""
    (line.original / f".{name}").write_bytes(data)
    (line.original / f".{name}").rename(line.original / name)
    return line.event(name).seq


def ended(process: subprocess.Popen[bytes]) -> int:
    return process.wait(10)


def test_a_new_image_gets_both_previews(line: Line) -> None:
    """Two upright JPEGs of the sizes set, told on the bus with the catalog's epoch."""
    exif = Image.Exif()
    exif[0x0112] = 6
    seq = put(line, A, real("JPEG", 2048, 1024, exif=exif.tobytes()))
    line.makes(seq)
    until(lambda: line.announced() == [seq], what="a word on the bus")
    sizes = {}
    for size in ("strip", "screen"):
        with Image.open(preview_path(line.previews, seq, size)) as image:
            sizes[size] = (image.format, image.size, dict(image.getexif()))
    assert sizes == {"strip": ("JPEG", (80, 160), {}), "screen": ("JPEG", (512, 1024), {})}
    assert line.files() == ["1.screen.jpg", "1.strip.jpg"]
    assert line.attempts() == []
    until(lambda: (beat := line.beat()) and beat.ready and (beat.seq, beat.queue) == (seq, 0), what="a heartbeat")


def test_the_newest_image_is_first(line: Line, long_work: bytes) -> None:
    """What piles up while a decoder is at work is done from its end."""
    first = put(line, A, long_work)
    until(lambda: line.makers_of(first), what="a decoder at work")
    names = [name_of(10 + number) for number in range(5)]
    for name in names:
        (line.original / name).write_bytes(real("JPEG"))
    seqs = [line.event(name).seq for name in names]
    assert not line.has(first), "the first image was done too soon to tell"
    line.makes(first, *seqs)
    until(lambda: len(line.announced()) == 6, what="six words on the bus")
    assert line.announced() == [first, *reversed(seqs)]


def test_a_killed_workers_image_is_made_by_another(line: Line, long_work: bytes) -> None:
    """Though nobody starts the killed one again."""
    line.make(1)
    seq = put(line, A, long_work)
    line.kill_maker_of(seq)
    line.makes(seq)
    assert line.attempts() == []


def test_a_killed_workers_image_is_made_by_its_replacement(make_line: MakeLine, long_work: bytes) -> None:
    """Also where nothing is made ahead of time."""
    line = make_line(COILCAST_PREVIEWS_AHEAD="0")
    line.start()
    line.make()
    seq = put(line, A, long_work)
    assert line.kill_maker_of(seq) == 0
    line.make()
    line.makes(seq)


def test_two_workers_share_the_images(line: Line) -> None:
    """Each image is made once, whoever does it."""
    line.make(1)
    data = real("JPEG", 600, 400)
    seqs = [put(line, name_of(number), data) for number in range(20)]
    line.makes(*seqs)
    until(lambda: len(line.announced()) >= 20, what="20 words on the bus")
    assert sorted(line.announced()) == seqs


def test_a_file_that_ends_three_workers_is_never_tried_again(make_line: MakeLine, long_work: bytes) -> None:
    """Its decoder takes too long each time; between the attempts and after them others are made."""
    line = make_line(COILCAST_PREVIEWS_DECODE_TIMEOUT_S="0.1")
    line.start()
    bad = None
    for attempt in (1, 2, 3):
        process = line.make()
        if bad is None:
            bad = put(line, A, long_work)
        else:
            line.makes(put(line, name_of(10 + attempt), real("JPEG")))
            assert process.poll() is None
        assert ended(process) == 1
        assert f"decoding took longer than 0.1 s (attempt {attempt} of 3) (original): {A}" in line.previews_text()
    assert bad is not None
    assert not line.is_poison(bad)
    process = line.make()
    until(lambda: line.is_poison(bad), what="a mark")
    line.makes(put(line, B, real("JPEG")))
    until(lambda: (beat := line.beat()) and beat.pid == process.pid and beat.detail.get("poison"), what="a heartbeat")
    assert f"(original): {A} - it ended 3 workers" in line.previews_text()
    line.want(bad)
    line.makes(put(line, C, real("JPEG")))
    assert process.poll() is None
    assert line.attempts() == []


def test_a_decoder_that_runs_out_of_memory_costs_one_process(line: Line) -> None:
    """Which is replaced; with memory enough the image is made after all."""
    process = line.thumbnailers[0]
    pages = int(Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + (30 << 20)
    resource.prlimit(process.pid, resource.RLIMIT_AS, (limit, limit))
    seq = put(line, "vast.png", vast())
    assert ended(process) == 1
    assert "decoding ran out of memory (attempt 1 of 3) (original): vast.png" in line.previews_text()
    line.make()
    line.makes(put(line, A, real("JPEG")), seq)
    assert line.attempts() == []


def test_what_cannot_be_decoded_is_in_nobodys_way(line: Line) -> None:
    """It ends no worker: it is marked at its first sight, and the next image is made."""
    bad = put(line, A, jpeg())
    line.makes(put(line, B, real("JPEG")))
    until(lambda: line.is_poison(bad), what="a mark")
    assert f"none will be tried again (original): {A} - " in line.previews_text()
    assert line.thumbnailers[0].poll() is None


def test_previews_go_with_their_image(line: Line) -> None:
    """Those of a removed image, and those of an old version when the new one comes; by each of several workers."""
    line.make(1)
    one, two, bad = put(line, A, real("JPEG")), put(line, B, real("JPEG")), put(line, C, jpeg())
    line.makes(one, two)
    until(lambda: line.is_poison(bad), what="a mark")
    (line.original / A).unlink()
    (line.original / C).unlink()
    (line.original / B).write_bytes(real("JPEG", 80, 60))
    until(lambda: ("changed", B) in line.told(), what="a new version")
    changed = line.event(B).seq
    line.makes(changed)
    until(
        lambda: line.files() == [f"{changed}.screen.jpg", f"{changed}.strip.jpg"], what=f"nothing else: {line.files()}"
    )


def test_previews_of_old_images_are_made_when_somebody_asks(make_line: MakeLine) -> None:
    """And only then, if none are to be made ahead; whoever asks again is told again."""
    line = make_line(COILCAST_PREVIEWS_AHEAD="0")
    for name in (A, B):
        (line.original / name).write_bytes(real("JPEG"))
    line.start()
    until(lambda: line.reader.head() == 2, what="two old images")
    seq = line.reader.newest()[0].seq
    line.make()

    def told(times: int) -> bool:
        for number in (seq, 77, 0, -1, 1 << 63):
            line.want(number)
        return line.announced().count(seq) >= times

    until(lambda: told(1), what="a word on the bus")
    assert line.has(seq)
    until(lambda: told(2), what="a second word")
    assert len(line.files()) == 2
    assert line.thumbnailers[0].poll() is None


def test_the_newest_old_images_have_previews_before_anybody_asks(make_line: MakeLine) -> None:
    """As many as set, also of those that are imported while the thumbnailer runs already."""
    line = make_line(COILCAST_PREVIEWS_AHEAD="3")
    process = line.make(until_ready=False)
    until(lambda: "waiting for the catalog" in line.previews_text(), what="a waiting thumbnailer")
    for number in range(6):
        path = line.original / name_of(number)
        path.write_bytes(real("JPEG"))
    line.start()
    until(lambda: line.reader.head() == 6, what="six old images")
    seqs = [image.seq for image in line.reader.newest(limit=3)]
    line.makes(*seqs)
    line.makes(put(line, name_of(100), real("JPEG")))
    assert process.poll() is None
    assert line.previews_text().count("waiting for the catalog") == 1


def test_images_imported_later_have_previews_too(make_line: MakeLine) -> None:
    """As from a folder that is mounted late: nothing on the bus tells of them but a hole in the numbers."""
    line = make_line()
    late = line.labeled.rename(line.base.with_name("late"))
    for name in (A, B):
        (late / name).write_bytes(real("JPEG"))
    line.start()
    line.make()
    line.makes(put(line, C, real("JPEG")))
    until(lambda: (beat := line.beat()) and beat.queue == 0 and beat.seq == 1, what="an idle thumbnailer")
    late.rename(line.labeled)
    until(lambda: line.reader.head() == 3, what="two old images")
    line.makes(2, 3)
    until(lambda: {2, 3} <= set(line.announced()), what="news of both")
    assert sorted(line.announced()) == [1, 2, 3]
    assert [name for kind, name in line.told()] == [C]


def test_what_went_while_nobody_ran_is_tidied_up(line: Line) -> None:
    """Previews without an image, attempts on it, and all that another catalog left."""
    gone, kept = put(line, A, real("JPEG")), put(line, B, real("JPEG"))
    line.makes(gone, kept)
    line.thumbnailers[0].terminate()
    assert ended(line.thumbnailers[0]) == 0
    (line.original / A).unlink()
    until(lambda: line.reader.image(gone) is None, what="an end in the catalog")
    (line.previews / "attempts").mkdir(exist_ok=True)
    (line.previews / "attempts" / str(gone)).write_bytes(b"?")
    other = line.previews.with_name("0123456789abcdef")
    preview_path(other, gone, "strip").parent.mkdir(parents=True)
    preview_path(other, gone, "strip").write_bytes(b"old")
    line.make()
    until(lambda: not other.exists() and line.files() == [f"{kept}.screen.jpg", f"{kept}.strip.jpg"], what="order")
    assert line.attempts() == []


def test_a_state_folder_that_fails_is_told_and_recovered_from(make_line: MakeLine) -> None:
    """The process lives on and tries again and again, says once what is wrong, and makes up for it by itself."""
    line = make_line(COILCAST_SUPERVISION_HEARTBEAT_INTERVAL_S="0.1")
    line.start()
    line.make()
    line.state.joinpath("previews").write_bytes(b"a file where the folder should be")
    seqs = [put(line, name, real("JPEG")) for name in (A, B)]
    until(lambda: sum(bool(beat.detail.get("error")) for beat in line.pulse()) > 25, what="heartbeats with an error")
    line.state.joinpath("previews").unlink()
    line.makes(*seqs)
    until(lambda: (beat := line.beat()) and beat.detail.get("error") == "", what="a heartbeat without an error")
    assert line.previews_text().count("previews cannot be kept: ") == 1
    assert "previews can be kept again" in line.previews_text()
    assert line.thumbnailers[0].poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_when_it_is_told(line: Line, long_work: bytes, number: signal.Signals) -> None:
    """In the middle of a decoder's work, which is not counted against the file."""
    seq = put(line, A, long_work)
    until(lambda: line.makers_of(seq), what="a decoder at work")
    began_s = time.monotonic()
    line.thumbnailers[0].send_signal(number)
    assert ended(line.thumbnailers[0]) == 0
    assert time.monotonic() - began_s < 1.0
    assert not line.has(seq), "the image was done too soon to tell"
    assert line.attempts() == []
    assert "stopped" in line.previews_text()


def test_it_beats_while_a_decoder_works(make_line: MakeLine, long_work: bytes) -> None:
    """Whatever that takes, as long as it is allowed to."""
    line = make_line(COILCAST_SUPERVISION_HEARTBEAT_INTERVAL_S="0.05")
    line.start()
    line.make()
    seq = put(line, A, long_work)
    until(lambda: line.makers_of(seq), what="a decoder at work")
    line.listen().clear()
    until(lambda: (beat := line.beat()) and beat.queue == 1, what="a heartbeat from the middle")
    assert not line.has(seq), "the image was done too soon to tell"


def test_another_catalog_is_another_process(line: Line) -> None:
    """When the catalog is made anew the thumbnailer ends, so that it starts with that one, in another folder."""
    line.makes(put(line, A, real("JPEG")))
    before = line.previews
    line.stop()
    for path in line.state.glob("catalog.db*"):
        path.unlink()
    line.start()
    assert ended(line.thumbnailers[0]) == 75
    line.make()
    until(lambda: not before.exists(), what="the end of the old folder")
    folders = [path for path in before.parent.iterdir() if path.is_dir()]
    until(lambda: len(list(folders[0].glob("*/*.jpg"))) == 2, what="previews in the new one")


def test_previews_keep_nothing_of_an_image_but_its_picture(line: Line) -> None:
    """What a camera wrote beside it stays where it is."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    seq = put(line, A, real("JPEG", 800, 600, exif=exif.tobytes(), comment=b"SECRET"))
    line.makes(seq)
    for size in ("strip", "screen"):
        data = preview_path(line.previews, seq, size).read_bytes()
        assert b"SECRET" not in data
        Image.open(io.BytesIO(data), formats=("JPEG",)).load()
