"""Sending bytes: whole, a range of them, or the news that the client has them already (RFC 9110, 13 and 14)."""

from __future__ import annotations

import asyncio
import contextlib
import re

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

PATIENCE_S = 30.0
SLOWEST_BYTES_PER_S = 50_000
"""Whoever takes longer than PATIENCE_S and reads slower than this holds bytes in memory for nothing."""

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


async def send(handler: RequestHandler, data: bytes, media_type: str, etag: str) -> None:
    """Answer GET or HEAD with `data`, whose version is `etag`. One range is served; several are answered whole."""
    headers = handler.request.headers
    handler.set_header("ETag", etag)
    handler.set_header("Accept-Ranges", "bytes")
    if has(headers.get("If-None-Match", ""), etag):
        handler.set_status(304)
        handler.finish()
        return
    wanted = headers.get("Range", "") if headers.get("If-Range", etag) == etag else ""
    part = part_of(wanted, len(data))
    handler.set_header("Content-Type", media_type)
    if part is None:
        handler.set_status(416)
        handler.set_header("Content-Range", f"bytes */{len(data)}")
        handler.finish()
        return
    start, stop = part
    if (start, stop) != (0, len(data)) or wanted.startswith("bytes=0-"):
        handler.set_status(206)
        handler.set_header("Content-Range", f"bytes {start}-{stop - 1}/{len(data)}")
        data = data[start:stop]
    handler.set_header("Content-Length", str(len(data)))
    # The headers first: with them in one write, Tornado would copy the bytes for every client.
    handler.flush()
    if handler.request.method != "HEAD":
        handler.write(data)
    await _taken(handler, PATIENCE_S + len(data) / SLOWEST_BYTES_PER_S)


async def _taken(handler: RequestHandler, timeout_s: float) -> None:
    """Finish the answer; a client that does not read it is left."""
    connection = handler.request.connection
    with contextlib.suppress(StreamClosedError):
        try:
            await asyncio.wait_for(handler.finish(), timeout_s)
        except TimeoutError:
            if connection is not None:
                connection.stream.close()  # type: ignore[attr-defined]


def has(if_none_match: str, etag: str) -> bool:
    """Whether the client's list names this version."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


def part_of(wanted: str, length: int) -> tuple[int, int] | None:
    """[start, stop) of what a Range header asks for; everything for none, or one not understood; None if impossible."""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or match.group(0) == "bytes=-":
        return 0, length
    first, last = match.groups()
    if not first:
        count = min(int(last), length)
        return (length - count, length) if count else None
    start = int(first)
    stop = min(int(last) + 1, length) if last else length
    if last and int(last) < start:
        return 0, length
    return (start, stop) if start < length else None
