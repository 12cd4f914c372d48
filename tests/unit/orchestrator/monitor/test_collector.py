"""Which folders the evidence is about, with a real probe over real folders."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestrator.monitor.collector import Collector
from orchestrator.monitor.evidence import Place
from orchestrator.monitor.ledger import PLACES
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.places import PlaceKept
from orchestrator.monitor.restarts import RestartPolicy
from orchestrator.wording import MONITOR
from services.shared.logs import make_logger
from services.shared.mounts import mount_of
from services.shared.operations import Memory
from tests.support.wait import until
from tests.support.watching import settings_for


class Site:
    """A base folder, a watcher as far as its heartbeat goes, and the collector."""

    def __init__(self, tmp_path: Path) -> None:
        self.settings = settings_for(tmp_path, COILCAST_CANARY_INTERVAL_S="0")
        self.base = self.settings.images.base
        self.settings.state.mkdir()
        self.watcher = Ward("watcher-0", RestartPolicy(lambda: 0.0), state="ready")
        self._collector: Collector | None = None

    def make(self, *folders: str) -> None:
        for folder in folders:
            (self.base / folder).mkdir(parents=True)

    def remember(self, folder: str, mount_point: str) -> None:
        """An earlier monitor saw images flow there."""
        memory = Memory(self.settings.operations_path)
        kept = PlaceKept(Place(77, mount_point, "nfs4", "nas:/images"), time.time_ns() // 1_000_000)
        memory.keep(PLACES, {folder: kept}, kept.at_ms)
        memory.close()

    def settles(self, condition: Callable[[dict[str, bool]], bool]) -> dict[str, bool]:
        """The folders by name, with whether each is there, once they are as they should be, and stay so."""
        if self._collector is None:
            log = make_logger(self.settings, "Monitor", MONITOR, io.StringIO())
            self._collector = Collector(self.settings, {"watcher-0": self.watcher}, log)
        until(lambda: condition(self._look()), what="the folders")
        for _ in range(15):
            time.sleep(0.1)
            assert condition(self._look())
        return self._look()

    def close(self) -> None:
        if self._collector is not None:
            self._collector.close()

    def _look(self) -> dict[str, bool]:
        assert self._collector is not None
        self._collector.tend(time.monotonic())
        return {one.name: one.exists for one in self._collector.evidence(time.monotonic())}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def test_cameras_are_found_by_their_folders(site: Site) -> None:
    """The main one is expected without; of another those kinds that are there."""
    site.make("original", "top/original", "notes")
    found = {"main/original": True, "main/labeled": False, "top/original": True}
    assert site.settles(lambda folders: folders == found)


def test_a_folder_that_the_watcher_knows_is_expected(site: Site) -> None:
    """It watched it, and it is gone."""
    site.make("original", "labeled")
    site.watcher.detail = {"modes": {"main/original": "inotify"}, "missing": {"top/original": "No such file"}}
    assert site.settles(lambda folders: folders.get("top/original") is False)


@pytest.mark.parametrize("is_away", [True, False])
def test_a_folder_whose_storage_is_away_is_expected(site: Site, is_away: bool) -> None:
    """After a start without its share; one that was taken off a storage that is there is not."""
    site.make("original", "labeled")
    site.remember("top/original", "/mnt/top" if is_away else mount_of(site.base).mount_point)
    expected = {"main/original": True, "main/labeled": True} | ({"top/original": False} if is_away else {})
    assert site.settles(lambda folders: folders == expected)
