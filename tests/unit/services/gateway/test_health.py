"""Whether images can flow."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from services.gateway.health import HEALTH_TIMEOUT_S, TICK_TIMEOUT_S, Evidence, assess, summary
from services.gateway.wire import HealthData
from services.gateway.wire_health import FlowHealth, HealthAnswer, StallHealth
from services.gateway.wording import REASONS
from services.shared.messages import Flow, Health, ServiceHealth, ServiceState
from services.shared.phrases import phrases
from tests.support.serving import image

NOW_MS = 1_000_000


def health(status: str = "ok", reason: str | None = None, **services: Any) -> Health:
    return Health(
        status=status,  # type: ignore[arg-type]
        reason=reason,
        services={name.replace("_", "-"): ServiceHealth(**fields) for name, fields in services.items()},
        at_ms=0,
    )


def judged(language: str = "en", **fields: Any) -> HealthAnswer:
    values: dict[str, Any] = {
        "health": health(),
        "health_age_s": 0.0,
        "watcher_age_s": 0.0,
        "last_image": None,
        "now_ms": NOW_MS,
        "stall_after_s": 30.0,
    }
    return assess(Evidence(**{**values, **fields}), phrases(language, REASONS))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({}, "ok", None),
        ({"health": health("degraded", "thumbnailer-0: hung")}, "degraded", "thumbnailer-0: hung"),
        ({"health": health("down", "watcher-0: dead")}, "down", "watcher-0: dead"),
        ({"health_age_s": HEALTH_TIMEOUT_S}, "ok", None),
        ({"health_age_s": HEALTH_TIMEOUT_S + 0.1}, "degraded", "nothing is heard of the monitor"),
        ({"health": None, "health_age_s": None}, "degraded", "nothing is heard of the monitor"),
        ({"watcher_age_s": TICK_TIMEOUT_S}, "ok", None),
        ({"watcher_age_s": TICK_TIMEOUT_S + 0.1}, "down", "nothing is heard of the watcher"),
        ({"watcher_age_s": None}, "down", "nothing is heard of the watcher"),
        ({"watcher_age_s": None, "health": health("down", "watcher-0: slowed")}, "down", "watcher-0: slowed"),
        (
            {"watcher_age_s": None, "health": health("down", "old"), "health_age_s": 99.0},
            "down",
            "nothing is heard of the watcher",
        ),
        ({"catalog_error": "disk I/O error"}, "down", "the catalog cannot be read: disk I/O error"),
        (
            {"catalog_error": "a\nb", "watcher_age_s": None, "health": None},
            "down",
            "the catalog cannot be read: a\\nb",
        ),
    ],
)
def test_the_worst_that_is_known_is_the_judgement(fields: dict[str, Any], status: str, reason: str | None) -> None:
    """What is seen here before what the monitor says, and nothing that was said too long ago."""
    answer = judged(**fields)
    assert (answer.status, answer.reason) == (status, reason)
    assert summary(answer) == HealthData(answer.status, answer.reason, answer.services)


@pytest.mark.parametrize("state", get_args(ServiceState))
def test_each_process_is_in_the_state_that_the_monitor_saw(state: str) -> None:
    """Until the monitor is silent: then nobody knows."""
    said = health(watcher_0={"state": state}, gateway_1={"state": "ready"})
    assert judged(health=said).services == {"watcher-0": state, "gateway-1": "ready"}
    assert judged(health=said, health_age_s=99.0).services == {}


@pytest.mark.parametrize(
    ("detail", "mode", "missing"),
    [
        ({}, None, {}),
        ({"modes": {}, "missing": {}}, None, {}),
        ({"modes": {"original": "inotify", "labeled": "inotify"}}, "inotify", {}),
        (
            {"modes": {"original": "polling"}, "missing": {"labeled": "no such folder"}},
            "polling",
            {"labeled": "no such folder"},
        ),
        ({"modes": {"original": "inotify", "labeled": "polling"}}, "mixed", {}),
        ({"modes": None, "missing": None}, None, {}),
    ],
)
def test_how_the_folders_are_watched_is_the_watchers_word(
    detail: dict[str, Any], mode: str | None, missing: dict[str, str]
) -> None:
    """From its heartbeat, which the monitor passes on."""
    watcher = judged(health=health(watcher_0={"state": "ready", "detail": detail})).watcher
    assert (watcher.mode, watcher.missing) == (mode, missing)
    assert watcher.folders == (detail.get("modes") or {})


@pytest.mark.parametrize(
    ("seen_at_ms", "written_at_ms", "imported", "reason"),
    [
        (NOW_MS, NOW_MS, False, None),
        (NOW_MS - 30_000, 0, False, None),
        (NOW_MS - 30_001, NOW_MS, False, "no image for 30 s"),
        (NOW_MS - 90_400, NOW_MS, False, "no image for 90 s"),
        # A clock that was set back: it came in the future.
        (NOW_MS + 60_000, 0, False, None),
        # It lay there: seen when the catalog was made, but written long before.
        (NOW_MS, NOW_MS - 3_600_000, True, "no image for 3600 s"),
        (NOW_MS - 60_000, NOW_MS, True, "no image for 60 s"),
    ],
)
def test_a_stall_is_judged_by_when_the_last_image_came(
    seen_at_ms: int, written_at_ms: int, imported: bool, reason: str | None
) -> None:
    """By the server's clock; it says nothing of whether images can flow."""
    last = image(1, seen_at_ms=seen_at_ms, written_at_ms=written_at_ms, imported=imported)
    answer = judged(last_image=last)
    assert (answer.stall.stalled, answer.stall.reason) == (reason is not None, reason)
    assert answer.status == "ok"
    assert answer.last_image is not None
    assert answer.last_image.seq == 1


def test_before_the_first_image_there_is_no_stall() -> None:
    """But a word on why there is none; in the node's language."""
    assert judged().stall.reason == "no image has come yet"
    assert not judged().stall.stalled
    assert judged(language="ko").stall.reason == "아직 이미지가 없음"
    assert judged().last_image is None


LIVE = Flow(state="live", since_ms=1, last_image_ms=5)
SILENT = Flow(state="stalled", since_ms=2, reason="source_silent", text="source silent", severity="warning")
HANGS = Flow(state="stalled", since_ms=3, reason="storage_hangs", text="the storage hangs", severity="critical")
NEW = Flow(state="stalled", since_ms=4)


def flowing(**flows: Flow) -> Health:
    return Health(status="ok", reason=None, services={}, at_ms=0, flows=flows)


@pytest.mark.parametrize(
    ("flows", "stalled", "reason", "code"),
    [
        ({"a": LIVE}, False, None, None),
        ({"a": LIVE, "b": SILENT}, True, "source silent", "source_silent"),
        ({"a": SILENT, "b": HANGS}, True, "the storage hangs", "storage_hangs"),
        ({"a": LIVE, "b": NEW}, True, "no images come; the reason is being looked for", None),
    ],
)
def test_the_monitor_knows_of_each_folder_and_why(
    flows: dict[str, Flow], stalled: bool, reason: str | None, code: str | None
) -> None:
    """The gravest is told; how old the last image is says nothing beside that."""
    old = image(1, seen_at_ms=0, written_at_ms=0)
    answer = judged(health=flowing(**flows), last_image=old)
    assert (answer.stall.stalled, answer.stall.reason, answer.stall.code) == (stalled, reason, code)
    assert answer.stall.flows.keys() == flows.keys()
    assert judged(health=flowing(a=LIVE), last_image=old).stall.flows == {"a": FlowHealth("live", None, None, 1, 5)}


def test_what_the_monitor_said_long_ago_is_not_believed() -> None:
    """Then the age of the last image has to do."""
    old = image(1, seen_at_ms=NOW_MS - 60_000, written_at_ms=0)
    answer = judged(health=flowing(a=LIVE), health_age_s=99.0, last_image=old)
    assert answer.stall == StallHealth(True, "no image for 60 s")


def test_folders_that_wait_are_no_stall() -> None:
    """No image has come yet; or none since the node started, which is told once its grace is over."""
    waiting = flowing(a=Flow(state="waiting", since_ms=1))
    assert judged(health=waiting).stall.reason == "no image has come yet"
    assert judged(health=waiting, last_image=image(1, seen_at_ms=0, written_at_ms=0)).stall.reason is None
