"""What is shipped for Prometheus and Alertmanager, by the judgement of promtool and amtool."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.system.support.programs import program

OPS = Path(__file__).parents[3] / "ops"
RULES = sorted((OPS / "prometheus" / "rules").glob("*.yml"))
TESTS = sorted((OPS / "prometheus" / "tests").glob("*.yml"))
ALERTMANAGER = OPS / "alertmanager" / "alertmanager.yml"


def test_prometheus_takes_the_configuration() -> None:
    """With every rule file that it names."""
    said = _promtool("check", "config", str(OPS / "prometheus" / "prometheus.yml"))
    assert f"SUCCESS: {len(RULES)} rule files found" in said


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_rules_do_what_their_tests_say(path: Path) -> None:
    """promtool plays the series and compares what is recorded and what fires."""
    assert "SUCCESS" in _promtool("test", "rules", str(path))


def test_each_rule_has_a_test() -> None:
    """Each alert is named in a test of its own, and each recording is what an alert or a test goes by."""
    rules = "\n".join(path.read_text("utf-8") for path in RULES)
    tests = "\n".join(path.read_text("utf-8") for path in TESTS)
    for alert in re.findall(r"- alert: (\w+)", rules):
        assert re.search(rf"\b{alert}\b", tests), alert
    for record in re.findall(r"- record: (\S+)", rules):
        assert rules.count(record) > 1 or record in tests, record


def test_alertmanager_takes_the_example() -> None:
    """With its templates."""
    assert "1 templates" in _amtool("check-config", str(ALERTMANAGER))


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["alertname=CoilcastStall", "severity=critical", "reason=disk_full"], "call"),
        (["alertname=CoilcastTargetDown", "severity=critical"], "call"),
        (["alertname=CoilcastStall", "severity=warning", "reason=source_silent"], "tell"),
        (["alertname=CoilcastStall", "severity=info", "reason=line_stopped"], "nobody"),
        (["alertname=CoilcastWatchdog", "severity=none"], "dead-man"),
        (["alertname=SomebodyElses"], "tell"),
    ],
)
def test_who_is_told(labels: list[str], receiver: str) -> None:
    """By how grave it is; and the dead man's switch hears the watchdog only."""
    said = _amtool("config", "routes", "test", f"--config.file={ALERTMANAGER}", *labels)
    assert said.split()[-1] == receiver


@pytest.mark.parametrize(("part", "kind"), [("subject", "text"), ("text", "text"), ("html", "html")])
def test_a_mail_says_what_to_do_in_both_languages(part: str, kind: str, tmp_path: Path) -> None:
    """The subject in one line; the body with the advice, the way to the runbook, and the end of what is over."""
    labels = {"alertname": "CoilcastStall", "severity": "critical", "instance": "line-1", "reason": "disk_full"}
    texts = {
        "summary": "no image",
        "summary_ko": "이미지 없음",
        "description": "free space",
        "description_ko": "공간 확보",
    }
    alert = {
        "status": "resolved",
        "labels": labels,
        "annotations": texts | {"runbook_url": "https://wiki.example/docs/runbook.md#stall-disk-full"},
        "startsAt": "2026-01-02T03:04:05Z",
        "endsAt": "2026-01-02T03:05:05Z",
        "generatorURL": "http://prometheus.example/graph",
    }
    data = tmp_path / "data.json"
    data.write_text(json.dumps({"status": "resolved", "alerts": [alert], "externalURL": "http://am.example"}), "utf-8")
    said = _amtool(
        "template",
        "render",
        f"--template.glob={ALERTMANAGER.parent}/templates/*.tmpl",
        f'--template.text={{{{ template "coilcast.{part}" . }}}}',
        f"--template.type={kind}",
        f"--template.data={data}",
    )
    assert "이미지 없음" in said
    assert "no image" in said
    assert "해제 RESOLVED" in said
    if part == "subject":
        assert len(said.strip().splitlines()) == 1
    else:
        for text in ("공간 확보", "free space", "#stall-disk-full", "03:05:05"):
            assert text in said


def _promtool(*words: str) -> str:
    return _run(program("promtool", "prometheus"), *words)


def _amtool(*words: str) -> str:
    return _run(program("amtool", "prometheus-alertmanager"), *words)


def _run(*words: str) -> str:
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, f"{ended.stdout}{ended.stderr}"
    return ended.stdout
