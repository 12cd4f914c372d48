"""Prometheus and Alertmanager beside a node that runs: what is asked has an answer, and who should be told is."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from ops.grafana.generate import dashboards
from tests.support.wait import until
from tests.system.observe.line import Line, line
from tests.system.observe.stack import Receiver, Stack, observing
from tests.system.support.programs import program

WHILE_ALERTED = re.compile(r"coilcast_alert_firing|\bALERTS\b")
SELECTOR = re.compile(r"\b(?:coilcast_\w+|\w+:coilcast_\w+:\w+|up|scrape_duration_seconds)\b(?:\{[^{}]*\})?")
NEVER_HERE = {"coilcast_line_running", 'coilcast_alert_firing{name!="stall"}'}
"""The line has no signal here, and nothing but a stall is wrong."""


class Observed(NamedTuple):
    line: Line
    stack: Stack
    receiver: Receiver


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    """One node for all tests of this module, which run in the order in which they stand."""
    with line() as one, observing(tmp_path_factory.mktemp("observe"), one.target) as (stack, receiver):
        yield Observed(one, stack, receiver)


def test_figures_are_good_style(observed: Observed) -> None:
    """promtool has nothing to say about a scrape."""
    with urllib.request.urlopen(f"http://{observed.line.target}/metrics", timeout=10) as answer:
        text = answer.read()
    checked = subprocess.run(
        [program("promtool", "prometheus"), "check", "metrics"],
        input=text,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (checked.returncode, checked.stderr.decode(), checked.stdout.decode()) == (0, "", "")


def test_every_panel_has_data(observed: Observed) -> None:
    """Each expression of each panel, but for what there is only while an alert fires, has a series with a number."""
    _await_data(observed.stack, [expr for expr in _panel_expressions() if not WHILE_ALERTED.search(expr)])


def test_every_recording_rule_has_data(observed: Observed) -> None:
    """Each has recorded a number, and no rule of any kind has failed."""
    _await_data(observed.stack, [rule["name"] for rule in _rules(observed.stack) if rule["type"] == "recording"])
    until(lambda: all(rule["health"] == "ok" for rule in _rules(observed.stack)), 20, "rules that were all evaluated")


def test_a_stopped_simulator_is_told_with_its_reason_and_its_end(observed: Observed) -> None:
    """The receiver hears of the stall, with all that ops need, and that it is over once the simulator runs again."""
    receiver = observed.receiver
    until(lambda: receiver.alerts("/dead-man", "firing"), 20, "the watchdog at the dead man's switch")
    assert [alert["labels"] for alert in _stalls(receiver, "firing")] == []
    observed.line.silence()
    told = until(lambda: _stalls(receiver, "firing"), 40, "the stall at the receiver")[0]
    expected = {"alertname": "CoilcastStall", "name": "stall", "reason": "source_silent", "severity": "warning"}
    where = {"camera": "main", "type": "original", "job": "coilcast", "instance": observed.line.target}
    assert told["labels"] == expected | where
    assert "source_silent" in told["annotations"]["summary"]
    assert "라인 가동 여부" in told["annotations"]["description_ko"]
    assert told["annotations"]["runbook_url"] == "docs/runbook.md#stall-source-silent"
    _await_data(observed.stack, [expr for expr in _panel_expressions() if WHILE_ALERTED.search(expr)])
    assert _stalls(receiver, "resolved") == []
    observed.line.simulate()
    over = until(lambda: _stalls(receiver, "resolved"), 40, "its end at the receiver")[0]
    assert over["labels"] == told["labels"]


def test_alerting_rules_and_annotations_ask_for_what_there_is(observed: Observed) -> None:
    """Each series that an alerting rule names was there by now, and each annotation has had something to show."""
    stack = observed.stack
    assert observed.line.node.run("restart", "thumbnailer").returncode == 0
    named = {
        selector
        for rule in _rules(stack)
        if rule["type"] == "alerting"
        for selector in SELECTOR.findall(_without_grouping(rule["query"]))
    }
    assert {selector for selector in named if "alert_firing" in selector}
    missing = {selector for selector in named if not stack.samples(f"last_over_time({selector}[10m])")}
    assert missing <= NEVER_HERE
    asked = [
        annotation["expr"]
        for board in map(json.loads, dashboards().values())
        for annotation in board["annotations"]["list"]
    ]
    _await_data(stack, [f"last_over_time(({_filled_in(expr)})[10m:1s])" for expr in asked])


def _panel_expressions() -> list[str]:
    boards = [json.loads(text) for text in dashboards().values()]
    return [
        _filled_in(target["expr"])
        for board in boards
        for panel in board["panels"]
        for target in panel.get("targets", [])
    ]


def _filled_in(expr: str) -> str:
    """As Grafana would with everything chosen."""
    expr = re.sub(r"\$(instance|camera|type)\b", ".*", expr)
    return re.sub(r"\$(__rate_interval|__interval)\b", "10s", expr)


def _without_grouping(expr: str) -> str:
    """Labels in lists and in texts are no series."""
    return re.sub(r'\b(by|on|group_left) \([^()]*\)|"series", "\w*", "", ""', "", expr)


def _rules(stack: Stack) -> list[dict[str, str]]:
    return [rule for group in stack.ask("rules")["groups"] for rule in group["rules"]]


def _await_data(stack: Stack, exprs: list[str]) -> None:
    """Each has data by and by."""
    missing = list(exprs)
    assert missing

    def all_found() -> bool:
        missing[:] = [expr for expr in missing if not stack.has_data(expr)]
        return not missing

    try:
        until(all_found, 40, "data")
    except AssertionError:
        raise AssertionError("no data for:\n" + "\n".join(missing)) from None


def _stalls(receiver: Receiver, status: str) -> list[dict[str, dict[str, str]]]:
    told = receiver.alerts("/tell", status) + receiver.alerts("/call", status)
    return [alert for alert in told if alert["labels"]["alertname"] == "CoilcastStall"]
