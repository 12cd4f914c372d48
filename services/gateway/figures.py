"""How long images take from stage to stage, minute by minute. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from services.gateway.wire_status import Stage
from services.shared.catalog import Stamps
from services.shared.catalog.lately import MINUTE_MS
from services.shared.deliveries import Delivery

STAGES = ("captured_written", "written_seen", "seen_pushed", "pushed_painted", "written_painted")


def stages(sample: Iterable[Stamps], deliveries: Mapping[int, Delivery]) -> dict[str, Stage]:
    """The figures of each stage, by the minute in which an image was seen. What an image has not reached it is not
    counted for. A capture time is by the camera's clock: that stage may be below zero.
    """
    found: dict[str, dict[int, list[int]]] = {name: defaultdict(list) for name in STAGES}
    for image in sample:
        minute_ms = image.seen_ms - image.seen_ms % MINUTE_MS
        found["captured_written"][minute_ms].append(image.written_ms - image.captured_ms)
        found["written_seen"][minute_ms].append(image.seen_ms - image.written_ms)
        delivery = deliveries.get(image.seq)
        if delivery is None:
            continue
        found["seen_pushed"][minute_ms].append(delivery.pushed_at_ms - image.seen_ms)
        if delivery.painted_at_ms is not None:
            found["pushed_painted"][minute_ms].append(delivery.painted_at_ms - delivery.pushed_at_ms)
            found["written_painted"][minute_ms].append(delivery.painted_at_ms - image.written_ms)
    return {name: _stage(minutes) for name, minutes in found.items()}


def percentile(ordered: Sequence[int], share: float) -> float:
    """The least of `ordered`, which has something, that `share` of them do not exceed (nearest rank)."""
    rank = max(1, -int(-share * len(ordered) // 1))
    return float(ordered[rank - 1])


def _stage(minutes: Mapping[int, list[int]]) -> Stage:
    everything = sorted(took for minute in minutes.values() for took in minute)
    if not everything:
        return Stage(count=0, p50_ms=None, p95_ms=None, minutes=[])
    told = []
    for minute_ms in sorted(minutes):
        ordered = sorted(minutes[minute_ms])
        told.append((minute_ms, percentile(ordered, 0.5), percentile(ordered, 0.95)))
    return Stage(
        count=len(everything), p50_ms=percentile(everything, 0.5), p95_ms=percentile(everything, 0.95), minutes=told
    )
