"""Marks that stand in for cookies and sessions, which guests don't have."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from ipaddress import ip_address, ip_network

from itsdangerous import BadSignature, URLSafeTimedSerializer

from blogengine.api import Site, utcnow
from blogengine_plugins.comments.entry import Entry

PREVIEW_SECONDS = 6 * 3600
RECEIVED_SECONDS = 24 * 3600


def seen_mark(site: Site, entry: Entry, place: str) -> str:
    """Return the mark that a preview of exactly this entry was shown for this place."""
    return _signer(site, "preview").dumps([place, entry.digest, entry.trapped])


def check_seen(site: Site, mark: str, entry: Entry, place: str) -> tuple[bool, bool]:
    """Return whether the mark says so, and whether the trap had caught the entry then."""
    try:
        where, digest, trapped = _signer(site, "preview").loads(mark, max_age=PREVIEW_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return False, False
    return (where, digest) == (place, entry.digest), bool(trapped)


def opened_mark(site: Site) -> str:
    """Return the mark that a form was shown now."""
    return _signer(site, "opened").dumps(round(utcnow().timestamp(), 1))


def seconds_open(site: Site, mark: str) -> float | None:
    """Return for how long a form has been open; None without a mark, or with a forged one."""
    try:
        seconds = utcnow().timestamp() - float(_signer(site, "opened").loads(mark))
    except (BadSignature, ValueError, TypeError):
        return None
    return seconds if 0 <= seconds <= PREVIEW_SECONDS else None


def receipt(site: Site, comment_id: int) -> str:
    """Return what the address of a sent comment's page ends with."""
    return _signer(site, "received").dumps(comment_id)


def received_id(site: Site, token: str) -> int | None:
    """Return the comment of a receipt; None for one that is forged or a day old."""
    try:
        number = _signer(site, "received").loads(token, max_age=RECEIVED_SECONDS)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None


def sender_mark(site: Site, address: str | None, now: datetime) -> str:
    """Return a mark of the network an address is in, another one every day.

    Of IPv6 the whole /64 counts as one sender: a household or a server has that many addresses.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    network = str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
    text = f"comments:{now.date()}:{network}".encode()
    return hmac.new(site.config.secret_key.encode(), text, hashlib.sha256).hexdigest()[:32]


def _signer(site: Site, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(site.config.secret_key, salt=f"comments-{purpose}")
