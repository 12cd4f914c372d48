"""`service-orchestrator`: the command that ops live with. Arguments and exit codes; the work is done elsewhere."""

from __future__ import annotations

import sys

import click

from orchestrator.cli.alerts import alerts
from orchestrator.cli.backup import backup, restore
from orchestrator.cli.change import reload, restart, scale
from orchestrator.cli.check import check
from orchestrator.cli.context import Invocation, tell
from orchestrator.cli.doctor import doctor
from orchestrator.cli.logs import logs
from orchestrator.cli.look import history, version
from orchestrator.cli.pins import pin, pins, unpin
from orchestrator.cli.retention import retention
from orchestrator.cli.run import demo, down, up
from orchestrator.cli.silences import silence, silences, unsilence
from orchestrator.cli.status import status
from orchestrator.cli.tokens import tokens
from services.shared.errors import CoilcastError

EXIT_CODES = """\b
Exit codes
  0  done; for `status`: everything is well
  1  it failed; for `status`: something is not well
  2  it cannot start: a setting, a folder, a port, or how the command was given
  3  no node runs on this state folder
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", metavar="FILE", help="Settings laid over the defaults (COILCAST_CONFIG).")
@click.option("--state", metavar="FOLDER", help="Which node: the folder with its state (COILCAST_STATE_PATH).")
@click.pass_context
def root(context: click.Context, config: str | None, state: str | None) -> None:
    """Live steel surface images, from the camera's folder to the screens.

    코일 표면 이미지 라인을 실행하고 살피는 명령.

    \b
    First steps
      service-orchestrator demo                  play a line and look at it
      IMAGE_BASE_PATH=/data/ccl service-orchestrator check
      IMAGE_BASE_PATH=/data/ccl service-orchestrator up
      service-orchestrator status                from another terminal

    Each command explains itself: service-orchestrator up --help
    """
    context.obj = Invocation.of(config, state)


for command in (
    up,
    down,
    demo,
    status,
    restart,
    scale,
    reload,
    logs,
    check,
    history,
    version,
    alerts,
    retention,
    pin,
    unpin,
    pins,
    tokens,
    backup,
    restore,
    doctor,
):
    root.add_command(command)
for command in (silence, silences, unsilence):
    alerts.add_command(command)


def main() -> None:
    """The console script. What goes wrong on purpose is one line on stderr, never a traceback."""
    try:
        root(prog_name="service-orchestrator")
    except CoilcastError as error:
        tell(f"service-orchestrator: {error}", "error", err=True)
        sys.exit(error.exit_code)
