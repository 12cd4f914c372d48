"""Which image is next."""

from __future__ import annotations

import pytest

from services.thumbnailer import jobs as jobs_module
from services.thumbnailer.jobs import Job, Jobs


def order(jobs: Jobs, now_s: float = 0.0) -> list[int]:
    """All that can be taken now, as it is taken."""
    taken = []
    while (job := jobs.take(now_s)) is not None:
        taken.append(job.seq)
    return taken


def filled(*, live: tuple[int, ...] = (), wanted: tuple[int, ...] = (), ahead: tuple[int, ...] = ()) -> Jobs:
    jobs = Jobs(ahead=1000)
    for seq in live:
        jobs.came(seq)
    for seq in wanted:
        jobs.want(seq)
    jobs.spare(ahead)
    return jobs


def test_the_newest_image_is_first() -> None:
    """In whichever order they came."""
    assert order(filled(live=(3, 9, 5))) == [9, 5, 3]


def test_whoever_asked_last_is_first() -> None:
    """And to ask again is to ask last."""
    assert order(filled(wanted=(3, 9, 5, 3))) == [3, 5, 9]


def test_ahead_of_time_is_only_for_spare_time() -> None:
    """Whatever comes or is asked for meanwhile goes first."""
    jobs = filled(ahead=(1, 2, 3, 4))
    assert jobs.take(0.0) == Job(4, "ahead")
    jobs.want(1)
    jobs.came(9)
    assert order(jobs) == [9, 1, 3, 2]


def test_a_busy_line_starves_nobody_who_waits() -> None:
    """While a new image comes for each one that is done, every other one done is one that somebody waits for."""
    jobs = filled(live=(100,), wanted=(1, 2, 3))
    taken = []
    for number in range(8):
        job = jobs.take(0.0)
        assert job is not None
        taken.append(job.line)
        jobs.came(200 + number)
    assert taken[:6] == ["live", "wanted"] * 3
    assert taken[6:] == ["live", "live"]


def test_a_crowd_that_asks_delays_a_new_image_by_one_at_most() -> None:
    """A new image is taken next, or after the next."""
    jobs = filled(wanted=tuple(range(1, 50)))
    for number in range(100, 110):
        jobs.take(0.0)
        jobs.came(number)
        assert number in [job.seq for job in (jobs.take(0.0), jobs.take(0.0)) if job is not None]


def test_an_image_stands_in_one_line_only() -> None:
    """In that of whoever waits, if somebody does; else in that of the new ones."""
    jobs = filled(ahead=(1, 2), live=(2, 3), wanted=(3, 2))
    jobs.came(3)
    jobs.spare([2, 3])
    assert len(jobs) == 3
    assert order(jobs) == [2, 3, 1]


def test_what_is_set_aside_comes_back_in_its_time() -> None:
    """Not earlier, even if somebody asks for it or it is heard of again; and into its own line."""
    jobs = filled(live=(5, 6))
    job = jobs.take(0.0)
    assert job == Job(6, "live")
    jobs.aside(job, until_s=10.0)
    assert jobs.next_s() == 10.0
    jobs.came(6)
    jobs.spare([6])
    assert order(jobs, 9.9) == [5]
    assert len(jobs) == 1
    jobs.want(6)
    jobs.came(8)
    assert jobs.take(10.0) == Job(6, "wanted")
    assert order(jobs, 10.0) == [8]
    assert jobs.next_s() is None


def test_what_is_gone_is_forgotten() -> None:
    """Wherever it stands."""
    jobs = filled(live=(5, 6), wanted=(3,), ahead=(1,))
    jobs.aside(Job(9, "live"), until_s=0.0)
    for seq in (5, 3, 1, 9, 77):
        jobs.forget(seq)
    assert order(jobs) == [6]
    assert len(jobs) == 0


def test_a_full_line_drops_its_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line by itself; what is dropped can be asked for."""
    monkeypatch.setattr(jobs_module, "CAPACITY", 3)
    jobs = Jobs(ahead=2)
    for seq in (10, 40, 30, 20, 50):
        jobs.came(seq)
    for seq in (1, 2, 3, 4):
        jobs.want(seq)
    jobs.spare((7, 8, 9))
    assert len(jobs) == 8
    assert [seq for seq in order(jobs) if seq >= 10] == [50, 40, 30]
    for seq in (1, 2, 3, 4):
        jobs.want(seq)
    jobs.spare((7, 8, 9))
    assert order(jobs) == [4, 3, 2, 9, 8]
    for seq in (1, 2, 3, 4):
        jobs.aside(Job(seq, "wanted"), until_s=0.0)
    assert len(jobs) == 3
    assert order(jobs) == [4, 3, 2]


def test_nothing_is_done_ahead_when_that_is_not_wanted() -> None:
    """With previews.ahead at 0 old images have previews only when somebody asks."""
    jobs = Jobs(ahead=0)
    jobs.spare([1, 2])
    assert not jobs.is_waiting
    assert jobs.take(0.0) is None
