"""The simulator's one work loop: the twins whose time has come, the frame that is due, then rest."""

from __future__ import annotations

import os
import select
import time

from services.shared.files import folder_of
from services.shared.runtime import Runtime
from services.simulator.folder import Folder
from services.simulator.names import file_name, stamp_ms
from services.simulator.plan import FIRST_COIL, Frame, Plan
from services.simulator.render.painter import Painter, jpeg
from services.simulator.schedule import Schedule, Twins
from services.simulator.wording import colour_text

REST_S = 0.25
"""The loop turns at least so often, for its heartbeat."""


class Simulator:
    """One camera and the detector behind it. Once made, its first frame is due."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._log = runtime.log
        self._zone = runtime.settings.timezone
        settings, images = runtime.settings.simulator, runtime.settings.images
        self._kinds = images.kinds[:2]
        paths = [folder_of(images.base, settings.camera, kind) for kind in self._kinds]
        self._folders = [
            Folder(path, kind, settings.write, runtime.log) for path, kind in zip(paths, self._kinds, strict=True)
        ]
        self._painter = Painter((settings.width, settings.height))
        self._coil = 0
        self._written = 0
        self._last_name = ""
        self._last_ms = 0
        self._log.info(
            "playing", camera=settings.camera, width=settings.width, height=settings.height, rate=settings.rate_per_s
        )
        for folder in self._folders:
            folder.make(images.base)
        last_coil = max(folder.tidy() for folder in self._folders)
        self._plan = Plan(settings, last_coil + 1 if last_coil else FIRST_COIL)
        self._twins = Twins(settings.labeled_delay_ms / 1000)
        self._wind(self._plan.frame(0))
        self._schedule = Schedule(settings.rate_per_s, time.monotonic())
        self._wake_fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def turn(self) -> None:
        """One turn of the loop."""
        for twin in self._twins.due(time.monotonic()):
            self._folders[1].write(twin.filename, twin.data)
        slot = self._schedule.take(time.monotonic())
        if slot is not None:
            self._shoot(self._plan.frame(slot))
        self._beat()
        self._rest()

    def wake(self) -> None:
        """Let the loop's rest end now; from any thread or signal handler."""
        os.eventfd_write(self._wake_fd, 1)

    def close(self) -> None:
        os.close(self._wake_fd)

    def _shoot(self, frame: Frame) -> None:
        """A frame that cannot be written is lost, as a camera's would be, and the detector never sees it."""
        self._wind(frame)
        self._beat()
        self._last_ms = stamp_ms(time.time_ns() // 1_000_000, self._last_ms)
        names = [file_name(self._last_ms, frame.coil.number, kind, self._zone) for kind in self._kinds]
        picture = self._painter.paint(frame)
        self._beat()
        data = jpeg(picture)
        self._beat()
        if not self._folders[0].write(names[0], data):
            return
        self._written += 1
        self._last_name = names[0]
        written_s = time.monotonic()
        for twin_name in names[1:]:
            if frame.defects:
                self._painter.label(picture, frame)
                data = jpeg(picture)
            self._twins.put(twin_name, data, written_s)

    def _wind(self, frame: Frame) -> None:
        """Onto the next coil, when the frame is of one."""
        if frame.coil.number == self._coil:
            return
        self._coil = frame.coil.number
        korean = self._runtime.settings.node.language == "ko"
        self._log.info("coil_begins", coil=self._coil, colour=colour_text(frame.coil.colour, korean=korean))
        self._painter.prepare(frame.coil)

    def _beat(self) -> None:
        if self._runtime.is_beat_due():
            errors = [f"{folder.kind}: {folder.error}" for folder in self._folders if folder.error]
            self._runtime.beat(
                queue=len(self._twins),
                coil=self._coil,
                written=self._written,
                skipped=self._schedule.skipped,
                last=self._last_name,
                error="; ".join(errors),
            )

    def _rest(self) -> None:
        """Until something is due."""
        wake_s = min(self._schedule.next_s, time.monotonic() + REST_S)
        if self._twins.next_s is not None:
            wake_s = min(wake_s, self._twins.next_s)
        select.select([self._wake_fd], [], [], max(0.0, wake_s - time.monotonic()))
