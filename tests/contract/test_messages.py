"""What is said to clients, against golden files that the front end's tests read as well.

They are in `golden/`, a file a message by its `type`, and `golden/http/`, a file an answer. A change of the contract
starts there: the front end (frontend/packages/live-image/test/messages.test.ts) has to read whatever stands in them.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import structs

from services.gateway.news import News
from services.gateway.previews import Previews
from services.gateway.wire import (
    ConfigAnswer,
    CurrentAnswer,
    CurrentImages,
    HealthData,
    HealthMessage,
    ImageRemoved,
    ImageRevised,
    ImageUpdate,
    Pong,
    PreviewHeader,
    Reconnect,
    Reset,
    ServerMessage,
    Subscribed,
    encode,
    on_wire,
    preview_head,
    removal,
)
from services.gateway.wire_alerts import AlertMessage, AlertsAnswer, alert_on_wire
from services.gateway.wire_canary import CanaryData, CanaryMessage
from services.gateway.wire_history import CoilsAnswer, Density, HistoryAnswer, ImageDetails, WireCoil, provenance
from services.gateway.wire_line import WireLine, lines_on_wire
from services.gateway.wire_pins import PinsAnswer, pin_on_wire
from services.gateway.wire_silences import SilencesAnswer, silence_on_wire
from services.gateway.wire_status import (
    ClientCounts,
    DiskStatus,
    FlowStatus,
    KindStatus,
    Latency,
    ServiceStatus,
    Stage,
    Stages,
    StatusAnswer,
)
from services.gateway.wire_uploads import UploadAnswer
from services.shared.deliveries import Delivery
from services.shared.messages import Event, Image
from services.shared.operations import Acknowledgement, Alert, LineState, Pin, Said, Scope, Silence, Tokens, Trouble
from services.shared.previews import preview_path
from tests.support.pictures import jpeg, real
from tests.support.serving import frames_in, served

GOLDEN = Path(__file__).with_name("golden")
EPOCH = "9f2c41d07ab35e68"
AT_MS = 1763949600140
LEGACY = ["filename", "url", "timestamp", "type", "coil_number", "size", "created_at"]
"""The fields of an image that the replaced service sent, in its order."""


def golden(name: str) -> Any:
    """Objects as lists of pairs: the order of the keys counts."""
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"), object_pairs_hook=list)


def ordered(data: bytes | bytearray | memoryview) -> Any:
    return json.loads(bytes(data), object_pairs_hook=list)


def image(seq: int, kind: str, captured_at_ms: int, **fields: Any) -> Image:
    values: dict[str, Any] = {
        "camera": "main",
        "filename": f"20251124110000_2891_{captured_at_ms}_{kind}.jpg",
        "coil": "2891",
        "written_at_ms": captured_at_ms + 31,
        "seen_at_ms": captured_at_ms + 33,
        "size_bytes": 1843200,
        "width": 2448,
        "height": 2048,
        "media_type": "image/jpeg",
    }
    return Image(seq=seq, kind=kind, captured_at_ms=captured_at_ms, **{**values, **fields})


ORIGINAL = image(12, "original", 1763949600120)
LABELED = image(11, "labeled", 1763949599120)
TWIN = image(16, "labeled", 1763949600120, written_at_ms=1763949600990, seen_at_ms=1763949600992)
NEXT = image(13, "original", 1763949601120)
REMOVED = Event(seq=14, type="removed", image=ORIGINAL, at_ms=AT_MS)
REVISED = image(15, "original", 1763949600120, revised=True, written_at_ms=1763949602151, seen_at_ms=1763949602153)

LOOPING = Alert(
    id=3,
    key="service_loop/gateway-0",
    trouble=Trouble(
        name="service_loop",
        severity="critical",
        reason="exited",
        service="gateway-0",
        summary=Said(
            "gateway-0 반복해서 종료됨 (종료 코드 1): 이미지가 화면에 나오지 않음",
            "gateway-0 keeps ending (exit code 1): no image reaches a screen",
        ),
        advice=Said(
            "`service-orchestrator logs gateway-0`로 원인을 확인하고 제거하면 저절로 다시 시작됨",
            "See `service-orchestrator logs gateway-0` and mend the cause; it then starts again by itself",
        ),
    ),
    started_at_ms=1763949590000,
    changed_at_ms=1763949600100,
    resolved_at_ms=None,
    acknowledged=Acknowledgement("김민수", 1763949600100, "확인 중"),
    change=7,
)
STALLED = Alert(
    id=2,
    key="stall/main/labeled",
    trouble=Trouble(
        name="stall",
        severity="critical",
        reason="storage_unmounted",
        camera="main",
        kind="labeled",
        summary=Said("이미지 멈춤", "No images arrive"),
        advice=Said("저장소를 다시 연결", "Mount the storage again"),
    ),
    started_at_ms=1763949000000,
    changed_at_ms=1763949060000,
    resolved_at_ms=1763949060000,
    acknowledged=None,
    change=5,
)

SILENCE = Silence(
    id=2,
    scope=Scope(name="stall", camera="main", kind="labeled"),
    from_ms=1763949590000,
    until_ms=1763956790000,
    ended_at_ms=None,
    by="김민수",
    note="벨트 교체",
    ended_by=None,
)
ENDED: dict[str, Any] = {"scope": Scope(), "ended_at_ms": 1763949600000, "note": "", "ended_by": "박지훈"}

FILE_PIN = Pin(
    id=1,
    camera="main",
    kind="original",
    filename=ORIGINAL.filename,
    coil=None,
    by="김민수",
    note="클레임 4711",
    at_ms=1763949590000,
)
COIL_PIN = Pin(id=2, camera=None, kind=None, filename=None, coil="2891", by="박지훈", note="", at_ms=1763949600000)

MESSAGES = {
    "current_images": CurrentImages(
        {"original": on_wire(ORIGINAL), "labeled": on_wire(LABELED), "original_2891": on_wire(ORIGINAL)}, AT_MS
    ),
    "image_update": ImageUpdate(on_wire(NEXT), 1763949601140, EPOCH, 0),
    "image_revised": ImageRevised(on_wire(REVISED), 1763949602160, EPOCH),
    "image_removed": ImageRemoved(removal(REMOVED), EPOCH, 1763949601340),
    "subscribed": Subscribed("line-1", EPOCH, 12, "latest", AT_MS, "0.1.0"),
    "reset": Reset("trimmed", EPOCH, 12, AT_MS),
    "health": HealthMessage(
        HealthData(
            "degraded",
            "thumbnailer-0: hung",
            {"watcher-0": "ready", "thumbnailer-0": "hung", "gateway-0": "ready"},
        ),
        AT_MS,
    ),
    "alert": AlertMessage(alert_on_wire(LOOPING, 1763956800000), AT_MS),
    "canary": CanaryMessage(CanaryData("main/original", 1763949600000), 1763949600004),
    "pong": Pong(7, 1763949600145, 12),
    "preview": PreviewHeader(EPOCH, 13, "screen", 1024, 857, "image/jpeg"),
    "http/images_current": CurrentAnswer(on_wire(ORIGINAL), False, EPOCH, 12, AT_MS),
    "http/images": HistoryAnswer([on_wire(NEXT), on_wire(ORIGINAL), on_wire(LABELED)], "1763949599120-11"),
    "http/images_density": Density(
        1763949599120, 1763949601121, 1000, 3, [(1763949599000, 1), (1763949600000, 1), (1763949601000, 1)]
    ),
    "http/image_details": ImageDetails(
        EPOCH,
        on_wire(ORIGINAL),
        {"labeled": on_wire(TWIN)},
        provenance(ORIGINAL, Delivery(seq=12, pushed_at_ms=1763949600154, painted_at_ms=1763949600188)),
    ),
    "http/coils": CoilsAnswer([WireCoil("2891", 3, 1763949599120, 1763949601120, on_wire(NEXT))]),
    "http/alerts": AlertsAnswer([alert_on_wire(LOOPING), alert_on_wire(STALLED)], "resolved-1763949000000-2"),
    "http/silences": SilencesAnswer(
        [silence_on_wire(SILENCE, AT_MS), silence_on_wire(structs.replace(SILENCE, id=1, **ENDED), AT_MS)]
    ),
    "http/line": lines_on_wire(
        [
            LineState(camera=None, state="running", since_ms=1763949500000, said_at_ms=1763949600000, by="PLC 3"),
            LineState(camera="top", state="stopped", since_ms=1763949590000, said_at_ms=1763949590000, by="김민수"),
        ]
    ),
    "http/pins": PinsAnswer([pin_on_wire(COIL_PIN), pin_on_wire(FILE_PIN)]),
    "http/status": StatusAnswer(
        at=AT_MS,
        node="line-1",
        version="0.1.0",
        epoch=EPOCH,
        status="degraded",
        reason="thumbnailer-0: hung",
        services=[
            ServiceStatus(
                name="watcher-0",
                state="ready",
                pid=4242,
                since=1763946000000,
                restarts=0,
                queue=0,
                seq=12,
                memory_bytes=31457280,
                cpu_s=12.5,
            ),
            ServiceStatus(
                name="thumbnailer-0",
                state="slowed",
                pid=0,
                since=1763949599000,
                restarts=7,
                queue=0,
                seq=0,
                memory_bytes=None,
                cpu_s=None,
            ),
        ],
        latency=Latency(
            from_=AT_MS - 3_600_000,
            to=AT_MS,
            images=3,
            stages=Stages(
                captured_written=Stage(
                    count=3,
                    p50_ms=31.0,
                    p95_ms=40.0,
                    minutes=[(1763949540000, 31.0, 31.0), (1763949600000, 40.0, 40.0)],
                ),
                written_seen=Stage(
                    count=3, p50_ms=2.0, p95_ms=3.0, minutes=[(1763949540000, 2.0, 3.0), (1763949600000, 2.0, 2.0)]
                ),
                seen_pushed=Stage(count=2, p50_ms=1.0, p95_ms=1.0, minutes=[(1763949600000, 1.0, 1.0)]),
                pushed_painted=Stage(count=1, p50_ms=33.0, p95_ms=33.0, minutes=[(1763949600000, 33.0, 33.0)]),
                written_painted=Stage(count=0, p50_ms=None, p95_ms=None, minutes=[]),
            ),
        ),
        images=[
            KindStatus(
                camera="main", type="original", last=on_wire(ORIGINAL), minutes=[(1763949540000, 2), (1763949600000, 1)]
            ),
            KindStatus(camera="c2", type="labeled", last=None, minutes=[]),
        ],
        clients=ClientCounts(websocket=3, long_poll=1),
        disks=[
            DiskStatus(
                role="images",
                path="/var/lib/ccl-images",
                total_bytes=None,
                free_bytes=None,
                free_inodes=None,
                total_inodes=None,
            ),
            DiskStatus(
                role="state",
                path="/var/lib/coilcast",
                total_bytes=107374182400,
                free_bytes=53687091200,
                free_inodes=6500000,
                total_inodes=6553600,
            ),
        ],
        flows=[
            FlowStatus(
                camera="main",
                type="original",
                state="live",
                since=1763946000000,
                severity=None,
                reason=None,
                text=None,
                last_image_at=1763949600120,
            ),
            FlowStatus(
                camera="c2",
                type="labeled",
                state="stalled",
                since=1763949540000,
                severity="warning",
                reason="source_silent",
                text="카메라가 파일을 보내지 않거나 라인이 정지함",
                last_image_at=1763949510000,
            ),
        ],
        lines=[WireLine(camera=None, state="running", since=1763946000000, by="PLC 3")],
    ),
    "http/upload": UploadAnswer(
        filename="20251124110001_2891_original.jpg",
        camera="main",
        type="original",
        size=1234567,
        url="/image/original/20251124110001_2891_original.jpg",
    ),
    "http/config": ConfigAnswer(
        reconnect=Reconnect(5, 3000),
        stale_after_s=30,
        kinds=["original", "labeled"],
        cameras=["main"],
        language="ko",
        node="line-1",
        version="0.1.0",
        timezone="Asia/Seoul",
    ),
}


def test_each_message_has_its_golden_file() -> None:
    """And each golden file its message."""
    files = {path.relative_to(GOLDEN).with_suffix("").as_posix() for path in GOLDEN.rglob("*.json")}
    assert files == set(MESSAGES)
    tags = {kind.__struct_config__.tag for kind in get_args(ServerMessage)}
    assert tags == {name for name in MESSAGES if "/" not in name} - {"preview"}


@pytest.mark.parametrize("name", list(MESSAGES))
def test_a_message_is_as_its_golden_file(name: str) -> None:
    """Each field, in its order."""
    assert ordered(encode(MESSAGES[name])) == golden(name)


def test_an_update_is_sent_as_its_golden_file() -> None:
    """Also as the clients' sessions put it together; with other counts, only that differs."""
    news = News(Event(seq=13, type="new", image=NEXT, at_ms=0), EPOCH, 1763949601140)
    for skipped in (0, 1, 120):
        (frame,) = frames_in(news.whole(skipped))
        expected = [*golden("image_update")[:-1], ("skipped", skipped)]
        assert ordered(frame.data) == expected
    (frame,) = frames_in(News(REMOVED, EPOCH, 1763949601340).whole())
    assert ordered(frame.data) == golden("image_removed")
    (frame,) = frames_in(News(Event(seq=15, type="changed", image=REVISED, at_ms=0), EPOCH, 1763949602160).revised())
    assert ordered(frame.data) == golden("image_revised")


def test_a_bare_client_is_sent_what_the_replaced_service_sent() -> None:
    """Type, data and timestamp; of an image its fields first, in its order, then the new ones."""
    news = News(Event(seq=13, type="new", image=NEXT, at_ms=0), EPOCH, 1763949601140)
    (frame,) = frames_in(news.bare())
    assert ordered(frame.data) == golden("image_update")[:3]
    for name in ("image_update", "current_images"):
        message = dict(golden(name))
        assert list(message)[:3] == ["type", "data", "timestamp"]
        images = [message["data"]] if name == "image_update" else [one for _, one in message["data"]]
        for one in images:
            assert [key for key, _ in one][: len(LEGACY)] == LEGACY


def test_a_preview_is_its_header_its_length_in_front_and_the_picture(tmp_path: Path) -> None:
    """Width and height are the preview's own."""
    header = MESSAGES["preview"]
    assert isinstance(header, PreviewHeader)
    head = preview_head(header)
    assert int.from_bytes(head[:4]) == len(head) - 4
    assert ordered(head[4:]) == golden("preview")
    path = preview_path(tmp_path, 13, "screen")
    path.parent.mkdir(parents=True)
    path.write_bytes(real("JPEG", 96, 80))
    sent = Previews(tmp_path, lambda _: None).frame(NEXT, EPOCH)
    assert sent is not None
    (frame,) = frames_in(sent)
    length = int.from_bytes(frame.data[:4])
    expected = {**dict(golden("preview")), "width": 96, "height": 80}
    assert json.loads(bytes(frame.data[4 : 4 + length])) == expected
    assert bytes(frame.data[4 + length :]) == real("JPEG", 96, 80)


def test_the_answers_have_the_fields_of_their_golden_files(tmp_path: Path) -> None:
    """As a running gateway gives them."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            for path, name in [
                ("/api/config", "http/config"),
                ("/api/images/current", "http/images_current"),
                ("/api/images", "http/images"),
                ("/api/images/density", "http/images_density"),
                ("/api/images/main/original/a.jpg", "http/image_details"),
                ("/api/coils", "http/coils"),
                ("/api/alerts", "http/alerts"),
                ("/api/silences", "http/silences"),
                ("/api/line", "http/line"),
                ("/api/pins", "http/pins"),
                ("/api/status", "http/status"),
            ]:
                answer = ordered((await bed.ask(path)).body)
                assert [key for key, _ in answer] == [key for key, _ in golden(name)]
            tokens = Tokens(bed.settings.operations_path)
            header = f"Bearer {tokens.add('camera', 1)}"
            tokens.close()
            (bed.settings.images.base / "original").mkdir()
            sent = await bed.post("/api/images/original", jpeg(), Authorization=header)
            assert [key for key, _ in ordered(sent.body)] == [key for key, _ in golden("http/upload")]

    asyncio.run(run())


def test_unknown_fields_are_read_over() -> None:
    """By the rule that both sides keep, a message may grow."""
    grown = {**msgspec.to_builtins(MESSAGES["image_update"]), "later": {"more": 1}}
    assert msgspec.convert(grown, ImageUpdate) == MESSAGES["image_update"]
