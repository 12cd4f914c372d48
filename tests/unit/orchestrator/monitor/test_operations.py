"""What takes several steps, played against processes that are only names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchestrator.errors import CommandFailed
from orchestrator.monitor.loop import Running
from orchestrator.monitor.operations import READY_PATIENCE_S, STAGE_PATIENCE_S, Operations, Outcome, Steps
from orchestrator.wording import PROGRESS
from services.shared.messages import ServiceState
from services.shared.phrases import phrases


class Node:
    """Stands in for the keeper: every launch and stop succeeds at once, except for those told otherwise."""

    def __init__(self, *names: str, broken: tuple[str, ...] = ()) -> None:
        self.states: dict[str, ServiceState] = dict.fromkeys(names, "ready")
        self.broken = broken
        self.done: list[str] = []
        self.least_gateways = self.gateways()

    @property
    def names(self) -> list[str]:
        return list(self.states)

    def state(self, name: str) -> ServiceState | None:
        return self.states.get(name)

    def launch(self, name: str) -> None:
        self._do("launch", name, "starting" if name in self.broken else "ready")

    def stop(self, name: str) -> None:
        self._do("stop", name, "stopped")

    def add(self, name: str) -> None:
        self._do("add", name, "stopped")

    def remove(self, name: str) -> None:
        self.done.append(f"remove {name}")
        del self.states[name]

    def gateways(self) -> int:
        return sum(state == "ready" for name, state in self.states.items() if name.startswith("gateway"))

    def _do(self, verb: str, name: str, state: ServiceState) -> None:
        self.done.append(f"{verb} {name}")
        self.states[name] = state
        self.least_gateways = min(self.least_gateways, self.gateways())


def run(node: Node, ask: Callable[[Operations], Steps]) -> tuple[Outcome, list[str]]:
    """The outcome, with every patience running out at once, and what was done to the node."""
    outcomes: list[Outcome] = []
    operations = Operations(node, phrases("en", PROGRESS))  # type: ignore[arg-type]
    running = Running("test", ask(operations), outcomes.append)
    now_s = 0.0
    while running.advance(now_s):
        now_s += max(STAGE_PATIENCE_S, READY_PATIENCE_S)
    return outcomes[0], node.done


def silent(_: str) -> None:
    return


def stopped(*names: str, broken: tuple[str, ...] = ()) -> Node:
    node = Node(*names, broken=broken)
    node.states = dict.fromkeys(names, "stopped")
    return node


def test_the_start_goes_stage_by_stage() -> None:
    """Watcher, gateways, then the rest."""
    _, done = run(stopped("thumbnailer-0", "gateway-0", "watcher-0"), lambda operations: operations.start())
    assert done == ["launch watcher-0", "launch gateway-0", "launch thumbnailer-0"]


def test_a_stage_that_does_not_get_ready_holds_the_others_up_for_a_while_only() -> None:
    """A panel that shows the trouble is better than none."""
    node = stopped("thumbnailer-0", "gateway-0", "watcher-0", broken=("watcher-0",))
    operations = Operations(node, phrases("en", PROGRESS))  # type: ignore[arg-type]
    running = Running("start", operations.start(), lambda _: None)
    assert running.advance(0.0)
    assert running.advance(STAGE_PATIENCE_S - 0.1)
    assert node.done == ["launch watcher-0"]
    assert not running.advance(STAGE_PATIENCE_S)
    assert node.done == ["launch watcher-0", "launch gateway-0", "launch thumbnailer-0"]


def test_the_start_leaves_alone_what_runs() -> None:
    """A new monitor starts what is missing, and nothing else."""
    node = Node("watcher-0", "gateway-0")
    node.states["gateway-0"] = "stopped"
    assert run(node, lambda operations: operations.start())[1] == ["launch gateway-0"]


def test_a_start_with_nothing_to_start_is_over_at_once() -> None:
    """A new monitor among processes that run is not busy: it may be asked for changes."""
    node = Node("watcher-0", "gateway-0")
    node.states = dict.fromkeys(node.states, "starting")
    operations = Operations(node, phrases("en", PROGRESS))  # type: ignore[arg-type]
    assert not Running("start", operations.start(), lambda _: None).advance(0.0)


def test_a_restart_goes_one_after_the_other() -> None:
    """Of several some always work."""
    node = Node("gateway-0", "gateway-1")
    outcome, done = run(node, lambda operations: operations.restart("gateway", silent))
    assert outcome == Outcome(True, "gateway-0, gateway-1 restarted")
    assert done == ["stop gateway-0", "launch gateway-0", "stop gateway-1", "launch gateway-1"]
    assert node.least_gateways == 1


def test_a_restart_ends_where_one_does_not_come_back() -> None:
    """The others are not sent after it."""
    node = Node("gateway-0", "gateway-1", broken=("gateway-0",))
    outcome, done = run(node, lambda operations: operations.restart("gateway", silent))
    assert (outcome.ok, done) == (False, ["stop gateway-0", "launch gateway-0"])


def test_a_reload_of_a_single_gateway_gives_it_company_first() -> None:
    """At no moment there is none, and afterwards there are as many as before."""
    node = Node("watcher-0", "gateway-0")
    outcome, done = run(node, lambda operations: operations.reload(silent))
    assert outcome.ok
    assert done == [
        "add gateway-1",
        "launch gateway-1",
        "stop gateway-0",
        "launch gateway-0",
        "stop gateway-1",
        "remove gateway-1",
    ]
    assert node.least_gateways == 1


def test_a_reload_of_several_needs_no_company() -> None:
    """They stand in for one another."""
    node = Node("gateway-0", "gateway-1", "gateway-2")
    outcome, _ = run(node, lambda operations: operations.reload(silent))
    assert outcome.ok
    assert (node.least_gateways, len(node.names)) == (2, 3)


def test_a_reload_that_cannot_work_leaves_the_old_gateway_alone() -> None:
    """What keeps the company from starting would keep the gateway itself from it."""
    node = Node("gateway-0", broken=("gateway-1",))
    outcome, done = run(node, lambda operations: operations.reload(silent))
    assert not outcome.ok
    assert "stop gateway-0" not in done
    assert node.names == ["gateway-0"]


def test_a_reload_that_fails_on_the_way_keeps_who_works() -> None:
    """The company stays when the gateway does not come back."""
    node = Node("gateway-0", broken=("gateway-0",))
    outcome, _ = run(node, lambda operations: operations.reload(silent))
    assert outcome == Outcome(False, "stopped, as gateway-0 did not get ready; gateway-1 went on serving")
    assert node.gateways() == 1


def test_scaling_goes_up_and_down() -> None:
    """Each process added is ready before the next; each removed has ended."""
    node = Node("gateway-0")
    run(node, lambda operations: operations.scale("gateway", 3, silent))
    outcome, done = run(node, lambda operations: operations.scale("gateway", 1, silent))
    assert outcome == Outcome(True, "gateway processes: 1")
    assert done == [
        *["add gateway-1", "launch gateway-1", "add gateway-2", "launch gateway-2"],
        *["stop gateway-2", "remove gateway-2", "stop gateway-1", "remove gateway-1"],
    ]


def test_what_cannot_be_done_is_answered_not_raised() -> None:
    """A refusal ends the operation, and whoever asked is told why."""
    outcome, done = run(Node("watcher-0"), lambda operations: operations.scale("watcher", 2, silent))
    assert (outcome.ok, done) == (False, [])
    assert "alone writes the catalog" in outcome.text


def test_progress_is_told_on_the_way() -> None:
    """Whoever asked sees each step."""
    said: list[str] = []
    run(Node("gateway-0"), lambda operations: operations.restart("gateway-0", said.append))
    assert said == ["gateway-0: stopping", "gateway-0: starting", "gateway-0: ready"]


def test_asking_for_nobody_is_refused_before_anything_is_done() -> None:
    """A misspelt service stops nothing."""
    operations = Operations(Node("gateway-0"), phrases("en", PROGRESS))  # type: ignore[arg-type]
    with pytest.raises(CommandFailed, match="there is no gatway"):
        next(operations.restart("gatway", silent))
