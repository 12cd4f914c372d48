"""up, down, demo: a node's beginning and end."""

from __future__ import annotations

import sys
import time

import click

from orchestrator import node, preflight
from orchestrator.cli.context import Invocation, pass_invocation, speaker, tell
from orchestrator.cli.demo import demo_environment, print_box
from orchestrator.cli.session import Session
from orchestrator.panel import panel_url
from services.shared.journal import is_journal
from services.shared.settings import load_settings


@click.command()
@click.option("--detach", is_flag=True, help="Return when everything is ready; end it with `down`.")
@pass_invocation
def up(invocation: Invocation, detach: bool) -> None:
    """Start the node and stay with it until Ctrl-C.

    라인을 시작하고 Ctrl-C까지 지켜봄.

    Looks first whether it can start: settings, image folder, state folder, port. Then starts watcher, gateway and the
    rest, each when the one before is ready, and brings back whatever dies. Ctrl-C or SIGTERM ends everything in order.

    \b
    Examples
      IMAGE_BASE_PATH=/data/ccl service-orchestrator up
      service-orchestrator --config /etc/coilcast/line2.toml up --detach
      IMAGE_RECEIVER_PORT=9000 COILCAST_GATEWAY_BIND=0.0.0.0 service-orchestrator up
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    node.make_way(settings)
    preflight.refuse_unfit(settings)
    with Session(settings, invocation.env, phrase, simulate=False, detach=detach) as session:
        if session.await_ready():
            by_hand = "up_detached" if detach else "up"
            tell(phrase("serving" if is_journal(sys.stdout) else by_hand, url=panel_url(settings)))
        code = session.stay()
    raise SystemExit(code)


@click.command()
@pass_invocation
def down(invocation: Invocation) -> None:
    """End the node, in order, from any terminal.

    라인을 순서대로 종료.

    Ends what `up`, `up --detach` or `demo` started: producers first, gateways last, within 5 s.

    \b
    Examples
      service-orchestrator down
      service-orchestrator --state .demo down
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    pid = node.require_running(settings)
    click.echo(phrase("stopping"))
    began_s = time.monotonic()
    node.stop(settings, pid)
    click.echo(phrase("stopped", took_s=time.monotonic() - began_s))


@click.command()
@click.option("--detach", is_flag=True, help="Return when everything is ready; end it with `down`.")
@pass_invocation
def demo(invocation: Invocation, detach: bool) -> None:
    """Play a line with a simulated camera, and look at it in the browser.

    가상 카메라로 라인을 시연.

    Everything is kept in `.demo/`. The port is 8081, or the next free one, unless it is set; so are the folders.

    \b
    Examples
      service-orchestrator demo
      COILCAST_SIMULATOR_RATE_PER_S=5 service-orchestrator demo
      service-orchestrator --state .demo status
    """
    env = demo_environment(invocation.env)
    settings = load_settings(env)
    phrase = speaker(settings)
    node.make_way(settings)
    for kind in settings.images.kinds:
        (settings.images.base / kind).mkdir(parents=True, exist_ok=True)
    preflight.refuse_unfit(settings)
    with Session(settings, env, phrase, simulate=True, detach=detach) as session:
        if session.await_ready():
            print_box(settings, phrase, detach=detach)
        code = session.stay()
    raise SystemExit(code)
