"""Questions to the kernel that may never be answered."""

from __future__ import annotations

import asyncio
import threading
import time

from services.gateway.probes import Probe


def test_an_answer_is_given() -> None:
    """As often as it is asked for."""

    async def run() -> None:
        probe = Probe(lambda: 7)
        assert [await probe.ask(10), await probe.ask(10)] == [7, 7]

    asyncio.run(run())


def test_what_the_kernel_refuses_is_unknown() -> None:
    """And may be known next time."""
    answers: list[int] = []

    def question() -> int:
        if not answers:
            answers.append(7)
            raise OSError(5, "Input/output error")
        return answers[0]

    async def run() -> None:
        probe = Probe(question)
        assert [await probe.ask(10), await probe.ask(10)] == [None, 7]

    asyncio.run(run())


def test_what_hangs_holds_up_nobody() -> None:
    """Nor is it asked again before it has answered; the loop goes on, and may even end first."""
    gate, asked = threading.Event(), list[int]()

    def question() -> int:
        asked.append(1)
        gate.wait(20)
        return 7

    probe = Probe(question)

    async def hang() -> None:
        began_s = time.monotonic()
        assert await probe.ask(0.05) is None
        assert await probe.ask(10) is None
        assert time.monotonic() - began_s < 5
        assert len(asked) == 1

    async def recover() -> None:
        answer = None
        while answer is None:
            answer = await probe.ask(10)
            await asyncio.sleep(0.01)
        assert answer == 7

    asyncio.run(hang())
    gate.set()
    asyncio.run(asyncio.wait_for(recover(), 10))
