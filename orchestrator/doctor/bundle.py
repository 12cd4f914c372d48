"""The examination as a whole: all parts, what was found, one file."""

from __future__ import annotations

import io
import os
import tarfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestrator.doctor import machine, node
from orchestrator.doctor.aside import examine
from orchestrator.doctor.masking import Mask, secrets_of
from orchestrator.doctor.part import Examination, Noticed, Part, Patient
from orchestrator.errors import CommandFailed
from orchestrator.node import running_pid
from services.shared.errors import SettingsError
from services.shared.phrases import Phrase
from services.shared.settings import LEGACY_NAMES, Settings, load_settings, load_with_origins, user_file

EXAMINATIONS = (
    Examination("settings", node.settings),
    Examination("check", node.check),
    Examination("status", node.status),
    Examination("alerts", node.alerts),
    Examination("integrity", node.integrity, within_s=30.0),
    Examination("image folder", machine.image_folder),
    Examination("state folder", machine.state_folder),
    Examination("catalog", node.catalog, within_s=10.0),
    Examination("gateway", node.gateway, within_s=10.0),
    Examination("metrics", node.metrics),
    Examination("logs", node.logs),
    Examination("processes", machine.processes),
    Examination("limits", machine.limits),
    Examination("clock", machine.clock, within_s=10.0),
    Examination("mounts", machine.mounts),
    Examination("machine", machine.machine, within_s=10.0),
    Examination("versions", machine.versions),
)
"""The gravest causes first, which is the order in which they are told."""


def patient_of(env: Mapping[str, str]) -> Patient:
    """The node that `env` means; one whose settings cannot be used is looked at with the defaults."""
    seen = _as_the_node_sees(env)
    try:
        loaded = load_with_origins(seen)
        return Patient(seen, env, loaded.settings, loaded, "")
    except SettingsError as error:
        return Patient(seen, env, _default_settings(env), None, str(error))


def _as_the_node_sees(env: Mapping[str, str]) -> Mapping[str, str]:
    """`env` with the settings that a running node was given in its environment instead of those in this one."""
    try:
        pid = running_pid(_default_settings(env))
        told = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "surrogateescape") if pid else ""
    except OSError:
        told = ""  # It is somebody else's.
    if not told:
        return env
    theirs = dict(pair.split("=", 1) for pair in told.split("\0") if "=" in pair)
    kept = {name: value for name, value in env.items() if not _is_setting(name) or name == "COILCAST_NODE_LANGUAGE"}
    return {name: value for name, value in theirs.items() if _is_setting(name)} | kept


def _default_settings(env: Mapping[str, str]) -> Settings:
    """The defaults, and the state folder that `env` means."""
    kept = {name: env[name] for name in ("COILCAST_STATE_PATH", "XDG_STATE_HOME", "HOME") if name in env}
    return load_settings(kept | {"COILCAST_CONFIG": os.devnull})


def _is_setting(name: str) -> bool:
    return name.startswith("COILCAST_") or name in LEGACY_NAMES.values()


def look(
    patient: Patient, phrase: Phrase, examinations: Iterable[Examination] = EXAMINATIONS
) -> tuple[Part, list[str]]:
    """All parts as one, without secrets, and a line for each thing that was noticed, the grave ones first."""
    settings = patient.settings
    mask = Mask(
        secret for env in (patient.env, patient.asked_env) for secret in secrets_of(settings, env, user_file(env))
    )
    files: dict[str, str] = {}
    noticed: list[Noticed] = []
    for part in examine(patient, examinations).values():
        files |= {name: mask(text) for name, text in part.files.items()}
        noticed += part.noticed
    noticed.sort(key=lambda one: not one.grave)
    lines = [("!! " if one.grave else " - ") + mask(phrase(one.key, **one.fields)) for one in noticed]
    files["summary.txt"] = "\n".join(lines or [phrase("nothing")]) + "\n"
    return Part(files, noticed), lines


def write(target: Path, part: Part) -> None:
    """Make the file, for its owner only: whole or not at all. Raises CommandFailed."""
    fresh, folder = target.with_name(f".{target.name}.part"), target.name.removesuffix(".tar.gz")
    try:
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name, text in sorted(part.files.items()):
                data = text.encode("utf-8", "replace")
                info = tarfile.TarInfo(f"{folder}/{name}")
                info.size, info.mtime = len(data), int(time.time())
                archive.addfile(info, io.BytesIO(data))
        fresh.rename(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise CommandFailed(f"{target} cannot be written: {error.strerror}; name another file") from None
