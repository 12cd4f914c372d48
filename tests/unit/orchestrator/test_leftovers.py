"""What an earlier node left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestrator import leftovers
from services.shared.bus import CONTROL
from services.shared.errors import RoleTakenError
from services.shared.metrics.figures import Figures
from services.shared.runtime import RoleLock
from tests.support.wait import until
from tests.support.watching import settings_for

HOLDER = """
import sys, time
from pathlib import Path
from services.shared.runtime import RoleLock
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
lock = RoleLock(Path(sys.argv[1]), "gateway-0")
time.sleep(60)
"""


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Starts a process that holds the lock of gateway-0 and ignores SIGTERM."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**env: str) -> int:
        process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], env=dict(os.environ) | env)
        started.append(process)
        until(lambda: leftovers.holder(tmp_path, "gateway-0") == process.pid, what="the lock")
        return process.pid

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_the_holder_of_a_lock_is_known(tmp_path: Path) -> None:
    """Its pid while it lives, nobody before and after."""
    assert leftovers.holder(tmp_path, "node") is None
    lock = RoleLock(tmp_path, "node")
    assert leftovers.holder(tmp_path, "node") == os.getpid()
    lock.release()
    assert leftovers.holder(tmp_path, "node") is None


def test_an_orphan_that_is_stuck_is_killed(
    tmp_path: Path, hold: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child of a supervisord that is no more has no say in whether the next node starts."""
    monkeypatch.setattr(leftovers, "ORPHANS_END_WITHIN_S", 0.1)
    hold(SUPERVISOR_ENABLED="1")
    (tmp_path / CONTROL).touch()
    (tmp_path / "ear-1-0.sock").touch()
    leftovers.clear(tmp_path)
    assert leftovers.holder(tmp_path, "gateway-0") is None
    assert not (tmp_path / CONTROL).exists()
    assert not (tmp_path / "ear-1-0.sock").exists()


def test_a_service_that_somebody_runs_by_hand_is_not_killed(
    tmp_path: Path, hold: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named with its pid instead."""
    monkeypatch.setattr(leftovers, "ORPHANS_END_WITHIN_S", 0.1)
    monkeypatch.delenv("SUPERVISOR_ENABLED", raising=False)
    pid = hold()
    with pytest.raises(RoleTakenError, match=f"gateway-0 is already running .pid {pid}.; stop it first"):
        leftovers.clear(tmp_path)
    os.kill(pid, signal.SIGKILL)


def test_an_empty_folder_has_nothing_to_clear(tmp_path: Path) -> None:
    """The first start of all is no special case."""
    leftovers.clear(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_counting_begins_anew_with_a_node(tmp_path: Path) -> None:
    """What the processes of an earlier node counted is none of the next one's."""
    settings = settings_for(tmp_path)
    settings.run_dir.mkdir(parents=True)
    Figures.of_process(settings.figures_dir, "gateway-0").resumed()
    assert list(settings.figures_dir.iterdir())
    leftovers.clear(settings.run_dir)
    assert not Figures.of_process(settings.figures_dir, "gateway-0").numbers
