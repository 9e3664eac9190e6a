"""What is remembered of a device: a label, a shortened address, and that it signed in before."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address, ip_network

from itsdangerous import BadData, URLSafeTimedSerializer

from blogengine.identity.lifetimes import DEVICE
from blogengine.identity.references import new_reference

IPV4_BITS, IPV6_BITS = 24, 48

BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"\bChrome/|\bCriOS/|\bChromium/"),
    ("Safari", r"\bSafari/"),
    ("curl", r"^curl/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"Linux|X11"),
)
UNKNOWN = "Unknown device"


def label(user_agent: str) -> str:
    """Return what a person recognises a device by: `Firefox on Linux`.

    The text comes from the request, so none of it is passed on.
    """
    browser = _first(BROWSERS, user_agent[:500])
    system = _first(SYSTEMS, user_agent[:500])
    return " on ".join(part for part in (browser, system) if part) or UNKNOWN


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, text)), "")


def shortened(address: str) -> str:
    """Return an address without its last part: enough to see another country, not a household."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if (mapped := getattr(found, "ipv4_mapped", None)) is not None:
        found = mapped
    bits = IPV4_BITS if isinstance(found, IPv4Address) else IPV6_BITS
    return str(ip_network((found, bits), strict=False).network_address)


class DeviceCookies:
    """Signed marks of devices that somebody has signed in on.

    One lets nobody in. It only keeps the owner's attempts apart from those of a stranger who uses
    up the account's.
    """

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="blogengine.device")

    def make(self, user_id: int) -> str:
        """Return a new mark for a person's device."""
        signed = self._signer.dumps([user_id, new_reference()])
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, cookie: str, user_id: int) -> str:
        """Return what names this device of this person; nothing for a stranger's."""
        try:
            owner, name = self._signer.loads(cookie, max_age=int(DEVICE.total_seconds()))
        except (BadData, TypeError, ValueError):
            return ""
        return str(name) if owner == user_id else ""
