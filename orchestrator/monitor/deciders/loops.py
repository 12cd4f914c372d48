"""A service that restarts in a loop."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.monitor.deciders.damage import is_damaged
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.health import VITAL, is_out
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.telling import said, trouble
from orchestrator.topology import parse
from orchestrator.wording import REASONS
from services.shared.operations import Said, Trouble

SERVICE_LOOP = "service_loop"


class Loops:
    """A loop begins when the restart policy slows a service down, which takes more than a crash or two.

    It is over when the service has been ready for `stable_s`, when the policy forgives it, too; so one loop is one
    alert and one recovery. It may get graver meanwhile, never less grave: what has happened to the last of a vital
    service has. A watcher that ends because the catalog is damaged is told of by that alert, not by this one.
    """

    names = frozenset({SERVICE_LOOP})

    def __init__(self, stable_s: float) -> None:
        self._stable_s = stable_s

    def __call__(self, view: View, firing: Firing) -> Firing:
        wanted: dict[str, Trouble] = {}
        for ward in view.wards:
            key = f"{SERVICE_LOOP}/{ward.name}"
            before = firing.get(key)
            if self._is_stable(ward, view.now_s):
                continue
            if before is None and (not ward.policy.is_slowing or is_damaged(ward)):
                continue
            is_last = _is_last(ward, view.wards, view.now_s)
            if before is None or (is_last and before.severity != "critical"):
                wanted[key] = _trouble(ward, is_last=is_last)
            else:
                wanted[key] = before
        return wanted

    def _is_stable(self, ward: Ward, now_s: float) -> bool:
        return ward.state == "ready" and ward.ready_s is not None and now_s - ward.ready_s >= self._stable_s


def _is_last(ward: Ward, wards: Iterable[Ward], now_s: float) -> bool:
    """Nothing stands in for a vital service that keeps ending."""
    service = parse(ward.name).service
    if service not in VITAL or not ward.policy.is_slowing:
        return False
    others = [other for other in wards if other is not ward and parse(other.name).service == service]
    return all(other.policy.is_slowing or is_out(other, now_s) for other in others)


def _trouble(ward: Ward, *, is_last: bool) -> Trouble:
    why, reason = _why(ward.exit_code)
    fields = {"service": ward.name, "why": why}
    return trouble(
        SERVICE_LOOP,
        "critical" if is_last else "warning",
        "service_loop_last" if is_last else "service_loop",
        fields,
        reason=reason,
        service=ward.name,
    )


def _why(code: int | None) -> tuple[Said, str]:
    """In both languages, and as a code."""
    if code is None:
        return said("not_launched", {}), "not_launched"
    if code < 0:
        return Said(*REASONS["by_signal"]), "killed"
    korean, english = REASONS["exit_code"]
    return Said(korean.format(code=code), english.format(code=code)), "exited"
