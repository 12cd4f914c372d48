"""doctor: what is wrong, and everything for whoever helps, in one file."""

from __future__ import annotations

import datetime
import os
import tempfile
from pathlib import Path

import click

from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.doctor.bundle import look, patient_of, write
from orchestrator.doctor.wording import DOCTOR
from services.shared.phrases import phrases
from services.shared.settings import Settings

NICENESS = 10


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@pass_invocation
def doctor(invocation: Invocation, file: Path | None) -> None:
    """Look at everything, say what is wrong, and make a support bundle without secrets.

    전체를 점검하고 원인과 조치를 알리며, 비밀 정보 없는 지원용 파일을 만듦.

    Works whether the node runs or not, and also when its settings cannot be used. FILE is a .tar.gz; without one it is
    made here. In it: settings, check, status, alerts, metrics, the ends of all logs, mounts, free space, limits, clock,
    versions. Addresses that alerts go to, passwords and tokens are masked. A part that hangs is left out and told.

    Exit code 0 when nothing keeps images away, 1 when something does (marked !!). The file is made either way.

    \b
    Examples
      service-orchestrator doctor
      service-orchestrator doctor /tmp/line1.tar.gz
    """
    patient = patient_of(invocation.env)
    phrase = phrases(patient.settings.node.language, DOCTOR)
    os.nice(NICENESS)
    click.echo(phrase("looking"))
    found, lines = look(patient, phrase)
    for line in lines or [phrase("nothing")]:
        click.echo(line)
    target = file or _folder(patient.settings) / _name(patient.settings)
    write(target.absolute(), found)
    click.echo(phrase("made", path=str(target.absolute()), size=f"{target.stat().st_size / 1000:.0f} kB"))
    raise SystemExit(1 if any(one.grave for one in found.noticed) else 0)


def _folder(settings: Settings) -> Path:
    """Here, or wherever one may write."""
    choices = (Path.cwd(), settings.state, Path(tempfile.gettempdir()))
    return next((folder for folder in choices if os.access(folder, os.W_OK)), choices[-1])


def _name(settings: Settings) -> str:
    at = datetime.datetime.now(settings.timezone).strftime("%Y%m%d-%H%M%S")
    return f"coilcast-doctor-{settings.node_name}-{at}.tar.gz"
