"""When a dead service is started again."""

from __future__ import annotations

from orchestrator.monitor.restarts import FREE_RESTARTS, LONGEST_DELAY_S, STABLE_S, WINDOW_S, RestartPolicy


def steady() -> RestartPolicy:
    return RestartPolicy(lambda: 0.0)


def crash_loop(policy: RestartPolicy, deaths: int, lived_s: float = 0.2, now_s: float = 0.0) -> list[float]:
    """The delays when every life lasts `lived_s`."""
    delays = []
    for _ in range(deaths):
        now_s += lived_s
        delays.append(policy.delay_s(now_s, ready_for_s=0.0))
        now_s += delays[-1]
    return delays


def test_the_first_deaths_are_answered_at_once() -> None:
    """A service that is killed now and then is not held back."""
    assert crash_loop(steady(), FREE_RESTARTS) == [0.0] * FREE_RESTARTS


def test_a_crash_loop_is_slowed_to_one_try_every_30_s_and_never_given_up() -> None:
    """The delays double up to the longest, and stay there however often it dies."""
    delays = crash_loop(steady(), FREE_RESTARTS + 40)[FREE_RESTARTS:]
    assert delays[:6] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]
    assert set(delays[5:]) == {LONGEST_DELAY_S} == {30.0}


def test_one_that_dies_every_2_s_is_slowed_too() -> None:
    """Living a little does not hide a loop."""
    assert crash_loop(steady(), 12, lived_s=2.0)[-1] > 1.0


def test_deaths_that_are_rare_are_answered_at_once_for_ever() -> None:
    """Only deaths within the window count together."""
    assert set(crash_loop(steady(), 50, lived_s=WINDOW_S / FREE_RESTARTS + 0.1)) == {0.0}


def test_a_stable_life_clears_the_slate() -> None:
    """Who was ready for long enough starts again at once when it dies, and has all its free restarts again."""
    policy = steady()
    crash_loop(policy, FREE_RESTARTS + 5)
    assert policy.delay_s(1000.0, ready_for_s=STABLE_S - 1) > 1
    assert policy.delay_s(2000.0, ready_for_s=STABLE_S) == 0.0
    assert crash_loop(policy, FREE_RESTARTS - 1, now_s=2000.0) == [0.0] * (FREE_RESTARTS - 1)


def test_jitter_only_shortens_and_by_a_tenth_at_most() -> None:
    """Two that died together do not start together, and nobody waits longer than promised."""
    delays = crash_loop(RestartPolicy(lambda: 1.0), FREE_RESTARTS + 10)
    assert delays[-1] == 27.0
