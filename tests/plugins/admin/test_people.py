"""People in the admin: who sees them, inviting, roles, ending access, deleting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import TestResponse

from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive, read_forms
from tests.conftest import Blog
from tests.core.browser import Browser
from tests.core.identity import OTHER_PASSWORD, PASSWORD

HERE = "/admin/people/"
Enter = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("people") / "site"
    made = blogengine_workshop.build(folder, plugins=["admin"], strict=True)
    yield made
    made.close()


@pytest.fixture
def enter(blog: Blog) -> Enter:
    return lambda role: arrive(Visitor(blog.app), blog.site.identity, role)


def send(visitor: Visitor, page: str, action: str = "", **fields: str) -> TestResponse:
    """Fill in the form of a page that goes to `action` and send it."""
    forms = [one for one in read_forms(visitor.get(page).text) if one["action"] == action]
    (form,) = [one for one in forms if one["method"] == "post"]
    target = form.pop("action") or page
    return visitor.post(target, data={**form, **fields})


def number(blog: Blog, who: str) -> int:
    return blog.site.identity.people.find(who).id


def invited(owner: Visitor, name: str, role: str = "author") -> str:
    """Invite somebody; return the link's path."""
    email = f"{name.lower()}@example.org"
    answer = send(owner, f"{HERE}new/", name=name, email=email, role=role)
    assert answer.status_code == 200, answer.text
    link = re.search(r"(/admin/invitation/[\w-]+)", answer.text)
    assert link is not None
    return link[1]


def test_who_may_see_and_who_may_change(enter: Enter, blog: Blog) -> None:
    for role, listed, changes in (("owner", 200, 200), ("admin", 200, 200), ("editor", 200, 403)):
        visitor = enter(role)
        page = visitor.get(HERE)
        assert (page.status_code, visitor.get(f"{HERE}new/").status_code) == (listed, changes)
        assert ("Invite somebody" in page.text) is (changes == 200)
    for role in ("author", "contributor"):
        assert enter(role).get(HERE).status_code == 403
        assert HERE not in enter(role).get("/admin/").text


def test_an_invitation_is_handed_over_and_accepted(enter: Enter, blog: Blog) -> None:
    owner = enter("owner")
    link = invited(owner, "Dan", "editor")
    assert "Dan" in owner.get(HERE).text
    browser = Browser(blog)
    assert browser.fill(link, password=OTHER_PASSWORD).status_code == 303
    page = owner.get(f"{HERE}{number(blog, 'dan')}/").text
    assert "Signs in" in page and "Signed in" in page
    again = send(owner, f"{HERE}new/", name="Dan Two", email="dan@example.org", role="author")
    assert again.status_code == 422
    assert 'value="Dan Two"' in again.text
    assert 'aria-invalid="true"' in again.text


def test_access_ends_and_comes_back(enter: Enter, blog: Blog) -> None:
    owner = enter("owner")
    browser = Browser(blog)
    browser.fill(invited(owner, "Eve"), password=OTHER_PASSWORD)
    here = f"{HERE}{number(blog, 'eve')}/"
    assert browser.get("/admin/profile").status_code == 200
    assert send(owner, here, f"{here}sessions/").status_code == 303
    assert browser.get("/admin/profile").status_code == 303
    send(owner, here, f"{here}disable/")
    assert "Switched off" in owner.get(here).text
    assert browser.sign_in("eve@example.org", OTHER_PASSWORD).status_code == 401
    undone = send(owner, here, f"{here}enable/")
    assert undone.status_code == 303
    assert browser.sign_in("eve@example.org", OTHER_PASSWORD).status_code == 303
    send(owner, here, f"{here}role/", role="editor")
    assert blog.site.identity.people.find("eve").role == "editor"
    told = send(owner, here, f"{here}password/")
    assert re.search(r"/admin/reset/[\w-]+", told.text)
    send(owner, here, f"{here}name/", name="Eva Lund", email="eva@example.org")
    found = blog.site.identity.people.find("eve")
    assert (found.name, found.email) == ("Eva Lund", "eva@example.org")


def test_who_has_posts_is_not_deleted_and_who_has_none_is(enter: Enter, blog: Blog) -> None:
    owner = enter("owner")
    invited(owner, "Flo")
    here = f"{HERE}{number(blog, 'flo')}/"
    post = blog.post("Waves", authors=["flo"])
    page = f"{here}remove/"
    assert "can’t be taken back" in owner.get(page).text
    refused = send(owner, page, page)
    assert refused.status_code == 409
    assert "Disable them instead" in refused.text
    blog.site.posts.purge(post.id)
    done = send(owner, page, page)
    assert done.headers["Location"] == HERE
    assert owner.get(here).status_code == 404


def test_an_admin_does_nothing_to_owners(enter: Enter, blog: Blog) -> None:
    admin, owner = enter("admin"), enter("owner")
    owners = [one for one in blog.site.identity.people.all() if one.role == "owner"]
    here = f"{HERE}{owners[0].id}/"
    page = admin.get(here)
    assert "Only owners look after owners." in page.text
    token = read_forms(admin.get(f"{HERE}new/").text)[-1]["csrf_token"]
    for act in ("disable", "password", "sessions", "remove", "second-factor"):
        answer = admin.post(f"{here}{act}/", data={"csrf_token": token})
        assert answer.status_code == 403, act
    answer = admin.post(
        f"{HERE}new/",
        data={"csrf_token": token, "name": "Gil", "email": "gil@example.org", "role": "owner"},
    )
    assert answer.status_code == 403
    assert "owner" not in re.findall(r'<option value="(\w+)"', admin.get(f"{HERE}new/").text)
    assert blog.site.identity.people.find(str(owners[0].id)).state == "active"
    assert owner.get(here).status_code == 200


def test_a_password_is_asked_before_and_what_was_typed_goes_on(blog: Blog, enter: Enter) -> None:
    from datetime import UTC, datetime, timedelta
    from unittest import mock

    enter("owner")
    who = next(one for one in blog.site.identity.people.all() if one.role == "owner")
    blog.site.identity.passwords.set(who.id, PASSWORD)
    browser = Browser(blog)
    browser.sign_in(who.email, PASSWORD)
    later = datetime.now(UTC) + timedelta(minutes=16)
    with mock.patch("blogengine.clock.system_time", return_value=later):
        asked = send(browser, f"{HERE}new/", name="Hal", email="hal@example.org", role="author")
        assert asked.status_code == 403
        done = browser.send(asked, confirm_secret=PASSWORD)
    assert done.status_code == 200
    assert "/admin/invitation/" in done.text
