"""What the control plane adds to the tree of `services.shared.errors`.

CoilcastError
├── NotRunning          there is no node on this state folder
├── CommandFailed       the running node could not do what was asked
├── BackupError         a backup cannot be made, or is none
└── SupervisordError    supervisord does not answer
    └── SupervisordFault    it answered, and refused
"""

from __future__ import annotations

from services.shared.errors import CoilcastError


class NotRunning(CoilcastError):
    """There is no node on this state folder."""

    exit_code = 3


class CommandFailed(CoilcastError):
    """The running node could not do what was asked."""


class BackupError(CoilcastError):
    """A backup cannot be made, or what was given is no good one."""


class SupervisordError(CoilcastError):
    """supervisord does not answer on its socket."""


class SupervisordFault(SupervisordError):
    """supervisord refused a call; `code` is one of the constants in `orchestrator.supervisord`."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
