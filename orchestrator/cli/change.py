"""restart, scale, reload: what the running node is asked to change."""

from __future__ import annotations

import click

from orchestrator import node
from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.errors import CommandFailed
from services.shared.bus import call
from services.shared.messages import Command

SILENCE_S = 20.0
"""Longer than any single step of the monitor may take."""


@click.command()
@click.argument("service")
@pass_invocation
def restart(invocation: Invocation, service: str) -> None:
    """Restart SERVICE, one process after the other.

    서비스를 하나씩 다시 시작.

    SERVICE is watcher, gateway, thumbnailer, janitor, simulator or monitor; or one process, such as gateway-1. To
    replace the gateways with no moment without one, use `reload`.

    \b
    Examples
      service-orchestrator restart thumbnailer
      service-orchestrator restart gateway-1
    """
    _ask(invocation, Command(verb="restart", service=service))


@click.command()
@click.argument("service")
@click.argument("count", metavar="N", type=int)
@pass_invocation
def scale(invocation: Invocation, service: str, count: int) -> None:
    """Run N processes of SERVICE: gateway or thumbnailer.

    서비스의 프로세스 수를 바꿈.

    Holds until the node ends; to keep it, set gateway.processes or previews.workers.

    \b
    Examples
      service-orchestrator scale gateway 2
      service-orchestrator scale thumbnailer 4
    """
    _ask(invocation, Command(verb="scale", service=service, count=count))


@click.command()
@pass_invocation
def reload(invocation: Invocation) -> None:
    """Replace the gateways one after the other, with no moment without one.

    게이트웨이를 끊김 없이 교체.

    For settings changed in the file, or a new version. A single gateway gets company first.

    \b
    Examples
      service-orchestrator reload
    """
    _ask(invocation, Command(verb="reload"))


def _ask(invocation: Invocation, command: Command) -> None:
    settings = invocation.settings()
    node.require_running(settings)
    for answer in call(settings.run_dir, command, SILENCE_S):
        if not answer.ok:
            raise CommandFailed(answer.text)
        click.echo(answer.text)
