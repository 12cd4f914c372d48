"""`service-orchestrator alerts`, with nothing running."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from services.shared.operations import Alerts, Outbox, Said, Silences, Trouble
from tests.support.net import free_port
from tests.support.receivers import hook, mailbox
from tests.system.orchestrator.node import Node


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def alerts(node: Node) -> Iterator[Alerts]:
    """Two alerts, of which one is over."""
    node.state.mkdir(exist_ok=True)
    store = Alerts(node.state / "operations.db")
    for name, service in (("service_loop", "gateway-0"), ("stall", None)):
        trouble = Trouble(
            name=name,
            severity="critical",
            reason="exited",
            service=service,
            camera="main" if service is None else None,
            summary=Said("반복해서 종료됨", "keeps\nending"),
            advice=Said("로그 확인", "see the log"),
        )
        store.raise_(name, trouble, now_ms())
    store.resolve("service_loop", now_ms())
    yield store
    store.close()


def test_what_is_and_was_wrong_is_listed(node: Node, alerts: Alerts) -> None:
    """Firing first; with what to do next, if only that is asked for; in the node's language."""
    lines = node.run("alerts", "list").stdout.splitlines()
    assert [line.split()[:2] for line in lines[2:]] == [["2", "critical"], ["1", "critical"]]
    assert "firing" in lines[2]
    assert "keeps\\nending" in lines[2]
    assert "over 20" in lines[3]
    firing = node.run("alerts", "list", "--firing", COILCAST_NODE_LANGUAGE="ko").stdout
    assert "발생 중" in firing
    assert "2  조치: 로그 확인" in firing
    assert "gateway-0" not in firing


def test_before_the_first_start_there_is_nothing(node: Node) -> None:
    """And a look makes no file."""
    assert node.run("alerts", "list").stdout == "no alert\n"
    assert node.run("alerts", "silences").stdout == "nothing is silenced\n"
    assert not (node.state / "operations.db").exists()


def test_an_alert_is_acknowledged_by_name(node: Node, alerts: Alerts) -> None:
    """One that is over, or never was, is an error of one line."""
    seen = node.run("alerts", "ack", "2", "--by", " 김 ", "--note", "가는 중")
    assert (seen.returncode, seen.stdout) == (0, "alert 2 acknowledged by 김\n")
    [firing] = alerts.firing()
    assert firing.acknowledged is not None
    assert (firing.acknowledged.by, firing.acknowledged.note) == ("김", "가는 중")
    assert node.run("alerts", "list").stdout.splitlines()[2].endswith("김")
    for number, why in (("1", "resolved already"), ("9", "there is no alert 9")):
        refused = node.run("alerts", "ack", number)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert why in refused.stderr
    assert node.run("alerts", "ack", "2", "--by", " ").returncode == 2


def test_a_silence_is_made_listed_and_ended(node: Node, alerts: Alerts) -> None:
    """By whom it was; the list of alerts says until when."""
    made = node.run("alerts", "silence", "--name", "stall", "--camera", "main", "--for", "1h30m", "--by", "Kim")
    assert made.returncode == 0, made
    assert made.stdout.startswith("silence 1: name=stall camera=main until 20")
    silences = Silences(node.state / "operations.db")
    [lasting] = silences.lasting(now_ms())
    assert abs(lasting.until_ms - now_ms() - 5_400_000) < 60_000
    assert "firing, silenced until" in node.run("alerts", "list").stdout
    assert "name=stall camera=main" in node.run("alerts", "silences").stdout
    ended = node.run("alerts", "unsilence", "1", "--by", "박")
    assert (ended.returncode, ended.stdout) == (0, "silence 1 is over: name=stall camera=main\n")
    assert node.run("alerts", "silences").stdout == "nothing is silenced\n"
    assert "by 박" in node.run("alerts", "silences", "--all").stdout
    again = node.run("alerts", "unsilence", "1")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    silences.close()


@pytest.mark.parametrize("duration", ["", "2", "2x", "59s", "31d", "-1h", "1h 30"])
def test_a_duration_that_is_none_is_told_with_one_that_is(node: Node, duration: str) -> None:
    """Exit code 2, as for every wrong option."""
    refused = node.run("alerts", "silence", "--for", duration)
    assert refused.returncode == 2
    assert "Invalid value for '--for'" in refused.stderr


def test_every_address_is_tried(node: Node, alerts: Alerts) -> None:
    """Over HTTP and SMTP; one that fails makes it exit code 1, and none is shown as it is."""
    nobody = f"json://kim:hunter22@127.0.0.1:{free_port()}/T0KENT0KEN"
    with hook() as chat, mailbox() as mail:
        well = node.run("alerts", "test", COILCAST_ALERTS_URLS=f"{chat.url},{mail.url}")
        assert (well.returncode, well.stdout.split()) == (0, ["#1", "json", "arrived", "#2", "mailto", "arrived"])
        assert chat.titles()[0].startswith("[test] coilcast (")
        assert mail.mails[0]["Subject"] == chat.titles()[0]
        ill = node.run("alerts", "test", COILCAST_ALERTS_URLS=f"{nobody},{chat.url}", COILCAST_NODE_LANGUAGE="ko")
    assert ill.returncode == 1
    assert ill.stdout.splitlines()[0].startswith("#1 json          전달 안 됨: ")
    assert ill.stdout.splitlines()[1] == "#2 json          전달됨"
    assert not any(secret in ill.stdout + ill.stderr for secret in ("hunter22", "T0KENT0KEN"))
    outbox = Outbox(node.state / "operations.db")
    assert sorted(trial.failures for trial in outbox.trials().values()) == [0, 0, 1]
    outbox.close()


def test_a_test_without_an_address_says_where_they_go(node: Node) -> None:
    """Exit code 2: it is a setting that is missing."""
    refused = node.run("alerts", "test")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "alerts.urls is empty" in refused.stderr


@pytest.mark.parametrize("command", ["list", "test", "ack", "silence", "silences", "unsilence"])
def test_every_part_explains_itself(node: Node, command: str) -> None:
    """With an example that begins as one would type it, and in Korean, too."""
    text = node.run("alerts", command, "--help").stdout
    assert f"Examples\n    service-orchestrator alerts {command}" in text
    assert any("가" <= character <= "힣" for character in text)


def test_check_shows_that_an_address_is_set_and_not_which(node: Node) -> None:
    """Whoever knows it is let in."""
    seen = node.run("check", COILCAST_ALERTS_URLS="slack://T0KENT0KEN/b/c", COILCAST_ALERTS_DEAD_MAN_URL="")
    rows = {line.split()[0]: line.split()[1] for line in seen.stdout.splitlines() if line.startswith("alerts.")}
    assert (rows["alerts.urls"], rows["alerts.dead_man_url"]) == ("(set)", "-")
    assert "T0KENT0KEN" not in seen.stdout
