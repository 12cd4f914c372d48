"""What clients hear of the alerts, whoever changes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from services.gateway import alerts as module
from services.shared.errors import DatabaseError
from services.shared.operations import Alerts, Said, Trouble
from tests.support.serving import Bed, ListLink, bed_in, eventually


def trouble(**fields: Any) -> Trouble:
    values: dict[str, Any] = {"severity": "warning", "summary": Said("가", "a"), "advice": Said("나", "b")}
    return Trouble(name="service_loop", **{**values, **fields})


def run(tmp_path: Path, act: Callable[[Bed, Alerts], Coroutine[Any, Any, None]]) -> None:
    """`act` with a bed and the file as another process has it."""

    async def in_bed() -> None:
        async with bed_in(tmp_path) as bed:
            alerts = Alerts(bed.settings.operations_path)
            try:
                await act(bed, alerts)
            finally:
                alerts.close()

    asyncio.run(in_bed())


async def looked(bed: Bed) -> None:
    """One look, to its end."""
    bed.alerts.look()
    looking = bed.alerts._looking
    assert looking is not None
    await asyncio.wait((looking,))
    await asyncio.sleep(0)


async def subscribed(bed: Bed) -> ListLink:
    session, link = bed.join()
    link.frames.clear()
    await bed.subscribe(session)
    return link


def told(link: ListLink) -> list[tuple[int, str]]:
    return [(one["data"]["id"], one["data"]["state"]) for one in link.taken("alert")]


def test_each_transition_is_told_to_who_has_subscribed(tmp_path: Path) -> None:
    """Once, and never to a bare client."""

    async def act(bed: Bed, alerts: Alerts) -> None:
        await looked(bed)
        _, bare = bed.join()
        link = await subscribed(bed)
        bare.frames.clear()
        link.frames.clear()
        alerts.raise_("a", trouble(), 1000)
        alerts.raise_("b", trouble(), 1000)
        await looked(bed)
        assert told(link) == [(1, "firing"), (2, "firing")]
        await looked(bed)
        assert told(link) == []
        alerts.raise_("a", trouble(severity="critical"), 2000)
        await looked(bed)
        assert [one["data"]["severity"] for one in link.taken("alert")] == ["critical"]
        alerts.resolve("a", 3000)
        await looked(bed)
        assert told(link) == [(1, "resolved")]
        assert bare.frames == []

    run(tmp_path, act)


def test_who_subscribes_hears_what_fires(tmp_path: Path) -> None:
    """Also what began before this gateway did; nothing of what is over."""

    async def act(bed: Bed, alerts: Alerts) -> None:
        for key in "abc":
            alerts.raise_(key, trouble(), 1000)
        alerts.resolve("b", 2000)
        await looked(bed)
        link = await subscribed(bed)
        kinds = [message["type"] for message in link.messages]
        assert kinds == ["subscribed", "current_images", "health", "alert", "alert"]
        assert sorted(told(link)) == [(1, "firing"), (3, "firing")]
        alerts.resolve("a", 3000)
        await looked(bed)
        assert told(await subscribed(bed)) == [(3, "firing")]

    run(tmp_path, act)


def test_a_client_that_does_not_read_gets_the_last_word_on_each(tmp_path: Path) -> None:
    """Not all that was said meanwhile."""

    async def act(bed: Bed, alerts: Alerts) -> None:
        await looked(bed)
        session, link = bed.join()
        await bed.subscribe(session)
        link.frames.clear()
        link.busy = True
        for key in "ab":
            alerts.raise_(key, trouble(), 1000)
            await looked(bed)
        alerts.resolve("a", 2000)
        await looked(bed)
        bed.free(session)
        assert sorted(told(link)) == [(1, "resolved"), (2, "firing")]

    run(tmp_path, act)


def test_what_changed_while_the_file_could_not_be_read_is_told_after(tmp_path: Path, monkeypatch: Any) -> None:
    """An end that was missed would show for ever."""

    async def act(bed: Bed, alerts: Alerts) -> None:
        alerts.raise_("a", trouble(), 1000)
        await looked(bed)
        link = await subscribed(bed)
        link.frames.clear()

        def fail(_: Alerts) -> int:
            raise DatabaseError("disk I/O error")

        with monkeypatch.context() as broken:
            broken.setattr(Alerts, "version", fail)
            await looked(bed)
            await looked(bed)
        assert bed.out.getvalue().count("disk I/O error") == 1
        alerts.resolve("a", 2000)
        await looked(bed)
        assert told(link) == [(1, "resolved")]

    run(tmp_path, act)


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    """What only the old one knew is over, what the new one has is told."""

    async def act(bed: Bed, alerts: Alerts) -> None:
        alerts.raise_("a", trouble(), 1000)
        alerts.raise_("b", trouble(), 1000)
        await looked(bed)
        link = await subscribed(bed)
        link.frames.clear()
        path = bed.settings.operations_path
        for name in (path, *path.parent.glob("operations.db-*")):
            name.rename(name.with_name(f"old-{name.name}"))
        other = Alerts(path)
        other.raise_("c", trouble(), 2000)
        await looked(bed)
        assert told(link) == [(2, "resolved"), (1, "firing")]
        other.close()

    run(tmp_path, act)


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what the thread finds out too late for whoever asked, clients hear all the same."""
    monkeypatch.setattr(module, "ANSWER_WITHIN_S", 0.05)

    async def act(bed: Bed, alerts: Alerts) -> None:
        await looked(bed)
        link = await subscribed(bed)
        link.frames.clear()
        alerts.raise_("a", trouble(), 1000)
        alerts._db.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="in time"):
            await bed.alerts.acknowledge(1, "Kim", "")
        alerts._db.execute("COMMIT")
        await eventually(lambda: link.frames)
        assert link.taken("alert")[-1]["data"]["acknowledged"]["by"] == "Kim"

    run(tmp_path, act)
