"""The HTTP side: one handler a subject."""
