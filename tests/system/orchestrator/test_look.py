"""status, logs, history, check, version and the help."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.shared.catalog import CatalogWriter, Rejected, Sighting
from tests.support.wait import until
from tests.system.orchestrator.node import COMMAND, Node

COMMANDS = [
    "up",
    "down",
    "demo",
    "status",
    "restart",
    "scale",
    "reload",
    "logs",
    "check",
    "history",
    "version",
    "alerts",
    "tokens",
    "backup",
    "restore",
    "doctor",
]


@pytest.fixture(scope="module")
def catalogued(running: Node) -> Node:
    """The running node with two images and a reject in its catalog, as its watcher would have put them there."""
    now_ms = time.time_ns() // 1_000_000
    catalog = CatalogWriter(running.state / "catalog.db", "test")
    folder = catalog.folder("main", "original", 0)
    seen = [
        Sighting(
            folder_id=folder.id,
            filename=f"2026010112000{n}_2891_original.jpg",
            coil="2891",
            captured_at_ms=1_767_236_400_000 + n * 1000,
            written_at_ms=now_ms,
            seen_at_ms=now_ms,
            size_bytes=1_234_567,
            width=2448,
            height=2048,
            media_type="image/jpeg",
            mtime_ns=1,
            inode=n,
            fingerprint=n,
        )
        for n in range(2)
    ]
    reject = Rejected(
        folder_id=folder.id,
        filename=b"evil\n\xff.jpg",
        reason="truncated",
        size_bytes=10,
        mtime_ns=1,
        at_ms=now_ms,
    )
    catalog.record([*seen, reject])
    catalog.close()
    return running


def test_status_for_people(catalogued: Node) -> None:
    """The services, the watch mode, the age of the newest image, what was not taken and why; a name is escaped."""
    seen = catalogued.run("status")
    assert seen.returncode == 0
    assert "watcher-0       ready" in seen.stdout
    assert "watching: original (inotify)" in seen.stdout
    assert "last image: 20260101120001_2891_original.jpg (original), " in seen.stdout
    assert "files not taken: truncated 1" in seen.stdout
    assert "evil\\n\\xff.jpg" in seen.stdout


def test_status_for_scripts(catalogued: Node) -> None:
    """Everything that people see, as JSON."""
    found = catalogued.status()
    assert found["status"] == "ok"
    assert found["pid"] == catalogued.supervisord()
    assert found["services"]["watcher-0"]["seq"] == 7
    assert found["services"]["watcher-0"]["queue"] == 3
    assert found["services"]["watcher-0"]["restarts"] == 0
    assert found["last_image"]["coil"] == "2891"
    assert 0 <= found["last_image_age_s"] < 60
    assert found["reject_counts"] == {"truncated": 1}
    assert found["rejects"][0]["reason"] == "truncated"


def test_korean_is_the_default(catalogued: Node) -> None:
    """Operators read Korean unless the node is set to English."""
    assert ": 정상" in catalogued.run("status", COILCAST_NODE_LANGUAGE="").stdout
    assert "시작할 수 있음" in catalogued.run("check", COILCAST_NODE_LANGUAGE="").stdout


def test_history_works_while_the_node_is_down(catalogued: Node) -> None:
    """It needs the catalog and nobody else; filters narrow it down."""
    lines = catalogued.run("history").stdout.splitlines()
    assert [line.split()[-1] for line in lines[2:]] == [f"2026010112000{n}_2891_original.jpg" for n in (1, 0)]
    assert "2026-01-01 12:00:01" in lines[2]
    assert catalogued.run("history", "--coil", "1").stdout == "no image yet\n"


def test_history_without_a_catalog_says_what_makes_one(node: Node) -> None:
    """One line, no traceback."""
    answer = node.run("history")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "the watcher makes it" in answer.stderr


def test_logs_are_shown_and_followed(running: Node) -> None:
    """The last lines of a service, and what comes after; a service that has no log is told with those that have."""
    assert "watcher-0 says hello" in running.run("logs", "watcher", "-n", "5").stdout
    follower = subprocess.Popen(
        [COMMAND, "logs", "watcher", "-f", "-n", "0"], env=running.env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert follower.stdout is not None
        until(lambda: _holds(follower.pid, "watcher-0.log"), 10, "the follower at the log")
        running.run("restart", "watcher")
        assert "stopping" in follower.stdout.readline()
    finally:
        follower.terminate()
        follower.communicate()
    missing = running.run("logs", "printer")
    assert missing.returncode == 1
    assert "there are: gateway-0, monitor, supervisord, thumbnailer-0, watcher-0" in missing.stderr


def test_check_shows_every_setting_and_where_it_came_from(make_node: Callable[..., Node]) -> None:
    """The file, the environment, the default; and how each folder would be watched."""
    node = make_node()
    file = node.state.parent / "my.toml"
    file.write_text('[gateway]\nallowed_origins = ["https://panel.example"]\n', "utf-8")
    seen = node.run("--config", str(file), "check")
    assert seen.returncode == 0, seen
    rows = {line.split("   ")[0]: line for line in seen.stdout.splitlines()}
    assert rows["gateway.allowed_origins"].split() == ["gateway.allowed_origins", "https://panel.example", str(file)]
    assert rows["gateway.port"].endswith("environment IMAGE_RECEIVER_PORT")
    assert rows["gateway.demo_image"].split()[1:] == ["true", "default"]
    assert f"ok  {node.images} can be read" in seen.stdout
    assert f"{node.images / 'labeled'}: " in seen.stdout
    assert "not there yet" in seen.stdout
    assert "a node can start with this" in seen.stdout


def test_check_finds_everything_that_is_wrong(node: Node) -> None:
    """Not only the first thing, and exit code 2."""
    seen = node.run("check", IMAGE_BASE_PATH="/no/such", COILCAST_STATE_PATH="/proc/none")
    assert seen.returncode == 2
    assert seen.stdout.count("\nno  ") == 2


def test_check_of_a_running_node_does_not_mind_its_own_port(running: Node) -> None:
    """It says that the node runs instead."""
    seen = running.run("check")
    assert seen.returncode == 0, seen
    assert f"a node runs here (pid {running.supervisord()})" in seen.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(node: Node, command: str) -> None:
    """With an example that begins as one would type it."""
    text = node.run(command, "--help").stdout
    assert "Examples\n" in text
    assert "service-orchestrator" in text.split("Examples")[1]


def test_the_help_names_commands_and_exit_codes(node: Node) -> None:
    """Whoever knows nothing finds the first step."""
    text = node.run("--help").stdout
    assert all(f"\n  {command} " in text for command in COMMANDS)
    assert "3  no node runs on this state folder" in text
    assert node.run("version").stdout.startswith("coilcast ")
    assert node.run("nonsense").returncode == 2


def _holds(pid: int, name: str) -> bool:
    """Whether the process has the file open."""
    try:
        return any(fd.readlink().name == name for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
