"""Logs: one line an event, in Korean or English or as JSON. A service gives its sentences, code names them.

log.info("image_seen", kind="original", filename="20260101_...jpg")
2026-01-01 09:00:00.123 INFO  [Image Receiver] 새 이미지 파일 감지 (original): 20260101_...jpg
"""

from __future__ import annotations

import datetime
import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TextIO

import msgspec
import structlog

from services.shared.journal import is_journal, marked
from services.shared.settings import Settings

Sentences = Mapping[str, tuple[str, str]]
"""event -> (Korean, English); `{name}` stands for a field of the event."""

Logger = structlog.typing.FilteringBoundLogger

SHARED_SENTENCES: Sentences = {
    "started": ("시작됨 (pid {pid})", "started (pid {pid})"),
    "ready": ("준비 완료", "ready"),
    "stopping": ("종료 중 ({signal})", "stopping ({signal})"),
    "stopped": ("종료됨", "stopped"),
    "failed": ("오류로 종료: {error}", "ended by an error: {error}"),
    "figures_failed": (
        "통계를 파일에 기록할 수 없음: {error}; 메모리에서 계속 셈",
        "figures cannot be kept in their file: {error}; counting on in memory",
    ),
    "figures_damaged": (
        "통계 파일이 손상되어 처음부터 다시 셈",
        "the file of figures was damaged: counting begins anew",
    ),
    "parent_gone": ("상위 프로세스가 사라져 종료", "the parent process is gone; ending"),
}

EACH_IMAGE = frozenset({"image_seen", "image_changed", "broadcast"})
"""What is written once for each image: nothing of it where `[logs] images` is off."""


def make_logger(settings: Settings, component: str, sentences: Sentences, stream: TextIO | None = None) -> Logger:
    """A logger that writes to `stream` (stdout). `component` stands in brackets, e.g. `Image Receiver`.

    Where that is systemd's journal, which stamps each line itself, a line begins with its priority instead of the time.
    """
    stream = stream or sys.stdout
    in_journal = is_journal(stream)
    finish = _as_json(component) if settings.logs.format == "json" else _as_text(component, settings, in_journal)
    processors: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        _sentence({**SHARED_SENTENCES, **sentences}, settings.node.language == "ko"),
        _marked(finish) if in_journal else finish,
    ]
    if not settings.logs.images:
        processors.insert(0, _without_images)
    logger: structlog.typing.WrappedLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.logs.level.upper())),
        processors=processors,
    )
    # Bound now: unbound, it would be put together anew for each line.
    bound: Logger = logger.bind()
    return bound


def printable(text: str) -> str:
    """`text` with control characters, line ends and lone surrogates escaped: one log line stays one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _sentence(sentences: Sentences, korean: bool) -> structlog.typing.Processor:
    def fill(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        pair = sentences.get(event["event"])
        safe = {key: printable(value) if isinstance(value, str) else value for key, value in event.items()}
        event["message"] = pair[0 if korean else 1].format(**safe) if pair else safe["event"]
        return event

    return fill


def _without_images(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if event["event"] in EACH_IMAGE:
        raise structlog.DropEvent
    return event


Render = Callable[[Any, str, MutableMapping[str, Any]], str]


def _marked(render: Render) -> Render:
    def mark(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
        return marked(event["level"], render(logger, name, event))

    return mark


def _as_text(component: str, settings: Settings, in_journal: bool) -> Render:
    zone = settings.timezone

    def render(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
        line = f"[{component}] {event['message']}"
        if not in_journal:
            at = datetime.datetime.now(zone).isoformat(" ", "milliseconds")[:23]
            line = f"{at} {event['level'].upper():<7} {line}"
        trace = event.get("exception")
        return f"{line}\n{trace}" if trace else line

    return render


def _as_json(component: str) -> Render:
    encoder = msgspec.json.Encoder(enc_hook=str)

    def render(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        fields = {key: printable(value) if isinstance(value, str) and key != "exception" else value
                  for key, value in event.items()}  # fmt: skip
        return encoder.encode({"at": at, "component": component, **fields}).decode()

    return render
