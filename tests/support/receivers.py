"""What alerts are sent to: an HTTP server and a mail server that keep what they are given."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Hook:
    """Takes JSON by POST, and answers GET. `status` is what it answers; while `hangs`, nothing."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.tried = 0
        self.status = 200
        self._free = threading.Event()
        self._free.set()
        self.port = 0

    @property
    def hangs(self) -> bool:
        return not self._free.is_set()

    @hangs.setter
    def hangs(self, value: bool) -> None:
        if value:
            self._free.clear()
        else:
            self._free.set()

    @property
    def url(self) -> str:
        """As an address for alerts."""
        return f"json://127.0.0.1:{self.port}/hook"

    def titles(self) -> list[str]:
        return [one["title"] for one in self.taken]

    def answer(self, body: bytes) -> int:
        self.tried += 1
        self._free.wait(60)
        if self.status < 400 and body:
            self.taken.append(json.loads(body))
        return self.status


@contextmanager
def hook(port: int = 0) -> Iterator[Hook]:
    """Listens at `port`, or at any that is free."""
    keeper = Hook()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            keeper.asked.append(self.path)
            self._reply(b"")

        def _reply(self, body: bytes) -> None:
            status = keeper.answer(body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    server = Quiet(("127.0.0.1", port), Answers)
    keeper.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield keeper
    finally:
        keeper.hangs = False
        server.shutdown()
        thread.join()
        server.server_close()


class Mailbox:
    """Speaks SMTP as far as a mail client needs; `mails` has what came."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        """As an address for alerts."""
        return f"mailto://127.0.0.1:{self.port}?smtp=127.0.0.1&mode=insecure&from=node@mill.example&to=ops@mill.example"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Listens at a port of its own."""
    keeper = Mailbox()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mill.example ESMTP")
            while line := self.rfile.readline().decode("ascii", "replace").strip():
                verb = line.upper().split(":")[0].split()[0]
                if verb == "DATA":
                    self._say("354 go on")
                    self._take()
                elif verb == "RCPT":
                    keeper.recipients.append(line.partition(":")[2].strip("<> "))
                self._say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    break

        def _take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b"..") else line)
            mail = message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            keeper.mails.append(mail)

        def _say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", 0), Conversation)
    keeper.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield keeper
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
