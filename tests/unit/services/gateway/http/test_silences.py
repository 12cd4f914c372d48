"""Silences over HTTP, and what clients hear of them."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from services.shared.operations import Alerts, Said, Scope, Silences, Trouble
from tests.support.net import Answer
from tests.support.serving import Bed, eventually, served

JSON = {"Content_Type": "application/json"}


def raised(bed: Bed, name: str, **fields: Any) -> None:
    alerts = Alerts(bed.settings.operations_path)
    said = Said("멈춤", "stopped")
    alerts.raise_(name, Trouble(name=name, severity="warning", summary=said, advice=said, **fields), 1000)
    alerts.close()


async def post(bed: Bed, path: str, body: Any) -> Answer:
    return await bed.post(path, json.dumps(body).encode(), **JSON)


async def looked(bed: Bed) -> None:
    """One look, to its end."""
    bed.alerts.look()
    looking = bed.alerts._looking
    assert looking is not None
    await asyncio.wait((looking,))
    await asyncio.sleep(0)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def test_a_silence_is_made_seen_and_ended(tmp_path: Path) -> None:
    """Whoever has subscribed hears of both, before the answer is there; of an alert that is not meant nobody does."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            raised(bed, "stall", camera="main", kind="labeled")
            raised(bed, "service_loop", service="gateway-0")
            await looked(bed)
            session, link = bed.join()
            await bed.subscribe(session)
            link.frames.clear()
            body = {"name": "stall", "camera": "main", "for_s": 7200, "by": " 김 ", "note": "belt"}
            made = await post(bed, "/api/silences", body)
            assert made.status == 200
            silence = made.json
            assert abs(silence["until"] - now_ms() - 7_200_000) < 60_000
            assert (silence["state"], silence["by"], silence["type"], silence["service"]) == (
                "lasting",
                "김",
                None,
                None,
            )
            [told] = link.taken("alert")
            assert (told["data"]["id"], told["data"]["silenced_until"]) == (1, silence["until"])
            listed = (await bed.ask("/api/alerts")).json["alerts"]
            assert {one["name"]: one["silenced_until"] for one in listed} == {
                "stall": silence["until"],
                "service_loop": None,
            }
            assert (await bed.ask("/api/silences")).json == {"silences": [silence]}

            ended = await post(bed, f"/api/silences/{silence['id']}/end", {"by": "박"})
            assert ended.status == 200
            assert (ended.json["state"], ended.json["ended_by"]) == ("over", "박")
            assert [one["data"]["silenced_until"] for one in link.taken("alert")] == [None]
            assert (await bed.ask("/api/silences")).json == {"silences": []}
            assert (await bed.ask("/api/silences?state=all")).json == {"silences": [ended.json]}
            again = await post(bed, f"/api/silences/{silence['id']}/end", {"by": "박"})
            assert (again.status, again.json["status"]) == (409, 409)
            assert (await post(bed, "/api/silences/9/end", {"by": "박"})).status == 404
            assert (await bed.ask("/api/silences?state=old")).status == 400

    asyncio.run(run())


def test_an_acknowledgement_leaves_a_silence_as_it_is(tmp_path: Path) -> None:
    """Both stand in what is told."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            raised(bed, "stall")
            silence = (await post(bed, "/api/silences", {"for_s": 60, "by": "Kim"})).json
            seen = await post(bed, "/api/alerts/1/acknowledge", {"by": "박"})
            assert (seen.json["silenced_until"], seen.json["acknowledged"]["by"]) == (silence["until"], "박")

    asyncio.run(run())


def test_what_others_silence_and_what_runs_out_is_told_as_well(tmp_path: Path) -> None:
    """By the command, say; also to who subscribes meanwhile, and when nobody writes anything. What is over is none."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            raised(bed, "stall")
            await looked(bed)
            session, link = bed.join()
            await bed.subscribe(session)
            link.frames.clear()
            silences = Silences(bed.settings.operations_path)
            until_ms = now_ms() + 1000
            silences.add(Scope(), from_ms=now_ms(), until_ms=until_ms, by="Kim", note="")
            await looked(bed)
            assert [one["data"]["silenced_until"] for one in link.taken("alert")] == [until_ms]
            later, late = bed.join()
            await bed.subscribe(later)
            assert [one["data"]["silenced_until"] for one in late.taken("alert")] == [until_ms]
            await looked(bed)
            assert link.taken("alert") == []

            def ended() -> bool:
                bed.alerts.look()
                return bool(link.frames)

            await eventually(ended)
            assert now_ms() >= until_ms
            assert [one["data"]["silenced_until"] for one in link.taken("alert")] == [None]
            silences.add(Scope(), from_ms=now_ms(), until_ms=now_ms() + 60_000, by="Kim", note="")
            silences.close()
            alerts = Alerts(bed.settings.operations_path)
            alerts.resolve("stall", now_ms())
            alerts.close()
            await looked(bed)
            last = link.taken("alert")[-1]["data"]
            assert (last["state"], last["silenced_until"]) == ("resolved", None)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ({"by": "Kim"}, "for_s"),
        ({"by": "Kim", "for_s": 59}, "for_s"),
        ({"by": "Kim", "for_s": 2_592_001}, "for_s"),
        ({"by": "Kim", "for_s": 60.5}, "for_s"),
        ({"for_s": 60}, "by"),
        ({"by": " ", "for_s": 60}, "by"),
        ({"by": "Kim", "for_s": 60, "name": ""}, "name"),
        ({"by": "Kim", "for_s": 60, "type": 7}, "type"),
        ({"by": "Kim", "for_s": 60, "note": "n" * 1001}, "note"),
    ],
)
def test_a_body_is_what_it_may_be_or_refused(tmp_path: Path, body: Any, about: str) -> None:
    """Naming what is wrong."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            answer = await post(bed, "/api/silences", body)
            assert answer.status == 400, answer.body
            assert about in answer.json["detail"]

    asyncio.run(run())


def test_a_page_from_elsewhere_may_not(tmp_path: Path) -> None:
    """Neither make nor end a silence; a form cannot either, and a browser is told what may be done."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            body = json.dumps({"by": "Kim", "for_s": 60}).encode()
            for path in ("/api/silences", "/api/silences/1/end"):
                assert (await bed.post(path, body, **JSON, Origin="https://evil.example")).status == 403
                assert (await bed.post(path, body, Content_Type="text/plain")).status == 415
            asked = await bed.ask("/api/silences", "OPTIONS")
            assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"

    asyncio.run(run())


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """With 503, as for alerts."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.settings.operations_path.write_bytes(b"this is no database" * 100)
            assert (await bed.ask("/api/silences")).status == 503
            assert (await post(bed, "/api/silences", {"by": "Kim", "for_s": 60})).status == 503

    asyncio.run(run())
