"""The reader's choice between light and dark: kept, told to no other reader, without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogengine.testing.blog import Blog, Workshop

pytestmark = pytest.mark.xdist_group("light_dark")  # one site for all


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("light_dark") / "blog"
    made = blogengine_workshop.build(folder, plugins=["light_dark", "theme_paper"])
    yield made
    made.close()


def scheme(html: str) -> str:
    (found,) = re.findall(r'<meta name="color-scheme" content="([^"]*)">', html)
    return str(found)


def test_a_choice_is_kept_and_shown_on_the_next_page(blog: Blog) -> None:
    client = blog.app.test_client()
    first = client.get("/")
    assert scheme(first.text) == "light dark"
    assert '<button name="scheme" value="" aria-pressed="true">' in first.text
    assert first.headers["Cache-Control"] == "no-cache" and "Cookie" in first.headers["Vary"]
    came_from = {"Referer": "http://localhost/tags/?page=1"}
    answer = client.post("/light-dark/", data={"scheme": "dark"}, headers=came_from)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tags/?page=1")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=31536000" in cookie
    second = client.get("/")
    assert scheme(second.text) == "dark"
    assert second.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in second.headers["Vary"]
    assert second.headers["ETag"] != first.headers["ETag"]
    again = client.get("/", headers={"If-None-Match": second.headers["ETag"]})
    assert again.status_code == 304
    old = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert old.status_code == 200
    client.post("/light-dark/", data={"scheme": ""})
    assert scheme(client.get("/").text) == "light dark"


@pytest.mark.parametrize("value", ["blue", "", '"><script>', "dark light"])
def test_what_is_no_choice_counts_as_none(blog: Blog, value: str) -> None:
    client = blog.app.test_client()
    client.post("/light-dark/", data={"scheme": value})
    client.set_cookie("blogengine-scheme", value)
    assert scheme(client.get("/").text) == "light dark"


@pytest.mark.parametrize("referer", ["https://elsewhere.example/x", "", "http://localhost//x"])
def test_it_never_leads_to_another_site(blog: Blog, referer: str) -> None:
    headers = {"Referer": referer} if referer else {}
    answer = blog.app.test_client().post("/light-dark/", data={"scheme": "dark"}, headers=headers)
    assert answer.headers["Location"] in ("/", "/x")


def test_another_sites_form_chooses_nothing(blog: Blog) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = blog.app.test_client().post("/light-dark/", data={"scheme": "dark"}, headers=headers)
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers
