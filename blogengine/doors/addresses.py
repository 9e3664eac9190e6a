"""Which machines the engine may talk to on somebody's behalf: those of the public internet."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from blogengine.errors import Retryable, UserError

LONGEST_URL = 2000
PORTS = {"http": 80, "https": 443}

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]

RELAYS = ip_network("192.88.99.0/24")
UNICAST = IPv6Network("2000::/3")
TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: an IPv4 address in the last 32 bits; on networks without IPv4 every host looks so."""

CARRIERS = (
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2001::/23"),  # Teredo, benchmarks, ORCHID
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)
"""Networks in the unicast range that are for documents or carry another address."""

HOST = re.compile(
    r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL: `path` with its query, ready to be sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def not_allowed(why: str) -> UserError:
    """The error of an address that the engine doesn't talk to."""
    return UserError(
        f"Address not allowed: {why}",
        code="address-not-allowed",
        action="Give the address of a page on the public web.",
        status=422,
    )


def target_of(url: str, ports: Iterable[int]) -> Target:
    """Read a URL strictly; raises UserError for one that isn't a plain http or https address.

    What two readers could understand differently is refused: user names, backslashes, control
    characters, spaces, zones of IPv6.
    """
    if len(url) > LONGEST_URL:
        raise not_allowed(f"it has {len(url)} letters; {LONGEST_URL} are the limit.")
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise not_allowed("it has letters that no address has.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise not_allowed("it can't be read.") from None
    if parts.scheme not in PORTS:
        raise not_allowed("only http and https are spoken.")
    if "@" in parts.netloc:
        raise not_allowed("it has a user name in it.")
    allowed = {*PORTS.values(), *ports}
    port = PORTS[parts.scheme] if port is None else port
    if port not in allowed:
        raise not_allowed(f"port {port} isn't one of {', '.join(map(str, sorted(allowed)))}.")
    path = quote(parts.path or "/", safe="/:@!$&'()*+,;=~%-._")
    query = f"?{quote(parts.query, safe='/:@!$&()*+,;=~%-._?')}" if parts.query else ""
    return Target(parts.scheme, _host(host), port, path + query)


def _host(host: str) -> str:
    if ":" in host:
        try:
            return str(IPv6Address(host)) if "%" not in host else _no_host()
        except ValueError:
            _no_host()
    try:
        plain = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        _no_host()
    plain = plain.removesuffix(".")
    return plain if len(plain) <= 253 and HOST.fullmatch(plain) else _no_host()


def _no_host() -> str:
    raise not_allowed("its host name can't be one.")


def is_public(address: Address) -> bool:
    """Whether an address is a machine's on the public internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        if address in TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        carried = any(address in network for network in CARRIERS)
        return address in UNICAST and address.is_global and not carried
    return address.is_global and not address.is_multicast and address not in RELAYS


def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(item[4][0]) for item in found]


def addresses_of(target: Target, resolve: Resolve, seconds: float) -> list[str]:
    """Resolve a host once; all its addresses must be public.

    Raises UserError for any that isn't, Retryable for a name that can't be resolved in time.
    """
    try:
        found = [str(ip_address(target.host))]
    except ValueError:
        found = _resolved(target, resolve, seconds)
    try:
        public = all(is_public(ip_address(address)) for address in found)
    except ValueError:
        public = False
    if not public:
        raise not_allowed(f"{target.host} isn't on the public internet.")
    return found


def _resolved(target: Target, resolve: Resolve, seconds: float) -> list[str]:
    answer: list[list[str]] = []

    def ask() -> None:
        try:
            answer.append(list(resolve(target.host, target.port)))
        except (OSError, UnicodeError):
            answer.append([])

    # The system's resolver has no bound of its own, and can't be stopped.
    thread = threading.Thread(target=ask, name="blogengine-resolve", daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    found = answer[0] if answer else []
    if not found:
        why = "its name isn't known" if answer else "no name server answers"
        raise unreachable(target.host, why)
    return found


def unreachable(host: str, why: str) -> Retryable:
    """The error of a machine that doesn't answer as it should."""
    return Retryable(
        f"{host} can't be reached: {why}.",
        code="host-unreachable",
        action="Try again later; look whether the address is right.",
        status=504,
    )
