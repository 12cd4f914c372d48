"""Which processes there are, and in which order they start and end."""

from __future__ import annotations

import pytest

from orchestrator.errors import CommandFailed
from orchestrator.topology import Process, matching, parse, processes, scaling, start_stages, stop_stages
from services.shared.settings import load_settings

NAMES = ["gateway-0", "gateway-1", "simulator-0", "thumbnailer-0", "watcher-0"]


def test_settings_say_how_many_there_are() -> None:
    """Gateways and thumbnailers are as many as set; the simulator is there only in the demo."""
    settings = load_settings({"COILCAST_GATEWAY_PROCESSES": "2", "COILCAST_PREVIEWS_WORKERS": "3"})
    names = [process.name for process in processes(settings, simulate=False)]
    assert names == [
        *("watcher-0", "gateway-0", "gateway-1"),
        *("thumbnailer-0", "thumbnailer-1", "thumbnailer-2", "janitor-0"),
    ]
    assert Process("simulator", 0) in processes(settings, simulate=True)
    settings = load_settings({"COILCAST_RETENTION_ENABLED": "false"})
    assert Process("janitor", 0) not in processes(settings, simulate=False)


def test_the_start_follows_readiness_and_the_end_begins_with_the_producers() -> None:
    """The catalog's writer starts first; the gateways end last, when everything was sent."""
    assert start_stages(NAMES) == [["watcher-0"], ["gateway-0", "gateway-1"], ["simulator-0", "thumbnailer-0"]]
    assert stop_stages(NAMES) == [["simulator-0"], ["watcher-0"], ["thumbnailer-0"], ["gateway-0", "gateway-1"]]


def test_the_janitor_comes_last_and_leaves_first() -> None:
    """Nothing goes before all is in its place, and nothing while the watcher is away."""
    assert start_stages(["janitor-0", "watcher-0"]) == [["watcher-0"], ["janitor-0"]]
    assert stop_stages(["janitor-0", "watcher-0"]) == [["janitor-0"], ["watcher-0"]]


def test_a_service_that_no_stage_names_is_not_forgotten() -> None:
    """What the stages do not know starts and ends last."""
    assert start_stages(["other-0", "watcher-0"]) == [["watcher-0"], ["other-0"]]
    assert stop_stages(["other-0", "watcher-0"]) == [["watcher-0"], ["other-0"]]


def test_a_name_means_a_service_or_one_process() -> None:
    """`gateway` means all of them, `gateway-1` one, and what is not there is named together with what is."""
    assert matching(NAMES, "gateway") == ["gateway-0", "gateway-1"]
    assert matching(NAMES, "gateway-1") == ["gateway-1"]
    with pytest.raises(CommandFailed, match="no gatway here; there are: gateway, simulator, thumbnailer, watcher"):
        matching(NAMES, "gatway")


@pytest.mark.parametrize("name", ["gateway", "-1", "gateway-x"])
def test_what_is_no_process_name_is_told(name: str) -> None:
    """A name without a service or a number is refused."""
    with pytest.raises(ValueError, match=r"no process name|invalid literal"):
        parse(name)


def test_scaling_up_takes_the_lowest_free_numbers() -> None:
    """A hole in the numbers is filled first."""
    assert scaling(["gateway-0", "gateway-2"], "gateway", 4).add == ["gateway-1", "gateway-3"]
    assert scaling(["gateway-0", "gateway-2"], "gateway", 2) == scaling(["gateway-5", "gateway-6"], "gateway", 2)


def test_scaling_down_takes_the_highest_numbers_first() -> None:
    """Whoever came last goes first."""
    change = scaling(["gateway-0", "gateway-1", "gateway-2", "watcher-0"], "gateway", 1)
    assert (change.add, change.remove) == ([], ["gateway-2", "gateway-1"])


@pytest.mark.parametrize(
    ("service", "count", "why"),
    [("watcher", 2, "alone writes the catalog"), ("simulator", 2, "one of it or none"), ("gateway", 0, "give 1 to 64")],
)
def test_what_cannot_be_scaled_says_why(service: str, count: int, why: str) -> None:
    """A refusal names its reason."""
    with pytest.raises(CommandFailed, match=why):
        scaling(NAMES, service, count)
