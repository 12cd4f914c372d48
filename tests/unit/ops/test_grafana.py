"""The dashboards: current, consistent, and explained."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from ops.grafana.generate import FOLDER, dashboards, main, stale
from services.shared.metrics.definitions import METRICS

BOARDS: list[dict[str, Any]] = [json.loads(text) for text in dashboards().values()]
PANELS = [(board["title"], panel) for board in BOARDS for panel in board["panels"] if panel["type"] != "row"]
BUILT_IN = {"__rate_interval", "__interval", "__all"}
EXPRESSIONS = [target["expr"] for _, panel in PANELS for target in panel["targets"]]


def test_the_files_are_what_the_script_makes() -> None:
    """Whoever changes the script runs it; a change by hand is found."""
    assert stale() == [], "run: .venv/bin/python -m ops.grafana.generate"
    assert main(["--check"]) == 0
    assert [path.name for path in sorted(FOLDER.iterdir())] == ["overview.json", "services.json", "storage.json"]


def test_uids_are_fixed_and_boards_find_each_other() -> None:
    """An address of a dashboard holds for ever, and each links to the others."""
    assert [board["uid"] for board in BOARDS] == ["coilcast-overview", "coilcast-services", "coilcast-storage"]
    for board in BOARDS:
        assert board["tags"] == board["links"][0]["tags"] == ["coilcast"]
        assert all(annotation["datasource"]["uid"] == "${datasource}" for annotation in board["annotations"]["list"])


def test_dashboards_begin_with_the_data_source_that_is_provisioned() -> None:
    """By its uid, which is fixed, too."""
    provisioned = (FOLDER.parent / "provisioning" / "datasources" / "coilcast.yml").read_text("utf-8")
    for board in BOARDS:
        assert f"uid: {board['templating']['list'][0]['current']['value']}\n" in provisioned


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board["uid"])
def test_panels_lie_beside_each_other(board: dict[str, Any]) -> None:
    """None covers another or reaches beyond the edge, and each has a number of its own."""
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
    for one, other in itertools.combinations([panel["gridPos"] for panel in panels], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above


def test_panels_are_explained_in_both_languages() -> None:
    """Title and description are Korean and English."""
    for title, panel in PANELS:
        for text in (panel["title"], panel["description"]):
            assert re.search(r"[A-Za-z]{3}", text), (title, panel["title"])
            assert re.search(r"[가-힣]", text) or panel["title"].endswith("CPU"), (title, panel["title"])


def test_variables_that_are_used_are_there() -> None:
    """A panel asks for nothing that its dashboard does not offer."""
    for board in BOARDS:
        offered = {variable["name"] for variable in board["templating"]["list"]} | BUILT_IN
        assert set(re.findall(r"\$\{?(\w+)", json.dumps(board))) <= offered


def test_every_metric_is_on_a_panel() -> None:
    """What is exported can be seen, but for what a panel asks for under another name."""
    asked = " ".join(EXPRESSIONS) + json.dumps(BOARDS)
    unseen = [metric.name for metric in METRICS if not re.search(rf"\b{metric.name}(_bucket|_count|_info)?\b", asked)]
    assert set(unseen) <= {"coilcast_canary_interval_seconds", "coilcast_line_running"}
