"""Whether folder, catalog and clients agree. Pure: each check returns what it found wrong, one line a fault."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ops.torture_kills.clients import Told
from services.shared.messages import Event, Image

SHOWN = 5
"""So many of a long list of faults are told."""

Place = tuple[str, str]
"""(kind, file name)."""


class File(NamedTuple):
    """A file in a folder; `changed_ns` is its ctime."""

    size_bytes: int
    changed_ns: int


def folder_faults(files: Mapping[Place, File], images: Sequence[Image]) -> list[str]:
    """The catalog has each file, as large as it is, and no other; new ones in the order in which they came."""
    catalogued = {(image.kind, image.filename): image.size_bytes for image in images}
    faults = [f"not catalogued: {place}" for place in files.keys() - catalogued.keys()]
    faults += [f"no such file: {place}" for place in catalogued.keys() - files.keys()]
    for place in files.keys() & catalogued.keys():
        if files[place].size_bytes != catalogued[place]:
            faults.append(f"another size: {place}: {files[place].size_bytes}, catalogued {catalogued[place]}")
    for kind in {kind for kind, _ in files}:
        # A file that was overwritten while the watcher was away is found after those that came later.
        fresh = [image for image in images if image.kind == kind and not image.revised]
        fresh = sorted((image for image in fresh if (kind, image.filename) in files), key=lambda image: image.seq)
        came = [files[kind, image.filename].changed_ns for image in fresh]
        for image, earlier, later in zip(fresh[1:], came, came[1:], strict=False):
            if later < earlier:
                faults.append(f"out of order: {kind} {image.filename} came {(earlier - later) / 1e6:.1f} ms too late")
    return faults


def log_faults(log: Sequence[Event], head: int, images: Sequence[Image]) -> list[str]:
    """The log has every seq once, in order, and played from its beginning it ends in the images that there are; a new
    version is shown as new when it is one of the newest image, and only then.
    """
    faults = [] if [event.seq for event in log] == list(range(1, head + 1)) else [f"the log is not 1..{head}"]
    there: dict[Place, tuple[int, int]] = {}
    arrived: dict[str, dict[str, int]] = {}
    for event in log:
        place, version = (event.image.kind, event.image.filename), (event.image.seq, event.image.size_bytes)
        before, arrivals = there.pop(place, None), arrived.setdefault(event.image.kind, {})
        if event.type == "new" and before is not None:
            faults.append(f"doubled: {event.seq} is new, and {place} was there as {before[0]}")
        if event.type != "new" and (before is None or before[0] != event.previous_seq):
            faults.append(f"out of order: {event.seq} follows {event.previous_seq}, and {place} was {before}")
        is_newest = before is None or arrivals[event.image.filename] == max(arrivals.values())
        if event.type == "changed" and event.shown != is_newest:
            faults.append(f"{event.seq} is {'' if event.shown else 'not '}shown as new: {event.image.filename}")
        if event.type == "removed":
            arrivals.pop(event.image.filename, None)
            continue
        there[place] = version
        if event.shown:
            arrivals[event.image.filename] = event.seq
    found = {(image.kind, image.filename): (image.seq, image.size_bytes) for image in images}
    if there != found:
        faults.append(f"the log does not end in the images: {_some(there.items() ^ found.items())}")
    return faults


def every_faults(log: Sequence[Event], told: Sequence[Told]) -> list[str]:
    """A client in mode `every` was told the log: all of it, once, in order, and only news as news."""
    shown = {event.seq for event in log if event.shown}
    unshown = [one.seq for one in told if one.what == "image_revised" and one.seq in shown]
    wanted = [_as_told(event) for event in log]
    heard = [(one.seq, one.what == "image_removed", one.image_seq, one.kind, one.filename) for one in told]
    if wanted == heard and not unshown:
        return []
    seqs = [one.seq for one in told]
    missing = sorted({one[0] for one in wanted} - set(seqs))
    doubled = sorted({seq for seq in seqs if seqs.count(seq) > 1}) if len(seqs) != len(set(seqs)) else []
    disordered = [later for earlier, later in itertools.pairwise(seqs) if later < earlier]
    strange = sorted(set(heard) - set(wanted))
    named: dict[str, Sequence[object]] = {
        "missing": missing,
        "doubled": doubled,
        "out of order": disordered,
        "not in the log": strange,
        "news, and not told as news": unshown,
    }
    return [f"{what}: {_some(found)}" for what, found in named.items() if found]


def latest_faults(log: Sequence[Event], told: Sequence[Told]) -> list[str]:
    """A client in mode `latest` was told what is shown as new, never an older image after a newer one, and it ended
    with the newest of each kind.
    """
    faults: list[str] = []
    news = {event.seq for event in log if event.type != "removed" and event.shown}
    gone = {event.previous_seq: event.seq for event in log if event.type == "removed"}
    shown: dict[str, Told] = {}
    for one in told:
        if one.what == "image_removed":
            continue
        if one.what == "image_revised" or one.seq not in news:
            faults.append(f"not news: {one.kind} {one.seq}")
        before = shown.get(one.kind)
        if before is not None and one.seq <= before.seq:
            faults.append(f"older after newer: {one.kind} {one.seq} after {before.seq}")
        # Once the newest is removed the one before it is newest again, and a new version of that is news.
        if (
            before is not None
            and one.written_at_ms < before.written_at_ms
            and not gone.get(before.seq, one.seq) < one.seq
        ):
            late_ms = before.written_at_ms - one.written_at_ms
            faults.append(f"older after newer: {one.kind} {one.seq} was written {late_ms} ms before {before.seq}")
        shown[one.kind] = one
    ended = {kind: one.seq for kind, one in shown.items()}
    newest = {event.image.kind: event.seq for event in log if event.seq in news}
    if ended != newest:
        faults.append(f"ended with {ended}, and the newest are {newest}")
    return faults


def short(faults: Sequence[str]) -> list[str]:
    """At most SHOWN of them, and how many more there are."""
    more = len(faults) - SHOWN
    return [*faults[:SHOWN], *([f"and {more} more"] if more > 0 else [])]


def _as_told(event: Event) -> tuple[int, bool, int, str, str]:
    return event.seq, event.type == "removed", event.image.seq, event.image.kind, event.image.filename


def _some(found: Iterable[object]) -> str:
    listed = list(found)
    return ", ".join(map(str, listed[:SHOWN])) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")
