"""Long polls: who waits for what."""

from __future__ import annotations

import asyncio

import pytest

from services.gateway import arrivals
from services.gateway.arrivals import Arrivals, TooManyWait
from services.gateway.live import EVERYTHING, Filter
from services.shared.messages import Image
from tests.support.serving import event, image


async def _waiting(polls: Arrivals, *filters: Filter) -> list[asyncio.Task[Image | None]]:
    tasks = [asyncio.ensure_future(polls.next(wanted, 5)) for wanted in filters]
    await asyncio.sleep(0)
    assert len(polls) == len(filters)
    return tasks


def test_everybody_gets_the_first_image_that_matches() -> None:
    """However many wait, and the one after it is for the next question."""

    async def run() -> None:
        polls = Arrivals()
        tasks = await _waiting(polls, EVERYTHING, EVERYTHING, Filter(kind="labeled"), Filter(coil="7"))
        polls.tell(event(1))
        polls.tell(event(2))
        assert [await task for task in tasks[:2]] == [image(1), image(1)]
        polls.tell(event(4, of=image(4, kind="labeled", coil="7")))
        assert [await task for task in tasks[2:]] == [image(4, kind="labeled", coil="7")] * 2
        assert len(polls) == 0

    asyncio.run(run())


def test_what_is_not_shown_is_no_answer() -> None:
    """Neither a removal nor a new version of an old image."""

    async def run() -> None:
        polls = Arrivals()
        (task,) = await _waiting(polls, EVERYTHING)
        polls.tell(event(5, "removed", image(1)))
        polls.tell(event(6, "changed", shown=False, previous_seq=2))
        await asyncio.sleep(0)
        assert not task.done()
        polls.tell(event(7, "changed", previous_seq=3))
        assert await task == image(7)

    asyncio.run(run())


@pytest.mark.parametrize("timeout_s", [0, 0.01])
def test_none_comes_when_nothing_does(timeout_s: float) -> None:
    """After the time, and nobody is left waiting."""

    async def run() -> None:
        polls = Arrivals()
        assert await polls.next(EVERYTHING, timeout_s) is None
        assert len(polls) == 0

    asyncio.run(run())


def test_who_goes_away_waits_no_more() -> None:
    """And the others are answered all the same."""

    async def run() -> None:
        polls = Arrivals()
        gone, stays = await _waiting(polls, EVERYTHING, EVERYTHING)
        gone.cancel()
        await asyncio.wait((gone,))
        assert len(polls) == 1
        polls.tell(event(1))
        assert await stays == image(1)

    asyncio.run(run())


def test_when_the_gateway_ends_all_are_answered() -> None:
    """With nothing, at once, also when an image came in the same moment."""

    async def run() -> None:
        polls = Arrivals()
        tasks = await _waiting(polls, EVERYTHING, Filter(coil="7"))
        polls.tell(event(1))
        polls.answer_all()
        assert [await task for task in tasks] == [image(1), None]

    asyncio.run(run())


def test_so_many_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is told so."""
    monkeypatch.setattr(arrivals, "MAX_WAITING", 3)

    async def run() -> None:
        polls = Arrivals()
        tasks = await _waiting(polls, EVERYTHING, EVERYTHING, EVERYTHING)
        with pytest.raises(TooManyWait):
            await polls.next(EVERYTHING, 5)
        polls.answer_all()
        await asyncio.wait(tasks)

    asyncio.run(run())
