"""What clients are answered when they look back, as it stands on the wire."""

from __future__ import annotations

from msgspec import Struct, field

from services.gateway.wire import WireImage
from services.shared.deliveries import Delivery
from services.shared.messages import Image


class HistoryAnswer(Struct, frozen=True):
    """`GET /api/images`; `next` is the `before` of the next page, null at the end."""

    images: list[WireImage]
    next: str | None


class WireCoil(Struct, frozen=True):
    """A coil that was seen: how many images, and when by capture time."""

    coil_number: str
    count: int
    first_at: int
    last_at: int
    last_image: WireImage


class CoilsAnswer(Struct, frozen=True):
    """`GET /api/coils`, the last seen first."""

    coils: list[WireCoil]


class Density(Struct, frozen=True):
    """`GET /api/images/density`: how many images were captured when.

    A bucket is its start and its count. It starts at a multiple of `width_ms`; those without images are left out.
    """

    from_: int | None = field(name="from")
    """Null when nothing matches."""
    to: int | None
    width_ms: int
    total: int
    buckets: list[tuple[int, int]]


class Provenance(Struct, frozen=True):
    """One image's way. `pushed_at`: a gateway first gave it to a client; `painted_at`: a screen first showed it.

    These two are null when nobody was there for it, or when it is longer ago than they are kept.
    """

    captured_at: int
    written_at: int
    seen_at: int
    pushed_at: int | None
    painted_at: int | None


class ImageDetails(Struct, frozen=True):
    """`GET /api/images/{camera}/{type}/{filename}`; `twins`: the same frame in the camera's other kinds."""

    epoch: str
    image: WireImage
    twins: dict[str, WireImage]
    provenance: Provenance


def provenance(image: Image, *deliveries: Delivery | None) -> Provenance:
    """Of what several know of its delivery, the earliest."""
    known = [delivery for delivery in deliveries if delivery is not None]
    painted = [delivery.painted_at_ms for delivery in known if delivery.painted_at_ms is not None]
    return Provenance(
        captured_at=image.captured_at_ms,
        written_at=image.written_at_ms,
        seen_at=image.seen_at_ms,
        pushed_at=min((delivery.pushed_at_ms for delivery in known), default=None),
        painted_at=min(painted, default=None),
    )
