"""What the node says of itself, and what its files say of it."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any

import msgspec

from orchestrator import node, preflight
from orchestrator.databases import databases
from orchestrator.doctor.masking import MASK
from orchestrator.doctor.part import Noticed, Part, Patient
from services.shared.bus import call
from services.shared.catalog import CatalogReader
from services.shared.errors import BusError, DatabaseDamaged, DatabaseError
from services.shared.messages import Command
from services.shared.operations import Alerts
from services.shared.settings import SECRET
from services.shared.snapshot import refuse_damaged, version_of

ANSWER_WITHIN_S = 3.0
LOG_TAIL_BYTES = 400_000
ANSWER_LIMIT_BYTES = 5_000_000
ALERTS_SHOWN = 200


def settings(patient: Patient) -> Part:
    """Every setting and where it came from."""
    if patient.loaded is None:
        said = Noticed("settings_wrong", {"error": patient.complaint})
        return Part({"settings.txt": patient.complaint}, [said])
    lines = []
    for key, origin in patient.loaded.origins.items():
        section, _, name = key.partition(".")
        value = getattr(patient.settings, section)
        value = getattr(value, name) if name else value
        shown = (MASK if value else "-") if key in SECRET else repr(value)
        lines.append(f"{key} = {shown}  ({origin})")
    return Part({"settings.txt": "\n".join(lines)})


def check(patient: Patient) -> Part:
    """What `check` looks at."""
    runs = node.running_pid(patient.settings) is not None
    lines, noticed = [], []
    for finding in preflight.findings(patient.settings, port=not runs):
        lines.append(f"{'ok' if finding.ok else 'no'}  {finding.subject}: {finding.text}")
        if not finding.ok:
            noticed.append(Noticed("unfit", {"text": finding.text}))
    return Part({"check.txt": "\n".join(lines)}, noticed)


def status(patient: Patient) -> Part:
    """The monitor's word."""
    settings = patient.settings
    if node.running_pid(settings) is None:
        return Part({"status.json": "{}"}, [Noticed("not_running", {"state": str(settings.state)})])
    try:
        answers = [answer.health for answer in call(settings.run_dir, Command(verb="status"), ANSWER_WITHIN_S)]
    except BusError as error:
        return Part({"status.json": "{}", "status.error.txt": str(error)}, [Noticed("monitor_silent")])
    health = answers[-1]
    if health is None:
        return Part({"status.json": "{}"}, [Noticed("monitor_silent")])
    noticed = []
    if health.status != "ok":
        noticed.append(Noticed("unwell", {"reason": health.reason or health.status}))
    for name, service in health.services.items():
        if service.restarts:
            noticed.append(Noticed("restarted", {"name": name, "count": service.restarts}, grave=False))
    return Part({"status.json": msgspec.json.format(msgspec.json.encode(health)).decode()}, noticed)


def gateway(patient: Patient) -> Part:
    """What it answers."""
    files, port = {}, patient.settings.gateway.port
    for name in ("health", "status", "config"):
        files[f"http/{name}.json"] = _asked(_reachable(patient.settings.gateway.bind), port, f"/api/{name}")
    return Part(files)


def metrics(patient: Patient) -> Part:
    """As Prometheus would read them."""
    if not patient.settings.metrics.port:
        return Part({"metrics.txt": "metrics.port is 0"})
    bind = _reachable(patient.settings.metrics.bind)
    return Part({"metrics.txt": _asked(bind, patient.settings.metrics.port, "/metrics")})


def alerts(patient: Patient) -> Part:
    """What fires and what has; only in a file that need not be migrated for that."""
    path = patient.settings.operations_path
    known = {database.path: database.knows for database in databases(patient.settings)}
    if not path.exists() or version_of(path) != known[path]:
        return Part({"alerts.json": "[]"})
    store = Alerts(path)
    try:
        found = store.page(limit=ALERTS_SHOWN).alerts
    finally:
        store.close()
    index = 0 if patient.settings.node.language == "ko" else 1
    noticed = []
    for alert in found:
        if alert.is_firing:
            summary, advice = alert.trouble.summary, alert.trouble.advice
            said = ((summary.ko, advice.ko), (summary.en, advice.en))[index]
            grave = alert.trouble.severity == "critical"
            noticed.append(Noticed("alert", {"summary": said[0], "advice": said[1]}, grave=grave))
    return Part({"alerts.json": msgspec.json.format(msgspec.json.encode(found)).decode()}, noticed)


def catalog(patient: Patient) -> Part:
    """What is in it."""
    path = patient.settings.catalog_path
    if not path.exists():
        return Part({"catalog.json": "{}"})
    reader = CatalogReader(path)
    try:
        said: dict[str, Any] = {
            "node": reader.node,
            "epoch": reader.epoch,
            "head": reader.head(),
            "trimmed": reader.trimmed(),
            "counts": {f"{camera}/{kind}": count for (camera, kind), count in reader.counts().items()},
            "rejects": reader.reject_counts(),
            "last_rejects": msgspec.to_builtins(reader.rejects(50)),
            "newest": msgspec.to_builtins(reader.newest(limit=20)),
        }
    finally:
        reader.close()
    return Part({"catalog.json": json.dumps(said, indent=2, ensure_ascii=False)})


def integrity(patient: Patient) -> Part:
    """Whether the databases are whole."""
    lines, noticed = [], []
    for database in databases(patient.settings):
        if not database.path.exists():
            lines.append(f"{database.name}: is not there")
            continue
        try:
            version = version_of(database.path)
            refuse_damaged(database.path, quick=True)
            size = database.path.stat().st_size
            lines.append(f"{database.name}: whole, version {version} of {database.knows}, {size} bytes")
        except DatabaseDamaged as error:
            lines.append(str(error))
            noticed.append(Noticed("damaged", {"name": database.name}))
        except DatabaseError as error:
            lines.append(str(error))
            noticed.append(Noticed("unreadable", {"error": str(error)}))
    return Part({"integrity.txt": "\n".join(lines)}, noticed)


def logs(patient: Patient) -> Part:
    """The end of each log."""
    folder, files, errors = patient.settings.logs_dir, {}, {}
    for path in sorted(folder.glob("*.log")):
        text = _tail(path)
        files[f"logs/{path.name}"] = text
        errors[path.stem] = sum(" ERROR " in line or '"level":"error"' in line for line in text.splitlines())
    run = patient.settings.run_dir
    if (run / "supervisord.conf").exists():
        files["supervisord.conf"] = (run / "supervisord.conf").read_text("utf-8", "replace")
    noticed = [
        Noticed("errors", {"name": name, "count": count}, grave=False) for name, count in errors.items() if count
    ]
    return Part(files, noticed)


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LOG_TAIL_BYTES))
        return file.read(LOG_TAIL_BYTES).decode("utf-8", "replace")


def _asked(host: str, port: int, path: str) -> str:
    """What is answered there, or why nothing is."""
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read(ANSWER_LIMIT_BYTES).decode("utf-8", "replace")
        return body if answer.status == 200 else f"{answer.status} {answer.reason}\n{body}"
    except (OSError, http.client.HTTPException) as error:
        return f"http://{host}:{port}{path}: {error!r}"
    finally:
        connection.close()


def _reachable(bind: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
