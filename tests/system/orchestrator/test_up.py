"""A node's beginning and end, as ops see them."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.wait import until
from tests.system.orchestrator.node import Node, is_alive, seconds_since

SERVICES = ["watcher-0", "gateway-0", "thumbnailer-0"]


def one_line(node: Node, *arguments: str, **env: str) -> str:
    """What a command that cannot start says: one line, exit code 2, nothing started."""
    answer = node.run(*arguments, **env)
    assert answer.returncode == 2, answer
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert "Traceback" not in answer.stderr + answer.stdout
    assert node.processes() == []
    return answer.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_up_tells_who_is_ready_and_a_signal_ends_everything(node: Node, number: signal.Signals) -> None:
    """Each service in order, then the address; Ctrl-C leaves no process, no socket and no held lock within 5 s."""
    process = node.up()
    lines = node.said().splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [[name, "ready"] for name in SERVICES]
    assert f"http://127.0.0.1:{node.port}/" in lines[4]
    began_s = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 0
    assert seconds_since(began_s) < 5
    assert node.leftovers() == []
    assert "everything has ended" in node.said()


def test_services_that_do_not_listen_are_ended_all_the_same(node: Node) -> None:
    """Three stubborn services and a stopped one do not keep Ctrl-C from ending everything within 5 s."""
    for name in SERVICES:
        node.behave("stubborn", name)
    process = node.up()
    os.kill(node.pid("gateway-0"), signal.SIGSTOP)
    began_s = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert seconds_since(began_s) < 5
    assert node.leftovers() == []


def test_the_end_begins_with_the_producers(node: Node) -> None:
    """The watcher has ended before the thumbnailer is asked to, and the gateways end last."""
    node.up().send_signal(signal.SIGTERM)
    assert node.process is not None
    node.process.wait(10)
    log = (node.state / "logs" / "supervisord.log").read_text("utf-8")
    ended = [line.split("stopped: ")[1].split()[0] for line in log.splitlines() if "stopped: " in line]
    assert ended == ["monitor", "watcher-0", "thumbnailer-0", "gateway-0"]


def test_a_second_up_is_refused_with_the_pid(node: Node) -> None:
    """Two nodes on one state folder cannot be; the first one does not notice."""
    node.up()
    pids = sorted(node.processes())
    answer = node.run("up")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert f"already (pid {node.supervisord()})" in answer.stderr
    assert sorted(node.processes()) == pids


def test_detached_and_down(node: Node) -> None:
    """`up --detach` returns when all is ready; `down` ends it; without a node, exit code 3 says so."""
    answer = node.run("up", "--detach")
    assert answer.returncode == 0, answer
    assert node.run("status").returncode == 0
    assert node.run("down").returncode == 0
    assert node.leftovers() == []
    for command in ("down", "status", "reload"):
        gone = node.run(command)
        assert (gone.returncode, gone.stderr.count("\n")) == (3, 1)


def test_down_ends_a_node_in_another_terminal(node: Node) -> None:
    """Whoever started it in the foreground is told, and that is no failure."""
    process = node.up()
    assert node.run("down").returncode == 0
    assert process.wait(5) == 0
    assert "ended from elsewhere" in node.said()
    assert node.leftovers() == []


def test_an_up_that_never_gets_ready_can_be_ended(node: Node) -> None:
    """Ctrl-C works while services are still starting."""
    node.behave("mute", "watcher-0")
    process = node.begin("up")
    until(lambda: node.pid("watcher-0"), 20, "the watcher")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert node.leftovers() == []


def test_a_taken_port_is_told_with_its_taker(node: Node) -> None:
    """Even one that could be shared, and who has it."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", node.port))
        other.listen()
        assert f"port {node.port} on 127.0.0.1 is taken by pid {os.getpid()}" in one_line(node, "up")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("IMAGE_BASE_PATH", "/no/such/folder", "image folder /no/such/folder does not exist; make it, or set"),
        ("IMAGE_RECEIVER_PORT", "eighty", "gateway.port is 'eighty' (environment IMAGE_RECEIVER_PORT): must be int"),
        ("COILCAST_WATCH_MODE", "magic", "watch.mode is 'magic'"),
        ("COILCAST_NODE_TIMEZONE", "Mars/Base", "no such time zone; give one like Asia/Seoul"),
        ("COILCAST_CONFIG", "/no/such.toml", "settings file /no/such.toml cannot be read"),
        ("COILCAST_STATE_PATH", "/proc/coilcast", "state folder /proc/coilcast cannot be written"),
        ("COILCAST_STATE_PATH", "/tmp/" + "d" * 90, "too long for sockets"),
        ("COILCAST_GATEWAY_BIND", "192.0.2.1", "Cannot assign requested address; set gateway.bind"),
    ],
)
def test_what_cannot_start_says_in_one_line_how_to_mend_it(node: Node, name: str, value: str, told: str) -> None:
    """Exit code 2, no traceback, and nothing was started."""
    assert told in one_line(node, "up", **{name: value})
    if value.startswith("/tmp/"):
        Path(value).rmdir()


def test_a_killed_supervisord_takes_everything_with_it(node: Node) -> None:
    """No orphan lives on, `up` says so and ends with 1, and the next one starts cleanly."""
    process = node.up()
    supervisord = node.supervisord()
    assert supervisord is not None
    os.kill(supervisord, signal.SIGKILL)
    assert process.wait(10) == 1
    assert f"supervisord (pid {supervisord}) was killed by signal 9" in node.said()
    assert node.leftovers() == []
    node.up()


def test_an_up_right_after_a_kill_finds_orphans_and_ends_them(node: Node) -> None:
    """Even one that cannot hear that its parent is gone, and holds the port."""
    assert node.run("up", "--detach").returncode == 0
    supervisord, gateway = node.supervisord(), node.pid("gateway-0")
    assert supervisord is not None
    os.kill(gateway, signal.SIGSTOP)
    os.kill(supervisord, signal.SIGKILL)
    assert node.run("up", "--detach").returncode == 0
    assert not is_alive(gateway)
    assert node.status()["status"] == "ok"


def test_a_killed_up_takes_its_node_with_it(node: Node) -> None:
    """A node in the foreground does not outlive its terminal."""
    process = node.up()
    process.kill()
    process.wait()
    until(lambda: not node.processes(), 10, "the end of the node")
    assert node.leftovers() == []


def test_a_restarted_supervisord_keeps_its_lock(node: Node) -> None:
    """SIGHUP makes supervisord start over and close its descriptors; the node's lock is not among them."""
    assert node.run("up", "--detach").returncode == 0
    monitor, supervisord = node.pid("monitor"), node.supervisord()
    assert supervisord is not None
    os.kill(supervisord, signal.SIGHUP)
    until(lambda: node.pid("monitor") not in (0, monitor), 20, "another monitor")
    assert f"already (pid {supervisord})" in node.run("up").stderr
    until(lambda: node.status().get("status") == "ok", 20, "a node that is well again")


def test_a_folder_with_any_name_will_do(make_node: Callable[..., Node]) -> None:
    """Spaces, percents and what supervisord takes for a comment are only characters."""
    node = make_node()
    node.state = node.state.parent / "100% of ;it #1"
    node.env["COILCAST_STATE_PATH"] = str(node.state)
    assert node.run("up", "--detach").returncode == 0
    assert "says hello" in node.run("logs", "gateway").stdout


def test_the_demo_plays_a_line_on_a_port_that_is_free(node: Node) -> None:
    """A simulator is there too, and the box tells the address and how to look at it."""
    del node.env["IMAGE_RECEIVER_PORT"]
    process = node.up("demo")
    until(lambda: "Ctrl-C" in node.said(), 5, "the rest of the box")
    assert f"service-orchestrator --state {node.state} status" in node.said()
    assert node.service("simulator-0")["state"] == "ready"
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
