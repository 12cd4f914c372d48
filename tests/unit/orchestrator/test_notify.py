"""The process that sends: real addresses, what it says of each, and that it tells no secret."""

from __future__ import annotations

import time

import pytest

from orchestrator.monitor.delivery.courier import Courier
from orchestrator.monitor.delivery.errands import Errand
from orchestrator.monitor.delivery.message import Message
from tests.support.net import free_port
from tests.support.receivers import hook, mailbox

MESSAGE = Message("[심각] 이미지 멈춤 <b>", "첫째 줄 & more\nsecond line", "failure")


def outcomes(*urls: str, patience_s: float = 20.0, deadline_s: float = 30.0) -> list[tuple[str, str]]:
    """What became of a message to each, and why."""
    courier = Courier("en", patience_s=patience_s, deadline_s=deadline_s)
    reports = courier.carry([Errand(url, MESSAGE) for url in urls])
    return [("none", "") if one is None else (one.outcome, one.error) for one in reports]


def test_a_hook_gets_title_and_body_as_they_are() -> None:
    """With how grave it is in apprise's words."""
    with hook() as receiver:
        assert outcomes(receiver.url) == [("arrived", "")]
        [taken] = receiver.taken
    assert (taken["title"], taken["message"], taken["type"]) == (MESSAGE.title, MESSAGE.body, "failure")


def test_a_mail_arrives_as_a_person_reads_it() -> None:
    """Over a real conversation with a mail server, Korean and markup included."""
    with mailbox() as receiver:
        assert outcomes(receiver.url) == [("arrived", "")]
        [mail] = receiver.mails
        assert receiver.recipients == ["ops@mill.example"]
    assert mail["Subject"] == MESSAGE.title
    body = mail.get_body(("plain", "html"))
    assert body is not None
    text = body.get_content()
    assert "첫째 줄" in text
    assert "second line" in text


def test_each_address_has_its_own_outcome() -> None:
    """One that refuses, one where nobody is, one that is none, and one that works."""
    with hook() as good, hook() as bad:
        bad.status = 500
        nobody = f"json://user:hunter22@127.0.0.1:{free_port()}/T0KENT0KEN"
        found = outcomes(good.url, bad.url, nobody, "msteams://hunter22", "nonsense://hunter22")
    assert [outcome for outcome, _ in found] == ["arrived", "failed", "failed", "failed", "failed"]
    assert "500" in found[1][1]
    assert found[3][1] == found[4][1] == "this is no address that apprise knows"
    assert not any(secret in error for secret in ("hunter22", "T0KENT0KEN") for _, error in found)


def test_whoever_does_not_answer_holds_up_no_other() -> None:
    """It is told apart from a refusal: the message may have arrived."""
    with hook() as good, hook() as mute:
        mute.hangs = True
        began_s = time.monotonic()
        found = outcomes(mute.url, good.url, f"{mute.url}?rto=0.5", patience_s=2.0)
        assert time.monotonic() - began_s < 10
        assert len(good.taken) == 1
    assert [outcome for outcome, _ in found] == ["unknown", "arrived", "unknown"]
    assert "no answer" in found[0][1]


def test_what_there_is_no_time_for_is_not_tried() -> None:
    """A second message to an address whose first one took all of it."""
    with hook() as mute:
        mute.hangs = True
        found = outcomes(mute.url, mute.url, patience_s=1.0)
        assert mute.tried == 1
    assert [outcome for outcome, _ in found] == ["unknown", "none"]


def test_a_process_that_hangs_itself_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody knows what it has sent."""
    monkeypatch.setattr("orchestrator.monitor.delivery.courier.COMMAND", ("/bin/sleep", "60"))
    began_s = time.monotonic()
    assert outcomes("json://127.0.0.1/", deadline_s=0.3) == [("unknown", "no answer within 0 s")]
    assert time.monotonic() - began_s < 5
    monkeypatch.setattr("orchestrator.monitor.delivery.courier.COMMAND", ("/bin/false",))
    assert outcomes("json://127.0.0.1/")[0] == ("unknown", "the process that sends has ended (code 1)")


def test_a_message_has_no_link_to_somebody_elses_pictures() -> None:
    """A plant's network is closed, and nobody else is to know when an alert was looked at."""
    with hook() as chat:
        [(outcome, _)] = outcomes(f"mmost://coilcast@127.0.0.1:{chat.port}/3ccdd113474722377935511fc85d3dd4")
        [taken] = chat.taken
    assert outcome == "arrived"
    assert "http" not in str(taken)
