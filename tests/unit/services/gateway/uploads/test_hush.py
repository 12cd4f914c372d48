"""The same thing is said once in a while."""

from __future__ import annotations

from services.gateway.uploads.hush import EVERY_S, MOST, Hush


def test_each_thing_is_news_once_a_minute() -> None:
    """Each for itself."""
    hush = Hush()
    assert [hush.is_news("a", 0.0), hush.is_news("a", 1.0), hush.is_news("b", 1.0)] == [True, False, True]
    assert [hush.is_news("a", EVERY_S), hush.is_news("b", EVERY_S)] == [True, False]


def test_what_it_remembers_is_bounded() -> None:
    """With too many it begins anew."""
    hush = Hush()
    assert all(hush.is_news(number, 0.0) for number in range(2 * MOST))
    assert hush.is_news(0, 1.0)
