"""Permanent ids: of posts from their guid, of feeds from what they list."""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, UUID, uuid5

from blogengine.api import Site, Stream
from blogengine_plugins.feeds.characters import clean

FORBIDDEN = r"\x00-\x20\"<>\\^`{|}\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff"
IRI = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<rest>(?:[^%#\[\]{FORBIDDEN}]|%[0-9A-Fa-f]{{2}})+)"
    rf"(?:#(?:[^%#\[\]{FORBIDDEN}]|%[0-9A-Fa-f]{{2}})*)?"
)
URN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:.+")


def post_iri(guid: str) -> str:
    """Return the guid itself where it is an IRI, else a URN made of it: one guid, one id for ever.

    Imports keep the source's guid, which may be any text; Atom allows only IRIs (RFC 4287, 4.2.6).
    """
    match = IRI.fullmatch(guid)
    if match and clean(guid) == guid and _sound(match["scheme"].lower(), match["rest"]):
        return guid
    return uuid5(NAMESPACE_URL, f"blogengine:guid:{guid.encode('utf-8', 'backslashreplace')!r}").urn


def _sound(scheme: str, rest: str) -> bool:
    if scheme == "urn":
        return URN.fullmatch(rest) is not None
    if scheme in ("http", "https"):
        return re.match(r"//[^/?#]", rest) is not None
    return True


def post_guid(guid: str) -> str:
    """Return the guid as feeds without rules about ids show it: unchanged wherever it can be."""
    return guid if guid.strip() and clean(guid) == guid == guid.strip() else post_iri(guid)


def stream_iri(site: Site, stream: Stream) -> str:
    """Return a feed's id, made of the site's id and the key of what it lists.

    Name, slug and domain may change. All pages of a feed share it (RFC 5005, 3).
    """
    return uuid5(UUID(site.id), stream.key.encode("utf-8", "backslashreplace").decode()).urn
