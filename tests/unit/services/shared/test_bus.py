"""The bus: hints through the hub, commands to the monitor."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from services.shared.bus import HUB_IN, QUEUE_LENGTH, HintPort, Hub, Responder, call
from services.shared.errors import BusError, StateError
from services.shared.messages import Answer, Command, Health, Heartbeat, Hint, PreviewReady, PreviewWanted
from tests.support.wait import until


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub(tmp_path)
    yield hub
    hub.close()


def exchange(hub: Hub, speaker: HintPort, hint: Hint, listener: HintPort) -> list[Hint]:
    """Say it until the listener heard something (the hub's PUB loses what comes before the subscription)."""
    heard: list[Hint] = []

    def go() -> list[Hint]:
        speaker.say(hint)
        list(hub.forward())
        heard.extend(listener.drain())
        return heard

    return until(go, what="a hint")


def test_a_hint_reaches_who_asked_for_its_kind(tmp_path: Path, hub: Hub) -> None:
    """Hints go through the hub to the ports that hear their kind, and to no other."""
    speaker, listener = HintPort(tmp_path), HintPort(tmp_path, (PreviewReady,))
    exchange(hub, speaker, PreviewReady(epoch="e", seq=1, size="screen"), listener)
    speaker.say(PreviewWanted(seq=3))
    heard = exchange(hub, speaker, PreviewReady(epoch="e", seq=2, size="screen"), listener)
    assert all(isinstance(hint, PreviewReady) for hint in heard)
    speaker.close()
    listener.close()


def test_the_hub_hears_everything_and_speaks_itself(tmp_path: Path, hub: Hub) -> None:
    """The monitor hears all heartbeats through the hub and tells its own health."""
    speaker, listener = HintPort(tmp_path), HintPort(tmp_path, (Health,))
    beat = Heartbeat(name="watcher-0", pid=1, ready=True, seq=5, detail={"mode": "inotify"})

    def beaten() -> list[Hint]:
        speaker.say(beat)
        return list(hub.forward())

    assert until(beaten, what="the heartbeat")[0] == beat
    health = Health(status="ok", reason=None, services={}, at_ms=1)

    def told() -> list[Hint]:
        hub.say(health)
        return list(listener.drain())

    assert until(told, what="the health")[0] == health
    speaker.close()
    listener.close()


def test_a_first_word_is_not_lost(tmp_path: Path) -> None:
    """What a process says before the hub is there, or before its socket has connected, arrives; once."""
    speaker = HintPort(tmp_path)
    beat = Heartbeat(name="gateway-0", pid=1, ready=True)
    speaker.say(beat)
    hub = Hub(tmp_path)
    assert until(lambda: list(hub.forward()), what="the first beat") == [beat]
    assert list(hub.forward()) == []
    speaker.close()
    hub.close()


def test_saying_never_blocks(tmp_path: Path) -> None:
    """Without a hub a full queue drops what is said, and whoever says it goes on."""
    speaker = HintPort(tmp_path)
    for seq in range(QUEUE_LENGTH + 100):
        speaker.say(PreviewWanted(seq=seq))
    hub = Hub(tmp_path)
    heard: list[Hint] = []

    def all_heard() -> bool:
        heard.extend(hub.forward())
        return len(heard) >= QUEUE_LENGTH

    until(all_heard, what="what was queued")
    assert heard[:QUEUE_LENGTH] == [PreviewWanted(seq=seq) for seq in range(QUEUE_LENGTH)]
    speaker.close()
    hub.close()


def test_garbage_on_the_bus_is_left_out(tmp_path: Path, hub: Hub) -> None:
    """A frame that is no message harms nobody; the next one is heard."""
    stranger: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.PUSH)
    stranger.connect(f"ipc://{tmp_path / HUB_IN}")
    speaker, listener = HintPort(tmp_path), HintPort(tmp_path, (PreviewReady,))
    exchange(hub, speaker, PreviewReady(epoch="e", seq=1, size="screen"), listener)
    stranger.send_multipart([b"PreviewReady ", b"\xc1garbage"])
    stranger.send(b"x")
    assert exchange(hub, speaker, PreviewReady(epoch="e", seq=2, size="screen"), listener)
    stranger.close(linger=0)
    speaker.close()
    listener.close()


def test_a_command_is_answered_with_progress(tmp_path: Path) -> None:
    """A caller sees every answer up to the one that is done."""
    responder = Responder(tmp_path)

    def serve() -> None:
        who, command = until(lambda: next(responder.drain(), None), what="the command")
        responder.answer(who, Answer(ok=True, done=False, text=f"{command.verb} {command.service}"))
        responder.answer(who, Answer(ok=True, text="done"))

    thread = threading.Thread(target=serve)
    thread.start()
    answers = list(call(tmp_path, Command(verb="restart", service="gateway"), timeout_s=5))
    thread.join()
    assert [answer.text for answer in answers] == ["restart gateway", "done"]
    responder.close()


def test_a_silent_monitor_is_an_error_not_a_wait(tmp_path: Path) -> None:
    """Without a monitor the caller gets one line in time."""
    with pytest.raises(BusError, match="is the node up"):
        list(call(tmp_path, Command(verb="status"), timeout_s=0.1))


def test_a_path_too_long_for_a_socket_says_how_to_mend_it(tmp_path: Path) -> None:
    """The kernel's limit on socket paths is told before ZeroMQ stumbles over it."""
    with pytest.raises(StateError, match="COILCAST_STATE_PATH"):
        Hub(tmp_path / ("x" * 120))
