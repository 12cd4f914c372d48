"""Alerts over HTTP: read page by page, acknowledged by name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.shared.operations import Alerts, Said, Trouble
from tests.support.net import Answer
from tests.support.serving import Bed, served

JSON = {"Content_Type": "application/json"}


def trouble(name: str = "service_loop", **fields: Any) -> Trouble:
    summary, advice = Said("멈춤", "stopped"), Said("확인", "look")
    return Trouble(name=name, severity="warning", summary=summary, advice=advice, **fields)


@contextmanager
def store(bed: Bed) -> Iterator[Alerts]:
    """The file as another process has it."""
    alerts = Alerts(bed.settings.operations_path)
    try:
        yield alerts
    finally:
        alerts.close()


async def acknowledge(bed: Bed, body: Any, /, alert: str = "1", **header: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await bed.post(f"/api/alerts/{alert}/acknowledge", data, **{**JSON, **header})


def test_pages_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    """Firing ones first, then by their start; only those that fire, if asked for."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            with store(bed) as alerts:
                for number in range(5):
                    alerts.raise_(str(number), trouble(service=str(number)), 1000 + number)
                for number in (0, 4):
                    alerts.resolve(str(number), 5000)
            for state, expected in [("all", ["3", "2", "1", "4", "0"]), ("firing", ["3", "2", "1"])]:
                found, query = [], ""
                while True:
                    page = (await bed.ask(f"/api/alerts?state={state}&limit=2{query}")).json
                    found += [alert["service"] for alert in page["alerts"]]
                    if page["next"] is None:
                        break
                    query = f"&before={page['next']}"
                assert found == expected
            assert {alert["state"] for alert in (await bed.ask("/api/alerts")).json["alerts"]} == {"firing", "resolved"}

    asyncio.run(run())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("state=old", "state"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("before=1-2", "before"),
        ("before=firing-x-1", "before"),
        ("before=firing-1-1x", "before"),
    ],
)
def test_a_wrong_parameter_is_named(tmp_path: Path, query: str, named: str) -> None:
    """With 400."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            answer = await bed.ask(f"/api/alerts?{query}")
            assert (answer.status, answer.json["detail"].partition(" ")[0]) == (400, named)

    asyncio.run(run())


def test_an_alert_is_acknowledged_by_name(tmp_path: Path) -> None:
    """The last word counts, and every client that has subscribed hears of it before the answer is there."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            with store(bed) as alerts:
                alerts.raise_("a", trouble(), 1000)
            session, link = bed.join()
            await bed.subscribe(session)
            _, bare = bed.join()
            bare.frames.clear()
            for by, note in [("Kim", "looking"), ("박", "")]:
                link.frames.clear()
                answer = await acknowledge(bed, {"by": f" {by} ", "note": note})
                assert answer.status == 200
                seen = answer.json["acknowledged"]
                assert (seen["by"], seen["note"], answer.json["state"]) == (by, note, "firing")
                assert link.taken("alert")[-1]["data"] == answer.json
            assert bare.frames == []
            listed = (await bed.ask("/api/alerts")).json["alerts"]
            assert [alert["acknowledged"]["by"] for alert in listed] == ["박"]

    asyncio.run(run())


def test_only_what_fires_can_be_acknowledged(tmp_path: Path) -> None:
    """404 for one that never was, 409 for one that is over."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            with store(bed) as alerts:
                alerts.raise_("a", trouble(), 1000)
                alerts.resolve("a", 2000)
            for alert, status in [("1", 409), ("2", 404), ("0", 404), ("9" * 18, 404), ("9" * 19, 404), ("x", 404)]:
                answer = await acknowledge(bed, {"by": "Kim"}, alert)
                assert (answer.status, answer.json["status"]) == (status, status)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("body", "status", "about"),
    [
        (b"", 400, "the body"),
        (b"{", 400, "the body"),
        (b"[]", 400, "the body"),
        (b"\xff", 400, "the body"),
        (b'{"by": "\\ud800"}', 400, "the body"),
        (b"[" * 5000, 400, "the body"),
        ({}, 400, "by"),
        ({"by": ""}, 400, "by"),
        ({"by": "  "}, 400, "by"),
        ({"by": 7}, 400, "by"),
        ({"by": "n" * 101}, 400, "by"),
        ({"by": "Kim", "note": "n" * 1001}, 400, "note"),
        ({"by": "Kim", "note": None}, 400, "note"),
        ({"by": "Kim", "later": "x" * 17_000}, 413, "the body"),
        ({"by": "김" * 100, "note": "김" * 1000, "later": True}, 200, ""),
    ],
)
def test_a_body_is_what_it_may_be_or_refused(tmp_path: Path, body: Any, status: int, about: str) -> None:
    """Naming what is wrong; fields to come are read over."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            with store(bed) as alerts:
                alerts.raise_("a", trouble(), 1000)
            answer = await acknowledge(bed, body)
            assert answer.status == status, answer.body
            assert about in answer.json.get("detail", "")

    asyncio.run(run())


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_only_json_is_taken(tmp_path: Path, media_type: str) -> None:
    """What a form of a foreign page could send is refused."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            assert (await acknowledge(bed, {"by": "Kim"}, Content_Type=media_type)).status == 415
            assert (await acknowledge(bed, {"by": "Kim"}, Content_Type="Application/JSON; charset=utf-8")).status == 404

    asyncio.run(run())


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({}, 404),
        ({"Origin": "http://{host}"}, 404),
        ({"Origin": "https://panel.example"}, 404),
        ({"Origin": "https://panel.example", "Sec_Fetch_Site": "cross-site"}, 404),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
    ],
)
def test_a_page_from_elsewhere_may_not(tmp_path: Path, header: dict[str, str], status: int) -> None:
    """Unless it is listed, as for the WebSocket; programs that are no browsers send no origin."""

    async def run() -> None:
        async with served(tmp_path, COILCAST_GATEWAY_ALLOWED_ORIGINS="https://panel.example") as bed:
            host = f"127.0.0.1:{bed.settings.gateway.port}"
            sent = {name: text.format(host=host) for name, text in header.items()}
            answer = await acknowledge(bed, {"by": "Kim"}, **sent)
            assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")

    asyncio.run(run())


def test_a_browser_is_told_what_a_listed_page_may_do(tmp_path: Path) -> None:
    """The preflight of a POST with JSON; another method is refused with those there are."""

    async def run() -> None:
        async with served(tmp_path, COILCAST_GATEWAY_ALLOWED_ORIGINS="https://panel.example") as bed:
            asked = await bed.ask("/api/alerts/1/acknowledge", "OPTIONS", Origin="https://panel.example")
            assert asked.status == 204
            assert asked.headers["Access-Control-Allow-Origin"] == "https://panel.example"
            assert asked.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
            assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
            for method in ("GET", "HEAD", "PUT"):
                refused = await bed.ask("/api/alerts/1/acknowledge", method)
                assert (refused.status, refused.headers["Allow"]) == (405, "POST, OPTIONS")

    asyncio.run(run())


def test_alerts_that_cannot_be_read_stop_nothing_else(tmp_path: Path) -> None:
    """503 that says so, one line in the log, and all is well again once the file is."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            path = bed.settings.operations_path
            path.write_bytes(b"this is no database" * 100)
            for _ in range(3):
                answer = await bed.ask("/api/alerts")
                assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
                assert "the alerts cannot be read" in answer.json["detail"]
            assert (await acknowledge(bed, {"by": "Kim"})).status == 503
            assert (await bed.ask("/api/images")).status == 200
            said = [line for line in bed.out.getvalue().splitlines() if "operations.db" in line]
            assert len(said) == 1
            assert "is damaged" in said[0]
            path.unlink()
            assert (await bed.ask("/api/alerts")).json == {"alerts": [], "next": None}

    asyncio.run(run())
