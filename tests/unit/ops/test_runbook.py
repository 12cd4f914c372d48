"""The runbook: an entry for everything that can wake somebody, in both languages, and no link that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestrator.monitor.diagnosis import STALL_REASONS
from services.shared.metrics.metric import ALERTS

CHECKOUT = Path(__file__).parents[3]
RULES = "\n".join(path.read_text("utf-8") for path in sorted((CHECKOUT / "ops/prometheus/rules").glob("*.yml")))
BY_PROMETHEUS = re.findall(r"- alert: (\w+)", RULES)
RUNBOOKS = ["runbook.md", "runbook.ko.md"]


@pytest.mark.parametrize("name", RUNBOOKS)
def test_each_alert_and_reason_has_an_entry(name: str) -> None:
    """And there is none of what does not exist; the anchors are what messages and rules point to."""
    reasons = {f"stall-{reason.replace('_', '-')}" for reason in STALL_REASONS}
    assert set(_anchors(name)) == reasons | set(ALERTS) | {alert.lower() for alert in BY_PROMETHEUS}


@pytest.mark.parametrize("name", RUNBOOKS)
def test_each_entry_says_four_things(name: str) -> None:
    """What it means, what to look at, what to do, how it is over."""
    for entry in re.split(r"\n(?=### )", _text(name))[1:]:
        assert len(re.findall(r"^- \*\*", entry.split("\n## ")[0], re.MULTILINE)) == 4, entry


@pytest.mark.parametrize("name", RUNBOOKS)
def test_links_lead_somewhere(name: str) -> None:
    """Within the page and to its neighbours."""
    text, anchors = _text(name), set(_anchors(name))
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target.removeprefix("#") in anchors or (CHECKOUT / "docs" / target).exists(), target


def test_both_languages_have_the_same_entries() -> None:
    """In the same order."""
    assert _anchors("runbook.md") == _anchors("runbook.ko.md")


def test_rules_know_each_alert_and_reason() -> None:
    """Each has its sentence in both languages, beside the one for what is unknown."""
    for reason in STALL_REASONS:
        assert len(re.findall(rf'(?<!and \()eq \$labels.reason "{reason}" }}}}', RULES)) == 2, reason
    for name in set(ALERTS) - {"stall"}:
        assert RULES.count(f'eq $labels.name "{name}" }}}}') == 2, name


def test_each_rule_is_explained_in_both_languages() -> None:
    """A summary and a description each, how grave it is, and where to read on."""
    for rule in re.split(r"\n(?=      - (?:alert|record): )", RULES):
        if "- alert:" not in rule:
            continue
        for key in ("summary", "summary_ko", "description", "description_ko", "runbook_url"):
            assert re.search(rf"^ +{key}: ", rule, re.MULTILINE), (key, rule)
        is_relayed = "coilcast_alert_firing" in rule
        assert is_relayed or re.search(r"severity: (critical|warning|info|none)", rule), rule
        alert = re.findall(r"- alert: (\w+)", rule)[0]
        assert is_relayed or f'docs/runbook.md#{alert.lower()}"' in rule, rule


def _text(name: str) -> str:
    return (CHECKOUT / "docs" / name).read_text("utf-8")


def _anchors(name: str) -> list[str]:
    return re.findall(r'<a id="([^"]+)">', _text(name))
