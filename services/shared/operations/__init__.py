"""What people decide and are told of: `operations.db`. Human rates, several writers; survives a catalog made anew."""

from services.shared.messages import Severity
from services.shared.operations.alerts import Acknowledgement, Alert, Alerts, Page, Said, Trouble
from services.shared.operations.line import Line, LineState, LineWord, last_word
from services.shared.operations.memory import Memory
from services.shared.operations.outbox import Letter, Outbox, Transition
from services.shared.operations.pins import Pin, Pinned, Pins
from services.shared.operations.silences import Scope, Silence, Silences, silenced_until
from services.shared.operations.tokens import Token, Tokens

__all__ = [
    "Acknowledgement",
    "Alert",
    "Alerts",
    "Letter",
    "Line",
    "LineState",
    "LineWord",
    "Memory",
    "Outbox",
    "Page",
    "Pin",
    "Pinned",
    "Pins",
    "Said",
    "Scope",
    "Severity",
    "Silence",
    "Silences",
    "Token",
    "Tokens",
    "Transition",
    "Trouble",
    "last_word",
    "silenced_until",
]
