"""Old addresses that lead somewhere: `not_found`, rules, many at once, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogengine.db import db
from blogengine.errors import UserError
from blogengine.missing import MOST, Missing
from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog

HERE = "/admin/redirects/"


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("redirects") / "blog"
    made = blogengine_workshop.build(
        folder,
        plugins=["admin", "redirects"],
        settings={"site": {"base_url": "https://localhost"}},
        required=True,
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def owner(blog: Blog) -> Visitor:
    return arrive(Visitor(blog.app), blog.site.identity, "owner")


def keep(blog: Blog, path: str, target: str, status: int = 301) -> None:
    from blogengine_plugins.redirects.rules import add, checked

    add(blog.site, [checked(path, target, status)])
    db.end_reading()


def leads(blog: Blog, path: str) -> tuple[int, str]:
    answer = blog.get(path)
    return answer.status_code, answer.headers.get("Location", "")


def test_rules_are_followed_where_nothing_answers(blog: Blog) -> None:
    post, other = blog.post("Boats"), blog.post("Other")
    keep(blog, "/2019/boats.html", post.url)
    keep(blog, "/shop/", "https://shop.example/all?x=1", 302)
    keep(blog, "/offer", "", 410)
    keep(blog, "/größe", post.url)
    keep(blog, other.url, "/elsewhere/")
    assert leads(blog, "/2019/boats.html") == (301, post.url)
    assert leads(blog, "/2019/boats.html?utm=1") == (301, post.url)
    assert leads(blog, "/shop") == leads(blog, "/shop/") == (302, "https://shop.example/all?x=1")
    assert leads(blog, "/gr%C3%B6%C3%9Fe") == (301, post.url)
    assert blog.get("/offer/").status_code == 410
    assert blog.get(other.url).status_code == 200  # what is there comes first
    assert blog.get("/nothing/").status_code == 404
    assert blog.send("/shop/", method="POST").status_code in (404, 405)


def test_chains_are_one_step_and_loops_are_refused(blog: Blog) -> None:
    keep(blog, "/a", "/b")
    keep(blog, "/b", "/c/")
    keep(blog, "/c", "https://c.example/")
    assert {leads(blog, path) for path in ("/a", "/b", "/c")} == {(301, "https://c.example/")}
    with pytest.raises(UserError) as refused:
        keep(blog, "/d", "/d/")
    assert refused.value.code == "redirects-loop"
    keep(blog, "/e", "/f")
    with pytest.raises(UserError):
        keep(blog, "/f", "/e")
    assert leads(blog, "/e") == (301, "/f")


@pytest.mark.parametrize(
    ("path", "target", "status"),
    [
        ("old", "/new", 301),
        ("//other.example/x", "/new", 301),
        ("/old?x=1", "/new", 301),
        ("/admin/posts/", "/new", 301),
        ("/", "/new", 301),
        ("/old", "//other.example", 301),
        ("/old", "javascript:alert(1)", 301),
        ("/old", "https://name@other.example/", 301),
        ("/old", "/\\other.example", 301),
        ("/old", "/new\r\nX: y", 301),
        ("/old", "/new", 307),
    ],
)
def test_what_is_no_rule_is_refused(blog: Blog, path: str, target: str, status: int) -> None:
    with pytest.raises(UserError) as refused:
        keep(blog, path, target, status)
    assert refused.value.code == "redirects-invalid"


def test_the_command_line(blog: Blog, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text("from,to,status\n/one,/x/,\n/two,/x/,302\n\nthree,/x/,301\n/four,/x/,999\n")
    assert blog.run("redirects", "import", str(file)) == 65
    said = capsys.readouterr().err
    assert "2 lines" in said
    assert blog.get("/one").status_code == 404
    file.write_text("/one,/x/\n/two,/x/,302\n")
    assert blog.run("redirects", "import", str(file), "--dry-run", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 2
    assert blog.get("/one").status_code == 404
    assert blog.run("redirects", "import", str(file)) == 0
    assert leads(blog, "/two") == (302, "/x/")
    assert blog.run("redirects", "remove", "/two") == 0
    assert blog.get("/two").status_code == 404
    assert blog.run("redirects", "add", "/three", "/x/") == 0
    capsys.readouterr()
    assert blog.run("redirects", "list", "--json") == 0
    assert {"/one", "/three"} <= {rule["path"] for rule in json.loads(capsys.readouterr().out)}


def test_what_is_asked_for_in_vain_is_counted_without_its_query(
    blog: Blog, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Missing, "_turn", lambda _self: True)
    for path in ("/lost/?token=secret", "/lost/", "/wp-login.php", "/admin/nothing/"):
        blog.get(path)
    found = {one.path: one.count for one in blog.site.missing.top(50)}
    assert found.get("/lost/") == 2
    assert not any("secret" in path or "php" in path or "admin" in path for path in found)
    page = owner.get("/admin/").text
    assert "/admin/redirects/?path=/lost/" in page
    form = next(f for f in owner.forms(f"{HERE}?path=/lost/") if "target" in f)
    assert form["path"] == "/lost/"
    fields = {n: text for n, text in form.items() if n not in ("action", "method")}
    assert owner.post(HERE, data={**fields, "target": "/tags/"}).status_code == 303
    assert leads(blog, "/lost/") == (301, "/tags/")
    assert "/lost/" not in {one.path for one in blog.site.missing.top(50)}


def test_the_list_of_missing_addresses_is_bounded(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Missing()
    for number in range(20):
        missing.note(f"/burst/{number}/")
    assert len([one for one in missing.top(2000) if one.path.startswith("/burst/")]) <= 10
    monkeypatch.setattr("blogengine.missing.MOST", 30)
    monkeypatch.setattr(Missing, "_turn", lambda _self: True)
    missing.note("/often/")
    missing.note("/often/")
    for number in range(60):
        missing.note(f"/many/{number}/")
    found = missing.top(MOST)
    assert len(found) <= 31 and "/often/" in {one.path for one in found}


def test_the_pages(blog: Blog, owner: Visitor) -> None:
    form = next(f for f in owner.forms(HERE) if "target" in f)
    fields = {n: text for n, text in form.items() if n not in ("action", "method")}
    refused = owner.post(HERE, data={**fields, "path": "no path", "target": "/x/"})
    assert refused.status_code == 422 and 'value="no path"' in refused.text
    many = owner.form(f"{HERE}import/")
    sent = {**many, "lines": "/many-one,/x/\n/many-two,,410"}
    shown = owner.post(f"{HERE}import/", data=sent)
    assert "/many-one" in shown.text and blog.get("/many-one").status_code == 404
    assert owner.post(f"{HERE}import/", data={**sent, "confirmed": "1"}).status_code == 303
    assert blog.get("/many-two").status_code == 410
    assert "/many-one" in owner.get(f"{HERE}?q=many").text
    gone = next(f for f in owner.forms(f"{HERE}?q=many") if f.get("path") == "/many-one")
    assert owner.post(gone["action"], data=gone).status_code == 303
    assert blog.get("/many-one").status_code == 404
    author = arrive(Visitor(blog.app), blog.site.identity, "author")
    assert author.get(HERE).status_code == 403
