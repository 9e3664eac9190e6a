"""Certificates for a day, by the system's openssl: a good one, and one of another name."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for a name; return a server's context and the file that vouches for it."""
    openssl = shutil.which("openssl") or pytest.skip("needs openssl (Debian: apt install openssl)")
    folder.mkdir(parents=True, exist_ok=True)
    key, made = folder / "key.pem", folder / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", f"/CN={name}", "-keyout", str(key)]
    command += ["-addext", f"subjectAltName=DNS:{name}", "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context, made
