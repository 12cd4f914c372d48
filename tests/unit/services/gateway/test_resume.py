"""Where a client goes on."""

from __future__ import annotations

import pytest

from services.gateway.resume import Plan, plan


@pytest.mark.parametrize(
    ("epoch", "seq", "expected"),
    [
        (None, None, "snapshot"),
        ("e", None, "snapshot"),
        (None, 50, "snapshot"),
        ("other", 50, "epoch"),
        ("other", 1000, "epoch"),
        ("e", 10, "resume"),
        ("e", 9, "trimmed"),
        ("e", 0, "trimmed"),
        ("e", -1, "trimmed"),
        ("e", 100, "resume"),
        ("e", 101, "ahead"),
        ("e", 1 << 80, "ahead"),
    ],
)
def test_a_client_resumes_or_is_told_why_not(epoch: str | None, seq: int | None, expected: Plan) -> None:
    """With a log of 11..100, of epoch e."""
    assert plan(epoch=epoch, seq=seq, log_epoch="e", head=100, trimmed=10) == expected


def test_an_empty_log_can_be_resumed_from_its_beginning() -> None:
    """Nothing was missed."""
    assert plan(epoch="e", seq=0, log_epoch="e", head=0, trimmed=0) == "resume"
