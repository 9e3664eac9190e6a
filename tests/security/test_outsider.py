"""What an outsider tries first: odd methods, paths, parameters, cookies, hosts, and a stopwatch.

The site has the admin on. Beside each trick stands what an honest visitor does, which has to work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from blogengine.testing.blog import Blog
from blogengine.testing.visitor import read_forms
from tests.core.browser import Browser
from tests.core.identity import EMAIL, OTHER_PASSWORD, PASSWORD, make_owner, member
from tests.security.conftest import BUILT_IN, Build

SESSION = "__Host-blogengine"


@pytest.fixture(scope="module")
def blog(build: Build) -> Blog:
    made = build(*BUILT_IN, "admin")
    made.post("A draft", "Nobody has read this.", status="draft")
    make_owner(made)
    member(made, "Dan", "contributor")
    return made


@pytest.fixture(scope="module")
def owner(blog: Blog) -> Browser:
    browser = Browser(blog, REMOTE_ADDR="192.0.2.1")
    assert browser.sign_in().status_code == 303
    return browser


@pytest.fixture(scope="module")
def dan(blog: Blog) -> Browser:
    """The least of those who sign in."""
    browser = Browser(blog, REMOTE_ADDR="192.0.2.2")
    assert browser.sign_in("dan@example.org", OTHER_PASSWORD).status_code == 303
    return browser


SECRETS = ("ann@example.org", "Nobody has read this.", "Invite somebody")
"""What stands on pages that are nobody's business."""


def assert_tells_nothing(answer: Any) -> None:
    assert answer.status_code >= 300, answer.request.path
    for secret in SECRETS:
        assert secret not in answer.text, answer.request.path


def form_of(browser: Browser, action: str) -> dict[str, str]:
    """Return a form of the profile by the end of its address."""
    forms = read_forms(browser.get("/admin/profile").text)
    return next(form for form in forms if form["action"].endswith(action))


# --- paths ----------------------------------------------------------------------------------------

PATHS = """
/admin/people /admin//people/ //admin/people/ /admin/./people/ /admin/x/../people/
/admin/people/..;/ /admin/people;a=b/ /admin/people/%2e%2e/people/ /admin%2fpeople/
/ADMIN/people/ /Admin/People/ /admin/people/%00 /admin/people/.json /%61dmin/people/
/admin/people/index.html /admin/people/?permission=public /index.php/admin/people/
/healthz/../admin/people/ /static/p/../../admin/people/ /admin/people/%20 /admin/people/#
/admin/people%c0%af /./admin/people/ /admin/login/../people/ /admin/people/1
/admin/passkeys.js/../people/ /errors/../admin/people/ /tag/x/../../admin/people/
""".split()


@pytest.mark.parametrize("path", PATHS)
def test_no_spelling_of_an_address_gets_a_stranger_to_a_page(blog: Blog, path: str) -> None:
    answer = Browser(blog).get(path)
    assert_tells_nothing(answer)
    where = answer.headers.get("Location", "")
    assert not where or (where.startswith("/") and not where.startswith("//")), where


def test_its_own_spelling_gets_its_owner_there(owner: Browser) -> None:
    page = owner.get("/admin/people/")
    assert page.status_code == 200
    assert "Invite somebody" in page.text


# --- methods --------------------------------------------------------------------------------------

METHODS = "HEAD OPTIONS PUT PATCH DELETE TRACE CONNECT PROPFIND get GETX post".split()


@pytest.mark.parametrize("method", METHODS)
def test_no_method_reads_or_changes_for_a_stranger(blog: Blog, method: str) -> None:
    for path in ("/admin/people/", "/admin/people/1/disable/", "/admin/profile/tokens"):
        answer = blog.app.test_client().open(path, method=method)
        assert_tells_nothing(answer)
    assert blog.site.identity.people.find("ann-lee").state == "active"


@pytest.mark.parametrize(
    "trick",
    [
        {"headers": {"X-HTTP-Method-Override": "POST"}},
        {"headers": {"X-HTTP-Method": "POST"}},
        {"headers": {"X-Method-Override": "DELETE"}},
        {"query_string": "_method=POST"},
    ],
)
def test_a_link_of_the_owners_own_browser_changes_nothing(
    blog: Blog, owner: Browser, trick: dict[str, Any]
) -> None:
    number = blog.site.identity.people.find("dan").id
    answer = owner.get(f"/admin/people/{number}/disable/", **trick)
    assert answer.status_code in (404, 405)
    assert blog.site.identity.people.find("dan").state == "active"


def test_headers_of_other_servers_move_no_address(blog: Blog) -> None:
    for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Script-Name"):
        answer = Browser(blog).get("/tags/", headers={name: "/admin/people/"})
        assert answer.status_code == 200
        assert "/admin/people/" not in answer.text
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP"):
        answer = Browser(blog, REMOTE_ADDR="198.51.100.1").get(
            "/metrics", headers={name: "127.0.0.1"}
        )
        assert answer.status_code != 200


# --- parameters and fields ------------------------------------------------------------------------


def test_of_two_tokens_or_roles_none_is_better_than_one(
    blog: Blog, owner: Browser, dan: Browser
) -> None:
    theirs = read_forms(owner.get("/admin/profile").text)[0]["csrf_token"]
    number = blog.site.identity.people.find("dan").id
    for sent in (
        {"csrf_token": theirs},
        {"csrf_token": [theirs, "x"]},
        {"csrf_token": ["", theirs]},
    ):
        for act in ("role", "enable", "password"):
            data = {**sent, "role": ["owner", "contributor"]}
            answer = dan.post(f"/admin/people/{number}/{act}/", data=data)
            assert answer.status_code == 403
    assert blog.site.identity.people.find("dan").role == "contributor"


def test_fields_that_the_profile_has_not_change_nothing(blog: Blog, dan: Browser) -> None:
    form = form_of(dan, "/name")
    more = dict.fromkeys(("role", "person.role", "person[role]"), "owner")
    more |= dict.fromkeys(("id", "user_id", "is_admin"), "1")
    more |= {"email": EMAIL, "slug": "ann-lee", "permissions": "people.manage"}
    before = blog.site.identity.people.find("ann-lee")
    answer = dan.post(form["action"], data={**form, "name": "Dan the Bold", **more})
    assert answer.status_code == 303
    changed = blog.site.identity.people.find("dan")
    assert (changed.name, changed.role) == ("Dan the Bold", "contributor")
    assert changed.email == "dan@example.org"
    assert blog.site.identity.people.find("ann-lee") == before
    by_address = dan.post(f"{form['action']}?user_id=1", data={**form, "name": "Dan"})
    assert by_address.status_code == 303
    assert blog.site.identity.people.find("ann-lee") == before


def test_a_token_gets_no_scope_that_its_person_has_not(blog: Blog, dan: Browser) -> None:
    form = next(
        one
        for one in read_forms(dan.get("/admin/profile").text)
        if one["action"].endswith("/tokens")
    )
    scopes = ["people.manage", "settings.edit", "plugins.switch", "people.read"]
    data = {**form, "name": "Sly", "scopes": scopes}
    shown = dan.post(form["action"], data=data)
    secret = re.search(r"be_\w+", shown.text)
    if secret is not None:  # scopes are a ceiling: the role's rights stay what they are
        bearer = {"Authorization": f"Bearer {secret[0]}"}
        for path in ("/admin/people/", "/admin/settings/", "/admin/people/1/"):
            assert_tells_nothing(blog.app.test_client().get(path, headers=bearer))


# --- cookies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cookie",
    [
        "blogengine={0}",
        "__Secure-blogengine={0}",
        "__host-blogengine={0}",
        f'{SESSION}="{{0}}x"',
        f"{SESSION}={{0}}%00",
        f"{SESSION}=x; {SESSION}={{0}}",
        f"{SESSION}=",
        f"{SESSION}={'a' * 5000}",
        f"{SESSION}=1",
        "session={0}",
    ],
)
def test_no_other_cookie_is_a_session(blog: Blog, owner: Browser, cookie: str) -> None:
    value = owner.cookies[SESSION]
    client = blog.app.test_client(use_cookies=False)
    answer = client.get("/admin/people/", headers={"Cookie": cookie.format(value)})
    assert_tells_nothing(answer)
    honest = client.get("/admin/people/", headers={"Cookie": f"{SESSION}={value}"})
    assert honest.status_code == 200


# --- hosts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "[::1].evil.example", ""],
)
def test_a_link_to_a_new_password_never_leads_to_another_host(blog: Blog, host: str) -> None:
    browser = Browser(blog, REMOTE_ADDR="203.0.113.5")
    form = read_forms(browser.get("/admin/reset").text)[0]
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {
        "Host": host,
        "Cookie": cookie,
        "X-Forwarded-Host": host,
        "Sec-Fetch-Site": "same-origin",
    }
    data = {"csrf_token": form["csrf_token"], "email": EMAIL}
    blog.app.test_client().post("/admin/reset", data=data, headers=headers)
    for mail in blog.site.mail.find(limit=1000):
        assert "evil" not in mail.text + mail.html


# --- who is there ---------------------------------------------------------------------------------


def test_an_unknown_address_costs_as_much_as_a_known_one(blog: Blog) -> None:
    """Not by a stopwatch, which lies on a busy machine: by what is computed, and by statements."""
    from blogengine.identity.hashing import Hashing

    costs = []
    for email, password in ((EMAIL, "wrong"), ("nobody@example.org", "wrong"), ("no address", "x")):
        with mock.patch.object(Hashing, "check", autospec=True, side_effect=Hashing.check) as check:
            answer = Browser(blog, REMOTE_ADDR="203.0.113.9").sign_in(email, password)
            costs.append((check.call_count, answer.status_code, len(answer.text) - len(email)))
    assert costs[0][:2] == costs[1][:2] == costs[2][:2] == (1, 401)
    assert costs[0][2] == costs[1][2]


def test_addresses_of_people_and_drafts_tell_nobody_who_is_there(blog: Blog, dan: Browser) -> None:
    """A page that one may not see answers the same whether it is there or not."""
    for visitor in (Browser(blog), dan):
        there, missing = visitor.get("/admin/people/1/"), visitor.get("/admin/people/4711/")
        assert there.status_code == missing.status_code
        assert "ann@example.org" not in there.text + missing.text
    draft, none = Browser(blog).get("/?p=1"), Browser(blog).get("/?p=4711")
    assert draft.status_code == none.status_code
    assert PASSWORD not in draft.text


def test_invitations_and_resets_are_tried_in_vain(blog: Blog) -> None:
    guesses: list[str] = ["a" * 43, "../login", "%2e%2e", "1", "' OR 1=1 --", "a" * 5000]
    make: Callable[[], Browser] = lambda: Browser(blog, REMOTE_ADDR="203.0.113.77")  # noqa: E731
    for kind in ("invitation", "reset", "setup"):
        for guess in guesses:
            answer = make().get(f"/admin/{kind}/{guess}")
            assert_tells_nothing(answer)
    # The page of a demo's link asks nothing before its form is sent.
    browser = make()
    assert browser.fill(f"/admin/enter/{'a' * 43}").status_code == 404
    assert browser.get("/admin/profile").status_code == 303
