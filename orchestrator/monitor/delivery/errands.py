"""What the monitor and the process that sends tell each other: as JSON, on its stdin and stdout."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from orchestrator.monitor.delivery.message import Message
from services.shared.settings import Language

Outcome = Literal["arrived", "failed", "unknown"]
"""`unknown`: it was given away, and nobody said whether it was taken."""


class Errand(Struct, frozen=True):
    """A message to an address."""

    url: str
    message: Message


class Order(Struct, frozen=True):
    """What the process is to do, all of it within `patience_s`; errors are told in `language`."""

    patience_s: float
    language: Language
    errands: list[Errand]


class Report(Struct, frozen=True):
    """What became of one of the errands, by its number; `error` is without secrets."""

    errand: int
    outcome: Outcome
    error: str = ""
