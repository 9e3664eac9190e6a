"""The plugin `second_factor`: much in one's hands needs more than a password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyotp

from blogengine.actors import may
from blogengine.testing.visitor import read_forms
from tests.conftest import Blog
from tests.core.browser import Browser
from tests.core.identity import OTHER_PASSWORD, make_owner, member, signed_in


@contextmanager
def _as(blog: Blog, browser: Browser) -> Iterator[Callable[[str], bool]]:
    """What somebody may who is signed in there."""
    with signed_in(blog, browser.cookies["__Host-blogengine"]):
        yield may


def test_owners_set_one_up_before_they_may_do_anything(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["second_factor"])
    make_owner(blog)
    member(blog, "Dan", "author")
    secret, _info = blog.site.identity.tokens.create(1, "deploy", ["profile.own", "people.read"])
    browser, dan = Browser(blog), Browser(blog, REMOTE_ADDR="192.0.2.9")
    browser.sign_in()
    dan.sign_in("dan@example.org", OTHER_PASSWORD)
    with _as(blog, browser) as allowed:
        assert not allowed("settings.edit") and allowed("profile.own")
    with _as(blog, dan) as allowed:
        assert allowed("posts.create")
    checks = blog.site.contributions.health_checks
    (check,) = [one for name, one in checks if name == "second_factor"]
    found = check.run(blog.site)
    assert (found.state, "Ann Lee" in found.sentence, "Dan" in found.sentence) == (
        "warn",
        True,
        False,
    )
    shown = browser.send(browser.get("/admin/profile"), action="/admin/profile/second-factor")
    (form,) = [one for one in read_forms(shown.text) if "pending" in one]
    code = pyotp.TOTP(form["key"].replace(" ", "")).now()
    assert browser.send(shown, action=form["action"], code=code).status_code == 200
    with _as(blog, browser) as allowed:
        assert allowed("settings.edit")
    assert blog.site.identity.actor_of_token(secret).second_factor  # type: ignore[union-attr]
    assert check.run(blog.site).state == "ok"
