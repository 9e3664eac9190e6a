"""What is typed and not saved: apart from posts and people, bounded, and gone after a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from blogengine.actors import Actor, acting
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import Denied, NotFound, UserError
from blogengine.posts.autosaves import LARGEST, MOST_FORMS
from tests.conftest import Blog


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def blog(request: pytest.FixtureRequest, make_blog: Callable[..., Blog]) -> Iterator[Blog]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    yield make_blog(plugins=[], database_url=url)
    db.close()


def test_unsaved_texts_are_kept_by_person_post_and_form(
    blog: Blog, freeze: Callable[..., Any]
) -> None:
    slots = blog.site.autosaves
    post = blog.post("One", status="draft")
    first = slots.keep({"text": "a\ud800"}, post=post, form="x", version=1)
    assert slots.keep({"text": "b"}, post=post, form="x").id == first.id
    slots.keep({"text": "other tab"}, post=post, form="y")
    slots.keep({"text": "new"}, form="x")
    assert {slot.fields["text"] for slot in slots.of(post.id)} == {"b", "other tab"}
    assert [slot.fields["text"] for slot in slots.of(None)] == ["new"]
    editor = blog.site.users.create("Ed", role="editor")
    helper = blog.site.users.create("Help", role="contributor")
    with acting(Actor("person", editor.id, "Ed", "editor")):
        assert slots.of(post.id) == ()
        with pytest.raises(NotFound):
            slots.get(first.id)
    with acting(Actor("person", helper.id, "Help", "contributor")), pytest.raises(Denied):
        slots.keep({"text": "c"}, post=post)
    slots.discard(first.id)
    assert [slot.form for slot in slots.of(post.id)] == ["y"]
    slots.discard(first.id, undo=True)
    assert len(slots.of(post.id)) == 2
    slots.saved(post.id, "x")
    assert [slot.form for slot in slots.of(post.id)] == ["y"]
    with pytest.raises(UserError, match="letters"):
        slots.keep({"text": "x" * LARGEST}, post=post)
    for number in range(MOST_FORMS + 3):
        slots.keep({"text": str(number)}, form=f"f{number}")
    assert len(slots.of(None)) == MOST_FORMS
    freeze(utcnow() + timedelta(days=31))
    slots.prune()
    assert slots.of(None) == slots.of(post.id) == ()


def test_the_writers_list_is_narrowed_and_searched(blog: Blog) -> None:
    for title, fields in {
        "Ab 100%": {"tags": ["Tag"]},
        "aB two": {"status": "draft"},
        "Hidden": {"visibility": "private"},
        "Gone": {"status": "trashed"},
        "A page": {"kind": "page"},
        "Top": {"pinned_from": utcnow()},
    }.items():
        blog.post(title, **fields)

    def titles(**chosen: str) -> set[str]:
        _slice, rows = blog.site.lines.show(chosen)
        found = {row.title for row in rows}
        assert len(blog.site.lines.ids(chosen)) == len(found)
        return found

    assert titles() == {"Ab 100%", "aB two", "Hidden", "A page", "Top"}
    assert titles(q="AB") == {"Ab 100%", "aB two"}
    assert titles(q="%") == {"Ab 100%"}
    blog.post("Über Äpfel", status="draft")
    assert titles(q="Äpfel") == {"Über Äpfel"}
    assert titles(state="trashed") == {"Gone"}
    assert titles(state="private") == {"Hidden"}
    assert titles(state="pinned") == {"Top"}
    assert titles(kind="page") == {"A page"}
    assert titles(tag="tag") == {"Ab 100%"}
    assert titles(author="nobody") == set()
    assert titles(state="draft", q="two", sort="-title") == {"aB two"}
