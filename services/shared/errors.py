"""Every error that coilcast raises on purpose, in one tree.

CoilcastError            anything below; its text is one line that says what is wrong and how to mend it
├── SettingsError        a setting is unknown or has an impossible value
├── StateError           the state folder cannot be used
│   └── RoleTakenError   another process already does this job
├── CatalogError         the catalog cannot be read or written
│   ├── CatalogMissing   there is no catalog yet
│   ├── CatalogTooNew    a newer coilcast made it
│   └── CatalogDamaged   SQLite finds it malformed
├── EpochChanged         the catalog was replaced while a service followed it
└── BusError             a process at the other end does not answer
"""

from __future__ import annotations


class CoilcastError(Exception):
    """The root; the command prints it as one line and exits with `exit_code`."""

    exit_code = 1


class SettingsError(CoilcastError):
    """A setting is unknown or has an impossible value."""

    exit_code = 2


class StateError(CoilcastError):
    """The state folder, the image folder or a port cannot be used."""

    exit_code = 2


class RoleTakenError(StateError):
    """Another process holds the lock of this role; `pid` is that process, 0 if it did not say."""

    def __init__(self, role: str, pid: int) -> None:
        super().__init__(f"{role} is already running (pid {pid}); stop it first")
        self.role = role
        self.pid = pid


class CatalogError(CoilcastError):
    """The catalog cannot be read or written."""


class CatalogMissing(CatalogError):
    """There is no catalog yet: the watcher makes it."""


class CatalogTooNew(CatalogError):
    """The catalog was made by a newer coilcast."""


class CatalogDamaged(CatalogError):
    """SQLite finds the file malformed; nothing is written to it any more."""


class EpochChanged(CoilcastError):
    """The catalog was replaced by another; whoever followed it must start again."""


class BusError(CoilcastError):
    """A process at the other end of a socket does not answer in time."""
