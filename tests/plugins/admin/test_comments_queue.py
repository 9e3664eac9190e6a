"""The queue of comments, without a script: read, decide, decide about many, take it back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from blogengine.testing.blog import Workshop
from blogengine.testing.statements import counting
from blogengine.testing.visitor import Visitor, arrive, read_forms
from tests.conftest import Blog

QUEUE = "/admin/comments/"


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("queue") / "blog"
    made = blogengine_workshop.build(
        folder,
        plugins=["admin", "comments"],
        settings={"site": {"base_url": "https://localhost"}},
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def editor(blog: Blog) -> Visitor:
    return arrive(Visitor(blog.app), blog.site.identity, "editor")


@pytest.fixture
def write(blog: Blog) -> Any:
    post = blog.post("On boats")

    def write(author: str, text: str = "A word.", **more: object) -> int:
        from blogengine_plugins.comments.models import Comment

        with blog.site.db.write() as session:
            row = Comment(
                post_id=post.id,
                state=more.pop("state", "waiting"),
                author=author,
                source=text,
                html=f"<p>{text}</p>",
                created_at=blog.site.posts.get(post.id).created_at,
                **more,
            )
            session.add(row)
            session.flush()
            return int(row.id)

    return write


def press(visitor: Visitor, act: str, ids: Sequence[int] = (), state: str = "waiting") -> Any:
    form = next(f for f in visitor.forms(f"{QUEUE}?state={state}") if "state" in f)
    fields = {"csrf_token": form["csrf_token"], "state": state, "act": act}
    return visitor.post(QUEUE, data={**fields, "comment": [str(number) for number in ids]})


def states(blog: Blog, *ids: int) -> list[str]:
    from blogengine_plugins.comments.moderation import queue

    blog.site.db.reading()
    found = {item.id: item.state for item in queue(blog.site, limit=1000)}
    return [found.get(number, "") for number in ids]


def test_one_comment_is_approved_and_taken_back(blog: Blog, editor: Visitor, write: Any) -> None:
    number = write("Ann", "A long word on boats.", reason="Two links.", email="ann@x.example")
    page = editor.get(QUEUE).text
    today = editor.get("/admin/").text
    assert f'<a href="{QUEUE}">1 comment waits.</a>' in today and "by Ann" in today
    assert "Nothing needs doing" not in today
    for text in ("Ann", "A long word on boats.", "Two links.", "ann@x.example", "On boats"):
        assert text in page
    assert re.search(r'Comments <span class="badge">1', page)
    assert press(editor, f"approve:{number}").status_code == 303
    assert states(blog, number) == ["approved"]
    after = editor.get(f"{QUEUE}?state=approved").text
    assert "1 comment approved." in after and "Approved by" in after
    press(editor, f"spam:{number}", state="approved")
    shown = editor.get(QUEUE).text
    undo = next(f for f in read_forms(shown) if "/undo/" in f["action"])
    assert editor.post(undo["action"], data={"csrf_token": undo["csrf_token"]}).status_code == 303
    assert states(blog, number) == ["approved"]


def test_many_are_decided_at_once_and_each_gets_its_own_state_back(
    blog: Blog, editor: Visitor, write: Any
) -> None:
    ids = [write(f"Reader {n}") for n in range(3)]
    press(editor, f"hold:{ids[0]}")
    assert press(editor, "trash", ids).status_code == 303
    assert states(blog, *ids) == ["trashed"] * 3
    undo = next(f for f in read_forms(editor.get(QUEUE).text) if "/undo/" in f["action"])
    editor.post(undo["action"], data={"csrf_token": undo["csrf_token"]})
    assert states(blog, *ids) == ["waiting"] * 3


def test_only_the_trash_is_deleted_for_good_and_after_a_question(
    blog: Blog, editor: Visitor, write: Any
) -> None:
    number, other = write("Zed", state="trashed"), write("Yan", state="approved")
    asked = press(editor, "delete", [number, other], state="trashed")
    assert asked.status_code == 200 and "Zed" in asked.text and "Yan" not in asked.text
    assert states(blog, number) == ["trashed"]
    form = next(f for f in read_forms(asked.text) if f.get("confirmed"))
    fields = {n: text for n, text in form.items() if n not in ("action", "method")}
    assert editor.post(QUEUE, data={**fields, "act": "delete"}).status_code == 303
    assert states(blog, number, other) == ["", "approved"]


def test_a_press_that_says_nothing_is_explained(editor: Visitor, write: Any) -> None:
    number = write("Ulf")
    answer = press(editor, "approve")
    assert answer.status_code == 422 and "No comment is chosen." in answer.text
    assert press(editor, "dance", [number]).status_code == 422
    assert press(editor, f"approve:{10**8}").status_code == 404
    assert press(editor, f"approve:{number}").status_code == 303


def test_a_page_costs_the_same_with_one_comment_and_with_many(
    blog: Blog, editor: Visitor, write: Any
) -> None:
    write("First", state="rejected")
    with counting(blog.app) as few:
        editor.get(f"{QUEUE}?state=rejected")
    for n in range(30):
        write(f"Reader {n}", state="rejected")
    with counting(blog.app) as many:
        page = editor.get(f"{QUEUE}?state=rejected").text
    assert len(many) <= len(few)
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older and "First" in editor.get(QUEUE + older[1].replace("&amp;", "&")).text


def test_who_may_not_moderate_sees_nothing(blog: Blog) -> None:
    author = arrive(Visitor(blog.app), blog.site.identity, "author")
    assert author.get(QUEUE).status_code == 403
    assert QUEUE not in author.get("/admin/").text
