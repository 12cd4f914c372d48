"""Services that are killed, at any moment and at the worst: nothing is lost, doubled or out of order."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.conftest import MakeGateway
from tests.system.support.gateway import Client
from tests.system.support.watcher import CHECKOUT, Watcher, short_folder

A, B, C, D, E = (name_of(number) for number in range(5))


def killed_at(moment: str) -> list[str]:
    return [sys.executable, "-m", "tests.system.support.killed_at", moment]


@pytest.mark.parametrize("moment", ["before_the_commit", "after_the_commit", "after_the_word"])
def test_a_watcher_that_dies_while_it_records_tells_everything_once(watcher: Watcher, moment: str) -> None:
    """Whatever it was about to record: no seq is left out, none is given twice."""
    (watcher.original / A).write_bytes(jpeg("a"))
    watcher.tells(("new", A))
    watcher.stop()
    watcher.prefix = killed_at(moment)
    watcher.start()
    (watcher.original / B).write_bytes(jpeg("b"))
    watcher.dies()
    watcher.prefix = []
    watcher.start()
    (watcher.original / C).write_bytes(jpeg("c"))
    watcher.tells(("new", A), ("new", B), ("new", C))
    assert [event.seq for event in watcher.events] == [1, 2, 3]
    assert list(watcher.reader.events(0, watcher.reader.head())) == watcher.events


@pytest.mark.parametrize("moment", ["before_the_commit", "after_the_commit", "after_the_word"])
def test_what_changes_while_a_watcher_is_dead_is_told_once(watcher: Watcher, moment: str) -> None:
    """Overwritten and removed files, old ones and the one that it died of."""
    for name in (A, B, C):
        (watcher.original / name).write_bytes(jpeg(name))
    watcher.tells(("new", A), ("new", B), ("new", C))
    watcher.stop()
    watcher.prefix = killed_at(moment)
    watcher.start()
    (watcher.original / D).write_bytes(jpeg("d"))
    watcher.dies()
    was_recorded = watcher.reader.head() == 4
    assert was_recorded == (moment != "before_the_commit")
    (watcher.original / ".next").write_bytes(jpeg("a again"))
    (watcher.original / ".next").rename(watcher.original / A)
    (watcher.original / B).unlink()
    (watcher.original / D).write_bytes(jpeg("d again"))
    watcher.prefix = []
    watcher.start()
    until(lambda: ("changed", A) in watcher.told() and ("removed", B) in watcher.told(), what="what went on meanwhile")
    (watcher.original / E).write_bytes(jpeg("e"))
    until(lambda: ("new", E) in watcher.told(), what="a new image")
    told = watcher.told()[3:]
    of_d = [("new", D), ("changed", D)] if was_recorded else [("new", D)]
    assert sorted(told) == sorted([*of_d, ("changed", A), ("removed", B), ("new", E)])
    assert [event.seq for event in watcher.events] == list(range(1, len(watcher.events) + 1))
    for name, salt in ((A, "a again"), (D, "d again")):
        image = watcher.reader.find("main", "original", name)
        assert image is not None
        assert image.size_bytes == len(jpeg(salt))


def test_a_gateway_that_dies_while_it_tells_is_caught_up_with(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """Who was told does not hear it again, who was not does, and both go on from there."""
    gateway = make_gateway(prefix=killed_at("half_told"))
    with gateway.client() as one, gateway.client() as other:
        epochs = [client.subscribe(mode="every")["epoch"] for client in (one, other)]
        for client in (one, other):
            client.next("health")
        (watcher.original / A).write_bytes(jpeg("a"))
        told = [_seqs_to_the_end(client) for client in (one, other)]
    gateway.dies()
    assert sorted(told) == [[], [1]]
    gateway.prefix = []
    gateway.start()
    (watcher.original / B).write_bytes(jpeg("b"))
    for seqs in told:
        with gateway.client() as client:
            client.subscribe(mode="every", epoch=epochs[0], seq=len(seqs))
            while len(seqs) < 2:
                seqs.append(client.next("image_update")["data"]["seq"])
            assert not [message for message in client.settled() if message["type"] == "image_update"]
    assert told == [[1, 2], [1, 2]]


def test_random_kills_of_a_whole_node_lose_double_and_disorder_nothing() -> None:
    """The folder, the catalog and what resuming clients received are the same set in the same order."""
    with short_folder() as folder:
        ended = subprocess.run(
            [sys.executable, "ops/kills", "--kills", "12", "--interval", "0.8", "--seed", "7", "--folder", folder],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


def _seqs_to_the_end(client: Client) -> list[int]:
    """What a client was told until its connection ended."""
    seqs: list[int] = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            seqs.append(client.next("image_update")["data"]["seq"])
    return seqs
