"""nginx with the configuration of ops/nginx before a gateway, on free ports and with a certificate of its own."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.net import free_port
from tests.support.wait import until
from tests.system.support.programs import program, run
from tests.system.support.watcher import CHECKOUT

CONFIGURATION = CHECKOUT / "ops" / "nginx" / "coilcast.conf"

_AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/coilcast.conf;
}}
"""


class Nginx:
    """What a client needs to know of it."""

    def __init__(self, folder: Path, gateway_port: int) -> None:
        self.port, self.plain_port = free_port(), free_port()
        self.folder = folder
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        certificate = ("-subj", "/CN=coilcast.example", "-keyout", folder / "key", "-out", folder / "certificate")
        run(program("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *certificate)
        text = CONFIGURATION.read_text("utf-8")
        for ours, here in (
            ("127.0.0.1:8081", f"127.0.0.1:{gateway_port}"),
            ("    listen 443 ssl;", f"    listen 127.0.0.1:{self.port} ssl;"),
            ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            ("/etc/ssl/coilcast/coilcast.crt", str(folder / "certificate")),
            ("/etc/ssl/coilcast/coilcast.key", str(folder / "key")),
        ):
            assert text.count(ours) == 1, f"{ours} in {CONFIGURATION}"
            text = text.replace(ours, here)
        (folder / "coilcast.conf").write_text(text)
        (folder / "nginx.conf").write_text(_AROUND.format(folder=folder))
        self.words = [program("nginx", "nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]

    def check(self) -> str:
        """What `nginx -t` says."""
        ended = subprocess.run([*self.words, "-t"], capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stderr


@contextlib.contextmanager
def nginx(folder: Path, gateway_port: int) -> Iterator[Nginx]:
    """One that answers."""
    server = Nginx(folder, gateway_port)
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(server.words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        until(lambda: process.poll() is not None or _answers(server.port), what="an nginx that answers")
        assert process.poll() is None, log.read_text()
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True
