"""`python -m services.shared.settings_reference en|ko`: the reference as Markdown, on stdout."""

import sys

from services.shared.settings_reference.page import markdown

if sys.argv[1:] not in (["en"], ["ko"]):
    sys.exit("usage: python -m services.shared.settings_reference en|ko")
sys.stdout.write(markdown("ko" if sys.argv[1] == "ko" else "en"))
