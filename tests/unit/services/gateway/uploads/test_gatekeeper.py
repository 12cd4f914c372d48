"""Who may upload, asked by a thread."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.uploads import gatekeeper as module
from services.gateway.uploads.gatekeeper import Gatekeeper
from services.shared.errors import DatabaseError
from services.shared.operations import Tokens
from tests.support.serving import eventually


def test_another_file_in_its_place_is_noticed(tmp_path: Path) -> None:
    """Tokens of the one before count no more; those of the new one do."""

    async def run() -> None:
        path = tmp_path / "operations.db"
        tokens = Tokens(path)
        old = tokens.add("a", 1)
        gatekeeper = Gatekeeper(path)
        assert await gatekeeper.who(f"bearer {old}") is not None
        tokens.close()
        for file in tmp_path.iterdir():
            file.unlink()
        tokens = Tokens(path)
        new = tokens.add("a", 1)
        assert await gatekeeper.who(f"Bearer {old}") is None
        assert await gatekeeper.who(f"Bearer {new}") is not None
        gatekeeper.close()
        tokens.close()

    asyncio.run(run())


def test_use_is_written_down_once_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the thread, when there is time."""
    at_ms = 1_000_000
    monkeypatch.setattr(module, "now_ms", lambda: at_ms)

    async def run() -> None:
        nonlocal at_ms
        tokens = Tokens(tmp_path / "operations.db")
        secret = tokens.add("a", 1)
        gatekeeper = Gatekeeper(tmp_path / "operations.db")
        found = await gatekeeper.who(f"Bearer {secret}")
        assert found is not None
        for step_ms, noted_ms in [(0, 1_000_000), (59_999, 1_000_000), (1, 1_060_000)]:
            at_ms += step_ms
            gatekeeper.used(found)
            await gatekeeper.who(f"Bearer {secret}")
            assert tokens.all()[0].used_at_ms == noted_ms
        gatekeeper.close()
        tokens.close()

    asyncio.run(run())


def test_a_crowd_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than so many questions are turned away, the others answered."""
    monkeypatch.setattr(module, "MAX_WAITING", 3)

    async def run() -> None:
        gatekeeper = Gatekeeper(tmp_path / "operations.db")
        secret = f"Bearer coilcast_{'a' * 43}"
        answers = await asyncio.gather(*(gatekeeper.who(secret) for _ in range(5)), return_exceptions=True)
        assert answers[:3] == [None] * 3
        assert all(isinstance(answer, DatabaseError) for answer in answers[3:])
        await eventually(lambda: gatekeeper._waiting == 0)
        gatekeeper.close()

    asyncio.run(run())
