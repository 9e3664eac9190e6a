"""Signing in, staying signed in, and how that ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from blogengine.identity import Caller, SignedIn
from tests.conftest import Blog

PASSWORD = "seven quiet lighthouses"
HERE = Caller("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog()


@pytest.fixture
def owner(blog: Blog) -> SignedIn:
    """The first owner, who has just accepted the link that the server printed."""
    link = blog.site.identity.first_run.link()
    assert link is not None
    return blog.site.identity.accept_first_run(
        link.token, "Ann Lee", "Ann@Example.org", PASSWORD, HERE
    )


def signed_in(blog: Blog, password: str = PASSWORD, caller: Caller = HERE) -> SignedIn:
    done = blog.site.identity.sign_in("ann@example.ORG ", password, caller)
    assert isinstance(done, SignedIn)
    return done


def test_the_first_owner_is_made_by_the_printed_link_and_once(blog: Blog, owner: SignedIn) -> None:
    identity = blog.site.identity
    assert identity.first_run.link() is None
    actor = identity.actor_of(owner.cookie)
    assert actor is not None
    assert (actor.name, actor.role) == ("Ann Lee", "owner")


def test_a_signed_out_cookie_is_dead(blog: Blog, owner: SignedIn) -> None:
    identity = blog.site.identity
    identity.sign_out(owner.cookie)
    assert identity.actor_of(owner.cookie) is None
    again = signed_in(blog)
    assert identity.actor_of(again.cookie) is not None
    assert again.cookie != owner.cookie
