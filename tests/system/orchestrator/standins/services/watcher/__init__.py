"""A stand-in for the watcher."""
