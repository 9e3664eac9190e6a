"""A proxy that speaks https, as one stands in front of a site; its certificate is its own."""

from __future__ import annotations

import http.client
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.conftest import PUBLIC, need_program

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade"}


def certificate(folder: Path) -> ssl.SSLContext:
    """Make a certificate for a day."""
    openssl = need_program("openssl", package="openssl")
    key, made = folder / "key.pem", folder / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", f"/CN={PUBLIC}", "-keyout", str(key)]
    subprocess.run([*command, "-out", str(made)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context


def forwarding(address: str) -> type[BaseHTTPRequestHandler]:
    """Return a handler that asks this address and says who asked, and how."""
    place = urlsplit(address).netloc

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = {n: v for n, v in self.headers.items() if n.lower() not in HOP_BY_HOP}
            sent |= {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "https"}
            form = self.rfile.read(length)
            with closing(http.client.HTTPConnection(place, timeout=60)) as connection:
                connection.request(self.command, self.path, form, sent)
                answer = connection.getresponse()
                body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP | {"content-length", "date", "server"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = forward

        def log_message(self, *_: object) -> None:
            pass

    return Forward


@contextmanager
def tls_proxy(address: str, folder: Path) -> Iterator[str]:
    """Yield the https address of a site that is served at `address`."""
    context = certificate(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), forwarding(address)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://{PUBLIC}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
