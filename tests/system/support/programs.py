"""Programs of the system that tests run for real: where they are, and an sshd of our own."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.net import free_port
from tests.support.wait import until

PRIVILEGE_SEPARATION = Path("/run/sshd")
"""sshd(8) run by root does not start without this folder, which its init script makes."""


def program(name: str, package: str) -> str:
    """Its path; a test that needs a program which is missing fails with how to install it."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"{name} is missing; install it: apt-get install -y {package}", pytrace=False)
    return found


def run(*words: str | Path, stdin: str = "") -> None:
    """Run a program to its good end. Raises AssertionError with what it said."""
    ended = subprocess.run(words, input=stdin, text=True, capture_output=True, timeout=30, check=False)
    assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"


class Sshd:
    """An sshd on a free port of the loopback, and what a client needs to be let in."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.options = [
            *("-F", "/dev/null", "-i", str(folder / "client")),
            *("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={folder / 'known'}"),
        ]
        self.at = f"{getpass.getuser()}@127.0.0.1"
        keygen = program("ssh-keygen", "openssh-client")
        for name in ("host", "client"):
            run(keygen, "-q", "-t", "ed25519", "-N", "", "-f", folder / name)
        public = (folder / "host.pub").read_text()
        (folder / "known").write_text(f"[127.0.0.1]:{self.port} {public}")
        self.config = folder / "config"
        self.config.write_text(
            f"ListenAddress 127.0.0.1:{self.port}\n"
            f"HostKey {folder / 'host'}\n"
            f"AuthorizedKeysFile {folder / 'client.pub'}\n"
            "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n"
        )


@contextlib.contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """One that answers, with its own keys in `folder`."""
    server = Sshd(folder)
    words = [program("sshd", "openssh-server"), "-D", "-e", "-f", str(server.config)]
    with contextlib.ExitStack() as stack:
        if os.geteuid() == 0 and not PRIVILEGE_SEPARATION.exists():
            PRIVILEGE_SEPARATION.mkdir(mode=0o755)
            stack.callback(PRIVILEGE_SEPARATION.rmdir)
        log = stack.enter_context((folder / "log").open("wb"))
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        stack.callback(process.wait, 10)
        stack.callback(process.terminate)
        until(lambda: process.poll() is not None or _answers(server.port), what="an sshd that answers")
        assert process.poll() is None, (folder / "log").read_text()
        yield server


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False
