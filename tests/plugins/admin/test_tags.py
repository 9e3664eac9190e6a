"""The pages of tags, without a script: look, preview, act, undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog

LIST = "/admin/tags/"


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("tags") / "blog"
    made = blogengine_workshop.build(
        folder, plugins=["admin", "feeds"], settings={"site": {"base_url": "https://localhost"}}
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def editor(blog: Blog) -> Visitor:
    return arrive(Visitor(blog.app), blog.site.identity, "editor")


def number_of(blog: Blog, slug: str) -> int:
    return blog.site.terms.get(slug).id


def confirm(visitor: Visitor, path: str, **fields: Any) -> Any:
    """Send a tool's form, then the form that its preview shows; return both answers."""
    shown = visitor.post(path, data={**visitor.form(path), **fields})
    assert shown.status_code == 200, shown.text
    return shown, visitor.post(path, data={**visitor.form(path), **fields, "confirmed": "1"})


def press_undo(visitor: Visitor, path: str) -> Any:
    """Press "Undo" beside the sentence of the last act."""
    form = next(one for one in visitor.forms(path) if one["action"].endswith("/undo/"))
    return visitor.post(form["action"], data={"csrf_token": form["csrf_token"]})


def test_a_tag_is_renamed_after_a_preview_and_undone_from_the_next_page(
    blog: Blog, editor: Visitor
) -> None:
    blog.post("Boats", tags=["Sea"])
    here = f"{LIST}{number_of(blog, 'sea')}/"
    shown, done = confirm(editor, f"{here}rename/", name="Ocean")
    assert "/tag/sea/" in shown.text and "/tag/ocean/" in shown.text
    assert done.status_code == 303 and done.headers["Location"].endswith(here)
    assert blog.get("/tag/sea/").status_code == 301
    assert "done." in (page := editor.get(here)).text and page.status_code == 200
    confirm(editor, f"{here}rename/", name="Deep sea")
    assert press_undo(editor, here).status_code == 303
    assert blog.get("/tag/ocean/").status_code == 200
    confirm(editor, f"{here}rename/", name="Sea")


def test_chosen_tags_are_merged(blog: Blog, editor: Visitor) -> None:
    blog.post("Tea", tags=["Tea", "Teas"])
    blog.post("More tea", tags=["Teas", "Chai"])
    path = f"{LIST}merge/?tag=tea&tag=teas&tag=chai"
    form = editor.form(path)
    assert form["into"] == "teas"  # the most used is proposed
    sent = {**form, "tag": ["tea", "teas", "chai"]}
    shown = editor.post(f"{LIST}merge/", data=sent)
    assert "2 before, 2 after" in shown.text
    done = editor.post(f"{LIST}merge/", data={**sent, "confirmed": "1"})
    assert done.status_code == 303
    assert blog.site.terms.get("teas").aliases == ("Chai", "Tea")
    assert press_undo(editor, LIST).status_code == 303
    assert blog.site.terms.get("chai").posts == 1


def test_what_cant_be_done_is_said_beside_the_field_with_the_input(
    blog: Blog, editor: Visitor
) -> None:
    blog.post(tags=["Red", "Blue"])
    here = f"{LIST}{number_of(blog, 'red')}/"
    for act, fields in (
        ("rename", {"name": "Blue"}),
        ("alias", {"name": "blue"}),
        ("merge", {"into": "Nothing like it"}),
        ("delete", {"pointer": "Nothing like it"}),
        ("split", {"name": "Pink", "containing": "x", "since": "yesterday"}),
    ):
        answer = editor.post(f"{here}{act}/", data={**editor.form(f"{here}{act}/"), **fields})
        assert answer.status_code in (409, 422), act
        assert 'aria-invalid="true"' in answer.text and 'role="alert"' in answer.text, act
        for text in fields.values():
            assert f'value="{text}"' in answer.text
    answer = editor.post(here, data={**_describing(editor, here), "colour": "reddish"})
    assert answer.status_code == 422 and 'value="reddish"' in answer.text


def _describing(visitor: Visitor, path: str) -> dict[str, str]:
    found = next(one for one in visitor.forms(path) if "description" in one)
    return {n: text for n, text in found.items() if n not in ("action", "method")}


def test_every_tool_works_by_its_forms(blog: Blog, editor: Visitor) -> None:
    blog.post("Sails", tags=["Water", "Wind"])
    blog.post("Fish", tags=["Water"])
    here = f"{LIST}{number_of(blog, 'water')}/"
    confirm(editor, f"{here}split/", name="Sailing", containing="sails")
    confirm(editor, f"{here}alias/", name="Aqua")
    assert "Aqua" in editor.get(here).text
    form = next(one for one in editor.forms(here) if one.get("name") == "Aqua")
    editor.post(form["action"], data=form)
    assert blog.site.terms.get("water").aliases == ()
    fields = {"description": "*Wet.*", "colour": "#0a5c8f", "image": "/media/sea.jpg"}
    fields |= {"seo_title": "All on water", "seo_description": "Every post."}
    assert editor.post(here, data={**_describing(editor, here), **fields}).status_code == 303
    page = blog.get("/tag/water/").text
    assert '<meta name="theme-color" content="#0a5c8f">' in page
    assert "<title>All on water –" in page and 'content="Every post."' in page
    assert 'src="/media/sea.jpg"' in page and "<em>Wet.</em>" in page
    shown, done = confirm(editor, f"{here}delete/", pointer="Wind", how="gone")
    assert "points at" in shown.text and done.status_code == 303
    assert blog.get("/tag/water/").status_code == 410
    acts = editor.get(f"{LIST}acts/").text
    assert "Delete “Water”" in acts and "Undo…" in acts
    newest = blog.site.terms.acts()[0].id
    assert "Water" in editor.get(f"{LIST}acts/{newest}/").text
    older = blog.site.terms.acts()[3].id
    assert "Undo that first" in editor.get(f"{LIST}acts/{older}/").text


def test_lists_and_completion(blog: Blog, editor: Visitor) -> None:
    blog.post(tags=["Recipe"])
    blog.post(tags=["Recipes"])
    blog.site.terms.alias("recipes", "Rezepte")
    page = editor.get(f"{LIST}?q=rezep").text
    assert "Rezepte" in page and ">Recipe<" not in page
    assert "One and many" in editor.get(f"{LIST}alike/").text
    answer = editor.get(f"{LIST}complete/?q=rez")
    assert answer.get_json() == [
        {"name": "Rezepte", "slug": "recipes", "count": 1, "alias_of": "Recipes"}
    ]
    assert editor.get(f"{LIST}complete/?q=").get_json() == []


def test_only_who_may_put_tags_in_order_gets_there(blog: Blog) -> None:
    author = arrive(Visitor(blog.app), blog.site.identity, "author")
    blog.post(tags=["Private matters"])
    here = f"{LIST}{number_of(blog, 'private-matters')}/"
    for path in (LIST, here, f"{here}rename/", f"{LIST}acts/", f"{LIST}alike/", f"{LIST}merge/"):
        assert author.get(path).status_code == 403, path
    assert author.get(f"{LIST}complete/?q=priv").get_json()[0]["slug"] == "private-matters"
    assert author.get("/admin/").status_code == 200
    assert LIST not in author.get("/admin/").text


def test_an_unknown_tag_or_tool_is_not_found(editor: Visitor) -> None:
    for path in (f"{LIST}999/", f"{LIST}1/paint/", f"{LIST}acts/999/"):
        assert editor.get(path).status_code == 404


def test_the_list_of_a_tag_is_shaped_and_put_in_order(blog: Blog, editor: Visitor) -> None:
    ids = [blog.post(f"Shaped {n}", tags=["Shaped"]).id for n in range(3)]
    here = f"{LIST}{number_of(blog, 'shaped')}/"
    sent = {"display": "titles", "sort": "manual", "page_size": "20", "pins": f"{ids[1]}, {ids[0]}"}
    assert editor.post(here, data={**editor.form(here), **sent}).status_code == 303
    entry = blog.site.terms.get("shaped")
    assert (entry.display, entry.sort, entry.page_size) == ("titles", "manual", 20)
    assert entry.pins == (ids[1], ids[0])
    order = f"{here}order/"
    places = {f"post-{ids[n]}": place for n, place in ((2, "1"), (0, "2"), (1, "3"))}
    assert editor.post(order, data={**editor.form(order), **places}).status_code == 303
    assert blog.site.terms.arranged("shaped") == (ids[2], ids[0], ids[1])
    wrong = editor.post(here, data={**editor.form(here), **sent, "pins": "none"})
    assert wrong.status_code == 422
    assert "no number" in wrong.text
    assert 'value="none"' in wrong.text
    hidden = {**editor.form(here), **sent, "internal": "1"}
    assert editor.post(here, data=hidden).status_code == 303
    assert blog.get("/tag/shaped/").status_code == 404
    assert editor.get("/admin/posts/?tag=shaped").text.count("Shaped 1") >= 1
