"""What in a page could run or load something, read with the parser that browsers agree on.

The content security policy isn't asked: with it bypassed nothing may be there either. What the
engine itself puts into pages is known by its own marks: styles by their hash in the policy,
scripts by their folder, structured data by its type.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

ADDRESSES = frozenset(
    (
        "href src action formaction poster cite data background xlink:href ping manifest longdesc "
        "srcset imagesrcset codebase usemap profile classid archive"
    ).split()
)
FOLLOWED = frozenset({"", "http", "https", "mailto"})
LOADING = frozenset(
    "iframe frame frameset object embed applet base portal fencedframe svg template".split()
)
FORMULA = frozenset(
    (
        "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow "
        "ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
    ).split()
)
"""What shows something and does nothing; anything else in a formula could change how it is read."""

OWN_FILES = re.compile(r"/static/p/[a-z0-9_]+/|/admin/passkeys\.js\Z")
IGNORED = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)
PICTURE = re.compile(r"data:image/(?:png|gif|jpeg|webp|avif|svg\+xml);base64,")


def sinks(html: str, headers: Mapping[str, str], *, host: str = "localhost") -> list[str]:
    """Return what is dangerous in an answer, a short description each."""
    kind = headers.get("Content-Type", "")
    if "html" not in kind and "xml" not in kind:
        return [] if headers.get("X-Content-Type-Options") == "nosniff" else [f"sniffed: {kind}"]
    policy = headers.get("Content-Security-Policy", "")
    elements = list(_elements(html))
    found = [sink for element in elements for sink in _of_element(element, policy, host)]
    return found + [sink for element in elements for sink in _in_formula(element)]


def _elements(html: str) -> Iterator[LexborNode]:
    root = LexborHTMLParser(html).root
    if root is not None:
        yield from root.traverse(include_text=False)


def _in_formula(element: LexborNode) -> Iterator[str]:
    if element.tag == "math":
        inside = {(node.tag or "").lower() for node in element.traverse(include_text=False)}
        yield from (f"{other} in a formula" for other in sorted(inside - FORMULA))


def _of_element(element: LexborNode, policy: str, host: str) -> Iterator[str]:
    tag = (element.tag or "").lower()
    attributes = {name.lower(): value or "" for name, value in element.attributes.items()}
    text = element.text(deep=True) if tag in ("script", "style") else ""
    if tag == "script":
        kind = attributes.get("type", "").lower()
        source = attributes.get("src", "")
        if source and not OWN_FILES.match(source):
            yield f"script from {source[:80]}"
        elif not source and kind != "application/ld+json":
            yield f"script: {text[:80]}"
    elif tag == "style":
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        if f"'sha256-{digest}'" not in policy:
            yield f"style: {text[:80]}"
    elif tag in LOADING:
        yield f"element {tag}"
    elif tag == "meta" and "http-equiv" in attributes:
        yield f"meta http-equiv {attributes['http-equiv']}"
    elif tag == "link" and _loads(attributes, host):
        yield f"link {attributes}"
    elif tag == "form" and not _own(attributes.get("action", ""), host):
        yield f"form to {attributes['action'][:80]}"
    for name, value in attributes.items():
        if (
            name.startswith("on")
            or name in ("style", "srcdoc", "is")
            or (name == "formaction" and not _own(value, host))
            or (name in ADDRESSES and not _harmless(tag, value))
        ):
            yield f"{tag} {name}={value[:60]}"


def _loads(attributes: Mapping[str, str], host: str) -> bool:
    """Whether a link loads something from elsewhere, or a style of nobody's."""
    rel = set(attributes.get("rel", "").lower().split())
    loading = {"stylesheet", "import", "preload", "modulepreload", "manifest", "prefetch"}
    return bool(rel & loading) and not OWN_FILES.match(attributes.get("href", ""))


def _harmless(tag: str, value: str) -> bool:
    bare = IGNORED.sub("", value)
    start = re.split(r"[/?#\\]", bare, maxsplit=1)[0]
    scheme, colon, _ = start.partition(":")
    if tag == "img" and PICTURE.match(bare):
        return True
    return not colon or scheme.lower() in FOLLOWED


def _own(address: str, host: str) -> bool:
    """Whether a form would stay on this site."""
    bare = IGNORED.sub("", address).replace("\\", "/")
    try:
        parts = urlsplit(bare)
    except ValueError:
        return False
    return parts.scheme in ("", "http", "https") and parts.netloc in ("", host, "blog.example")


def texts(html: str) -> str:
    """Return what a reader sees or a program reads of a page: texts and values of attributes."""
    tree = LexborHTMLParser(html)
    values = (value or "" for node in _elements(html) for value in node.attributes.values())
    said = tree.root.text(deep=True, separator=" ") if tree.root is not None else ""
    return "\n".join([said, *values])
