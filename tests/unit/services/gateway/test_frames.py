"""Frames as clients read them."""

from __future__ import annotations

import pytest
from websockets.frames import Opcode

from services.gateway.frames import binary_frame, text_frame
from tests.support.serving import frames_in


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 200_000])
def test_a_client_reads_the_payload_as_it_was(length: int) -> None:
    """At every length whose field has another size, as text and as bytes; each frame ends where the next begins."""
    payload = bytes(33 + number % 90 for number in range(length))
    text, binary, end = frames_in(text_frame(payload) + binary_frame(payload) + text_frame(b"end"))
    assert (text.opcode, text.fin, text.data) == (Opcode.TEXT, True, payload)
    assert (binary.opcode, binary.fin, binary.data) == (Opcode.BINARY, True, payload)
    assert end.data == b"end"


def test_a_binary_frame_is_put_together_of_its_parts() -> None:
    """In order, with nothing between them."""
    (frame,) = frames_in(binary_frame(b"head", b"", b"x" * 200))
    assert frame.data == b"head" + b"x" * 200


def test_frames_are_not_masked() -> None:
    """A server's never are (RFC 6455, 5.1)."""
    assert text_frame(b"hello") == b"\x81\x05hello"
