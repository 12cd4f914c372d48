"""The service on a real systemd: installed, hardened, watched, upgraded, rolled back, ended."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator

import pytest

from tests.support.pictures import name_of, real
from tests.support.wait import until
from tests.system.support.machine import Machine, booted, can_borrow
from tests.system.support.wheels import BORROWED, CHECKOUT, build, folder_of

ENVIRONMENT = "PYTHONPATH=/borrowed\nCOILCAST_NODE_LANGUAGE=en\n"
INSTALL = "/share/systemd/install"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One with coilcast installed on it, for the tests of this module: each goes on where the one before ended."""
    if not can_borrow():
        pytest.skip("/usr/bin/python3 has no venv, or is another version than this Python")
    with booted(BORROWED["PYTHONPATH"]) as machine:
        wheel = build(tmp_path_factory.mktemp("wheel"))
        shutil.copytree(CHECKOUT / "ops" / "systemd", machine.share / "systemd")
        for version in ("1.0.0", "1.1.0"):
            folder_of(wheel, version, machine.share / version)
        folder_of(wheel, "1.2.0", machine.share / "1.2.0", broken="services/watcher/__main__.py")
        machine.said("mkdir", "-p", "/etc/coilcast", "/data/ccl")
        machine.said("mount", "-t", "tmpfs", "ccl", "/data/ccl")
        machine.said("mkdir", "-m", "777", "/data/ccl/original", "/data/ccl/labeled")
        (machine.share / "environment").write_text(ENVIRONMENT)
        machine.said("cp", "/share/environment", "/etc/coilcast/environment")
        install(machine, "--images", "/data/ccl", version="1.0.0")
        yield machine


def install(machine: Machine, *words: str, version: str) -> str:
    return machine.said(INSTALL, *words, "--from", f"/share/{version}", timeout_s=110, PYTHONPATH="/borrowed")


def put(machine: Machine, number: int) -> str:
    """An image, as a camera writes it."""
    name = name_of(number)
    (machine.share / name).write_bytes(real("JPEG", 640, 480))
    machine.said("cp", f"/share/{name}", f"/data/ccl/original/.{name}")
    machine.said("mv", f"/data/ccl/original/.{name}", f"/data/ccl/original/{name}")
    return name


def is_catalogued(machine: Machine, name: str) -> bool:
    return name in machine.run("service-orchestrator", "history").stdout


def pid(machine: Machine, role: str) -> str:
    return machine.said("cat", f"/var/lib/coilcast/run/{role}.lock").strip()


def test_the_service_is_ready_when_systemd_says_so(machine: Machine) -> None:
    """It runs as its own user, and its command works for root without a word about where it is."""
    assert machine.shown("coilcast", "ActiveState") == "active"
    assert machine.shown("coilcast", "StatusText") == "serving http://127.0.0.1:8081/"
    assert machine.said("systemctl", "is-enabled", "coilcast").strip() == "enabled"
    assert machine.said("ps", "-o", "user=", "-p", pid(machine, "gateway-0")).strip() == "coilcast"
    assert "node " in machine.said("service-orchestrator", "status")


def test_images_come_in_also_from_storage_that_is_mounted_later(machine: Machine) -> None:
    """What the machine mounts while the service runs is seen in its own view of the filesystems."""
    name = put(machine, 1)
    until(lambda: is_catalogued(machine, name), 20, "the image")
    machine.said("mount", "-t", "tmpfs", "ccl", "/data/ccl")
    machine.said("mkdir", "-m", "777", "/data/ccl/original")
    time.sleep(6)
    late = put(machine, 2)
    until(lambda: is_catalogued(machine, late), 30, "the image on the other storage")
    machine.said("umount", "/data/ccl")


def test_it_can_write_its_state_and_the_images_and_nothing_else(machine: Machine) -> None:
    """Without capabilities, with its system calls filtered."""
    status = machine.said("cat", f"/proc/{pid(machine, 'gateway-0')}/status")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert (fields["NoNewPrivs"], fields["Seccomp"], int(fields["CapBnd"], 16)) == ("1", "2", 0)
    user = ["setpriv", "--reuid=coilcast", "--regid=coilcast", "--init-groups"]
    inside = ["nsenter", "--target", machine.shown("coilcast", "MainPID"), "--mount", *user]
    assert machine.run(*inside, "touch", "/data/ccl/original/.upload", "/var/lib/coilcast/x").returncode == 0
    for path in ("/etc/coilcast/x", "/opt/x", "/data/x", "/usr/x"):
        assert "Read-only file system" in machine.run(*inside, "touch", path).stderr


def test_the_journal_has_plain_lines_with_priorities(machine: Machine) -> None:
    """No time of its own in front of them."""
    lines = machine.said("journalctl", "--unit=coilcast", "--output=json", "--no-pager").splitlines()
    entries = [json.loads(line) for line in lines if "service-orchestrator" in line]
    said = {entry["MESSAGE"]: entry["PRIORITY"] for entry in entries}
    assert said["serving http://127.0.0.1:8081/"] == "6"
    assert any(message.startswith("watcher-0      ready") for message in said)
    assert not any(message.startswith(("<", "2")) for message in said)


def test_a_node_whose_monitor_is_gone_is_started_again(machine: Machine) -> None:
    """By the watchdog when it stands still, which nothing inside of the node notices; and when all of it is killed."""
    machine.said("mkdir", "-p", "/run/systemd/system/coilcast.service.d")
    (machine.share / "quick.conf").write_text("[Service]\nWatchdogSec=6\nRestartSec=1\n")
    machine.said("cp", "/share/quick.conf", "/run/systemd/system/coilcast.service.d/quick.conf")
    machine.said("systemctl", "daemon-reload")
    machine.said("systemctl", "restart", "coilcast")
    for signal, role in (("-STOP", "monitor"), ("-KILL", "")):
        before = machine.shown("coilcast", "MainPID")
        machine.said("kill", signal, pid(machine, role) if role else before)
        until(lambda before=before: machine.shown("coilcast", "MainPID") not in ("0", before), 60, "another node")  # type: ignore[misc]
        until(lambda: machine.shown("coilcast", "ActiveState") == "active", 60, "a node that is ready")


def test_a_reload_replaces_the_gateways(machine: Machine) -> None:
    """As `systemctl reload` says it to them."""
    before = pid(machine, "gateway-0")
    machine.said("systemctl", "reload", "coilcast")
    assert pid(machine, "gateway-0") != before


def test_an_upgrade_and_the_way_back(machine: Machine) -> None:
    """Each restarts the node, and no image is lost on the way."""
    name = put(machine, 3)
    until(lambda: is_catalogued(machine, name), 20, "the image")
    said = install(machine, "upgrade", version="1.1.0")
    assert said.index("backup made") < said.index("current is 1.1.0")
    assert machine.said("service-orchestrator", "version") == "coilcast 1.1.0\n"
    assert machine.shown("coilcast", "ActiveState") == "active"
    assert is_catalogued(machine, name)
    install(machine, "rollback", "--restore", version="1.0.0")
    assert machine.said("service-orchestrator", "version") == "coilcast 1.0.0\n"
    until(lambda: is_catalogued(machine, name), 20, "the image")


def test_an_upgrade_that_does_not_get_ready_says_so(machine: Machine) -> None:
    """In time, with the way back, which works."""
    env = {"PYTHONPATH": "/borrowed", "COILCAST_READY_WITHIN_S": "10"}
    ended = machine.run(INSTALL, "upgrade", "--from", "/share/1.2.0", timeout_s=110, **env)
    assert ended.returncode == 1
    assert "is tried on" in ended.stderr
    assert "install rollback" in ended.stderr
    assert machine.shown("coilcast", "ActiveState") == "activating"
    assert "watcher-0" in machine.shown("coilcast", "StatusText")
    machine.said(INSTALL, "rollback", timeout_s=110, **env)
    assert machine.shown("coilcast", "ActiveState") == "active"


def test_it_ends_in_order_and_leaves_nothing(machine: Machine) -> None:
    """Within the time that systemd gives it."""
    began_s = time.monotonic()
    machine.said("systemctl", "stop", "coilcast")
    assert time.monotonic() - began_s < 15
    assert machine.shown("coilcast", "Result") == "success"
    assert machine.run("pgrep", "-u", "coilcast").stdout == ""
    assert machine.run("ls", "/var/lib/coilcast/run").stdout.count(".sock") == 0
