"""Frames go: looked at once more, written down, unlinked. The one place where images are deleted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from services.janitor.folders import ImageFolders, is_version
from services.janitor.note import Frame, Note
from services.shared.catalog import Held
from services.shared.retention import Going, Reason

Outcome = Literal["gone", "skipped", "failed"]
"""gone: nothing of the frame is there any more; skipped: it is not what it was, or would free nothing; failed."""


class Deleter:
    """`told` hears of each file that was unlinked, and why."""

    def __init__(self, folders: ImageFolders, note: Note, source: str, told: Callable[[Held, Reason], None]) -> None:
        self._folders = folders
        self._note = note
        self._source = source
        self._told = told
        self._unfinished: list[Frame] = []
        self.error = ""
        """Why a file could not be deleted the last time that one could not."""
        self.note_error = ""
        """Why nothing can be written down, else empty. Images go nevertheless: else a full disk would stay full."""

    def finish(self, is_kept: Callable[[Held], bool]) -> int:
        """Of frames of which one half went and the other did not, delete the other. Returns how many remain."""
        for frame in self._note.read():
            if frame not in self._unfinished:
                self._unfinished.append(frame)
        remaining = []
        for frame in self._unfinished:
            places = [(held, self._place(held)) for held in frame]
            there = [held for held, place in places if place == "there"]
            is_half = bool(there) and any(place == "gone" for _, place in places)
            is_unknown = any(place == "unknown" for _, place in places)
            # What it went by is not known any more: by its age, whatever else it was.
            if is_unknown or (is_half and not any(map(is_kept, there)) and not self._unlink(there, "age")):
                remaining.append(frame)
        self._unfinished = remaining
        self._write([])
        return len(remaining)

    def delete(self, goings: Sequence[Going], is_kept: Callable[[Held], bool]) -> list[Outcome]:
        """One after the other; `is_kept` is asked just before, for a pin may have come meanwhile."""
        self._write([going.images for going in goings if len(going.images) > 1])
        outcomes = [self._delete(going, is_kept) for going in goings]
        self._write([])
        return outcomes

    def _delete(self, going: Going, is_kept: Callable[[Held], bool]) -> Outcome:
        try:
            for held in going.images:
                status = self._folders.at(held.camera, held.kind).find(held.filename)
                if status is None:
                    continue
                # A file with another name elsewhere takes up as much when this one is gone.
                frees_nothing = going.reason == "watermark" and status.st_nlink > 1
                if frees_nothing or not is_version(held, status) or is_kept(held):
                    return "skipped"
            for held in going.images:
                self._refuse_readonly(held)
        except OSError as error:
            self.error = _text(error)
            return "failed"
        if self._unlink(self._ordered(going.images), going.reason):
            return "gone"
        self._unfinished.append(going.images)
        return "failed"

    def _unlink(self, images: Iterable[Held], reason: Reason) -> bool:
        for held in images:
            try:
                folder = self._folders.at(held.camera, held.kind)
                status = folder.find(held.filename)
                if status is None or not is_version(held, status):
                    # Somebody was faster: took it away, or wrote another over it, which stays.
                    continue
                folder.unlink(held.filename)
            except OSError as error:
                self.error = _text(error)
                return False
            self._told(held, reason)
        return True

    def _ordered(self, images: Sequence[Held]) -> list[Held]:
        """The source last: should it come to half a frame, it is the half that is worth more."""
        return sorted(images, key=lambda held: held.kind == self._source)

    def _refuse_readonly(self, held: Held) -> None:
        """Before the first half goes: where the folder of the other may not be written, none goes."""
        folder = self._folders.at(held.camera, held.kind)
        if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder.fd, effective_ids=True):
            raise PermissionError(0, "the folder may not be written", str(folder.path))

    def _place(self, held: Held) -> Literal["there", "gone", "other", "unknown"]:
        """other: another version of it came since; unknown: its folder cannot be looked into."""
        try:
            status = self._folders.at(held.camera, held.kind).find(held.filename)
        except OSError:
            return "unknown"
        if status is None:
            return "gone"
        return "there" if is_version(held, status) else "other"

    def _write(self, frames: Sequence[Frame]) -> None:
        try:
            self._note.write([*self._unfinished, *frames])
            self.note_error = ""
        except OSError as error:
            self.note_error = str(error)


def _text(error: OSError) -> str:
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}"
