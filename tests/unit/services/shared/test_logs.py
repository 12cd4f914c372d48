"""Log lines: Korean, English, JSON; one event, one line."""

from __future__ import annotations

import io
import json

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
