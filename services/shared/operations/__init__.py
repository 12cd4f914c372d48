"""What people decide and are told of: `operations.db`. Human rates, several writers; survives a catalog made anew."""

from services.shared.operations.alerts import Acknowledgement, Alert, Alerts, Page, Said, Severity, Trouble
from services.shared.operations.tokens import Token, Tokens

__all__ = ["Acknowledgement", "Alert", "Alerts", "Page", "Said", "Severity", "Token", "Tokens", "Trouble"]
