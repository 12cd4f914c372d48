"""What stands on the wire."""

from __future__ import annotations

import json
import re
import urllib.parse
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.gateway.http.routes import ROUTES
from services.gateway.wire import (
    ClientMessage,
    Paint,
    Painted,
    Ping,
    Pong,
    Subscribe,
    decode_client,
    encode,
    iso_utc,
    on_wire,
)
from tests.support.serving import image

CLIENT_TYPES = get_args(ClientMessage)

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=60).filter(
    lambda name: name not in (".", "..")
)


@given(NAMES, st.sampled_from(["main", "c2", "Side-A_1"]))
@example("a b.jpg", "main")
@example("50%25.jpg", "main")
@example("결함 영상.jpg", "c2")
@example("q\"'?#&;=+,:@!$()*[]~`^{}|\\<>.jpg", "main")
@example("new\r\nline\x1b[0m\x7f.jpg", "main")
@example("\u202egpj.exe\u2066.jpg", "main")
@example("x" * 255, "main")
def test_whatever_a_file_is_called_its_url_leads_to_it(filename: str, camera: str) -> None:
    """Of characters that a URL's path may hold, and no two names share one."""
    for revised in (False, True):
        url = on_wire(image(7, filename=filename, camera=camera, revised=revised)).url
        assert re.fullmatch(r"[A-Za-z0-9/._~%?=-]+", url)
        path, _, query = url.partition("?")
        assert query == ("v=7" if revised else "")
        for pattern, _ in ROUTES:
            match = re.fullmatch(pattern, path)
            if match is not None:
                break
        assert match is not None
        where = [urllib.parse.unquote(part, errors="strict") for part in match.groups()]
        assert where == [*([] if camera == "main" else [camera]), "original", filename]


def test_an_image_says_what_it_is() -> None:
    """`imported` only when it is."""
    one = json.loads(encode(on_wire(image(3, coil="7", captured_at_ms=1763949600120))))
    assert one == {
        "filename": "3.jpg",
        "url": "/image/original/3.jpg",
        "timestamp": 1763949600120,
        "type": "original",
        "coil_number": "7",
        "size": 1000,
        "created_at": "2025-11-24T02:00:00.120Z",
        "camera": "main",
        "seq": 3,
        "width": 64,
        "height": 48,
        "written_at": 3030,
        "seen_at": 3031,
    }
    assert json.loads(encode(on_wire(image(3, imported=True))))["imported"] is True


@pytest.mark.parametrize(
    ("at_ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1763949600120, "2025-11-24T02:00:00.120Z"),
        (1709164800999, "2024-02-29T00:00:00.999Z"),
        (-62135596800000, "0001-01-01T00:00:00.000Z"),
        (253402300799999, "9999-12-31T23:59:59.999Z"),
        (253402300800000, "9999-12-31T23:59:59.999Z"),
        (-62135596800001, "0001-01-01T00:00:00.000Z"),
        (1 << 62, "9999-12-31T23:59:59.999Z"),
        (-(1 << 62), "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_is_written_in_utc(at_ms: int, text: str) -> None:
    """Beyond the calendar its ends stand in."""
    assert iso_utc(at_ms) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type":"ping"}', Ping(None)),
        ('{"type":"ping","id":7}', Ping(7)),
        ('{"type":"ping","id":"a","later":[{}]}', Ping("a")),
        (' {"id":0.5,"type":"ping"} ', Ping(0.5)),
        ('{"type":"subscribe"}', Subscribe()),
        (
            '{"type":"subscribe","camera":"c2","imageType":"labeled","coilNumber":"7","mode":"every","epoch":"e","seq":9,'
            '"previews":true,"alerts":true}',
            Subscribe("c2", "labeled", "7", "every", "e", 9, True),
        ),
        ('{"type":"subscribe","seq":null,"epoch":null}', Subscribe()),
        ('{"type":"painted","images":[]}', Painted([])),
        (
            '{"type":"painted","images":[{"seq":3,"painted_at":1763949600120.5},{"painted_at":5,"seq":4,"x":1}]}',
            Painted([Paint(3, 1763949600120.5), Paint(4, 5.0)]),
        ),
        (
            '{"type":"painted","images":[' + ",".join(['{"seq":1,"painted_at":2}'] * 100) + "]}",
            Painted([Paint(1, 2.0)] * 100),
        ),
    ],
)
def test_what_a_client_may_say_is_understood(text: str, message: ClientMessage) -> None:
    """With fields that are not known yet, in any order."""
    assert decode_client(text) == message
    assert decode_client(text.encode()) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "null",
        "true",
        "7",
        '"ping"',
        "[]",
        "{}",
        '{"type":null}',
        '{"type":7}',
        '{"type":"Ping"}',
        '{"type":"ping","id":{}}',
        '{"type":"ping","id":[1]}',
        '{"type":"ping","id":true}',
        '{"type":"ping","id":1e999}',
        '{"type":"ping","id":NaN}',
        '{"type":"ping"',
        '{"type":"ping"}}',
        '{"type":"ping"}{"type":"ping"}',
        '{"type":"subscribe","mode":"all"}',
        '{"type":"subscribe","seq":"9"}',
        '{"type":"subscribe","seq":9.5}',
        '{"type":"subscribe","seq":true}',
        '{"type":"subscribe","camera":7}',
        '{"type":"subscribe","previews":1}',
        '{"type":"subscribe","coilNumber":"\\ud800"}',
        '{"type":"painted"}',
        '{"type":"painted","seq":1,"painted_at":2}',
        '{"type":"painted","images":[1]}',
        '{"type":"painted","images":[{"seq":1}]}',
        '{"type":"painted","images":[{"seq":"1","painted_at":2}]}',
        '{"type":"painted","images":[' + ",".join(['{"seq":1,"painted_at":2}'] * 101) + "]}",
        '{"type":"image_update","data":{}}',
        '{"type":"ping","x":' + "[" * 100_000,
        '{"type":"ping","x":' + '{"a":' * 20_000,
        "\ufeff" + '{"type":"ping"}',
        "\x00",
    ],
)
def test_what_is_not_understood_is_nothing(text: str) -> None:
    """It is ignored, never an error."""
    assert decode_client(text) is None


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
@example(b"\xff\xfe")
@example(b'{"type":"ping","id":"\xff"}')
@example("\ud800")
def test_no_bytes_are_an_error(data: bytes | str) -> None:
    """Whatever they are."""
    assert decode_client(data) is None or isinstance(decode_client(data), CLIENT_TYPES)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=10,
)


@given(
    st.sampled_from(["subscribe", "ping", "painted", "other"]),
    st.dictionaries(
        st.sampled_from(["camera", "imageType", "coilNumber", "mode", "epoch", "seq", "previews", "id", "images"]),
        JSON,
    ),
)
def test_no_message_is_an_error(kind: str, fields: dict[str, Any]) -> None:
    """And what is understood can be answered."""
    message = decode_client(json.dumps({"type": kind, **fields}))
    assert message is None or isinstance(message, CLIENT_TYPES)
    if isinstance(message, Ping):
        assert json.loads(encode(Pong(message.id, 1)))["type"] == "pong"
