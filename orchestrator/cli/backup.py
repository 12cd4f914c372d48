"""backup and restore: the node's databases in one file, and back."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import click

from orchestrator import node
from orchestrator.backup.making import Tell, make
from orchestrator.backup.manifest import SETTINGS
from orchestrator.backup.restoring import restore as put_back
from orchestrator.backup.wording import BACKUP
from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.errors import CommandFailed
from services.shared.phrases import Phrase, phrases
from services.shared.settings import user_file


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="An older FILE stays until the new one is whole, and goes then.")
@pass_invocation
def backup(invocation: Invocation, file: Path | None, replace: bool) -> None:
    """Copy the databases and the settings file into FILE, while the node runs.

    실행 중에도 데이터베이스와 설정을 파일 하나로 백업.

    FILE is a .tar.gz; without one it is made in `backups/` of the state folder. It holds the catalog, what people
    decided (alerts, silences, pins, tokens), delivery times and the settings, each as of one moment, checked, with its
    SHA-256. Images are not in it: they are in the image folder. Nor are previews, which are made again.
    FILE is there when it is whole, not before. It may hold secrets: it can be read by its owner only.

    \b
    Examples
      service-orchestrator backup
      service-orchestrator backup /mnt/backup/line1-$(date +%F).tar.gz
      service-orchestrator backup --replace /mnt/backup/line1-$(date +%u).tar.gz     one for each weekday
    """
    settings = invocation.settings()
    phrase = phrases(settings.node.language, BACKUP)
    # The images go first: whoever is idle by this measure gives way to any other process at once (sched(7)).
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    target = file or settings.state / "backups" / f"{settings.node_name}-{_stamp(settings.timezone)}.tar.gz"
    make(settings, user_file(invocation.env), target.absolute(), _teller(phrase), replace=replace)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-settings", is_flag=True, help="Put back the settings file, too.")
@pass_invocation
def restore(invocation: Invocation, file: Path, with_settings: bool) -> None:
    """Put the databases of a backup back; the node must not run.

    백업 파일에서 복원 (라인이 정지된 상태에서).

    Looks at all of FILE before it touches anything. What was there stays beside it, named *.before-restore: delete it
    once all is well. Images that came since the backup are found again in the image folder at the next start. The
    catalog keeps its epoch and never gives out a number twice, so links and caches stay right. Pins made since the
    backup stay, and tokens revoked since stay revoked.

    \b
    Examples
      service-orchestrator down
      service-orchestrator restore /mnt/backup/line1-2026-01-31.tar.gz
      service-orchestrator up
    """
    settings = invocation.settings()
    phrase = phrases(settings.node.language, BACKUP)
    pid = node.running_pid(settings)
    if pid is not None:
        raise CommandFailed(f"a node runs on {settings.state} (pid {pid}); end it first: `service-orchestrator down`")
    place = user_file(invocation.env)
    if with_settings and place is None:
        raise CommandFailed("there is no settings file to put back to; name one: --config FILE")
    manifest = put_back(settings, file.absolute(), place if with_settings else None, _teller(phrase))
    made_at = datetime.datetime.fromtimestamp(manifest.made_at_ms / 1000, settings.timezone)
    if manifest.member(SETTINGS) is not None and not with_settings:
        click.echo(phrase("settings_left"))
    click.echo(phrase("restored", at=made_at.strftime("%Y-%m-%d %H:%M:%S")))


def _teller(phrase: Phrase) -> Tell:
    def tell(key: str, /, **fields: Any) -> None:
        click.echo(phrase(key, **fields))

    return tell


def _stamp(zone: datetime.tzinfo) -> str:
    return datetime.datetime.now(zone).strftime("%Y%m%d-%H%M%S")
