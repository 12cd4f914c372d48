"""Alerts: one that fires for each key, whoever writes; nothing of it is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.shared.errors import AlertOver, AlertUnknown, DatabaseDamaged
from services.shared.operations import Acknowledgement, Alert, Alerts, Page, Said, Trouble
from services.shared.operations import alerts as module


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "operations.db"


@pytest.fixture
def alerts(path: Path) -> Iterator[Alerts]:
    alerts = Alerts(path)
    yield alerts
    alerts.close()


def trouble(**fields: Any) -> Trouble:
    values: dict[str, Any] = {
        "name": "service_loop",
        "severity": "warning",
        "summary": Said("반복해서 종료됨", "keeps ending"),
        "advice": Said("로그 확인", "see the log"),
        "service": "gateway-0",
    }
    return Trouble(**(values | fields))


def raised(alerts: Alerts, key: str, at_ms: int = 1000, **fields: Any) -> Alert:
    alert = alerts.raise_(key, trouble(**fields), at_ms)
    assert alert is not None
    return alert


def keys(page: Page) -> list[str]:
    return [alert.key for alert in page.alerts]


def test_an_alert_fires_until_it_is_resolved(alerts: Alerts) -> None:
    """With its times, and what it is about."""
    begun = raised(alerts, "loop/a", 1000)
    assert (begun.is_firing, begun.started_at_ms, begun.changed_at_ms, begun.acknowledged) == (True, 1000, 1000, None)
    assert begun.trouble == trouble()
    over = alerts.resolve("loop/a", 5000)
    assert over is not None
    assert (over.id, over.is_firing, over.resolved_at_ms, over.changed_at_ms) == (begun.id, False, 5000, 5000)
    assert alerts.firing() == []


def test_a_key_has_one_alert_that_fires(alerts: Alerts) -> None:
    """Raised again it is the same one, and news only when what it says is; resolved, the next is another."""
    begun = raised(alerts, "loop/a", 1000)
    assert alerts.raise_("loop/a", trouble(), 2000) is None
    graver = raised(alerts, "loop/a", 3000, severity="critical")
    assert (graver.id, graver.started_at_ms, graver.changed_at_ms) == (begun.id, 1000, 3000)
    assert graver.trouble.severity == "critical"
    alerts.resolve("loop/a", 4000)
    assert alerts.resolve("loop/a", 5000) is None
    assert raised(alerts, "loop/a", 6000).id > begun.id
    assert [alert.started_at_ms for alert in alerts.firing()] == [6000]


def test_of_several_that_raise_at_once_one_does(path: Path) -> None:
    """Also while they make the file."""
    results: list[Alert | None] = []
    together = threading.Barrier(4)

    def run() -> None:
        together.wait(10)
        alerts = Alerts(path)
        results.append(alerts.raise_("loop/a", trouble(), 1000))
        alerts.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(results) == 4
    assert len([alert for alert in results if alert is not None]) == 1


def test_whoever_acknowledges_last_has_the_word(alerts: Alerts) -> None:
    """It goes on firing, and what was said stays when it is over."""
    begun = raised(alerts, "loop/a")
    alerts.acknowledge(begun.id, "Kim", "on my way", 2000)
    alert = alerts.acknowledge(begun.id, "박", "", 3000)
    assert (alert.acknowledged, alert.changed_at_ms, alert.is_firing) == (Acknowledgement("박", 3000, ""), 3000, True)
    over = alerts.resolve("loop/a", 4000)
    assert over is not None
    assert over.acknowledged == Acknowledgement("박", 3000, "")


def test_an_alert_that_changes_is_news_again(alerts: Alerts) -> None:
    """Whoever acknowledged a warning has not taken notice of what became critical."""
    begun = raised(alerts, "loop/a", severity="warning")
    alerts.acknowledge(begun.id, "Kim", "", 2000)
    assert alerts.raise_("loop/a", trouble(severity="warning"), 3000) is None
    graver = raised(alerts, "loop/a", 4000, severity="critical")
    assert (graver.id, graver.acknowledged) == (begun.id, None)


def test_only_what_fires_can_be_acknowledged(alerts: Alerts) -> None:
    """One that is over is told from one that never was."""
    begun = raised(alerts, "loop/a")
    alerts.resolve("loop/a", 2000)
    with pytest.raises(AlertOver, match=f"alert {begun.id} is resolved already"):
        alerts.acknowledge(begun.id, "Kim", "", 3000)
    with pytest.raises(AlertUnknown, match="there is no alert 99"):
        alerts.acknowledge(99, "Kim", "", 3000)


def test_a_clock_that_is_set_back_turns_nothing_back(alerts: Alerts) -> None:
    """A later transition is never older, and nothing is over before it began."""
    begun = raised(alerts, "loop/a", 9000)
    assert raised(alerts, "loop/a", 3000, severity="critical").changed_at_ms == 9000
    assert alerts.acknowledge(begun.id, "Kim", "", 4000).changed_at_ms == 9000
    over = alerts.resolve("loop/a", 5000)
    assert over is not None
    assert (over.resolved_at_ms, over.changed_at_ms) == (9000, 9000)


def test_pages_have_firing_ones_first_and_then_the_newest_start(alerts: Alerts) -> None:
    """Each once, whatever the size of a page; what began at the same moment by its number."""
    for number, at_ms in enumerate([1000, 3000, 2000, 3000, 5000, 4000]):
        raised(alerts, str(number), at_ms)
    for key in "145":
        alerts.resolve(key, 9000)
    expected = ["3", "2", "0", "4", "5", "1"]
    for limit in range(1, 8):
        found, before = [], None
        while True:
            page = alerts.page(before=before, limit=limit)
            assert len(page.alerts) <= limit
            found += keys(page)
            if (before := page.before) is None:
                break
        assert found == expected, limit
    page = alerts.page(firing_only=True, limit=2)
    assert keys(page) == ["3", "2"]
    page = alerts.page(firing_only=True, before=page.before, limit=2)
    assert (keys(page), page.before) == (["0"], None)


def test_another_notices_each_transition(alerts: Alerts, path: Path) -> None:
    """By a look that costs nothing, and then by what has changed since."""
    other = Alerts(path)
    seen, change = other.version(), other.last_change()
    begun = raised(alerts, "loop/a")
    raised(alerts, "loop/b")
    alerts.acknowledge(begun.id, "Kim", "", 2000)
    assert other.version() != seen
    seen = other.version()
    assert [alert.key for alert in other.changed_since(change)] == ["loop/b", "loop/a"]
    assert other.last_change() == 3
    assert other.version() == seen
    other.close()


def test_it_survives_a_restart(alerts: Alerts, path: Path) -> None:
    """Whoever opens the file next finds all of it."""
    begun = raised(alerts, "loop/a")
    alerts.close()
    again = Alerts(path)
    assert again.firing() == [begun]
    again.close()


def test_history_has_an_end(alerts: Alerts, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is firing stays, however long ago it began."""
    monkeypatch.setattr(module, "KEPT", 3)
    raised(alerts, "old")
    for number in range(6):
        raised(alerts, str(number), 2000 + number)
        alerts.resolve(str(number), 3000)
    assert keys(alerts.page()) == ["old", "5", "4", "3"]


def test_a_file_that_was_replaced_is_noticed(alerts: Alerts, path: Path) -> None:
    """Also one that is gone."""
    assert not alerts.is_replaced()
    path.rename(path.with_suffix(".away"))
    assert alerts.is_replaced()
    other = Alerts(path)
    assert alerts.is_replaced()
    other.close()


def test_a_damaged_file_is_said_to_be(path: Path) -> None:
    """With what can be done."""
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(DatabaseDamaged, match="move it away"):
        Alerts(path)
