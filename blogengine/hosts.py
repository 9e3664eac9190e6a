"""Names under which this site may be asked for; any other Host header is a mistake or a trick."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

HOST = re.compile(
    r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?)(?::[0-9]{1,5})?"
)
CARRIERS = ip_network("100.64.0.0/10")


def host_name(host: str) -> str | None:
    """Return the name in a Host header without its port, in small letters; None for no name."""
    found = HOST.fullmatch(host)
    return found[1].lower().strip("[]") if found else None


def is_loopback(name: str) -> bool:
    """Whether a name is this machine's own: what is sent there crosses no network."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def is_known(name: str, base_url: str, allowed: str) -> bool:
    """Whether the site may be asked for under a name.

    Known are the host of the public address, this machine, addresses of a local network, and the
    names in `allowed`, with spaces or commas between; `*.example.org` stands for all below.
    """
    if is_loopback(name) or name == _host_of(base_url):
        return True
    for one in re.split(r"[\s,]+", allowed.lower()):
        if one == name or (one.startswith("*.") and name.endswith(one[1:])):
            return True
    address = _address(name)
    return address is not None and (address.is_private or address in CARRIERS)


def _host_of(base_url: str) -> str:
    try:
        return (urlsplit(base_url).hostname or "").lower()
    except ValueError:
        return ""


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
