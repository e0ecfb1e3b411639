"""Real servers on this machine that stand where the services of notifications stand: HTTP, TLS behind a proxy, SMTP."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Inbox:
    """What arrived, and what is answered."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.status = 200
        self.body: bytes = json.dumps({"errcode": 0, "errmsg": "ok"}).encode()
        self.hangs = threading.Event()
        self.hangs.set()
        self.address = ""


def _handler(inbox: Inbox, context: ssl.SSLContext | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            """As a proxy: take the TLS connection oneself, as the service's own server would."""
            assert context is not None
            self.send_response(200)
            self.end_headers()
            self.host = self.path
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)
            self.close_connection = False

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["content-length"]))
            inbox.messages.append(
                {"host": getattr(self, "host", self.headers["host"]), "path": self.path, "json": json.loads(text)}
            )
            inbox.hangs.wait(30)
            self.send_response(inbox.status)
            self.send_header("content-length", str(len(inbox.body)))
            self.end_headers()
            self.wfile.write(inbox.body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


@contextmanager
def http_server(context: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """A server that keeps what is posted; with a context, a proxy in front of any https service too."""
    inbox = Inbox()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(inbox, context))
    server.daemon_threads = True
    inbox.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        inbox.hangs.set()
        server.shutdown()
        server.server_close()


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def smtp_server() -> Iterator[Inbox]:
    """A mail server that takes any mail."""
    inbox = Inbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 stand-in")
            mail: dict[str, Any] = {"to": []}
            while line := self.rfile.readline().decode().strip():
                verb = line.split(":")[0].split()[0].upper()
                if verb == "MAIL":
                    mail["from"] = line
                elif verb == "RCPT":
                    mail["to"].append(line)
                elif verb == "DATA":
                    self._say("354 go on")
                    lines = []
                    while (text := self.rfile.readline()) != b".\r\n":
                        lines.append(text)
                    mail["data"] = b"".join(lines)
                    inbox.messages.append(mail)
                self._say("221 bye" if verb == "QUIT" else "250 ok")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    inbox.address = f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield inbox
    finally:
        server.shutdown()
        server.server_close()
