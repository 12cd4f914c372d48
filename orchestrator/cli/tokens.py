"""tokens: who may upload. Works on the file itself, so also while the node is down."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from orchestrator.cli.context import Invocation, pass_invocation, speaker
from orchestrator.cli.format import printed
from services.shared.operations import Tokens
from services.shared.operations.tokens import NAME
from services.shared.settings import Settings


@click.group()
def tokens() -> None:
    """Make, list and revoke the tokens that cameras upload with.

    카메라 업로드용 토큰을 만들고, 보고, 폐기.

    Works while the node is down, too. A change counts from the next upload on.

    \b
    Examples
      service-orchestrator tokens add camera-2
      service-orchestrator tokens list
      service-orchestrator tokens revoke camera-2
    """


@tokens.command()
@click.argument("name")
@pass_invocation
def add(invocation: Invocation, name: str) -> None:
    """Make a token called NAME. It is shown once, and kept nowhere.

    NAME 토큰을 만듦. 한 번만 표시됨.

    NAME tells whom to revoke later: letters, digits, dot, dash, underscore. The token alone goes to stdout.

    \b
    Examples
      service-orchestrator tokens add camera-2
    """
    if NAME.fullmatch(name) is None:
        raise click.BadParameter("letters, digits, `.`, `-` and `_`, 64 at most", param_hint="NAME")
    settings = invocation.settings()
    with _store(settings) as store:
        secret = store.add(name, _now_ms())
    click.echo(secret)
    click.echo(speaker(settings)("token_made", name=name), err=True)


@tokens.command("list")
@pass_invocation
def list_(invocation: Invocation) -> None:
    """List the tokens: when each was made, used last, revoked.

    토큰 목록.

    \b
    Examples
      service-orchestrator tokens list
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    with _store(settings) as store:
        found = store.all()
    if not found:
        click.echo(phrase("no_tokens"))
        return
    rows = [
        [token.name, *(_at(settings, ms) for ms in (token.created_at_ms, token.used_at_ms, token.revoked_at_ms))]
        for token in found
    ]
    heads = ("token", "token_created", "token_used", "token_revoked")
    click.echo(printed([phrase(head) for head in heads], rows))


@tokens.command()
@click.argument("name")
@pass_invocation
def revoke(invocation: Invocation, name: str) -> None:
    """From now on the token called NAME lets nobody in.

    NAME 토큰을 폐기.

    \b
    Examples
      service-orchestrator tokens revoke camera-2
    """
    settings = invocation.settings()
    with _store(settings) as store:
        store.revoke(name, _now_ms())
    click.echo(speaker(settings)("token_gone", name=name))


@contextmanager
def _store(settings: Settings) -> Iterator[Tokens]:
    # Before the first start there is no state folder yet, and the token can be made all the same.
    settings.state.mkdir(parents=True, exist_ok=True)
    store = Tokens(settings.operations_path)
    try:
        yield store
    finally:
        store.close()


def _at(settings: Settings, at_ms: int | None) -> str:
    if at_ms is None:
        return "-"
    return datetime.datetime.fromtimestamp(at_ms / 1000, settings.timezone).strftime("%Y-%m-%d %H:%M:%S")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
