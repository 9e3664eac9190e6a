"""`categories` and `series`: taxonomies that come from plugins by the public hook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from blogengine.errors import UserError
from blogengine.terms import Terms
from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog
from tests.core.test_tag_archive import read

DAY = datetime(2025, 1, 1, 9)


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Blog]:
    made = blogengine_workshop.build(
        tmp_path_factory.mktemp("taxonomies") / "blog",
        plugins=["admin", "categories", "feeds", "series", "theme_paper"],
        settings={"site": {"posts_per_page": 3, "base_url": "https://blog.example"}},
        required=True,
    )
    yield made
    made.close()


def titles(blog: Blog, path: str) -> list[str]:
    answer = blog.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return [article["title"] for article in read(answer.text).articles]


@pytest.fixture(scope="module")
def terms(blog: Blog) -> Terms:
    """Food with Soup and Bread below it, Soup with Cold below that; a post in each."""
    terms = blog.site.terms.of("category")
    for name, parent in (("Food", ""), ("Soup", "food"), ("Bread", "food"), ("Cold", "soup")):
        terms.make(name, parent=parent)
    for day, name in enumerate(("Food", "Soup", "Bread", "Cold")):
        blog.post(f"In {name}", terms={"category": (name,)}, published_at=DAY + timedelta(days=day))
    return terms


def test_archives_stand_below_each_other_at_one_address(blog: Blog, terms: Terms) -> None:
    assert terms.get("cold").url == "/category/food/soup/cold/"
    assert titles(blog, "/category/food/soup/cold/") == ["In Cold"]
    for path in ("/category/cold/", "/category/soup/cold/", "/category/nowhere/cold/"):
        answer = blog.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (
            301,
            "/category/food/soup/cold/",
        )
    assert blog.get("/category/food/nowhere/").status_code == 404
    html = blog.get("/category/food/soup/cold/").text
    above = re.search(r'<nav class="levels.*?</nav>', html, re.DOTALL)
    assert above is not None
    assert re.findall(r'href="([^"]+)" dir="auto">(\w+)', above[0]) == [
        ("/category/food/", "Food"),
        ("/category/food/soup/", "Soup"),
    ]
    assert '<link rel="canonical" href="https://blog.example/category/food/soup/cold/">' in html
    assert "/category/food/soup/cold/feed/atom/" in html
    assert "In Cold" in blog.get("/category/food/soup/cold/feed/atom/").text


def test_an_archive_includes_what_stands_below_as_long_as_the_owner_wants_it(
    blog: Blog, terms: Terms
) -> None:
    both = terms.get("bread")
    assert both.public == 1
    assert titles(blog, "/category/food/") == ["In Cold", "In Bread", "In Soup"]
    assert titles(blog, "/category/food/page/2/") == ["In Food"]
    assert blog.get("/category/food/page/3/").status_code == 404
    assert titles(blog, "/category/food/soup/") == ["In Cold", "In Soup"]
    assert "In Cold" in blog.get("/category/food/feed/").text
    blog.set("categories", include_children=False)
    assert titles(blog, "/category/food/") == ["In Food"]
    blog.set("categories", include_children=True)


def test_a_category_moves_with_all_below_it_and_old_addresses_lead_on(
    blog: Blog, terms: Terms
) -> None:
    act = terms.rename("soup", "Soups").id
    assert titles(blog, "/category/food/soups/cold/") == ["In Cold"]
    for old, new in (
        ("/category/food/soup/", "/category/food/soups/"),
        ("/category/food/soup/cold/", "/category/food/soups/cold/"),
        ("/category/food/soup/feed/", "/category/food/soups/feed/"),
    ):
        assert blog.get(old).headers["Location"] == new
    moved = terms.describe("soups", parent="").id
    assert titles(blog, "/category/soups/cold/") == ["In Cold"]
    assert titles(blog, "/category/food/") == ["In Bread", "In Food"]
    for number in (moved, act):
        terms.undo(number)
    assert titles(blog, "/category/food/soup/cold/") == ["In Cold"]
    for slug, parent in (("food", "cold"), ("food", "food"), ("food", "nowhere")):
        with pytest.raises(UserError):
            terms.describe(slug, parent=parent)


def test_a_deleted_category_lifts_what_stands_below_and_undo_puts_it_back(
    blog: Blog, terms: Terms
) -> None:
    act = terms.delete("soup").id
    assert titles(blog, "/category/food/cold/") == ["In Cold"]
    assert blog.get("/category/food/soup/").status_code == 410
    terms.undo(act)
    assert titles(blog, "/category/food/soup/") == ["In Cold", "In Soup"]
    assert terms.get("cold").url == "/category/food/soup/cold/"


def test_tools_of_one_taxonomy_leave_the_others_alone(blog: Blog, terms: Terms) -> None:
    blog.post("Both", terms={"category": ("Food",), "tag": ("Food", "Meals")})
    tags = blog.site.terms
    assert tags.get("food").url == "/tag/food/"
    act = tags.merge(["food"], "meals").id
    assert terms.get("food").posts == 2
    assert [one.id for one in terms.acts()].count(act) == 0
    with pytest.raises(UserError):
        terms.undo(act)
    tags.undo(act)
    assert tags.get("food").posts == 1


def test_the_index_lists_all_with_a_public_post(blog: Blog, terms: Terms) -> None:
    terms.make("Empty")
    html = blog.get("/category/").text
    assert "Categories" in html
    assert '<a href="/category/food/soup/cold/" dir="auto">Cold</a>' in html
    assert "Empty" not in html
    terms.make("Above")
    terms.make("Under", parent="above")
    blog.post("In Under", terms={"category": ("Under",)})
    html = blog.get("/category/").text
    assert re.findall(r'<a href="/category/above/" dir="auto">Above</a> *</li>', html)
    assert titles(blog, "/category/above/") == ["In Under"]


@pytest.fixture(scope="module")
def parts(blog: Blog) -> list[int]:
    """Three parts of a series, written in another order than they are read in."""
    made = [
        blog.post(
            f"Sails {n}", terms={"series": ("Sails",)}, published_at=DAY + timedelta(days=n)
        ).id
        for n in (1, 2, 3)
    ]
    blog.site.terms.of("series").arrange("sails", [made[1], made[0], made[2]])
    return made


def test_a_part_says_which_it_is_and_leads_to_its_neighbours(blog: Blog, parts: list[int]) -> None:
    assert titles(blog, "/series/sails/") == ["Sails 2", "Sails 1", "Sails 3"]
    first, second, third = (blog.site.posts.get(parts[n]).url for n in (1, 0, 2))
    html = blog.get(second).text
    assert 'Part 2 of 3 of <b dir="auto">Sails</b>' in html
    assert '<span aria-current="page" dir="auto">Sails 1</span>' in html
    assert f'<a class="pager-newer" href="{first}"><span>Part 1</span>' in html
    assert f'<a class="pager-older" href="{third}"><span>Part 3</span>' in html
    assert "pager-newer" not in re.findall(r"<nav.*?Part 2.*?</nav>", blog.get(first).text)
    assert "Sails 3" in blog.get("/series/sails/feed.json").text
    assert "Sails" in blog.get("/series/").text


def test_a_part_that_is_not_public_is_not_counted_and_keeps_its_place(
    blog: Blog, parts: list[int]
) -> None:
    blog.site.posts.unpublish(parts[0])
    assert "Part 2 of 2" in blog.get(blog.site.posts.get(parts[2]).url).text
    blog.site.posts.publish(parts[0])
    assert titles(blog, "/series/sails/") == ["Sails 2", "Sails 1", "Sails 3"]


def test_a_post_without_a_place_comes_last(blog: Blog, parts: list[int]) -> None:
    post = blog.post("Sails 4", terms={"series": ("Sails",)})
    assert titles(blog, "/series/sails/page/2/") == ["Sails 4"]
    blog.site.terms.of("series").place("sails", post, 1)
    assert titles(blog, "/series/sails/")[0] == "Sails 4"
    blog.site.posts.purge(post.id)
    assert len(parts) == 3


@pytest.fixture(scope="module")
def owner(blog: Blog) -> Visitor:
    return arrive(Visitor(blog.app), blog.site.identity, "owner")


def form_of(owner: Visitor, path: str, act: str) -> dict[str, str]:
    """Return the fields of the form on a page that does something, without its address."""
    (form,) = [one for one in owner.forms(path) if act in (one.get("act"), *one)]
    return {name: text for name, text in form.items() if name not in ("action", "method")}


def test_the_owner_makes_moves_and_deletes_a_category_without_a_script(
    blog: Blog, owner: Visitor, terms: Terms
) -> None:
    here = "/admin/categories/list/"
    made = owner.post(here, data={**form_of(owner, here, "add"), "name": "Pies", "parent": "food"})
    assert made.status_code == 303
    assert terms.get("pies").url == "/category/food/pies/"
    one = f"{here}?term=pies"
    sent = {**form_of(owner, one, "change"), "name": "Cakes", "parent": "", "description": "*Hot*"}
    assert owner.post(one, data=sent).status_code == 303
    cakes = terms.get("cakes")
    assert (cakes.url, cakes.description, cakes.old_slugs) == (
        "/category/cakes/",
        "*Hot*",
        ("pies",),
    )
    refused = owner.post(here, data={**form_of(owner, here, "add"), "name": "Cakes"})
    assert refused.status_code == 409
    assert 'value="Cakes"' in refused.text
    gone = owner.post(here, data=form_of(owner, f"{here}?term=cakes", "delete"))
    assert gone.status_code == 303
    with pytest.raises(UserError):
        terms.get("cakes")
    token = form_of(owner, here, "add")["csrf_token"]
    number = terms.acts()[0].id
    assert owner.post(f"{here}?undo={number}", data={"csrf_token": token}).status_code == 303
    assert terms.get("cakes").name == "Cakes"


def test_the_editor_has_fields_for_categories_and_series(
    blog: Blog, owner: Visitor, terms: Terms, parts: list[int]
) -> None:
    post = blog.post("Panelled", tags=["Kept"])
    path = f"/admin/posts/{post.id}/"
    fields = next(form for form in owner.forms(path) if "title" in form)
    soup = terms.get("soup").id
    sent = {
        **{name: text for name, text in fields.items() if name not in ("action", "method")},
        f"panel-categories-categories-c{soup}": "1",
        "panel-categories-categories-new": "Fresh, Soup",
        "panel-series-series-name": "Sails",
        "panel-series-series-part": "2",
        "act": "save",
    }
    answer = owner.post(path, data=sent)
    assert answer.status_code == 303, answer.text
    draft = blog.site.posts.draft(post.id)
    assert set(draft.terms["category"]) == {"Soup", "Fresh"}
    assert draft.terms["series"] == ("Sails",)
    assert draft.terms["tag"] == ("Kept",)
    assert blog.site.terms.of("series").arranged("sails")[1] == post.id
    html = owner.get(path).text
    assert f'name="panel-categories-categories-c{soup}" value="1" checked' in html
    blog.site.posts.purge(post.id)
    assert len(parts) == 3


def test_the_owner_puts_parts_in_another_order(
    blog: Blog, owner: Visitor, parts: list[int]
) -> None:
    here = "/admin/series/list/?term=sails"
    sent = form_of(owner, here, "description")
    sent |= {f"post-{post}": str(place) for place, post in enumerate(parts, start=1)}
    assert owner.post(here, data={**sent, "description": "On *sails*."}).status_code == 303
    assert titles(blog, "/series/sails/") == ["Sails 1", "Sails 2", "Sails 3"]
    assert "On <em>sails</em>." in blog.get("/series/sails/").text
    wrong = owner.post(here, data={**sent, f"post-{parts[0]}": "first"})
    assert wrong.status_code == 422
    assert "no number" in wrong.text


def test_the_command_line_looks_after_categories_too(
    blog: Blog, terms: Terms, capsys: pytest.CaptureFixture[str]
) -> None:
    category = ("tag", "--taxonomy", "category")
    assert blog.run(*category, "make", "Stews", "--parent", "soup") == 0
    assert terms.get("stews").url == "/category/food/soup/stews/"
    assert "blogengine tag --taxonomy category undo" in capsys.readouterr().out
    assert blog.run(*category, "rename", "stews", "Braises") == 0
    assert blog.run(*category, "describe", "braises", "--parent", "") == 0
    assert terms.get("braises").url == "/category/braises/"
    assert blog.run(*category, "delete", "braises") == 0
    assert blog.run(*category, "show", "braises") == 65
    assert blog.run("tag", "--taxonomy", "planet", "list") == 65
