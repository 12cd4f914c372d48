"""One part of what the doctor looks at, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import Struct

from services.shared.settings import Loaded, Settings


class Noticed(Struct, frozen=True):
    """Something that is not as it should be: a sentence of `orchestrator.doctor.wording`. `grave` keeps images away."""

    key: str
    fields: dict[str, str | int | float] = {}
    grave: bool = True


class Part(Struct, frozen=True):
    """Files for the bundle by name, and what was noticed."""

    files: dict[str, str] = {}
    noticed: list[Noticed] = []


@dataclass(frozen=True)
class Patient:
    """The node that is looked at. Where its settings cannot be used, `loaded` is None and `settings` are defaults."""

    env: Mapping[str, str]
    """That of the node if one runs, which may have been given other settings; else that of the command."""
    asked_env: Mapping[str, str]
    """That of the command."""
    settings: Settings
    loaded: Loaded | None
    complaint: str
    """Why the settings cannot be used, else empty."""


Look = Callable[[Patient], Part]


@dataclass(frozen=True)
class Examination:
    """A part by name: how it is looked at, and how long that may take."""

    name: str
    look: Look
    within_s: float = 5.0
