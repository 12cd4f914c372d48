"""Collects the evidence: asks the probe, hears the heartbeats, follows the canaries. Never waits for anything."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from itertools import product
from pathlib import Path

from orchestrator.monitor.canary.client import Listener, address
from orchestrator.monitor.canary.tracker import Stage, Tracker
from orchestrator.monitor.evidence import DiskEvidence, DiskRole, FolderEvidence
from orchestrator.monitor.gathering import (
    Told,
    canaries_at,
    disk_evidence,
    folder_evidence,
    place_in,
    told_by,
    watch_of,
)
from orchestrator.monitor.ledger import Ledger
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.line import Signal, believed
from orchestrator.monitor.places import Places
from orchestrator.monitor.probe.prober import Prober
from orchestrator.monitor.probe.questions import Ask
from orchestrator.topology import parse
from services.shared.files import MAIN_CAMERA
from services.shared.logs import Logger
from services.shared.operations import LineState, last_word
from services.shared.settings import Settings

LOOK_EVERY_S = 1.0

EVIDENCE_EVERY_S = 0.25
"""The loop turns with every word on the bus."""

SWAP_AFTER_S = 60.0
"""So often the canaries' client may meet another gateway."""

BEATS_MISSED = 3
LEAST_PATIENCE_S = 1.0
"""A watcher that misses so many beats hangs; on a busy machine each may be late."""

SIGNAL = "signal"
DISKS: tuple[DiskRole, ...] = ("state", "images")


class Collector:
    """`wards` are the lifeguard's own, as they are at any time."""

    def __init__(self, settings: Settings, wards: Mapping[str, Ward], log: Logger) -> None:
        self._settings = settings
        self._wards = wards
        self._log = log
        self._kinds = settings.images.kinds
        supervision = settings.supervision
        self._patience_s = min(
            supervision.heartbeat_timeout_s / 2, max(LEAST_PATIENCE_S, BEATS_MISSED * supervision.heartbeat_interval_s)
        )
        self._paths: dict[DiskRole, Path] = {"state": settings.state, "images": settings.images.base}
        self._prober = Prober(log.warning)
        # What is wrong with that file is said by the bulletin, which keeps the alerts in it.
        self._ledger = Ledger(settings.operations_path, lambda error: log.debug("alerts_failed", error=error))
        self._tracker = Tracker(settings.canary.interval_s, settings.canary.timeout_s)
        self._listener: Listener | None = None
        if self._tracker.is_on:
            where = address(settings.gateway.bind, settings.gateway.port)
            self._listener = Listener(where, max(SWAP_AFTER_S, 3 * settings.canary.interval_s))
        self._signal = Signal(settings.line.running_within_s)
        self._places = Places()
        self._told: dict[str, Told] = {}
        self._heard: dict[str, object] = {}
        """Of each service the last heartbeat's detail that was taken in."""
        self._looked_s: dict[str, float] = {}
        """When what the probe found was taken in last, by its asks' ids."""
        self._canaries: dict[str, int] = {}
        """What was asked to be written in the last round."""
        self._next_s = 0.0
        self._evidence: list[FolderEvidence] = []
        self._evidence_next_s = 0.0

    @property
    def canary_times_ms(self) -> Mapping[Stage, int]:
        """When each stage last saw a canary, Unix ms."""
        return self._tracker.last_ms

    def tend(self, now_s: float) -> None:
        """Take in what was found, and ask again once a second. Call it on every turn."""
        for ward in self._wards.values():
            if self._heard.get(ward.name) is not ward.detail:
                self._heard[ward.name] = ward.detail
                self._hear(ward)
        if self._listener is not None:
            for arrival in self._listener.arrivals():
                self._tracker.saw("client", arrival.folder, arrival.written_ms, arrival.at_ms)
        self._tracker.look(now_s)
        if now_s >= self._next_s:
            self._next_s = now_s + LOOK_EVERY_S
            self._take_in(time.time_ns() // 1_000_000)
            self._ask(now_s)

    def evidence(self, now_s: float) -> list[FolderEvidence]:
        """What is known of each image folder, as it was EVIDENCE_EVERY_S ago at most."""
        if now_s >= self._evidence_next_s:
            self._evidence_next_s = now_s + EVIDENCE_EVERY_S
            self._evidence = self._gather(now_s)
        return self._evidence

    def disks(self) -> list[DiskEvidence]:
        """What is known of the filesystems."""
        return [disk_evidence(role, str(self._paths[role]), self._prober.known.get(role)) for role in DISKS]

    def forgive(self, lost_s: float) -> None:
        """The monitor, or the machine, stood still for `lost_s`."""
        self._tracker.forgive(lost_s)

    def close(self) -> None:
        """Ends the probe, which takes the canaries away, and the threads. Waits a moment at most."""
        self._ledger.stop()
        if self._listener is not None:
            self._listener.stop()
        names = self._names() if self._tracker.is_on else ()
        self._prober.close([os.fsencode(self._path(name)) for name in names])
        self._ledger.close()
        if self._listener is not None:
            self._listener.close()

    def _gather(self, now_s: float) -> list[FolderEvidence]:
        ward = self._wards.get("watcher-0")
        silent_s = now_s - ward.heard_s if ward is not None and ward.heard_s is not None else 0.0
        watch = watch_of(ward, silent_s, self._patience_s)
        said = self._said()
        return [
            folder_evidence(
                camera,
                kind,
                known=self._prober.known.get(name),
                known_place=self._places.known(name),
                watch=watch,
                told=told,
                canary=self._tracker.state(name),
                line=believed(last_word(said, camera), told.last[1] if told.last is not None else None),
            )
            for name in filter(self._is_expected, self._names())
            for camera, _, kind in (name.partition("/"),)
            for told in (self._told.get(name, Told()),)
        ]

    def _hear(self, ward: Ward) -> None:
        service = parse(ward.name).service
        if service == "watcher":
            for name, told in told_by(ward.detail).items():
                self._told[name] = told
                if told.last is not None:
                    self._places.flowed(name, told.last[1])
                if told.canary is not None:
                    written_ms, seen_ms, committed_ms = told.canary
                    self._tracker.saw("watcher", name, written_ms, seen_ms)
                    if committed_ms:
                        self._tracker.saw("catalog", name, written_ms, committed_ms)
        elif service == "gateway":
            for name, (written_ms, at_ms) in canaries_at(ward.detail).items():
                self._tracker.saw("gateway", name, written_ms, at_ms)

    def _take_in(self, now_ms: int) -> None:
        for name in self._names():
            known = self._prober.known.get(name)
            if known is None or known.at_s == self._looked_s.get(name):
                continue
            self._looked_s[name] = known.at_s
            written_ms, finding = self._canaries.pop(name, 0), known.finding
            if not known.answered or finding is None:
                if written_ms:
                    self._tracker.withdrawn(name)
                continue
            self._places.found(name, place_in(finding) if finding.exists else None, now_ms)
            if written_ms and finding.canary_ms == written_ms:
                self._tracker.placed(name, written_ms, known.at_s)
            elif written_ms:
                self._tracker.unplaced(name)
        self._take_in_signal(now_ms)
        if self._ledger.places is not None:
            up_ms = int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000)
            self._places.recall(self._ledger.places, now_ms, now_ms - up_ms)
        places = self._places.to_keep()
        if places is not None:
            self._ledger.keep(places)

    def _take_in_signal(self, now_ms: int) -> None:
        known = self._prober.known.get(SIGNAL)
        finding = known.finding if known is not None and known.answered else None
        if finding is None or not finding.exists or finding.error:
            return
        self._signal.look(finding.text, finding.mtime_ns, now_ms)
        said = self._signal.said
        if said is None:
            return
        row = next((line for line in self._ledger.lines if line.camera is None), None)
        is_news = row is None or (row.state, row.by) != (said.state, said.by)
        if is_news and (row is None or said.said_at_ms > row.said_at_ms):
            self._ledger.say(said)

    def _said(self) -> list[LineState]:
        return [*self._ledger.lines, *([self._signal.said] if self._signal.said is not None else [])]

    def _ask(self, now_s: float) -> None:
        names = self._names()
        written_ms = time.time_ns() // 1_000_000 if self._tracker.is_due(now_s) else 0
        asks = [
            Ask(id="state", what="disk", path=os.fsencode(self._paths["state"])),
            Ask(id="images", what="disk", path=os.fsencode(self._paths["images"]), kinds=self._kinds),
            *(Ask(id=name, what="folder", path=os.fsencode(self._path(name)), canary_ms=written_ms) for name in names),
        ]
        if self._settings.line.signal_file:
            asks.append(Ask(id=SIGNAL, what="signal", path=os.fsencode(self._settings.line.signal_file)))
        if not self._prober.ask(asks):
            return
        if written_ms:
            self._tracker.keep(names)
            self._tracker.began(now_s)
            self._canaries = dict.fromkeys(names, written_ms)
            for name in names:
                self._tracker.writing(name, written_ms, now_s)

    def _names(self) -> list[str]:
        """The folders to ask about: of the main camera, and of whatever camera somebody knows."""
        watch = watch_of(self._wards.get("watcher-0"))
        found = self._prober.known.get("images")
        cameras = found.finding.cameras if found is not None and found.finding is not None else ()
        names = [f"{camera}/{kind}" for camera, kind in product((MAIN_CAMERA, *cameras), self._kinds)]
        return list(dict.fromkeys((*names, *watch.modes, *watch.missing, *self._places.names())))

    def _is_expected(self, name: str) -> bool:
        """The main camera's always; another's when the watcher knows it, when it is there, and when its storage is not.

        A folder that is gone from a storage that is there was taken away on purpose, if the watcher knows it no more.
        """
        watch = watch_of(self._wards.get("watcher-0"))
        if name.startswith(f"{MAIN_CAMERA}/") or name in watch.modes or name in watch.missing:
            return True
        known, place = self._prober.known.get(name), self._places.known(name)
        finding = known.finding if known is not None else None
        if finding is None:
            return place is not None
        return finding.exists or (place is not None and place.mount_point != finding.mount_point)

    def _path(self, name: str) -> Path:
        camera, _, kind = name.partition("/")
        base = self._paths["images"]
        return base / kind if camera == MAIN_CAMERA else base / camera / kind
