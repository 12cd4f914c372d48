"""The torture itself: a real node, a camera, clients, and somebody who kills; then everything is compared."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from nodes import KINDS, Node

from ops.torture_kills.camera import Camera
from ops.torture_kills.clients import Client
from ops.torture_kills.killer import Killer, NotReplaced, Toll
from ops.torture_kills.verdict import File, Place, every_faults, folder_faults, latest_faults, log_faults
from services.shared.catalog import CatalogReader
from services.shared.messages import Image, PreviewSize
from services.shared.previews import is_poison, preview_path, previews_folder

SETTLE_LIMIT_S = 60.0
QUIET_S = 1.5
"""Longer than the watcher's tick: who still lacks something then lacks it for good."""

LOOK_EVERY_S = 0.1
RESTLESS_S = 0.7
"""So far apart, on average, a restless client breaks its connection off."""

PREVIEWS = 20
"""So many of the newest images of each kind must have previews at the end."""

SIZES: tuple[PreviewSize, ...] = ("strip", "screen")


@dataclass(frozen=True)
class Plan:
    """What is to be done. `interval_s`: the mean time between two kills."""

    kills: int
    rate: float
    interval_s: float
    seed: int
    gateways: int
    thumbnailers: int

    @property
    def victims(self) -> list[str]:
        counts = {"watcher": 1, "gateway": self.gateways, "thumbnailer": self.thumbnailers}
        return [f"{service}-{number}" for service, count in counts.items() for number in range(count)]


@dataclass
class Outcome:
    """What came of it. `faults` by what was compared; all empty when all is well."""

    toll: Toll
    clients: list[Client]
    faults: dict[str, list[str]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    """What the camera did, how often."""
    events: int = 0
    settled_s: float = 0.0
    """From the camera's end until everybody had everything."""

    @property
    def is_well(self) -> bool:
        return not any(self.faults.values())


def torture(plan: Plan, root: Path) -> Outcome:
    """Do it, in `root`. Raises SystemExit when the node does not come up."""
    values = {"COILCAST_GATEWAY_PROCESSES": str(plan.gateways), "COILCAST_PREVIEWS_WORKERS": str(plan.thumbnailers)}
    with Node(root, **values) as node:
        reader = CatalogReader(node.state / "catalog.db")
        camera = Camera([node.base / kind for kind in KINDS], plan.rate, random.Random(plan.seed))
        killer = Killer(node, plan.victims, camera, plan.interval_s, random.Random(plan.seed))
        clients = _clients(node.port, reader.epoch)
        outcome = Outcome(killer.toll, clients)
        for thread in (*clients, camera):
            thread.start()
        try:
            killer.spree(plan.kills)
        except NotReplaced as error:
            outcome.faults["replaced"] = [str(error)]
        camera.stop()
        outcome.done = camera.done
        outcome.settled_s = _settle(node, reader, clients)
        for client in clients:
            client.stop()
        outcome.faults["errors"] = [error for error in (camera.error, *(one.error for one in clients)) if error]
        _compare(node, reader, outcome)
        reader.close()
        said = node.down()
        outcome.faults["left over"] = [*([f"`down` failed: {said}"] if said else []), *node.leftovers()]
    return outcome


def _clients(port: int, epoch: str) -> list[Client]:
    return [
        Client("every", port, "every", epoch),
        Client("every, restless", port, "every", epoch, breaks_every_s=RESTLESS_S),
        Client("latest", port, "latest", epoch),
        Client("latest, restless", port, "latest", epoch, breaks_every_s=RESTLESS_S),
    ]


def _settle(node: Node, reader: CatalogReader, clients: list[Client]) -> float:
    """Wait until the folder is in the catalog and nobody hears anything new; how long that took, in seconds."""
    began_s = moved_s = time.monotonic()
    last = (0, 0)
    while time.monotonic() - began_s < SETTLE_LIMIT_S:
        now = reader.head(), sum(len(client.told) for client in clients)
        if now != last or _sizes(node) != {_place(image): image.size_bytes for image in _images(reader)}:
            last, moved_s = now, time.monotonic()
        elif time.monotonic() - moved_s > QUIET_S:
            break
        node.ear.listen(time.monotonic() + LOOK_EVERY_S)
    return moved_s - began_s


def _compare(node: Node, reader: CatalogReader, outcome: Outcome) -> None:
    head, images = reader.head(), _images(reader)
    log = list(reader.events(0, head))
    outcome.events = len(log)
    outcome.faults["folder = catalog"] = folder_faults(_files(node), images)
    outcome.faults["catalog = its log"] = log_faults(log, head, images)
    for client in outcome.clients:
        faults = every_faults(log, client.told) if client.mode == "every" else latest_faults(log, client.told)
        resets = [f"could not resume: {reason}" for reason in client.resets]
        outcome.faults[f"client {client.name}"] = faults + resets
    outcome.faults["previews"] = _await_previews(node, reader.epoch, images)


def _await_previews(node: Node, epoch: str, images: list[Image]) -> list[str]:
    folder = previews_folder(node.state / "previews", epoch)
    newest = [image for kind in KINDS for image in [one for one in images if one.kind == kind][-PREVIEWS:]]
    poison = [f"{image.filename} is marked poison" for image in newest if is_poison(folder, image.seq)]
    paths = [preview_path(folder, image.seq, size) for image in newest for size in SIZES]
    node.ear.listen(time.monotonic() + SETTLE_LIMIT_S, lambda: bool(poison) or all(path.exists() for path in paths))
    return poison + [f"there is no {path.name}" for path in paths if not path.exists()]


def _files(node: Node) -> dict[Place, File]:
    found = {}
    for kind in KINDS:
        for path in (node.base / kind).iterdir():
            if not path.name.startswith("."):
                status = path.stat()
                found[kind, path.name] = File(status.st_size, status.st_ctime_ns)
    return found


def _sizes(node: Node) -> dict[Place, int]:
    return {place: file.size_bytes for place, file in _files(node).items()}


def _images(reader: CatalogReader) -> list[Image]:
    """All of them, by seq."""
    page = reader.history(limit=1000)
    images = page.images
    while page.before is not None:
        page = reader.history(limit=1000, before=page.before)
        images += page.images
    return sorted(images, key=lambda image: image.seq)


def _place(image: Image) -> Place:
    return image.kind, image.filename
