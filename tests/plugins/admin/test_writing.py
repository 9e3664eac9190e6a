"""Writing in the admin, without a script: every form as a browser sends it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from blogengine import audit
from blogengine.db import db, explained
from blogengine.models import PostRow, PostTermRow, TermRow
from blogengine.rendering import Renderer, RendererUnavailable
from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive, read_forms
from blogengine.values import PostDraft
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("writing")  # one site for all

HERE = {"base_url": "https://localhost"}


FALLING = '''
"""A panel that shows itself and fails when it is to store anything."""
from blogengine.api import EditorPanel, Plugin, hookimpl

plugin = Plugin(summary=__doc__)


def show(site, post, form):
    return form.area("note", "Note", "") + form.tick("on", "Switch", True)


def save(site, post, values):
    assert values["note"] != "fall"


@hookimpl
def register_editor_panels():
    return [EditorPanel("note", "Notes", show, save)]
'''

BROKEN = '''
"""A panel that can't even show itself."""
from blogengine.api import EditorPanel, Plugin, hookimpl

plugin = Plugin(summary=__doc__)


@hookimpl
def register_editor_panels():
    return [EditorPanel("broken", "Broken", lambda site, post, form: 1 / 0)]
'''


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("writing") / "blog"
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "falling.py").write_text(FALLING)
    (folder / "plugins" / "broken.py").write_text(BROKEN)
    plugins = ["admin", "writing_checks", "feeds", "site_identity", "falling", "broken"]
    made = blogengine_workshop.build(folder, plugins=plugins, settings={"site": HERE}, strict=False)
    yield made
    made.close()


@pytest.fixture(scope="module")
def editor(blog: Blog) -> Visitor:
    return arrive(Visitor(blog.app), blog.site.identity, "editor")


def form(visitor: Visitor, path: str) -> dict[str, str]:
    """Return the editor's form as the page has it."""
    found = next(one for one in visitor.forms(path) if "text" in one)
    return without(found, "action", "method", "act")


def without(found: dict[str, str], *names: str) -> dict[str, str]:
    return {name: text for name, text in found.items() if name not in names}


def send(visitor: Visitor, path: str, fields: dict[str, Any]) -> TestResponse:
    return visitor.post(path, data=fields, content_type="multipart/form-data")


def write(visitor: Visitor, act: str = "save", **fields: str) -> tuple[TestResponse, int]:
    """Write a new post by the form; return the answer and the post's number."""
    answer = send(
        visitor, "/admin/posts/new/", form(visitor, "/admin/posts/new/") | fields | {"act": act}
    )
    number = re.search(r"/admin/posts/(\d+)/", answer.headers.get("Location", ""))
    return answer, int(number[1]) if number else 0


def test_a_post_is_written_published_edited_and_trashed(blog: Blog, editor: Visitor) -> None:
    answer, number = write(
        editor, title="A walk", text="By the *river*.", tags='Water, "Rivers, small"'
    )
    assert answer.status_code == 303
    posts = blog.site.posts
    assert posts.get(number).status == "draft"
    assert [tag.name for tag in posts.get(number).tags] == ["Water", "Rivers, small"]
    path = f"/admin/posts/{number}/"
    page = editor.get(path).text
    assert "Saved." in page and 'id="editor-text"' in page
    send(editor, path, form(editor, path) | {"act": "publish"})
    post = posts.get(number)
    assert post.public and "<em>river</em>" in blog.get(post.url).text
    send(editor, path, form(editor, path) | {"title": "A long walk", "act": "save"})
    assert posts.get(number).title == "A long walk" and posts.get(number).public
    send(editor, path, form(editor, path) | {"act": "unpublish"})
    assert blog.get(post.url).status_code == 404
    answer = send(editor, path, form(editor, path) | {"act": "trash"})
    assert posts.get(number).status == "trashed"
    assert f"{path}restore/" in editor.get(answer.headers["Location"]).text
    send(editor, path, form(editor, path) | {"act": "restore"})
    assert posts.get(number).status == "draft"


def test_opening_and_saving_changes_no_byte(blog: Blog, editor: Visitor) -> None:
    source = "\r\n\r\nLine one\r\nLine two  \r\n\tthree\r\n"
    post = blog.site.posts.create(PostDraft(title="Bytes", source=source))
    path = f"/admin/posts/{post.id}/"
    send(editor, path, form(editor, path) | {"act": "save"})
    after = blog.site.posts.get(post.id)
    assert blog.site.posts.draft(post.id).source == source
    assert after.version == post.version
    fields = form(editor, path)
    send(editor, path, fields | {"text": fields["text"] + "more\n", "act": "save"})
    assert blog.site.posts.draft(post.id).source == source + "more\r\n"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"publish_at": "tomorrow"}, "isn&#39;t a date"),
        ({"title": "x" * 301}, "301 characters"),
        ({"featured_image": "javascript:x"}, "address of a picture"),
        ({"visibility": "password"}, "needs a password"),
        ({"pinned_from": "2030-01-02T00:00", "pinned_until": "2030-01-01T00:00"}, "ends before"),
        ({"act": "schedule", "publish_at": "2001-01-01T00:00"}, "lie ahead"),
        ({"tags": ",".join(map(str, range(51)))}, "50 tags"),
    ],
)
def test_what_cannot_be_saved_is_given_back(
    blog: Blog, editor: Visitor, fields: dict[str, str], said: str
) -> None:
    text = "Hours & hours of <work>.\n\nMore."
    answer, number = write(editor, **({"text": text, "excerpt": "Kept, too"} | fields))
    assert (answer.status_code, number) == (422, 0)
    assert said in answer.text and 'role="alert"' in answer.text
    back = next(one for one in read_forms(answer.text) if "text" in one)
    assert back["text"] == text and back["excerpt"] == "Kept, too"
    for name in fields.keys() - {"act", "visibility"}:
        assert back[name] == fields[name]


def test_checks_stop_publishing_but_not_saving(blog: Blog, editor: Visitor) -> None:
    answer, _ = write(editor, "publish", title="Door", text="[Here]()")
    assert answer.status_code == 422 and "Mend first" in answer.text
    post = next(post for post in blog.site.posts.find() if post.title == "Door")
    assert post.status == "draft"
    path = f"/admin/posts/{post.id}/"
    assert "Mend first" in editor.get(path).text
    send(editor, path, form(editor, path) | {"act": "publish", "anyway": "1"})
    assert blog.site.posts.get(post.id).public


def test_the_second_of_two_saves_compares_both(blog: Blog, editor: Visitor) -> None:
    start = "One\n\nTwo\n\nThree\n"
    post = blog.site.posts.create(PostDraft(title="Shared", source=start))
    path = f"/admin/posts/{post.id}/"
    mine, theirs = form(editor, path), form(editor, path)
    one, two = start.replace("One", "First"), start.replace("Three", "Third")
    send(editor, path, theirs | {"text": one, "excerpt": "E", "act": "save"})
    answer = send(editor, path, mine | {"text": two, "slug": "s", "act": "save"})
    assert answer.status_code == 409
    assert "<ins>" in answer.text and "<del>" in answer.text
    joined = form_of(answer)
    assert joined["text"] == "First\n\nTwo\n\nThird\n"
    assert blog.site.posts.draft(post.id).source == one
    send(editor, f"{path}joined/", joined | {"choice": "joined"})
    draft = blog.site.posts.draft(post.id)
    assert (draft.source, draft.excerpt, draft.slug) == ("First\n\nTwo\n\nThird\n", "E", "s")


def form_of(answer: TestResponse) -> dict[str, str]:
    found = next(one for one in read_forms(answer.text) if "slot" in one)
    return {
        name: text for name, text in found.items() if name not in ("action", "method", "choice")
    }


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_whatever_is_taken_the_other_is_kept(blog: Blog, editor: Visitor, choice: str) -> None:
    post = blog.site.posts.create(PostDraft(title="Clash", source="Old.\n"))
    path = f"/admin/posts/{post.id}/"
    mine, theirs = form(editor, path), form(editor, path)
    send(editor, path, theirs | {"text": "Theirs.\n", "title": "T", "act": "save"})
    answer = send(editor, path, mine | {"text": "Mine.\n", "title": "M", "act": "save"})
    joined = form_of(answer)
    assert "Mine." in joined["text"] and "Theirs." in joined["text"]
    send(editor, f"{path}joined/", joined | {"choice": choice, "pick-title": choice})
    draft = blog.site.posts.draft(post.id)
    sources = [revision.source for revision in blog.site.posts.revisions(post.id)]
    assert "Theirs.\n" in sources
    page = editor.get(path).text
    if choice == "mine":
        assert (draft.source, draft.title) == ("Mine.\n", "M")
        assert "wasn’t saved" not in page
    else:
        assert (draft.source, draft.title) == ("Theirs.\n", "T")
        slot = re.search(r"/admin/posts/unsaved/(\d+)/", page)
        assert slot and "</span>Mine" in editor.get(slot[0]).text


def test_unsaved_text_is_kept_shown_opened_and_thrown_away(blog: Blog, editor: Visitor) -> None:
    post = blog.site.posts.create(PostDraft(title="Slow", source="Saved.\n"))
    path = f"/admin/posts/{post.id}/"
    fields = form(editor, path)
    answer = editor.post(
        f"{path}autosave/", data=fields | {"text": "Typed.\n", "password": "secret"}
    )
    said = json.loads(answer.text)
    assert answer.status_code == 200 and set(said) == {"saved_at", "id"}
    assert blog.site.posts.draft(post.id).source == "Saved.\n"
    again = json.loads(
        editor.post(f"{path}autosave/", data=fields | {"text": "Typed more.\n"}).text
    )
    assert again["id"] == said["id"]
    unsaved = f"/admin/posts/unsaved/{said['id']}/"
    assert unsaved in editor.get(path).text
    page = editor.get(unsaved).text
    assert "Typed more" in page and "<del>" in page and "secret" not in page
    token = {"csrf_token": fields["csrf_token"]}
    opened = editor.post(f"{unsaved}open/", data=token)
    assert "Typed more." in opened.text
    assert blog.site.posts.draft(post.id).source == "Saved.\n"
    gone = editor.post(f"{unsaved}discard/", data=token)
    undo = re.search(r'action="([^"]*undo=1)"', editor.get(gone.headers["Location"]).text)
    assert undo and unsaved not in editor.get(path).text
    editor.post(undo[1], data=token)
    assert unsaved in editor.get(path).text
    back = next(one for one in read_forms(opened.text) if "text" in one)
    send(editor, path, back | {"act": "save"})
    assert blog.site.posts.draft(post.id).source == "Typed more.\n"
    assert unsaved not in editor.get(path).text


def test_unsaved_text_of_a_new_post_and_of_somebody_else(blog: Blog, editor: Visitor) -> None:
    fields = form(editor, "/admin/posts/new/") | {"title": "Never saved", "text": "Words."}
    said = json.loads(editor.post("/admin/posts/new/autosave/", data=fields).text)
    assert "Never saved" in editor.get("/admin/posts/new/").text
    other = arrive(Visitor(blog.app), blog.site.identity, "editor")
    assert "Never saved" not in other.get("/admin/posts/new/").text
    assert other.get(f"/admin/posts/unsaved/{said['id']}/").status_code == 404
    send(editor, "/admin/posts/new/", fields | {"act": "save"})
    assert f"/unsaved/{said['id']}/" not in editor.get("/admin/posts/new/").text


def test_revisions_are_compared_and_brought_back(blog: Blog, editor: Visitor) -> None:
    post = blog.site.posts.create(PostDraft(title="R", source="Alpha beta gamma.\n"))
    blog.site.posts.edit(post.id, source="Alpha delta gamma.\n")
    blog.site.posts.edit(post.id, source="Alpha delta gamma.\n\nMore.\n")
    path = f"/admin/posts/{post.id}/revisions/"
    page = editor.get(f"{path}?old=1&new=2").text
    assert "removed: </span>beta" in page and "added: </span>delta" in page
    assert editor.get(f"{path}?old=1&new=77").status_code == 404
    back = next(one for one in editor.forms(f"{path}?old=1&new=3") if one["action"] == f"{path}1/")
    answer = editor.post(f"{path}1/", data={"csrf_token": back["csrf_token"]})
    assert answer.status_code == 303
    assert blog.site.posts.draft(post.id).source == "Alpha beta gamma.\n"
    assert len(blog.site.posts.revisions(post.id)) == 4
    undo = re.search(r'action="([^"]*/revisions/3/)"', editor.get(path).text)
    assert undo
    editor.post(undo[1], data={"csrf_token": back["csrf_token"]})
    assert blog.site.posts.draft(post.id).source == "Alpha delta gamma.\n\nMore.\n"


def test_a_live_preview_is_the_page_in_the_theme_and_stores_nothing(
    blog: Blog, editor: Visitor
) -> None:
    fields = form(editor, "/admin/posts/new/") | {"title": "Look", "text": "# Big\n\n**Bold**"}
    before = len(blog.site.posts.find(limit=500))
    answer = send(editor, "/admin/posts/preview/", fields)
    assert answer.status_code == 200 and "<strong>Bold</strong>" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    same = send(editor, "/admin/posts/new/", fields | {"act": "preview"})
    assert "<strong>Bold</strong>" in same.text
    assert len(blog.site.posts.find(limit=500)) == before


def test_links_to_a_draft_are_made_and_taken_back(blog: Blog, editor: Visitor) -> None:
    post = blog.site.posts.create(PostDraft(title="Shown", source="To some."))
    path = f"/admin/posts/{post.id}/links/"
    made = next(one for one in editor.forms(path) if "days" in one)
    editor.post(path, data=made)
    link = re.search(r'href="(/admin/preview/[^"]+)"', editor.get(path).text)
    assert link and "To some." in blog.get(link[1]).text
    refused = editor.post(path, data=made | {"days": "1000"})
    assert refused.status_code == 422 and 'value="1000"' in refused.text
    revoke = next(one for one in editor.forms(path) if one["action"].endswith("/revoke/"))
    editor.post(revoke["action"], data=revoke)
    assert blog.get(link[1]).status_code == 404


def test_an_expired_session_or_form_gives_the_text_back(blog: Blog, editor: Visitor) -> None:
    answer, number = write(editor, title="Kept", text="Old.")
    path = f"/admin/posts/{number}/"
    text = "Long " + "words and " * 30_000
    fields = form(editor, path) | {"text": text, "act": "save"}
    stranger = Visitor(blog.app)
    answer = send(stranger, path, fields)
    assert answer.status_code == 401 and text in answer.text
    assert "Nothing is lost" in answer.text
    wait = next(one for one in read_forms(answer.text) if "email" in one)
    wrong = send(stranger, wait["action"], wait | {"email": "x@example.org", "password": "no"})
    assert text in wrong.text
    wait = next(one for one in read_forms(wrong.text) if "email" in one)
    someone = blog.site.identity.people.invite("Back Again", "back@example.org", "editor")
    blog.site.identity.accept_invitation(someone.token, "a password to come back")
    known = wait | {"email": "back@example.org", "password": "a password to come back"}
    back = send(stranger, wait["action"], known)
    go_on = next(one for one in read_forms(back.text) if "text" in one)
    assert (go_on["action"], go_on["text"]) == (path, text)
    assert send(stranger, path, go_on | {"title": "Back"}).status_code == 303
    assert blog.site.posts.draft(number).title == "Back"
    fields = form(editor, path) | {"text": text + "and more", "act": "save"}
    stale = send(editor, path, fields | {"csrf_token": "old.token"})
    assert stale.status_code == 403 and fields["text"] in stale.text
    again = next(one for one in read_forms(stale.text) if "text" in one)
    assert send(editor, again["action"], again).status_code == 303
    assert blog.site.posts.draft(number).source == fields["text"]


def test_authors_write_their_own_and_contributors_publish_nothing(blog: Blog) -> None:
    author = arrive(Visitor(blog.app), blog.site.identity, "author")
    helper = arrive(Visitor(blog.app), blog.site.identity, "contributor")
    _, mine = write(author, title="Of the author", text="x")
    path = f"/admin/posts/{mine}/"
    assert helper.get(path).status_code == 403
    assert "Of the author" not in helper.get("/admin/posts/").text
    assert "Of the author" in author.get("/admin/posts/").text
    _, number = write(helper, title="Of the helper", text="x")
    page = helper.get(f"/admin/posts/{number}/").text
    assert 'value="publish"' not in page
    answer = send(
        helper,
        f"/admin/posts/{number}/",
        form(helper, f"/admin/posts/{number}/") | {"act": "publish"},
    )
    assert answer.status_code == 403
    assert blog.site.posts.get(number).status == "draft"


def test_many_posts_are_changed_from_the_list_and_taken_back(blog: Blog, editor: Visitor) -> None:
    ids = [blog.post(f"Bulk {n}", status="draft").id for n in range(3)]
    found = next(one for one in editor.forms("/admin/posts/?q=bulk") if "value" in one)
    fields = {"csrf_token": found["csrf_token"], "q": "bulk", "act": "tag", "value": "Lot"}
    answer = editor.post("/admin/posts/bulk/", data=fields | {"post": [str(n) for n in ids[:2]]})
    page = editor.get(answer.headers["Location"]).text
    assert "2 of 2 posts are tagged now." in page
    assert [len(blog.site.posts.get(number).tags) for number in ids] == [1, 1, 0]
    undo = re.search(r'action="(/admin/posts/bulk/\d+/undo/)"', page)
    assert undo
    editor.post(undo[1], data=fields)
    assert not any(blog.site.posts.get(number).tags for number in ids)
    editor.post("/admin/posts/bulk/", data=fields | {"act": "publish", "all": "1"})
    assert all(blog.site.posts.get(number).public for number in ids)
    refused = editor.post("/admin/posts/bulk/", data=fields | {"act": "tag", "value": ""})
    assert refused.status_code == 422 and "No post is chosen" in refused.text
    wrong = fields | {"value": "", "post": str(ids[0])}
    refused = editor.post("/admin/posts/bulk/", data=wrong)
    assert refused.status_code == 422
    assert f'value="{ids[0]}" aria-label="Choose Bulk 0" checked' in refused.text


def test_an_act_on_very_many_shows_how_far_it_is(blog: Blog, editor: Visitor) -> None:
    ids = [blog.post(f"Many {n}", status="draft").id for n in range(21)]
    token = form(editor, "/admin/posts/new/")["csrf_token"]
    fields = {"csrf_token": token, "q": "many", "act": "trash", "all": "1"}
    answer = editor.post("/admin/posts/bulk/", data=fields)
    here = answer.headers["Location"]
    page = editor.get(here).text
    assert "0 of 21 posts" in page and "Look again" in page and "http-equiv" not in page
    blog.site.jobs.run_due()
    assert "21 of 21 posts are in the trash now." in editor.get(here).text
    assert "Many 3" in editor.get("/admin/posts/?state=trashed").text
    assert "Many 3" not in editor.get("/admin/posts/").text
    assert blog.site.posts.get(ids[0]).status == "trashed"


def test_the_list_costs_the_same_with_2000_posts(
    blog: Blog, editor: Visitor, statements: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    def cost(path: str) -> int:
        with statements(blog.app) as found:
            assert editor.get(path).status_code == 200
        return len(found)

    blog.post("With a tag", tags=["Sea"])
    paths = [f"/admin/posts/{q}" for q in ("", "?state=draft", "?q=copy", "?sort=title&kind=post")]
    few = [cost(path) for path in paths]
    copy_posts(2000)
    # A search asks where its window ends, once there is more than one.
    assert [cost(path) for path in paths] == [few[0], few[1], few[2] + 1, few[3]]
    assert max(few) <= 7
    page = editor.get("/admin/posts/?sort=title").text
    assert page.count('name="post"') == 50


def copy_posts(number: int) -> None:
    """Add copies of a post, each with a tag, as a large blog has them."""
    with db.write() as session:
        audit.no_act(session, "posts", "post_terms")
        row = dict(session.execute(select(PostRow.__table__).limit(1)).mappings().one())
        term = session.execute(select(TermRow.id).limit(1)).scalar_one()
        first = session.execute(select(func.max(PostRow.id))).scalar_one() + 1
        copies = [
            {**row, "id": n, "guid": f"urn:{n}", "path": None, "title": f"Copy {n}"}
            for n in range(first, first + number)
        ]
        session.execute(insert(PostRow), copies)
        tagged = [{"post_id": one["id"], "term_id": term, "position": 0} for one in copies]
        session.execute(insert(PostTermRow), tagged)


def test_register_editor_panels_are_shown_looked_at_and_stored(blog: Blog, editor: Visitor) -> None:
    field, marker = "panel-site_identity-origin-url", "panel-site_identity-origin"
    elsewhere = "https://elsewhere.example/first"
    fields = form(editor, "/admin/posts/new/")
    assert fields[marker] == "1" and fields["panel-falling-note-on"] == "1"
    answer, _ = write(editor, title="Moved", text="Here.", **{field: "elsewhere"})
    assert answer.status_code == 422 and "whole address" in answer.text
    assert f'id="f-{field}"' in answer.text and 'value="elsewhere"' in answer.text
    assert f'href="#f-{field}"' in answer.text
    _, number = write(editor, title="Moved", text="Here.", **{field: elsewhere})
    path = f"/admin/posts/{number}/"
    assert form(editor, path)[field] == elsewhere
    send(editor, path, form(editor, path) | {"act": "publish"})
    url = blog.site.posts.get(number).url
    assert f'<link rel="canonical" href="{elsewhere}">' in blog.get(url).text
    bare = without(form(editor, path), marker, field)
    send(editor, path, bare | {"act": "save", "title": "Moved on"})
    assert form(editor, path)[field] == elsewhere
    falling = form(editor, path) | {"panel-falling-note-note": "fall", "text": "There.\n"}
    answer = send(editor, path, falling | {"act": "save"})
    assert "not what stands under Notes" in editor.get(answer.headers["Location"]).text
    assert blog.site.posts.draft(number).source == "There.\n"
    blog.site.posts.purge(number)
    assert "Broken" not in editor.get("/admin/posts/new/").text


@pytest.mark.parametrize("failing", ["renderer", "database"])
def test_a_save_that_fails_gives_the_text_back(
    blog: Blog, editor: Visitor, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    post = blog.site.posts.create(PostDraft(title="Safe", source="Old.\n"))
    path = f"/admin/posts/{post.id}/"
    fields = form(editor, path) | {"text": "Hours of work.\n", "act": "save"}

    def fails(*_args: Any, **_words: Any) -> Any:
        if failing == "renderer":
            raise RendererUnavailable("The process that renders texts can't be started.")
        raise explained(OperationalError("UPDATE", {}, Exception("database is locked")))

    with monkeypatch.context() as patch:
        if failing == "renderer":
            patch.setattr(Renderer, "render", fails)
        else:
            patch.setattr("blogengine.posts.service.save", fails)
        answer = send(editor, path, fields)
    assert answer.status_code in (500, 503)
    back = next(one for one in read_forms(answer.text) if "text" in one)
    assert back["text"] == "Hours of work.\n" and back["version"] == fields["version"]
    assert blog.site.posts.draft(post.id).source == "Old.\n"
    assert (
        send(editor, path, without(back, "action", "method") | {"act": "save"}).status_code == 303
    )
    assert blog.site.posts.draft(post.id).source == "Hours of work.\n"


def test_only_what_is_in_the_trash_is_deleted_for_good_after_a_question(
    blog: Blog, editor: Visitor
) -> None:
    post = blog.site.posts.create(PostDraft(title="Goes", source="x"))
    path = f"/admin/posts/{post.id}/delete/"
    assert editor.get(path).status_code == 409
    blog.site.posts.trash(post.id)
    assert path in editor.get(f"/admin/posts/{post.id}/").text
    page = editor.get(path).text
    assert "2 revisions" in page and "can’t be taken back" in page
    question = next(one for one in read_forms(page) if one["action"] == path)
    answer = editor.post(path, data=question)
    assert "is deleted for good" in editor.get(answer.headers["Location"]).text
    assert editor.get(f"/admin/posts/{post.id}/").status_code == 404
