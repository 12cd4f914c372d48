"""`python -m services.shared.metrics`: every metric as Markdown, on stdout."""

import sys

from services.shared.metrics.pages import markdown

sys.stdout.write(markdown())
