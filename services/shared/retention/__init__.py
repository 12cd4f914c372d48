"""Which images go, and when the disk would be full: decided here for the janitor and for whoever only asks."""

from services.shared.retention.limits import Limits, limits_for
from services.shared.retention.plan import Going, Plan, Reason, Shortage, Stock
from services.shared.retention.space import Forecast, Space, forecast, measure, shortage
from services.shared.retention.stock import CatalogStock

__all__ = [
    "CatalogStock",
    "Forecast",
    "Going",
    "Limits",
    "Plan",
    "Reason",
    "Shortage",
    "Space",
    "Stock",
    "forecast",
    "limits_for",
    "measure",
    "shortage",
]
