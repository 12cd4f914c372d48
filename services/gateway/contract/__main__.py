"""`python -m services.gateway.contract`: the contract as Markdown, on stdout."""

import sys

from services.gateway.contract.pages import markdown

sys.stdout.write(markdown())
