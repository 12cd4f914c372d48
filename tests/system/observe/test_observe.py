"""`ops/observe`: both programs with one command, and none of them after Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.net import free_port
from tests.support.wait import until

OBSERVE = Path(__file__).parents[3] / "ops" / "observe"


def test_both_run_until_ctrl_c(tmp_path: Path) -> None:
    """They know each other, the rules and the node's address, and send nothing to anybody."""
    prometheus, alertmanager, metrics = free_port(), free_port(), free_port()
    ports = {"OBSERVE_PROMETHEUS_PORT": prometheus, "OBSERVE_ALERTMANAGER_PORT": alertmanager}
    env = {**os.environ, "COILCAST_STATE_PATH": str(tmp_path), "COILCAST_METRICS_PORT": str(metrics)}
    said = tmp_path / "said"
    with said.open("wb") as out:
        observe = subprocess.Popen(
            [OBSERVE],
            env=env | {name: str(port) for name, port in ports.items()},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        until(lambda: "Ctrl-C" in said.read_text() or observe.poll() is not None, 60, "addresses")
        assert f"http://127.0.0.1:{prometheus}/alerts" in said.read_text()
        assert f"nothing answers at 127.0.0.1:{metrics} yet" in said.read_text()
        base = f"http://127.0.0.1:{prometheus}/api/v1"
        until(lambda: _ask(f"{base}/targets")["activeTargets"], 15, "a target")
        assert [one["discoveredLabels"]["__address__"] for one in _ask(f"{base}/targets")["activeTargets"]] == [
            f"127.0.0.1:{metrics}"
        ]
        shipped = {str(path) for path in (OBSERVE.parent / "prometheus" / "rules").glob("*.yml")}
        assert {group["file"] for group in _ask(f"{base}/rules")["groups"]} == shipped
        until(lambda: _ask(f"{base}/alertmanagers")["activeAlertmanagers"], 15, "an Alertmanager")
        assert "webhook_configs" not in (tmp_path / "observe" / "alertmanager.yml").read_text("utf-8")
        observe.send_signal(signal.SIGINT)
        assert observe.wait(30) == 130
    finally:
        if observe.poll() is None:
            os.killpg(observe.pid, signal.SIGKILL)
            observe.wait(10)
    assert _processes_with(str(tmp_path)) == []


def _ask(url: str) -> dict[str, list[dict[str, Any]]]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        found: dict[str, list[dict[str, Any]]] = json.load(answer)["data"]
        return found


def _processes_with(word: str) -> list[str]:
    """Command lines of others that have this word."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if word in words:
                found.append(words)
    return found
