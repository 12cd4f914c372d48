"""Every error that coilcast raises on purpose, in one tree.

CoilcastError            anything below; its text is one line that says what is wrong and how to mend it
├── SettingsError        a setting is unknown or has an impossible value
├── StateError           the state folder cannot be used
│   └── RoleTakenError   another process already does this job
├── DatabaseError        a file of SQLite's cannot be read or written
│   ├── DatabaseMissing  there is none yet
│   ├── DatabaseTooNew   a newer coilcast made it
│   ├── DatabaseDamaged  SQLite finds it malformed
│   └── CatalogError     the same of the catalog, each of them the child of its counterpart above
│       ├── CatalogMissing
│       ├── CatalogTooNew
│       └── CatalogDamaged
├── AlertUnknown         there is no such alert
├── AlertOver            the alert is resolved already
├── SilenceUnknown       there is no such silence
├── SilenceOver          the silence is over already
├── PinUnknown           there is no such pin
├── TokenTaken           a token that counts has this name
├── TokenUnknown         no token that counts has this name
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


class DatabaseError(CoilcastError):
    """A file of SQLite's cannot be read or written."""


class DatabaseMissing(DatabaseError):
    """There is none yet, or it is not ready."""


class DatabaseTooNew(DatabaseError):
    """It was made by a newer coilcast."""


class DatabaseDamaged(DatabaseError):
    """SQLite finds the file malformed."""


class CatalogError(DatabaseError):
    """The catalog cannot be read or written."""


class CatalogMissing(CatalogError, DatabaseMissing):
    """There is no catalog yet: the watcher makes it."""


class CatalogTooNew(CatalogError, DatabaseTooNew):
    """The catalog was made by a newer coilcast."""


class CatalogDamaged(CatalogError, DatabaseDamaged):
    """SQLite finds the file malformed; nothing is written to it any more. The exit code is EX_DATAERR of sysexits.h."""

    exit_code = 65


class AlertUnknown(CoilcastError):
    """There is no such alert."""


class AlertOver(CoilcastError):
    """The alert is resolved already: nobody has to take notice any more."""


class SilenceUnknown(CoilcastError):
    """There is no such silence."""


class SilenceOver(CoilcastError):
    """The silence is over already, by time or by somebody's word."""


class PinUnknown(CoilcastError):
    """There is no such pin."""


class TokenTaken(CoilcastError):
    """A token that counts has this name already."""


class TokenUnknown(CoilcastError):
    """No token that counts has this name."""


class EpochChanged(CoilcastError):
    """The catalog was replaced by another; whoever followed it must start again."""


class BusError(CoilcastError):
    """A process at the other end of a socket does not answer in time."""
