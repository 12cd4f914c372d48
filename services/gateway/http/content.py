"""Sending bytes: whole, a range of them, or the news that the client has them already (RFC 9110, 13 and 14)."""

from __future__ import annotations

import re

from services.gateway.http.base import Handler

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """There is nothing in the range that was asked for."""


def send(handler: Handler, data: bytes, media_type: str, etag: str) -> None:
    """Answer GET or HEAD with `data`, whose version is `etag`. One range is served; several are answered whole."""
    headers, is_get = handler.request.headers, handler.request.method == "GET"
    handler.set_header("ETag", etag)
    handler.set_header("Accept-Ranges", "bytes")
    if has(headers.get("If-None-Match", ""), etag):
        handler.set_status(304)
        handler.finish()
        return
    wanted = headers.get("Range", "") if is_get and headers.get("If-Range", etag) == etag else ""
    try:
        part = part_of(wanted, len(data))
    except Unsatisfiable:
        handler.clear_header("ETag")
        handler.set_header("Content-Range", f"bytes */{len(data)}")
        handler.problem(416, f"the range is beyond the end: there are {len(data)} bytes")
        return
    handler.set_header("Content-Type", media_type)
    if part is not None:
        start, stop = part
        handler.set_status(206)
        handler.set_header("Content-Range", f"bytes {start}-{stop - 1}/{len(data)}")
        data = data[start:stop]
    handler.set_header("Content-Length", str(len(data)))
    # The headers first: with them in one write, Tornado would copy the bytes for every client.
    handler.flush()
    handler.finish(data)


def has(if_none_match: str, etag: str) -> bool:
    """Whether the client's list names this version."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


def part_of(wanted: str, length: int) -> tuple[int, int] | None:
    """[start, stop) of what a Range header asks for; None, which is everything, when it asks for none or is not
    understood. Raises Unsatisfiable.
    """
    match = _RANGE.fullmatch(wanted.strip())
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        if not last:
            return None
        count = min(int(last), length)
        if not count:
            raise Unsatisfiable
        return length - count, length
    if last and int(last) < int(first):
        return None
    if int(first) >= length:
        raise Unsatisfiable
    return int(first), min(int(last) + 1, length) if last else length
