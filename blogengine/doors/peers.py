"""Whether a request comes from this machine itself."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)
"""What proxies add. A request with one of these came from elsewhere, whoever brought it here."""


def from_this_machine(environ: Mapping[str, Any]) -> bool:
    """Whether a request was made on this machine, without a proxy in between.

    Counts the address of the connection itself. Headers can only take the answer away: the Host
    and what a proxy reports may be anything. A proxy on this machine that adds no header at all
    can't be told from a program; the manual's recipe adds one.
    """
    if any(environ.get(name) for name in FORWARDED):
        return False
    before = environ.get("werkzeug.proxy_fix.orig") or environ
    try:
        address = ipaddress.ip_address(str(before.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback
