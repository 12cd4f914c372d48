"""A hidden file becomes an image, or nothing is left of it."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path
from typing import Any

import pytest

from services.gateway.uploads import landing as module
from services.gateway.uploads.landing import Landing, rename_new
from services.gateway.uploads.rules import Refused
from services.shared.inspect import Limits
from tests.support.pictures import jpeg

LIMITS = Limits(1_000_000, 1_000_000)
JPEG = jpeg("a", 5000)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def landed(folder: Path, data: bytes = JPEG, name: str = "a.jpg") -> str:
    landing = Landing(folder, ".upload-x.jpg", LIMITS)
    landing.write(data[:100])
    landing.write(data[100:])
    try:
        return landing.land(name)
    finally:
        landing.discard()


def test_it_is_hidden_until_it_is_whole(tmp_path: Path) -> None:
    """And readable by whoever may read what a share would hold."""
    landing = Landing(tmp_path, ".upload-x.jpg", LIMITS)
    landing.write(JPEG)
    assert names(tmp_path) == [".upload-x.jpg"]
    assert landing.land("a.jpg") == "new"
    landing.discard()
    assert names(tmp_path) == ["a.jpg"]
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "a.jpg").stat().st_mode & 0o777 == 0o666 & ~umask


@pytest.mark.parametrize(("data", "status"), [(JPEG[:-2], 415), (jpeg("", 5000, 2000, 2000), 413)])
def test_what_is_no_image_of_ours_is_gone(tmp_path: Path, data: bytes, status: int) -> None:
    """Judged by the watcher's own code."""
    with pytest.raises(Refused) as refused:
        landed(tmp_path, data)
    assert (refused.value.status, names(tmp_path)) == (status, [])


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """The same bytes are the same image; a folder or a link of that name is another thing."""
    assert landed(tmp_path) == "new"
    assert landed(tmp_path) == "same"
    for other in (jpeg("b", 5000), jpeg("a", 5001)):
        with pytest.raises(Refused) as refused:
            landed(tmp_path, other)
        assert refused.value.status == 409
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "link.jpg").symlink_to(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    for name in ("folder.jpg", "link.jpg", "pipe.jpg"):
        with pytest.raises(Refused):
            landed(tmp_path, name=name)
    assert names(tmp_path) == ["a.jpg", "folder.jpg", "link.jpg", "pipe.jpg"]
    assert (tmp_path / "a.jpg").read_bytes() == JPEG


def test_a_filesystem_without_such_a_rename_is_served_by_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As NFS is: still no overwrite, and no hidden name that stays."""

    class Without:
        def renameat2(self, *_: Any) -> int:
            ctypes.set_errno(errno.EINVAL)
            return -1

    monkeypatch.setattr(module, "_libc", Without())
    assert landed(tmp_path) == "new"
    assert landed(tmp_path) == "same"
    with pytest.raises(Refused):
        landed(tmp_path, jpeg("b", 5000))
    assert names(tmp_path) == ["a.jpg"]
    assert (tmp_path / "a.jpg").stat().st_nlink == 1


def test_a_rename_into_nowhere_says_so(tmp_path: Path) -> None:
    """With the system's own error."""
    (tmp_path / "a").touch()
    with pytest.raises(FileNotFoundError):
        rename_new(tmp_path / "a", tmp_path / "none" / "b")


def test_a_folder_that_is_away_and_one_without_rights(tmp_path: Path) -> None:
    """The first is said to the client as such, the second is for the log."""
    with pytest.raises(Refused, match="mounted"):
        Landing(tmp_path / "none", ".upload-x.jpg", LIMITS).write(JPEG)
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / ".upload-x.jpg").touch()
    with pytest.raises(FileExistsError):
        Landing(blocked, ".upload-x.jpg", LIMITS).write(JPEG)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_507_whoever_notices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The kernel while it is written, though there was room before."""
    landing = Landing(tmp_path, ".upload-x.jpg", LIMITS)
    landing.write(JPEG)

    def full(*_: Any) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Refused) as refused:
        landing.write(JPEG)
    assert refused.value.status == 507
    landing.discard()
    assert names(tmp_path) == []
