"""What must hold before a node can start."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator import preflight
from orchestrator.preflight import is_port_free, refuse_unfit
from services.shared.errors import StateError
from services.shared.mounts import Mount
from services.shared.settings import Settings, load_settings


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(("127.0.0.1", 0))
        made.listen()
        yield made


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def settings(tmp_path: Path, **env: str) -> Settings:
    base = tmp_path / "images"
    base.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    fit = {"COILCAST_STATE_PATH": str(tmp_path / "s"), "IMAGE_BASE_PATH": str(base), "IMAGE_RECEIVER_PORT": port}
    return load_settings(fit | env)


def complaint(settings: Settings) -> str:
    with pytest.raises(StateError) as caught:
        refuse_unfit(settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_fit_place_is_not_refused(tmp_path: Path) -> None:
    """Looking leaves nothing behind but the state folder."""
    fit = settings(tmp_path)
    refuse_unfit(fit)
    assert list(fit.state.iterdir()) == []


def test_a_missing_image_folder_says_how_to_mend_it(tmp_path: Path) -> None:
    """Make it, or name another."""
    assert "make it, or set IMAGE_BASE_PATH" in complaint(settings(tmp_path, IMAGE_BASE_PATH=str(tmp_path / "none")))


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    """Neither images nor state can be in a file."""
    (tmp_path / "file").touch()
    assert "is no folder" in complaint(settings(tmp_path, IMAGE_BASE_PATH=str(tmp_path / "file")))
    assert "cannot be written" in complaint(settings(tmp_path, COILCAST_STATE_PATH=str(tmp_path / "file" / "state")))


def test_a_state_folder_that_nobody_may_write_is_told(tmp_path: Path) -> None:
    """Tried by writing, not by asking: root may do everything, except where nobody can."""
    assert "cannot be written" in complaint(settings(tmp_path, COILCAST_STATE_PATH="/proc/coilcast"))


def test_state_on_a_network_filesystem_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's locks do not hold there."""
    monkeypatch.setattr(preflight, "mount_of", lambda _: Mount(id=1, mount_point="/srv", fstype="nfs4"))
    assert "network filesystem (nfs4 at /srv)" in complaint(settings(tmp_path))


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that could not write its catalog is not started."""
    usage = shutil.disk_usage(tmp_path)._replace(free=3 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert "has 3 MB free, needs 64" in complaint(settings(tmp_path))


def test_a_path_too_long_for_sockets_is_told_with_its_excess(tmp_path: Path) -> None:
    """The real path counts, for supervisord binds there."""
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    (tmp_path / "short").symlink_to(deep)
    assert "bytes too long for sockets" in complaint(settings(tmp_path, COILCAST_STATE_PATH=str(tmp_path / "short")))


def test_a_taken_port_is_found_even_if_it_could_be_shared(
    tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program with SO_REUSEPORT would get half of our clients; the line says which program it is."""
    monkeypatch.setattr(preflight, "PORT_PATIENCE_S", 0.0)
    text = complaint(settings(tmp_path, IMAGE_RECEIVER_PORT=str(port_of(listener))))
    assert f"is taken by pid {os.getpid()} (" in text


def test_a_port_that_is_let_go_in_time_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway of a node that was just killed needs a moment."""
    answers = iter([False, False, True])
    monkeypatch.setattr(preflight, "is_port_free", lambda *_: next(answers))
    refuse_unfit(settings(tmp_path))


def test_a_connection_that_has_just_ended_does_not_take_the_port(listener: socket.socket) -> None:
    """TIME_WAIT is not somebody who listens."""
    port = port_of(listener)
    with socket.create_connection(("127.0.0.1", port)):
        accepted, _ = listener.accept()
        accepted.close()
    listener.close()
    assert is_port_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_told() -> None:
    """It says which setting is wrong."""
    with pytest.raises(StateError, match=r"gateway\.bind"):
        is_port_free("192.0.2.1", 8081)
    with pytest.raises(StateError, match=r"gateway\.bind is 'no\.such\.host\.invalid'"):
        is_port_free("no.such.host.invalid", 8081)
