"""A synthetic visitor: the paths of a running site that matter, asked over the network."""

from __future__ import annotations

import http.client
import re
import ssl
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from blogengine import __version__
from blogengine.clock import utcnow

SECONDS = 10.0
LARGEST = 5 * 1024 * 1024
MOST_HOPS = 3
ENTRY = re.compile(r'<a[^>]*class="[^"]*u-url[^"]*"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*u-url')
TAG = re.compile(r'href="([^"]*/tag/[^"/]+/)"')


@dataclass(frozen=True, slots=True)
class Step:
    """One path of the probe: `state` is ok, fail, or busy where it may go well in a moment."""

    name: str
    address: str
    state: str
    said: str
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status, its text, and the media type it says it is."""

    status: int
    text: str
    kind: str


def fetch(address: str) -> Fetched:
    """Ask for an address, following redirects of the same site.

    Raises OSError or http.client.HTTPException when nothing answers.
    """
    for _hop in range(MOST_HOPS):
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        connection: http.client.HTTPConnection
        if secure:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.netloc, timeout=SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
        try:
            path = parts.path or "/"
            headers = {"User-Agent": f"blogengine-probe/{__version__}", "Accept": "text/html,*/*"}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read(LARGEST).decode("utf-8", "replace")
            there = answer.getheader("Location") if answer.status in (301, 302, 303, 308) else None
            kind = answer.getheader("Content-Type", "")
        finally:
            connection.close()
        following = urljoin(address, there) if there else ""
        if not following or urlsplit(following).netloc != parts.netloc:
            return Fetched(answer.status, body, kind)
        address = following
    return Fetched(310, "", "")


def probe(base: str, *, oldest_feed: timedelta | None = None) -> Iterator[Step]:
    """Yield what became of each path: alive, home, newest post, tag page, feed, sign-in page, an
    unknown address.

    `oldest_feed` is how old the newest entry of the feed may be.
    """
    base = base.rstrip("/")
    alive = yield from _step("alive", f"{base}/healthz", _anything)
    if alive is None:
        return
    home = yield from _step("home", f"{base}/", _page)
    text = home.text if home is not None else ""
    if (post := ENTRY.search(text)) is not None:
        address = urljoin(f"{base}/", post[1] or post[2])
        yield from _step("newest post", _here(base, address), _page)
    if (tag := TAG.search(text)) is not None:
        yield from _step("tag", _here(base, urljoin(f"{base}/", tag[1])), _page)
    yield from _step("feed", f"{base}/feed/", lambda got: _feed(got, oldest_feed))
    yield from _step("sign-in page", f"{base}/admin/login", _sign_in)
    missing = f"{base}/there-is-nothing-here-{__version__.replace('.', '-')}/"
    yield from _step("unknown address", missing, _nothing, wanted=404)


def _here(base: str, address: str) -> str:
    """Return the address at the probed server: pages name the public one."""
    return base + urlsplit(address).path


def _step(
    name: str, address: str, look: Callable[[Fetched], str], *, wanted: int = 200
) -> Generator[Step, None, Fetched | None]:
    began = time.perf_counter()
    try:
        got = fetch(address)
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield Step(name, address, "fail", f"Nothing answers: {error or type(error).__name__}.")
        return None
    took = int((time.perf_counter() - began) * 1000)
    if got.status in (429, 503):
        yield Step(name, address, "busy", f"It answers {got.status}.", took)
        return got
    problem = f"It answers {got.status}, not {wanted}." if got.status != wanted else look(got)
    yield Step(name, address, "fail" if problem else "ok", problem, took)
    return got


def _page(got: Fetched) -> str:
    whole = "</html>" in got.text and "<h1" in got.text
    return "" if whole and got.kind.startswith("text/html") else "It isn't a whole page."


def _sign_in(got: Fetched) -> str:
    return _page(got) or ("" if 'name="password"' in got.text else "Nobody can sign in there.")


def _anything(got: Fetched) -> str:  # noqa: ARG001 - that it answers is enough
    return ""


def _nothing(got: Fetched) -> str:
    return "" if "request " in got.text else "The page doesn't say which request it was."


def _feed(got: Fetched, oldest: timedelta | None) -> str:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(got.text, True)
    except (expat.ExpatError, ValueError) as error:
        return f"The feed can't be read: {error}."
    dates = re.findall(r"<pubDate>([^<]+)</pubDate>", got.text)
    if oldest is None or not dates:
        return ""
    age = utcnow() - max(parsedate_to_datetime(date) for date in dates)
    return f"The newest entry is {age.days} days old." if age > oldest else ""


def _no_doctype(*_said: object) -> None:
    """Refuse what a feed never has: by it a hostile one could grow without end."""
    raise ValueError("it has a document type")
