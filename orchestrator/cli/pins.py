"""pin, unpin, pins: images that stay. On the file itself: the node may be down."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from orchestrator.cli.alerts import by_option, named, note_option, now_ms, shown_at, store_path
from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.cli.format import printed
from orchestrator.cli.retention_wording import RETENTION
from orchestrator.errors import CommandFailed
from services.shared.catalog import CatalogReader
from services.shared.files import MAIN_CAMERA, folder_of
from services.shared.messages import Image
from services.shared.operations import Pin, Pins
from services.shared.phrases import Phrase, phrases
from services.shared.settings import Settings


@click.command()
@click.argument("file", required=False)
@click.option("--coil", help="All images of this coil, those to come included.", metavar="COIL")
@by_option
@note_option
@pass_invocation
def pin(invocation: Invocation, file: str | None, coil: str | None, by: str, note: str) -> None:
    """Let an image or all of a coil stay, whatever the rules of retention say.

    이미지 또는 코일 전체를 고정: 보관 정리가 지우지 않음.

    FILE is the image's name, a path to it, or type/name or camera/type/name. What belongs to it, such as its labeled
    twin, stays as well.

    \b
    Examples
      service-orchestrator pin 20260101093000_2891_original.jpg --note "claim 4711"
      service-orchestrator pin --coil 2891 --note "audit"
    """
    if (file is None) == (coil is None):
        raise click.UsageError("give a FILE or --coil, one of the two")
    settings = invocation.settings()
    image = _find(settings, file) if file is not None else None
    with closing(Pins(store_path(settings))) as store:
        if image is not None:
            made = store.pin_file(image.camera, image.kind, image.filename, named(by), note, now_ms())
        else:
            assert coil is not None
            made = store.pin_coil(coil, named(by), note, now_ms())
    phrase = speaker(settings)
    click.echo(phrase("pinned", id=made.id, what=shown(made, phrase)))


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@pass_invocation
def unpin(invocation: Invocation, number: int) -> None:
    """End pin ID, which `pins` lists: the rules count again.

    고정 ID를 해제.

    \b
    Examples
      service-orchestrator unpin 3
    """
    settings = invocation.settings()
    with closing(Pins(store_path(settings))) as store:
        ended = store.end(number)
    phrase = speaker(settings)
    click.echo(phrase("unpinned", id=ended.id, what=shown(ended, phrase)))


@click.command()
@pass_invocation
def pins(invocation: Invocation) -> None:
    """List what is pinned, by whom and why.

    고정된 이미지 목록.

    \b
    Examples
      service-orchestrator pins
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    found: list[Pin] = []
    if settings.operations_path.exists():
        with closing(Pins(store_path(settings))) as store:
            found = store.all()
    if not found:
        click.echo(phrase("no_pins"))
        return
    rows = [[str(one.id), shown(one, phrase), shown_at(settings, one.at_ms), one.by, one.note or "-"] for one in found]
    click.echo(printed([phrase(head) for head in ("id", "what", "at", "by", "note")], rows))


def speaker(settings: Settings) -> Phrase:
    """These commands' sentences in the node's language."""
    return phrases(settings.node.language, RETENTION)


def shown(pin: Pin, phrase: Phrase) -> str:
    """What a pin holds."""
    if pin.coil is not None:
        return phrase("coil_of", coil=pin.coil)
    return f"{pin.camera}/{pin.kind}/{pin.filename}"


def _find(settings: Settings, file: str) -> Image:
    """The image that somebody means. Raises CommandFailed when there is none, or more than one."""
    path = Path(file)
    with closing(CatalogReader(settings.catalog_path)) as catalog:
        places = [(folder.camera, folder.kind) for folder in catalog.held_folders()]
        if path.is_absolute():
            places = [place for place in places if folder_of(settings.images.base, *place) == path.parent]
        elif len(path.parts) > 1:
            *camera, kind = path.parts[:-1]
            places = [place for place in places if place == (camera[-1] if camera else MAIN_CAMERA, kind)]
        found = [image for place in places if (image := catalog.find(*place, path.name)) is not None]
    if not found:
        raise CommandFailed(f"there is no image {file} in the catalog; see `service-orchestrator history`")
    if len(found) > 1:
        where = ", ".join(f"{image.camera}/{image.kind}/{image.filename}" for image in found)
        raise CommandFailed(f"{file} may be one of several: {where}; give one of these")
    return found[0]
