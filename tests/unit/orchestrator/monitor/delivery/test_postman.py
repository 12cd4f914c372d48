"""Alerts on their way to real receivers, by a thread that nobody waits for."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.monitor.delivery import policy
from orchestrator.monitor.delivery import postman as module
from orchestrator.monitor.delivery.courier import Courier
from orchestrator.monitor.delivery.postman import Postman
from orchestrator.monitor.delivery.wording import LOG
from services.shared.logs import make_logger
from services.shared.metrics.definitions import DELIVERIES
from services.shared.metrics.figures import Figures
from services.shared.operations import Alerts, Outbox, Said, Scope, Silences, Trouble
from services.shared.settings import Settings
from tests.support.receivers import Hook, hook, mailbox
from tests.support.wait import until
from tests.support.watching import settings_for

KEY = "service_loop/gateway-0"


def trouble(reason: str = "exited") -> Trouble:
    return Trouble(
        name="service_loop",
        severity="warning",
        reason=reason,
        service="gateway-0",
        summary=Said("반복해서 종료됨", "keeps ending"),
        advice=Said("로그 확인", "see the log"),
    )


class Bench:
    """The settings, the file as other processes have it, and what the postman says."""

    def __init__(self, settings: Settings) -> None:
        settings.state.mkdir(exist_ok=True)
        self.settings = settings
        self.out = io.StringIO()
        self.alerts = Alerts(settings.operations_path)
        self.figures = Figures.in_memory("monitor")

    def delivered(self, result: str) -> float:
        """How many messages are counted as `sent` or `failed`."""
        return self.figures._tally.numbers().get((DELIVERIES.name, result), 0.0)

    def postman(self) -> Postman:
        log = make_logger(self.settings, "Monitor", LOG, self.out)
        return Postman(self.settings, log, self.figures, Courier("en", patience_s=3.0, deadline_s=15.0))

    @contextmanager
    def delivering(self) -> Iterator[Postman]:
        postman = self.postman()
        postman.start()
        try:
            yield postman
        finally:
            postman.close()

    def raise_(self, reason: str = "exited") -> None:
        assert self.alerts.raise_(KEY, trouble(reason), now_ms()) is not None

    def resolve(self) -> None:
        assert self.alerts.resolve(KEY, now_ms()) is not None


@contextmanager
def bench(folder: Path, *urls: str, **values: str) -> Iterator[Bench]:
    made = Bench(settings_for(folder, COILCAST_ALERTS_URLS=",".join(urls), **values))
    try:
        yield made
    finally:
        made.alerts.close()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def arrives(receiver: Hook, count: int) -> None:
    until(lambda: len(receiver.taken) >= count, 20, f"message {count}")
    assert len(receiver.taken) == count


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "FIRST_RETRY_MS", 200)
    monkeypatch.setattr(policy, "LONGEST_RETRY_MS", 1000)


def test_each_address_gets_one_message_a_transition(tmp_path: Path) -> None:
    """A hook and a mailbox; nothing again for another look, or another monitor."""
    with hook() as chat, mailbox() as mail, bench(tmp_path, chat.url, mail.url) as one:

        def sent(count: int) -> None:
            until(lambda: one.out.getvalue().count("alert sent") == count, 20, f"{count} messages that were sent")

        with one.delivering():
            one.raise_()
            sent(2)
        with one.delivering():
            one.resolve()
            sent(4)
            time.sleep(1.2)
        assert [title.partition("]")[0] for title in chat.titles()] == ["[alert · warning", "[resolved"]
        assert [taken["type"] for taken in chat.taken] == ["warning", "success"]
        assert [mail["Subject"] for mail in mail.mails] == chat.titles()
        assert one.out.getvalue().count("alert sent") == 4
        assert (one.delivered("sent"), one.delivered("failed")) == (4, 0)


def test_a_receiver_that_is_down_gets_it_when_it_is_up(tmp_path: Path) -> None:
    """Tried again and again, and each failure in a row is counted; the other address is not held up."""
    with hook() as good, hook() as bad, bench(tmp_path, bad.url, good.url) as one:
        bad.status = 503
        with one.delivering() as postman:
            one.raise_()
            arrives(good, 1)
            until(lambda: (postman.failures or 0) >= 3, 20, "three failures")
            assert postman.error.startswith("#1 json: ")
            bad.status = 200
            arrives(bad, 1)
            until(lambda: postman.failures == 0, 10, "an address that works again")
            assert postman.error == ""
        assert len(good.taken) == 1
        assert one.out.getvalue().count("alert not sent") >= 3


def test_a_receiver_that_never_answers_is_left_alone_for_longer_and_longer(tmp_path: Path) -> None:
    """Others hear in time, and whoever may have got it hears that it is over."""
    with hook() as good, hook() as mute, bench(tmp_path, mute.url, good.url) as one:
        mute.hangs = True
        with one.delivering() as postman:
            one.raise_()
            arrives(good, 1)
            until(lambda: (postman.failures or 0) >= 1, 20, "a failure")
            one.resolve()
            arrives(good, 2)
            mute.hangs = False
            # What it was given meanwhile comes in any order.
            until(lambda: any(title.startswith("[resolved") for title in mute.titles()), 20, "the recovery")


def test_what_was_over_before_anybody_could_be_told_is_not_told(tmp_path: Path) -> None:
    """Nobody was woken; nobody has to be told that all is well."""
    with hook() as receiver, bench(tmp_path, receiver.url) as one:
        receiver.status = 500
        with one.delivering():
            one.raise_()
            until(lambda: receiver.tried >= 1, 20, "a try")
            one.resolve()
            until(lambda: not Outbox(one.settings.operations_path).letters(0), 10, "an empty outbox")
            receiver.status = 200
            tried = receiver.tried
            time.sleep(1.5)
        assert (receiver.taken, receiver.tried) == ([], tried)


def test_what_was_claimed_by_a_monitor_that_died_is_sent_by_the_next(tmp_path: Path) -> None:
    """Once its claim is over."""
    with hook() as receiver, bench(tmp_path, receiver.url) as one:
        one.raise_()
        postman = one.postman()
        files = postman._open()
        postman._decide(files, now_ms())
        [letter] = files.outbox.letters(0)
        assert files.outbox.claim(letter, now_ms() + 1500) is not None
        files.close()
        began_s = time.monotonic()
        with one.delivering():
            arrives(receiver, 1)
            assert time.monotonic() - began_s > 1


def test_a_monitor_that_ends_waits_for_nobody(tmp_path: Path) -> None:
    """What it was sending is taken up by the next."""
    with hook() as receiver, bench(tmp_path, receiver.url) as one:
        receiver.hangs = True
        with one.delivering():
            one.raise_()
            until(lambda: receiver.tried, 20, "a try")
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 2
        receiver.hangs = False
        with one.delivering():
            until(lambda: receiver.taken, 20, "the message")


def test_nothing_is_sent_of_what_is_silenced(tmp_path: Path) -> None:
    """Until somebody ends the silence."""
    with hook() as receiver, bench(tmp_path, receiver.url) as one:
        silences = Silences(one.settings.operations_path)
        silence = silences.add(
            Scope(service="gateway-0"), from_ms=now_ms(), until_ms=now_ms() + 600_000, by="Kim", note=""
        )
        with one.delivering():
            one.raise_()
            time.sleep(1.5)
            assert receiver.tried == 0
            silences.end(silence.id, "Kim", now_ms())
            arrives(receiver, 1)
        silences.close()


def test_what_was_said_long_ago_goes_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A monitor that nobody starts again for years keeps no more of it than one that is."""
    monkeypatch.setattr(module, "TIDY_EVERY_S", 0.2)
    with hook() as receiver, bench(tmp_path, receiver.url) as one, one.delivering():
        one.raise_()
        arrives(receiver, 1)
        one.resolve()
        arrives(receiver, 2)
        monkeypatch.setattr(module, "KEPT_MS", 0)
        outbox = Outbox(one.settings.operations_path)
        until(lambda: not outbox.letters(0), 10, "an empty outbox")
        outbox.close()


def test_another_file_is_another_story(tmp_path: Path) -> None:
    """A damaged one is said once; with the next one all goes on."""
    with hook() as receiver, bench(tmp_path, receiver.url) as one:
        one.alerts.close()
        for path in one.settings.state.glob("operations.db*"):
            path.unlink()
        one.settings.operations_path.write_bytes(b"this is no database" * 100)
        with one.delivering():
            until(lambda: "is damaged" in one.out.getvalue(), 10, "a word on it")
            one.settings.operations_path.unlink()
            one.alerts = Alerts(one.settings.operations_path)
            one.raise_()
            arrives(receiver, 1)
        assert one.out.getvalue().count("is damaged") == 1


def test_an_address_that_is_no_longer_set_gets_nothing_any_more(tmp_path: Path) -> None:
    """And its failures are nobody's."""
    with hook() as receiver, bench(tmp_path, receiver.url) as one:
        receiver.status = 500
        with one.delivering() as postman:
            one.raise_()
            until(lambda: postman.failures, 20, "a failure")
        with bench(tmp_path) as other, other.delivering() as postman:
            until(lambda: postman.failures == 0, 10, "nothing that fails")
            until(lambda: not postman._thread.is_alive(), 10, "an end")
            assert Outbox(one.settings.operations_path).letters(0) == []


def test_no_secret_of_an_address_is_in_the_log(tmp_path: Path) -> None:
    """Whatever goes wrong."""
    with hook() as receiver:
        url = f"json://kim:hunter22@127.0.0.1:{receiver.port}/T0KENT0KEN"
        receiver.status = 404
        with bench(tmp_path, url) as one, one.delivering():
            one.raise_()
            until(lambda: one.out.getvalue(), 20, "a word on it")
            assert not any(secret in one.out.getvalue() for secret in ("hunter22", "T0KENT0KEN", url))
