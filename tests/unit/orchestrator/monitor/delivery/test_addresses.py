"""Addresses that let in whoever knows them, and what may be said of them."""

from __future__ import annotations

import pytest

from orchestrator.monitor.delivery.addresses import addresses, without_secrets


def test_an_address_is_called_by_its_number_and_sort() -> None:
    """Each once; its channel stays the same wherever it stands in the list."""
    one, other = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdn", "tgram://123456789:abcdefg/12315544/"
    found = addresses([one, other, one])
    assert [address.name for address in found] == ["#1 slack", "#2 tgram"]
    assert [address.url for address in found] == [one, other]
    assert addresses([other])[0].channel == found[1].channel != found[0].channel
    assert "T1JJ" not in found[0].channel + found[0].name


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("mailto://kim:s3cret@mill.example?to=ops@mill.example", "login of kim with s3cret at MILL.example failed"),
        ("json://h.example/hook%20key?+X-Key=t0psecret", "posting to /hook key or hook%20key with t0psecret"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdn/#general", "token T1JJ3T3L2/A1BRTD4JD/TIiajkdn for #general"),
    ],
)
def test_what_stands_in_an_address_is_in_no_error(url: str, text: str) -> None:
    """As it is written, or as it was decoded; short words of it are no secret."""
    said = without_secrets(text, url)
    for secret in ("s3cret", "mill.example", "hook key", "hook%20key", "t0psecret", "T1JJ3T3L2", "TIiajkdn"):
        assert secret.lower() not in said.lower()
