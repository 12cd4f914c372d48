"""What is to be an alert, and when it is over. Pure: what fires already comes in, what is to change goes out.

As what fires is read from where alerts are kept, another monitor goes on where this one ended, and an order that could
not be carried out is simply given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.monitor.health import VITAL, is_out
from orchestrator.monitor.lifeguard import Ward
from orchestrator.topology import parse
from orchestrator.wording import ALERTS, REASONS
from services.shared.operations import Said, Trouble

SERVICE_LOOP = "service_loop"


@dataclass(frozen=True)
class Raise:
    """`key` is in `trouble`, or in another than before."""

    key: str
    trouble: Trouble


@dataclass(frozen=True)
class Resolve:
    """`key` is well again."""

    key: str


Order = Raise | Resolve


def decide(wards: Iterable[Ward], firing: Mapping[str, Trouble], now_s: float, stable_s: float) -> list[Order]:
    """Services that restart in a loop: `firing` has what is known of them, by key.

    A loop begins when the restart policy slows a service down, which takes more than a crash or two, and is over when
    the service has been ready for `stable_s`, when the policy forgives it, too; so one loop is one alert and one
    recovery. It may get graver meanwhile, never less grave: what has happened to the last of a vital service has.
    """
    all_wards = list(wards)
    known = {f"{SERVICE_LOOP}/{ward.name}": ward for ward in all_wards}
    orders: list[Order] = []
    for key, ward in known.items():
        if _is_stable(ward, now_s, stable_s):
            continue
        before = firing.get(key)
        if before is None and not ward.policy.is_slowing:
            continue
        is_last = _is_last(ward, all_wards, now_s)
        if before is None or (is_last and before.severity != "critical"):
            orders.append(Raise(key, _trouble(ward, is_last=is_last)))
    over = [key for key in firing if key not in known or _is_stable(known[key], now_s, stable_s)]
    return orders + [Resolve(key) for key in over]


def _is_stable(ward: Ward, now_s: float, stable_s: float) -> bool:
    return ward.state == "ready" and ward.ready_s is not None and now_s - ward.ready_s >= stable_s


def _is_last(ward: Ward, wards: Iterable[Ward], now_s: float) -> bool:
    """Nothing stands in for a vital service that keeps ending."""
    service = parse(ward.name).service
    if service not in VITAL or not ward.policy.is_slowing:
        return False
    others = [other for other in wards if other is not ward and parse(other.name).service == service]
    return all(other.policy.is_slowing or is_out(other, now_s) for other in others)


def _trouble(ward: Ward, *, is_last: bool) -> Trouble:
    why, reason = _why(ward.exit_code)
    return Trouble(
        name=SERVICE_LOOP,
        severity="critical" if is_last else "warning",
        reason=reason,
        service=ward.name,
        summary=Said(
            *(
                text.format(name=ward.name, why=because)
                for text, because in zip(ALERTS["service_loop_last" if is_last else "service_loop"], why, strict=True)
            )
        ),
        advice=Said(*(text.format(name=ward.name) for text in ALERTS["service_loop_advice"])),
    )


def _why(code: int | None) -> tuple[tuple[str, str], str]:
    """In both languages, and as a code."""
    if code is None:
        return ALERTS["not_launched"], "not_launched"
    if code < 0:
        return REASONS["by_signal"], "killed"
    korean, english = REASONS["exit_code"]
    return (korean.format(code=code), english.format(code=code)), "exited"
