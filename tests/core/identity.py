"""What the tests of identity share: an owner, others, and a way to act as one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from blogengine.actors import acting
from blogengine.db import db
from blogengine.identity import Caller, SignedIn
from blogengine.outbox import MailRow
from tests.conftest import Blog

PASSWORD = "seven quiet lighthouses"
OTHER_PASSWORD = "paper boats on gravel"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HERE = Caller("192.0.2.7", FIREFOX)
ELSEWHERE = Caller("198.51.100.9", FIREFOX)
EMAIL = "ann@example.org"


def make_owner(blog: Blog, caller: Caller = HERE) -> SignedIn:
    """Accept the link that the server prints on its first start."""
    link = blog.site.identity.first_run.link()
    assert link is not None
    return blog.site.identity.accept_first_run(link.token, "Ann Lee", EMAIL, PASSWORD, caller)


def sign_in(blog: Blog, password: str = PASSWORD, caller: Caller = HERE, **words: bool) -> SignedIn:
    done = blog.site.identity.sign_in(EMAIL, password, caller, **words)
    assert isinstance(done, SignedIn)
    return done


def member(blog: Blog, name: str, role: str, password: str = OTHER_PASSWORD) -> SignedIn:
    """Invite somebody, who accepts."""
    link = blog.site.identity.people.invite(name, f"{name.lower()}@example.org", role)
    return blog.site.identity.accept_invitation(link.token, password, ELSEWHERE)


@contextmanager
def signed_in(blog: Blog, cookie: str) -> Iterator[None]:
    """Act as whoever this cookie stands for, as a request of theirs does."""
    actor = blog.site.identity.actor_of(cookie)
    assert actor is not None
    with acting(actor):
        yield


def living(blog: Blog, cookie: str) -> bool:
    db.end_reading()
    return blog.site.identity.actor_of(cookie) is not None


def mails() -> list[tuple[str, str]]:
    """Return address and text of every mail that was written."""
    db.end_reading()
    rows = db.reading().execute(select(MailRow.recipient, MailRow.text).order_by(MailRow.id))
    return [(row.recipient, row.text) for row in rows]
