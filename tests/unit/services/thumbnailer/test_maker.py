"""One image at a time, with a real catalog, real files and a real decoder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from services.shared.logs import make_logger
from services.shared.messages import PreviewSize
from services.shared.metrics.figures import Figures
from services.shared.previews import previews_folder
from services.thumbnailer import attempts as attempts_module
from services.thumbnailer import maker as maker_module
from services.thumbnailer.attempts import Attempts, Record
from services.thumbnailer.claims import Claims
from services.thumbnailer.maker import DecoderLost, Maker, Result
from services.thumbnailer.render import Screen, Sizes
from services.thumbnailer.store import Store
from services.thumbnailer.wording import SENTENCES
from services.thumbnailer.worker import Bell, Worker
from tests.support.pictures import jpeg, real
from tests.support.wait import until
from tests.support.watching import Bed
from tests.unit.services.thumbnailer.test_claims import holder


class Bench:
    """A maker, and all that it works with."""

    def __init__(self, tmp_path: Path, worker: Worker, **values: str) -> None:
        self.bed = Bed(tmp_path, 0, **values)
        settings = self.bed.settings
        settings.run_dir.mkdir()
        self.folder = previews_folder(settings.previews_dir, self.bed.reader.epoch)
        self.store, self.attempts = Store(self.folder), Attempts(self.folder)
        self.claims, self.worker = Claims(settings.run_dir), worker
        self.log = make_logger(settings, "Thumbnailer", SENTENCES, self.bed.out)
        self.figures = Figures.in_memory("thumbnailer-0")
        self.ready: list[tuple[int, PreviewSize]] = []
        self.there: list[bool] = []
        """Whether both were there, when each was told of."""
        self.maker = self.successor()

    def close(self) -> None:
        self.claims.close()
        self.bed.close()

    def successor(self) -> Maker:
        """A maker that knows nothing of another's work."""
        bed = self.bed
        return Maker(
            bed.settings,
            self.log,
            bed.reader,
            self.claims,
            self.store,
            self.attempts,
            self.worker,
            self._hear,
            self.figures,
        )

    def _hear(self, seq: int, size: PreviewSize) -> None:
        self.ready.append((seq, size))
        self.there.append(self.store.has(seq))

    def image(self, data: bytes, name: str = "a.jpg") -> int:
        """Put it into the folder; its seq."""
        self.bed.write(name, data)
        self.bed.look(name)
        return self.bed.catalog.head

    def make(self, seq: int) -> Result:
        """From start to end."""
        result = self.maker.start(seq)
        return until(self.maker.step, what="the end of a job") if result is None else result


@pytest.fixture(scope="module")
def worker() -> Worker:
    """One for all tests: its thread is there as long as the process."""
    return Worker(Bell())


@pytest.fixture
def bench(tmp_path: Path, worker: Worker) -> Iterator[Bench]:
    bench = Bench(tmp_path, worker)
    yield bench
    bench.close()


def slow(seconds: float) -> Callable[[bytes, Sizes], Screen]:
    """A decoder that takes so long."""

    def make_screen(data: bytes, sizes: Sizes) -> Screen:
        time.sleep(seconds)
        return Screen(b"screen", PIL.Image.new("L", (8, 8)))

    return make_screen


def raising(error: Exception) -> Any:
    def make_screen(data: bytes, sizes: Sizes) -> Screen:
        raise error

    return make_screen


def test_an_image_gets_both_previews(bench: Bench) -> None:
    """Nothing remains of the attempt, and the claim is free again."""
    seq = bench.image(real("JPEG"))
    assert bench.make(seq).outcome == "made"
    assert bench.store.has(seq)
    assert bench.attempts.unfinished() == []
    assert not bench.maker.is_busy
    process, said = holder(bench.bed.settings.run_dir, seq)
    assert said == "[True]"
    process.communicate()
    assert bench.make(seq).outcome == "there"


def test_the_preview_that_screens_wait_for_is_told_first(bench: Bench) -> None:
    """Before the small one is made; both are told of once."""
    seq = bench.image(real("JPEG"))
    bench.make(seq)
    assert bench.ready == [(seq, "screen"), (seq, "strip")]
    assert bench.there == [False, True]
    assert bench.make(seq).outcome == "there"
    assert len(bench.ready) == 2


def test_what_is_counted(bench: Bench) -> None:
    """Each preview once; how long it took, only where the image had just come; each failure by its reason."""
    seq = bench.image(real("JPEG"))
    assert bench.maker.start(seq, is_live=True) is None
    until(bench.maker.step, what="the end of a job")
    bench.make(seq)
    bench.make(bench.image(real("PNG"), "b.png"))
    bench.make(bench.image(jpeg(), "c.jpg"))
    numbers = bench.figures.numbers
    assert numbers["coilcast_previews_total", "screen"] == numbers["coilcast_previews_total", "strip"] == 2
    assert numbers["coilcast_preview_failures_total", "undecodable"] == 1
    assert sum(number for key, number in numbers.items() if key[1] == "seen_preview" and key[0].endswith("bucket")) == 1


def test_an_image_that_is_not_there_is_left(bench: Bench) -> None:
    """Never heard of, removed, or changed behind the catalog's back: another event is on its way."""
    first = bench.image(real("JPEG"))
    assert bench.make(first + 1).outcome == "nothing"
    bench.bed.write("a.jpg", real("JPEG", 80, 60))
    assert bench.make(first).outcome == "nothing"
    (bench.bed.path / "a.jpg").unlink()
    assert bench.make(first).outcome == "nothing"
    assert bench.attempts.unfinished() == []
    assert not bench.folder.exists()


def test_an_image_that_goes_meanwhile_leaves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever heard of its end may have been too early to delete anything."""
    monkeypatch.setattr(maker_module, "make_screen", slow(0.1))
    seq = bench.image(real("JPEG"))
    assert bench.maker.start(seq) is None
    until(lambda: bench.maker.step() or bench.maker.patience_s, what="a decoder at work")
    (bench.bed.path / "a.jpg").unlink()
    bench.bed.look("a.jpg")
    assert until(bench.maker.step).outcome == "nothing"
    assert [path for path in bench.folder.rglob("*") if path.is_file()] == []


def test_what_cannot_be_decoded_is_poison_at_once(bench: Bench) -> None:
    """The reason is logged, and nobody tries again."""
    seq = bench.image(jpeg())
    assert bench.make(seq).outcome == "poison"
    assert bench.store.is_poison(seq)
    assert bench.make(seq).outcome == "nothing"
    assert bench.attempts.unfinished() == []
    (line,) = bench.bed.lines("ERROR")
    assert "no preview can be made, and none will be tried again (original): a.jpg - " in line


def test_an_image_that_another_has_is_looked_at_again(bench: Bench) -> None:
    """Soon enough to take over within two seconds, should that one be killed."""
    seq = bench.image(real("JPEG"))
    process, said = holder(bench.bed.settings.run_dir, seq)
    assert said == "[True]"
    result = bench.make(seq)
    assert result.outcome == "later"
    assert 0 < result.again_s < 1
    process.kill()
    process.communicate()
    assert bench.make(seq).outcome == "made"


def test_a_file_that_ended_too_many_workers_is_poison(bench: Bench) -> None:
    """As many as the setting says; it is not tried again, and the log says so."""
    seq = bench.image(real("JPEG"))
    for _ in range(2):
        bench.attempts.begin(seq)
    assert bench.attempts.look(seq) == Record(2)
    bench.attempts.begin(seq)
    assert bench.make(seq).outcome == "poison"
    assert bench.store.is_poison(seq)
    assert bench.attempts.unfinished() == []
    assert bench.bed.lines("a.jpg - it ended 3 workers")


def test_a_success_wipes_the_slate_clean(bench: Bench) -> None:
    """Attempts that ended ill count only until one ends well."""
    seq = bench.image(real("JPEG"))
    for _ in range(2):
        bench.attempts.begin(seq)
    assert bench.make(seq).outcome == "made"
    assert bench.attempts.look(seq) == Record(0)


@pytest.mark.parametrize("ends", ["slow", "out of memory"])
def test_a_decoder_that_cannot_cope_costs_the_process(
    tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    """It counts against the file, which has to rest then; with the last attempt it is poison."""
    limits = {"COILCAST_PREVIEWS_DECODE_TIMEOUT_S": "0.1", "COILCAST_PREVIEWS_MAX_ATTEMPTS": "2"}
    bench = Bench(tmp_path, worker, **limits)
    monkeypatch.setattr(maker_module, "make_screen", slow(0.5) if ends == "slow" else raising(MemoryError()))
    monkeypatch.setattr(attempts_module, "REST_S", 0.5)
    seq = bench.image(real("JPEG"))
    with pytest.raises(DecoderLost):
        bench.make(seq)
    assert bench.bed.lines("(attempt 1 of 2) (original): a.jpg")
    bench.maker = bench.successor()
    result = bench.make(seq)
    assert (result.outcome, 0 < result.again_s <= 0.5) == ("later", True)
    until(lambda: bench.maker.start(seq) is None, what="the end of the rest")
    with pytest.raises(DecoderLost):
        until(bench.maker.step)
    bench.maker = bench.successor()
    assert bench.make(seq).outcome == "poison"
    bench.close()


def test_a_process_that_is_told_to_end_blames_nobody(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attempt does not count."""
    monkeypatch.setattr(maker_module, "make_screen", slow(0.2))
    seq = bench.image(real("JPEG"))
    assert bench.maker.start(seq) is None
    assert until(lambda: bench.maker.step() or bench.attempts.unfinished()) == [seq]
    bench.maker.interrupt()
    assert bench.attempts.unfinished() == []


def test_a_state_folder_that_fails_is_no_fault_of_the_file(bench: Bench) -> None:
    """Nothing counts, nothing is poison, and as soon as the folder works the previews are made."""
    seq = bench.image(real("JPEG"))
    bench.folder.parent.write_bytes(b"a file where the folder should be")
    result = bench.make(seq)
    assert (result.outcome, result.again_s > 0) == ("failed", True)
    bench.folder.parent.unlink()
    assert bench.make(seq).outcome == "made"


def test_a_preview_that_cannot_be_written_is_no_fault_of_the_file(bench: Bench) -> None:
    """It was decoded well: the attempt is taken back."""
    seq = bench.image(real("JPEG"))
    in_the_way = bench.folder / "000000" / f".{seq}.screen.jpg"
    in_the_way.mkdir(parents=True)
    assert bench.make(seq).outcome == "failed"
    assert bench.attempts.unfinished() == []
    in_the_way.rmdir()
    assert bench.make(seq).outcome == "made"


def test_an_image_that_cannot_be_read_is_tried_again(bench: Bench) -> None:
    """It is neither gone nor poison, and the text says which it is."""
    seq = bench.image(real("JPEG"))
    # A folder in the path that is a file: what the filesystem says then is not that there is no such image.
    aside = bench.bed.path.rename(bench.bed.path.with_name("aside"))
    bench.bed.path.write_bytes(b"")
    result = bench.make(seq)
    assert (result.outcome, result.again_s > 0) == ("unreadable", True)
    assert "a.jpg: " in result.text
    bench.bed.path.unlink()
    aside.rename(bench.bed.path)
    assert bench.make(seq).outcome == "made"


def test_a_file_that_is_read_for_too_long_is_told_of(
    tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that hangs is not the file's fault: the process stays, and says what it waits for."""
    bench = Bench(tmp_path, worker, COILCAST_PREVIEWS_DECODE_TIMEOUT_S="0.1")

    def read_image(*_: Any) -> bytes:
        time.sleep(0.3)
        return real("JPEG")

    monkeypatch.setattr(maker_module, "read_image", read_image)
    seq = bench.image(real("JPEG"))
    assert bench.maker.start(seq) is None
    assert bench.maker.slow == ""
    assert until(lambda: bench.maker.slow, what="a word about it") == "a.jpg: being read for more than 0.1 s"
    assert until(bench.maker.step).outcome == "made"
    bench.close()
