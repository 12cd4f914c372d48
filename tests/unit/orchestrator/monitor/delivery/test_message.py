"""An alert as people read it in a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestrator.monitor.delivery.message import message_of, runbook_anchor
from orchestrator.monitor.delivery.message import test_message as marked
from services.shared.operations import Alert, Said, Trouble
from tests.support.watching import settings_for


def alert(**fields: Any) -> Alert:
    trouble = Trouble(
        name="stall",
        severity="critical",
        reason="source_silent",
        camera="main",
        kind="original",
        summary=Said("이미지 멈춤", "images have stopped"),
        advice=Said("카메라 확인", "look at the camera"),
    )
    values: dict[str, Any] = {
        "id": 12,
        "key": "stall/main/original",
        "trouble": trouble,
        "started_at_ms": 1_767_225_600_000,
        "changed_at_ms": 1_767_225_600_000,
        "resolved_at_ms": None,
        "acknowledged": None,
        "change": 1,
    }
    return Alert(**(values | fields))


def test_a_message_says_all_that_one_needs_at_night(tmp_path: Path) -> None:
    """What, how grave, where, since when, what to do next; both languages, the node's first."""
    settings = settings_for(tmp_path, COILCAST_NODE_LANGUAGE="ko", COILCAST_NODE_NAME="line-2")
    message = message_of(alert(), "raised", settings)
    assert message.title == "[발생 · 심각] 이미지 멈춤 (line-2)"
    assert message.tone == "failure"
    assert message.body == (
        "발생 · 심각 (stall, source_silent)\n"
        "내용: 이미지 멈춤\n"
        "위치: 노드 line-2, 카메라 main, 종류 original\n"
        "시작: 2026-01-01 09:00:00 KST\n"
        "조치: 카메라 확인\n"
        "\n"
        "alert · critical (stall, source_silent)\n"
        "what: images have stopped\n"
        "where: node line-2, camera main, type original\n"
        "since: 2026-01-01 09:00:00 KST\n"
        "do next: look at the camera\n"
        "\n"
        "절차서: docs/runbook.md#stall-source-silent"
    )


@pytest.mark.parametrize(
    ("bind", "shown"),
    [
        ("127.0.0.1", None),
        ("::1", None),
        ("localhost", None),
        ("10.0.0.7", "http://10.0.0.7:8081/?view=alerts&alert=12"),
        ("line-2.mill.example", "http://line-2.mill.example:8081/?view=alerts&alert=12"),
    ],
)
def test_a_message_leads_to_the_panel_where_others_reach_it(tmp_path: Path, bind: str, shown: str | None) -> None:
    """An address that only the machine itself reaches would lead nobody anywhere."""
    message = message_of(alert(), "raised", settings_for(tmp_path, COILCAST_GATEWAY_BIND=bind))
    lines = message.body.splitlines()
    assert [line for line in lines if line.startswith("panel: ")] == ([f"panel: {shown}"] if shown else [])


def test_a_recovery_says_how_long_it_lasted(tmp_path: Path) -> None:
    """And nothing of what to do."""
    settings = settings_for(tmp_path, COILCAST_NODE_NAME="line-2")
    message = message_of(alert(resolved_at_ms=1_767_225_600_000 + 1_500_000), "resolved", settings)
    assert message.title == "[resolved] images have stopped (line-2)"
    assert message.tone == "success"
    assert "over: 2026-01-01 09:25:00 KST (lasted 25 min)" in message.body
    assert "look at the camera" not in message.body


def test_a_test_is_marked_as_one(tmp_path: Path) -> None:
    """In both languages."""
    message = marked(settings_for(tmp_path, COILCAST_NODE_NAME="line-2"))
    assert message.title == "[test] coilcast (line-2)"
    assert "시험 메시지입니다" in message.body


@pytest.mark.parametrize(
    ("name", "reason", "anchor"),
    [("stall", "disk_full", "stall-disk-full"), ("stall", None, "stall"), ("service_loop", "exited", "service_loop")],
)
def test_the_runbook_has_an_entry_for_each_alert(name: str, reason: str | None, anchor: str) -> None:
    """For each reason of a stall."""
    trouble = Trouble(name=name, severity="info", reason=reason, summary=Said("", ""), advice=Said("", ""))
    assert runbook_anchor(trouble) == anchor
