"""history and version."""

from __future__ import annotations

import datetime

import click

from orchestrator.cli.context import Invocation, pass_invocation, speaker
from orchestrator.cli.format import printed
from services.shared.catalog import CatalogReader
from services.shared.version import VERSION


@click.command()
@click.option("-n", "--lines", default=20, show_default=True, type=click.IntRange(1, 10_000), help="So many images.")
@click.option("--camera", help="Of this camera only.")
@click.option("--kind", help="Of this kind only, such as original.")
@click.option("--coil", help="Of this coil only.")
@pass_invocation
def history(invocation: Invocation, lines: int, camera: str | None, kind: str | None, coil: str | None) -> None:
    """List the last images by capture time; works while the node is down, too.

    카탈로그의 최근 이미지를 표로 보임.

    \b
    Examples
      service-orchestrator history
      service-orchestrator history --coil 2891 --kind labeled -n 100
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    catalog = CatalogReader(settings.catalog_path)
    try:
        images = catalog.history(camera=camera, kind=kind, coil=coil, limit=lines).images
    finally:
        catalog.close()
    if not images:
        click.echo(phrase("no_image"))
        return
    columns = ["seq", "captured", "camera", "kind", "coil", "pixels", "size", "filename"]
    rows = [
        [
            str(image.seq),
            datetime.datetime.fromtimestamp(image.captured_at_ms / 1000, settings.timezone).strftime(
                "%Y-%m-%d %H:%M:%S"
            ),
            image.camera,
            image.kind,
            image.coil or "-",
            f"{image.width}x{image.height}",
            f"{image.size_bytes / 1000:.0f} kB",
            image.filename,
        ]
        for image in images
    ]
    click.echo(printed([phrase(column) for column in columns], rows))


@click.command()
def version() -> None:
    """Tell the version.

    버전을 보임.

    \b
    Examples
      service-orchestrator version
    """
    click.echo(f"coilcast {VERSION}")
