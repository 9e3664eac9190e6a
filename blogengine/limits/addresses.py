"""Under which key a visitor is counted."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

ONE_VISITOR = 64
"""Bits of an IPv6 address that a provider gives to one household or server."""


def address_key(address: str | None) -> str:
    """Return what stands for everybody behind one address: of IPv6 its /64 network.

    An IPv4 address in the clothes of IPv6 is the IPv4 one. What is no address at all (a socket of
    the machine's own) shares one key.
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, ONE_VISITOR), strict=False))
    return str(found)
