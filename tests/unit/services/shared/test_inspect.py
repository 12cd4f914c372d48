"""Looking at one file on disk."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from services.shared import inspect as module
from services.shared.formats import Bad, Incomplete, Picture, Verdict
from services.shared.inspect import Inspection, Limits, inspect
from tests.support.pictures import jpeg, real

LIMITS = Limits(max_file_size_bytes=1_000_000, max_pixels=1_000_000)


def look(path: Path, *, closed: bool = True) -> Inspection | None:
    return inspect(str(path.parent), path.name, LIMITS, closed=closed)


def verdict(path: Path, *, closed: bool = True) -> Verdict:
    found = look(path, closed=closed)
    assert found is not None
    return found.verdict


def test_a_whole_image_is_described(tmp_path: Path) -> None:
    """Size, times and inode are the file's, and the fingerprint stands for its content."""
    path = tmp_path / "a.jpg"
    path.write_bytes(real("JPEG", 200, 100))
    status = path.stat()
    found = look(path)
    assert found is not None
    assert found.verdict == Picture("image/jpeg", 200, 100)
    assert (found.size_bytes, found.mtime_ns, found.ctime_ns, found.inode) == (
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
    )
    assert found.fingerprint != 0


@pytest.mark.parametrize("size_bytes", [1000, 32_768, 32_769, 900_000])
def test_another_content_has_another_fingerprint(tmp_path: Path, size_bytes: int) -> None:
    """Two images of one size differ in the fingerprint, the same bytes under another name do not."""
    paths = [tmp_path / name for name in ("a.jpg", "b.jpg", "c.jpg")]
    for path, salt in zip(paths, ("one", "two", "one"), strict=True):
        path.write_bytes(jpeg(salt, size_bytes))
    first, second, third = (found.fingerprint for path in paths if (found := look(path)))
    assert first == third != second


def test_one_pixel_of_a_bitmap_counts(tmp_path: Path) -> None:
    """Nothing in a BMP depends on anything else in it, so its fingerprint covers all of it."""
    data = bytearray(real("BMP", 500, 400))
    path = tmp_path / "a.bmp"
    path.write_bytes(data)
    before = look(path)
    data[300_000] ^= 1
    path.write_bytes(data)
    after = look(path)
    assert before is not None
    assert after is not None
    assert before.fingerprint != after.fingerprint


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    """A file that went meanwhile is no error."""
    assert look(tmp_path / "a.jpg") is None
    assert look(tmp_path / "gone" / "a.jpg") is None


def test_a_folder_is_none(tmp_path: Path) -> None:
    """Depth is exactly one: what is in folders below is nobody's image, whatever they are called."""
    (tmp_path / "a.jpg").mkdir()
    assert look(tmp_path / "a.jpg") is None


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is refused before a byte of it is read."""
    path = tmp_path / "a.jpg"
    with path.open("wb") as file:
        file.truncate(LIMITS.max_file_size_bytes + 1)
    monkeypatch.setattr(os, "pread", lambda *_: pytest.fail("was read"))
    assert verdict(path) == Bad("too_large")


def test_too_many_pixels_are_refused(tmp_path: Path) -> None:
    """What the header claims is enough to refuse it; nobody has to decode it."""
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(width=65_535, height=65_535))
    assert verdict(path) == Bad("too_many_pixels")


def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    """A FIFO without a writer would hold up whoever opens it; it is refused unopened."""
    os.mkfifo(tmp_path / "a.jpg")
    assert verdict(tmp_path / "a.jpg") == Bad("not_a_file")


def test_a_socket_is_refused(tmp_path: Path) -> None:
    """Neither is a socket a file."""
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "a.jpg"))
        assert verdict(tmp_path / "a.jpg") == Bad("not_a_file")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("b.jpg", Picture("image/jpeg", 64, 48)),
        ("../original/b.jpg", Picture("image/jpeg", 64, 48)),
        ("../outside.jpg", Bad("link_outside")),
        ("/etc/passwd", Bad("link_outside")),
        ("sub/c.jpg", Bad("link_outside")),
        ("missing.jpg", Bad("unreadable")),
        ("a.jpg", Bad("unreadable")),
    ],
)
def test_a_link_must_stay_in_its_folder(tmp_path: Path, target: str, expected: Verdict) -> None:
    """A link to a neighbour is that image; one that leads out, down, nowhere or in a circle is refused."""
    folder = tmp_path / "original"
    (folder / "sub").mkdir(parents=True)
    for path in (folder / "b.jpg", folder / "sub" / "c.jpg", tmp_path / "outside.jpg"):
        path.write_bytes(jpeg())
    (folder / "a.jpg").symlink_to(target)
    assert verdict(folder / "a.jpg") == expected


def test_a_folder_that_is_a_link_is_its_target(tmp_path: Path) -> None:
    """An image folder may itself be a link; its links are judged by where it really is."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "b.jpg").write_bytes(jpeg())
    (tmp_path / "disk" / "a.jpg").symlink_to("b.jpg")
    (tmp_path / "original").symlink_to("disk")
    assert isinstance(verdict(tmp_path / "original" / "a.jpg"), Picture)


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A name must be UTF-8 to be a name in JSON and URLs."""
    path = tmp_path / os.fsdecode(b"\xff\xfe.jpg")
    path.write_bytes(jpeg())
    assert verdict(path) == Bad("bad_name")


@pytest.mark.parametrize("filename", ["line\nend.jpg", "esc\x1b[31m.jpg", "강판 검사.jpg", "a" * 251 + ".jpg"])
def test_any_other_name_is_taken(tmp_path: Path, filename: str) -> None:
    """Control characters, other scripts and 255 bytes are unusual, but names."""
    path = tmp_path / filename
    path.write_bytes(jpeg())
    assert isinstance(verdict(path), Picture)


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.EACCES, Bad("unreadable")), (errno.EIO, Incomplete("unreadable"))]
)
def test_what_cannot_be_read_is_never_taken_for_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: Verdict
) -> None:
    """Refused rights are final, a stutter of the disk is waited out, and no later look finds either unchanged."""
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())

    def refuse(*_: object) -> int:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "open", refuse)
    found = look(path)
    assert found is not None
    assert found.verdict == expected
    assert (found.size_bytes, found.mtime_ns) == (0, 0)


def test_a_file_that_changes_while_it_is_read_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read may be half of the old and half of the new: it is looked at again."""
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    fingerprint = module._fingerprint

    def meanwhile(read: Callable[[int, int], bytes], size_bytes: int, media_type: str) -> int:
        with path.open("ab") as file:
            file.write(b"more")
        return fingerprint(read, size_bytes, media_type)

    monkeypatch.setattr(module, "_fingerprint", meanwhile)
    assert isinstance(verdict(path), Incomplete)


def test_nothing_stays_open(tmp_path: Path) -> None:
    """Neither taken nor rejected files leave a descriptor behind."""
    (tmp_path / "a.jpg").write_bytes(jpeg())
    (tmp_path / "b.jpg").write_bytes(b"words, and no image at all")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("a.jpg", "b.jpg"):
        look(tmp_path / name)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
