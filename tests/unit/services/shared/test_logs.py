"""Log lines: Korean, English, JSON; one event, one line."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from services.shared.logs import make_logger, printable
from services.shared.settings import load_settings

SENTENCES = {"image_seen": ("새 이미지 파일 감지 ({kind}): {filename}", "new image file ({kind}): {filename}")}


def line(**env: str) -> str:
    stream = io.StringIO()
    log = make_logger(load_settings(env), "Image Receiver", SENTENCES, stream)
    log.info("image_seen", kind="original", filename="a\n\x1b[31mb\udcff.jpg")
    return stream.getvalue()


def test_korean_is_the_default_and_keeps_the_old_wording() -> None:
    """The replaced service's sentence, with its component in brackets."""
    assert "INFO    [Image Receiver] 새 이미지 파일 감지 (original): a" in line()


def test_english_by_a_setting() -> None:
    """`node.language = "en"` turns the sentences."""
    assert "[Image Receiver] new image file (original): a" in line(COILCAST_NODE_LANGUAGE="en")


def test_a_hostile_name_stays_one_line() -> None:
    """Line ends, escapes and broken bytes in a name are shown escaped."""
    text = line()
    assert text.count("\n") == 1
    assert r"a\n\x1b[31mb\udcff.jpg" in text


def test_json_by_a_setting() -> None:
    """Each line is one JSON object with event, message and fields."""
    entry = json.loads(line(COILCAST_LOGS_FORMAT="json"))
    assert entry["event"] == "image_seen"
    assert entry["component"] == "Image Receiver"
    assert entry["kind"] == "original"
    assert entry["message"].startswith("새 이미지 파일 감지 (original): a\\n")


def test_an_exception_keeps_its_trace() -> None:
    """A failure's trace follows its line."""
    stream = io.StringIO()
    log = make_logger(load_settings({}), "Image Receiver", {}, stream)
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("failed", error="broken")
    assert "오류로 종료: broken" in stream.getvalue()
    assert "ValueError: broken" in stream.getvalue()


def test_printable_leaves_what_can_be_read() -> None:
    """Korean stays Korean."""
    assert printable("코일 2891") == "코일 2891"


@pytest.mark.parametrize(("images", "left"), [("true", 2), ("false", 1)])
def test_the_lines_for_each_image_can_be_turned_off(images: str, left: int) -> None:
    """What happens to the node itself is still told."""
    stream = io.StringIO()
    log = make_logger(load_settings({"COILCAST_LOGS_IMAGES": images}), "Image Receiver", SENTENCES, stream)
    log.info("image_seen", kind="original", filename="a.jpg")
    log.warning("failed", error="broken")
    assert len(stream.getvalue().splitlines()) == left


def in_journal(path: Path, monkeypatch: pytest.MonkeyPatch, **env: str) -> list[str]:
    """The lines of a log whose stream is what JOURNAL_STREAM names."""
    with path.open("w+", encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        log = make_logger(load_settings(env), "Image Receiver", SENTENCES, stream)
        log.info("image_seen", kind="original", filename="a.jpg")
        try:
            raise ValueError("broken")
        except ValueError:
            log.exception("failed", error="broken")
        stream.seek(0)
        return stream.read().splitlines()


def test_the_journal_gets_priorities_and_no_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line has its own, those of a trace that of the error they belong to."""
    first, second, *trace = in_journal(tmp_path / "a", monkeypatch, COILCAST_NODE_LANGUAGE="en")
    assert first == "<6>[Image Receiver] new image file (original): a.jpg"
    assert second == "<3>[Image Receiver] ended by an error: broken"
    assert trace[-1] == "<3>ValueError: broken"
    assert all(line.startswith("<3>") for line in trace)


def test_the_journal_gets_json_with_priorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line behind the mark is the object as it is anywhere."""
    first, _ = in_journal(tmp_path / "a", monkeypatch, COILCAST_LOGS_FORMAT="json")
    assert first.startswith("<6>")
    assert json.loads(first[3:])["event"] == "image_seen"


def test_a_file_is_no_journal_because_a_parent_had_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services of a node under systemd write files, and see the variable all the same."""
    monkeypatch.setenv("JOURNAL_STREAM", "8:123")
    assert "INFO    [Image Receiver]" in line()
