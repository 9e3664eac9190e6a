"""`comments`: writing, waiting, threads, and what strangers may send without doing harm."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from blogengine_plugins.comments import receiving, samples
from blogengine_plugins.comments.addresses import web_address
from blogengine_plugins.comments.models import Comment
from blogengine_plugins.comments.moderation import decide
from blogengine_plugins.comments.queries import Shown, counts
from blogengine_plugins.comments.text import clean, render
from blogengine_plugins.comments.thread import DEEPEST, Node, branches
from flask import Flask
from markupsafe import Markup
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from blogengine.actors import THE_OPERATOR, acting
from blogengine.db import db
from blogengine.errors import Retryable
from blogengine.models import ChangeRow
from blogengine.settings import store_setting
from blogengine.testing.working_off import work_off
from blogengine.values import Post, PostDraft
from tests.conftest import Blog

HERE = {"Sec-Fetch-Site": "same-origin"}
ANN = {"author": "Ann Reader", "text": "Well said."}

Counting = Callable[[Flask], AbstractContextManager[list[str]]]


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    """A blog with `comments` alone."""
    return make_blog(plugins=["comments"])


@pytest.fixture
def post(blog: Blog) -> Post:
    return blog.post("Ships", "About ships.")


def configure(blog: Blog, **settings: object) -> None:
    """Set the plugin's settings, as the command line would."""
    with db.write() as session:
        for key, value in settings.items():
            store_setting(session, "comments", key, value)
    blog.site.store.reload(db.reading())


def send(blog: Blog, post: Post, headers: dict[str, str] = HERE, **fields: str) -> TestResponse:
    """Send the form under a post."""
    address = f"/comments/post/{post.id}/"
    return blog.send(address, method="POST", data={**ANN, **fields}, headers=headers)


def answer(blog: Blog, comment_id: int, **fields: str) -> TestResponse:
    address = f"/comments/reply/{comment_id}/"
    return blog.send(address, method="POST", data={**ANN, **fields}, headers=HERE)


def stored(blog: Blog) -> list[Comment]:
    db.end_reading()
    with db.write() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def add(blog: Blog, post: Post, text: str = "Text.", **fields: object) -> int:
    """Store a comment as it stands in the table, approved unless said otherwise."""
    values = {"author": "Ann", "state": "approved", "created_at": datetime.now(UTC), **fields}
    with db.write() as session:
        comment = Comment(post_id=post.id, source=text, html=str(render(text)), **values)
        session.add(comment)
        session.flush()
        return comment.id


class Reader(HTMLParser):
    """Collects elements of a page, to ask what a browser would make of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if "id" in attrs]

    @property
    def could_run(self) -> list[tuple[str, dict[str, str | None]]]:
        """Elements and attributes that no comment may bring."""
        return [
            (tag, attrs)
            for tag, attrs in self.elements
            if (tag == "script" and attrs.get("type") != "application/ld+json")
            or tag in {"iframe", "object", "embed", "svg", "math", "img", "base", "video"}
            or any(name.startswith("on") or name in {"style", "srcdoc"} for name in attrs)
            or not re.match(r"(https?://|[/#]|$)", str(attrs.get("href", "")))
        ]


# --- writing and waiting ----------------------------------------------------------------------


def test_a_comment_waits_for_approval_and_its_writer_is_shown_that_it_does(
    blog: Blog, post: Post
) -> None:
    response = send(blog, post, text="Lovely <i>ships</i>")
    assert response.status_code == 303
    received = blog.get(response.headers["Location"])
    assert received.status_code == 200
    assert "Your comment waits for approval" in received.text
    assert "Lovely &lt;i&gt;ships&lt;/i&gt;" in received.text
    assert received.headers["Cache-Control"] == "no-store"
    assert "Lovely" not in blog.get(post.url).text
    assert "Set-Cookie" not in response.headers


def test_an_approved_comment_stands_under_its_post_with_a_permalink(
    blog: Blog, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = send(blog, post, website="ann.example").headers["Location"]
    assert blog.run("comments", "approve", "1") == 0
    assert "Comment 1 by Ann Reader is approved" in capsys.readouterr().out
    page = blog.get(post.url).text
    assert '<article class="comment u-comment h-cite" id="comment-1">' in page
    assert 'href="https://ann.example" rel="nofollow ugc noopener">Ann Reader</a>' in page
    assert 'class="dt-published"' in page and 'class="p-content"' in page
    assert "1 comment</h2>" in page
    assert blog.get(receipt).headers["Location"] == f"{post.url}#comment-1"


def test_without_moderation_a_comment_appears_at_once(blog: Blog, post: Post) -> None:
    configure(blog, moderate=False)
    assert send(blog, post).headers["Location"] == f"{post.url}#comment-1"
    assert "Well said." in blog.get(post.url).text


def test_many_links_are_held_even_without_moderation(blog: Blog, post: Post) -> None:
    configure(blog, moderate=False)
    links = " ".join(f"https://shop{number}.example" for number in range(3))
    assert "/received/" in send(blog, post, text=links).headers["Location"]


def test_nobody_can_give_a_comment_a_state_or_a_date(blog: Blog, post: Post) -> None:
    send(blog, post, state="approved", created_at="2001-01-01", id="77", post_id="9", html="<b>")
    (comment,) = stored(blog)
    assert (comment.id, comment.post_id, comment.state) == (1, post.id, "waiting")
    assert comment.created_at > datetime.now(UTC) - timedelta(minutes=5)


def test_the_source_is_kept_byte_for_byte_beside_its_rendering(blog: Blog, post: Post) -> None:
    text = "  „Ships“ — *really*?\r\n\r\n\tyes & no <3 𓂀"
    send(blog, post, text=text)
    (comment,) = stored(blog)
    assert comment.source == text.replace("\r\n", "\n")
    assert comment.html == "<p>„Ships“ — <em>really</em>?</p>\n<p>yes &amp; no &lt;3 𓂀</p>"


def test_an_email_address_is_never_shown(blog: Blog, post: Post) -> None:
    configure(blog, moderate=False)
    receipt = send(blog, post, email="ann@secret.example").headers["Location"]
    assert stored(blog)[0].email == "ann@secret.example"
    pages = [blog.get(path).text for path in (post.url, receipt, "/", "/comments/reply/1/")]
    assert not any("secret.example" in page for page in pages)


def test_a_comment_sent_twice_is_stored_once(blog: Blog, post: Post) -> None:
    first, second = send(blog, post), send(blog, post)
    assert first.status_code == second.status_code == 303
    assert len(stored(blog)) == 1


def test_a_flood_is_asked_to_wait_and_keeps_its_text(blog: Blog, post: Post) -> None:
    codes = [send(blog, post, text=f"Buy {number}").status_code for number in range(60)]
    assert codes == [303] * 5 + [429] * 55
    last = send(blog, post, text="And one more thing")
    assert last.headers["Retry-After"] == "600"
    assert "And one more thing" in last.text
    assert "<title>Error: " in last.text
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    form = {"data": ANN, "headers": HERE, "environ_base": elsewhere}
    assert blog.send(f"/comments/post/{post.id}/", method="POST", **form).status_code == 303


def test_addresses_of_senders_are_not_stored(blog: Blog, post: Post) -> None:
    send(blog, post)
    assert re.fullmatch(r"[0-9a-f]{32}", stored(blog)[0].sender)


def test_a_busy_database_gives_the_text_back(
    blog: Blog, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_arguments: object, **_words: object) -> None:
        raise Retryable("Another change is being written.", code="database-busy", action="Wait.")

    monkeypatch.setattr(receiving, "store", busy)
    response = send(blog, post, text="Hours of work")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "Hours of work" in response.text


def test_receipts_cannot_be_guessed(blog: Blog, post: Post) -> None:
    receipt = send(blog, post).headers["Location"]
    assert blog.get("/comments/received/MQ.x.y/").status_code == 404
    assert blog.get(receipt[:-3] + "/").status_code == 404
    blog.run("comments", "delete", "1")
    assert blog.get(receipt).status_code == 404


# --- mistakes in the form ---------------------------------------------------------------------


def test_an_invalid_form_comes_back_with_everything_in_it(blog: Blog, post: Post) -> None:
    response = send(
        blog, post, author=" ", email="ann", website="javascript:alert(1)", text="My <b>text</b>"
    )
    assert response.status_code == 422
    page = response.text
    assert "<title>Error: " in page
    assert page.count('role="alert"') == 1
    for field in ("author", "email", "website"):
        assert f'<a href="#w-comments-{field}">' in page
        assert f'id="w-comments-{field}-error"' in page
    fields = {attrs.get("name"): attrs for _, attrs in Reader(page).elements}
    assert fields["email"]["value"] == "ann"
    assert fields["website"]["value"] == "javascript:alert(1)"
    assert fields["email"]["aria-invalid"] == "true"
    assert fields["email"]["aria-describedby"] == "w-comments-email-error"
    assert "aria-invalid" not in fields["text"]
    assert "My &lt;b&gt;text&lt;/b&gt;</textarea>" in page
    assert stored(blog) == []


@pytest.mark.parametrize(
    "field, most", [("author", 80), ("email", 254), ("website", 300), ("text", 10_000)]
)
def test_a_field_takes_its_length_and_one_more_is_told(
    blog: Blog, post: Post, field: str, most: int
) -> None:
    start = {"email": "a@b.example", "website": "https://a.example/"}.get(field, "")
    fits = start + "é" * (most - len(start)) if field != "email" else "a" * (most - 11) + start
    assert len(fits) == most
    assert send(blog, post, **{field: fits}).status_code == 303
    response = send(blog, post, **{field: "x" + fits})
    assert response.status_code == 422
    assert f'id="w-comments-{field}-error"' in response.text


def test_a_text_or_name_that_nobody_can_see_is_none(blog: Blog, post: Post) -> None:
    for nothing in ("", "   ", "\n\n", "\u200b\u200d", "\u3164", "\x00\x07"):
        assert send(blog, post, text=nothing).status_code == 422
        assert send(blog, post, author=nothing).status_code == 422


def test_control_characters_are_dropped_and_broken_ones_replaced(blog: Blog, post: Post) -> None:
    send(blog, post, author="A\x00n\x1b[31mn\u202e", text="a\x0bb\x85c\ufffe d\U0001ffff")
    (comment,) = stored(blog)
    assert (comment.author, comment.source) == ("An[31mn\u202e", "abc d")
    assert clean("x\ud800y\udfffz") == "x\ufffdy\ufffdz"
    raw = b"author=Ann&text=%ED%A0%80lone%FFbytes"
    form = {"data": raw, "content_type": "application/x-www-form-urlencoded", "headers": HERE}
    response = blog.send(f"/comments/post/{post.id}/", method="POST", **form)
    assert response.status_code == 303


def test_addresses_of_nothing_are_not_found(blog: Blog) -> None:
    for number in ("0", "99", "2147483648", "9" * 40, "-1", "1e9", "%00", "x"):
        for kind in ("post", "reply"):
            assert blog.get(f"/comments/{kind}/{number}/").status_code == 404


# --- strangers --------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import '//evil.example'</style>",
    "<base href=//evil.example>",
    "</textarea><script>alert(1)</script>",
    "</title></style></script><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "[x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    '![x](x" onerror="alert(1))',
    "`<img src=x onerror=alert(1)>`",
    "*<img src=x onerror=alert(1)>*",
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/'onmouseover='alert(1)",
    "https://x.example/<script>alert(1)</script>",
    "https://user:pass@x.example/",
    "http://[::1",
    "http://x.example:99999999/",
    "javascript://x.example/%0aalert(1)",
    "https://x.example/`onerror=alert(1)`",
    "*https://x.example/*onerror=alert(1)*",
    "jav\tascript:alert(1) data:text/html,<script>alert(1)</script> vbscript:x",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7} %s %(x)s {0.__class__}",
    "&lt;script&gt; &#60;script&#62; &amp;lt;script&amp;gt;",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u2028<script>\u2029alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "' OR 1=1; DROP TABLE comments_comment; --",
]


def test_hostile_text_stays_inert(blog: Blog, post: Post) -> None:
    configure(blog, moderate=False, most_per_sender=1000)
    for text in HOSTILE:
        assert send(blog, post, text=f"A {text}", author=text[:80]).status_code == 303
        preview = send(blog, post, text=text, author=text[:80], preview="1")
        wrong = send(blog, post, text=text, author=text[:80], email=text, website=text[:300])
        assert wrong.status_code == 422
        for page in (preview, wrong):
            check_inert(page.text)
            assert "{{ 7*7 }}" in page.text or "{{" not in text
    page = blog.get(post.url).text
    check_inert(page)
    assert page.count('class="p-content"') == len(HOSTILE)
    for number in range(1, len(HOSTILE) + 1):
        check_inert(blog.get(f"/comments/reply/{number}/").text)


def check_inert(page: str) -> None:
    reader = Reader(page)
    assert reader.could_run == []
    assert len(reader.ids) == len(set(reader.ids))


NO_WEBSITES = [
    "javascript:alert(1)",
    "JaVaScRiPt://x.example/%0aalert(1)",
    "data:text/html,x",
    "ftp://x.example/",
    "//x.example/",
    "https://",
    "https://user@x.example/",
    "https://localhost",
    "https://x.example:port/",
    "https://1.2.3.999/",
    "https://x..example/",
    "http://[::1]/",
    "just words",
]


def test_a_website_must_be_one(blog: Blog, post: Post) -> None:
    codes = {website: send(blog, post, website=website).status_code for website in NO_WEBSITES}
    assert codes == dict.fromkeys(NO_WEBSITES, 422)


def test_a_website_is_made_fit_for_a_link() -> None:
    assert web_address("HTTPS://Bücher.example/ä b?q=|#%") == (
        "https://xn--bcher-kva.example/%C3%A4%20b?q=%7C#%25"
    )
    assert web_address("http://x.example:8080") == "http://x.example:8080"
    assert web_address("https://x.example/" + "a" * 4000) == ""


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
]


def test_a_form_of_another_site_is_refused(blog: Blog, post: Post) -> None:
    assert [send(blog, post, headers).status_code for headers in ELSEWHERE] == [403] * 6
    assert stored(blog) == []


def test_asking_for_a_page_never_changes_anything(blog: Blog, post: Post) -> None:
    query = "?author=Ann&text=Hello"
    assert blog.get(f"/comments/post/{post.id}/{query}").status_code == 200
    for method in ("PUT", "DELETE", "PATCH"):
        address = f"/comments/post/{post.id}/"
        assert blog.send(address, method=method, data=ANN, headers=HERE).status_code == 405
    assert stored(blog) == []


def seen_mark(response: TestResponse) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', response.text)
    assert found is not None
    return found[1]


def test_who_doesnt_say_where_the_form_stood_confirms_a_preview(blog: Blog, post: Post) -> None:
    preview = send(blog, post, {}, text="Hello *there*")
    assert preview.status_code == 200
    assert "<em>there</em>" in preview.text
    assert stored(blog) == []
    mark = seen_mark(preview)
    changed = send(blog, post, {}, text="Buy this", seen=mark)
    assert (changed.status_code, stored(blog)) == (200, [])
    assert send(blog, post, {}, text="Hello *there*", seen=mark).status_code == 303
    assert send(blog, post, {}, text="Hello", seen="forged").status_code == 200
    assert [comment.source for comment in stored(blog)] == ["Hello *there*"]


def test_a_filled_trap_asks_for_a_preview_and_then_for_approval(blog: Blog, post: Post) -> None:
    configure(blog, moderate=False)
    preview = send(blog, post, subject="viagra")
    assert (preview.status_code, stored(blog)) == (200, [])
    assert "viagra" not in preview.text
    confirmed = send(blog, post, seen=seen_mark(preview))
    assert "/received/" in confirmed.headers["Location"]


def test_the_trap_is_hidden_from_people(blog: Blog, post: Post) -> None:
    page = blog.get(post.url).text
    assert re.search(r"<p hidden><label[^>]*>[^<]+</label>\s*<input name=\"subject\"", page)


def test_a_writer_can_ask_for_a_preview(blog: Blog, post: Post) -> None:
    preview = send(blog, post, preview="1")
    assert "Preview of your comment" in preview.text
    assert stored(blog) == []


# --- where comments may stand -----------------------------------------------------------------


@pytest.mark.parametrize(
    "state",
    [
        {"status": "draft"},
        {"status": "scheduled", "published_at": datetime(2099, 1, 1, tzinfo=UTC)},
        {"status": "trashed"},
        {"visibility": "private"},
        {"visibility": "password", "password": "enter"},
    ],
)
def test_comments_of_a_post_that_isnt_public_are_out_of_reach(
    blog: Blog, post: Post, state: dict[str, object]
) -> None:
    number = add(blog, post, "Leaky words")
    receipt = send(blog, post, text="Waiting words").headers["Location"]
    blog.site.posts.edit(post.id, **state)
    addresses = [f"/comments/post/{post.id}/", f"/comments/reply/{number}/", receipt]
    assert [blog.get(address).status_code for address in addresses] == [404] * 3
    assert send(blog, post).status_code == answer(blog, number).status_code == 404
    unlocked = blog.app.test_client()
    unlocked.post(post.url, data={"password": "enter"}, headers=HERE)
    for page in (unlocked.get(post.url).text, blog.get("/").text):
        assert "Leaky" not in page and "Waiting" not in page and "w-comments" not in page
    assert counts(blog.site, [blog.site.posts.get(post.id)]) == {}


def test_a_post_that_was_taken_back_meanwhile_takes_nothing(
    blog: Blog, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = receiving.store

    def late(*arguments: Any, **words: Any) -> object:
        with acting(THE_OPERATOR):
            blog.site.posts.unpublish(post.id)
        return real(*arguments, **words)

    monkeypatch.setattr(receiving, "store", late)
    response = send(blog, post, text="Too late")
    assert response.status_code == 404
    assert "Too late" in response.text and stored(blog) == []


def test_pages_have_no_comments(blog: Blog) -> None:
    about = blog.post("About", kind="page")
    assert send(blog, about).status_code == 404
    assert "w-comments" not in blog.get(about.url).text


def test_a_closed_post_shows_its_comments_and_takes_none(blog: Blog, post: Post) -> None:
    number = add(blog, post, "Early bird")
    blog.site.posts.edit(post.id, comments_open=False)
    page = blog.get(post.url).text
    assert "Early bird" in page and "takes no more comments" in page
    assert "<form" not in page and "/comments/reply/" not in page
    for response in (send(blog, post, text="Late words"), answer(blog, number, text="Late words")):
        assert response.status_code == 403
        assert "Late words</textarea>" in response.text
    assert len(stored(blog)) == 1


def test_a_closed_post_without_comments_says_nothing(blog: Blog) -> None:
    closed = blog.post(comments_open=False)
    assert "w-comments" not in blog.get(closed.url).text


def test_posts_close_after_the_days_that_were_set(blog: Blog) -> None:
    now = datetime.now(UTC)
    young = blog.post("Young", published_at=now - timedelta(days=13, hours=23))
    old = blog.post("Old", published_at=now - timedelta(days=14, hours=1))
    assert send(blog, old, text="Still open").status_code == 303
    configure(blog, close_after_days=14)
    assert send(blog, young).status_code == 303
    assert send(blog, old).status_code == 403
    assert "<form" not in blog.get(old.url).text


def test_comments_go_with_their_post(blog: Blog, post: Post) -> None:
    number = add(blog, post)
    add(blog, post, parent_id=number)
    blog.site.posts.purge(post.id)
    assert stored(blog) == []


# --- threads ----------------------------------------------------------------------------------


def shown(number: int, parent: int | None = None, minute: int = 0) -> Shown:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute or number)
    return Shown(number, 1, parent, f"A{number}", "", Markup(""), at)


def outline(nodes: list[Node]) -> list[object]:
    return [[node.comment.id, *outline(node.replies)] for node in nodes]


def test_a_thread_is_in_order_of_time_and_nested_by_replies() -> None:
    thread = [shown(1), shown(2), shown(3, 1), shown(4, 3), shown(5, 1), shown(6, 2)]
    assert outline(branches(thread)) == [[1, [3, [4]], [5]], [2, [6]]]
    imported = [shown(1, None, 30), shown(2, None, 10), shown(3, 1, 40), shown(4, 1, 35)]
    assert outline(branches(imported)) == [[2], [1, [4], [3]]]


def test_deep_replies_stand_flat_and_name_what_they_answer() -> None:
    thread = [shown(1), *(shown(number, number - 1) for number in range(2, 8))]
    assert outline(branches(thread)) == [[1, [2, [3, [4], [5], [6], [7]]]]]
    (top,) = branches(thread)
    deep = top.replies[0].replies[0].replies
    assert [node.answers.id if node.answers else None for node in deep] == [None, 4, 5, 6]
    assert {node.depth for node in deep} == {DEEPEST}


def test_a_reply_whose_parent_is_gone_stands_at_the_top() -> None:
    assert outline(branches([shown(2, 1), shown(3, 2)])) == [[2, [3]]]


def test_a_thread_a_thousand_replies_deep_is_shown_with_one_statement(
    blog: Blog, post: Post, statements: Counting
) -> None:
    with db.write() as session:
        for number in range(1, 1001):
            comment = Comment(
                id=number,
                post_id=post.id,
                parent_id=number - 1 or None,
                author="Ann",
                state="approved",
                source="x",
                html="<p>x</p>",
                created_at=datetime.now(UTC),
            )
            session.add(comment)
    with statements(blog.app) as seen:
        page = blog.get(post.url).text
    # One for the thread, one for the number in the byline.
    assert sum("comments_comment" in statement for statement in seen) == 2
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids))
    assert page.count('class="comment u-comment h-cite"') == 1000
    assert page.count("in reply to") == 1000 - DEEPEST


def test_a_reply_is_written_on_a_page_that_shows_what_it_answers(blog: Blog, post: Post) -> None:
    number = add(blog, post, "What about sails?", author="Bo")
    assert f'<a href="/comments/reply/{number}/" rel="nofollow">Reply' in blog.get(post.url).text
    page = blog.get(f"/comments/reply/{number}/").text
    assert "What about sails?" in page and 'content="noindex"' in page
    assert answer(blog, number, text="They tear.").status_code == 303
    reply = stored(blog)[-1]
    assert (reply.parent_id, reply.post_id) == (number, post.id)


def test_only_what_readers_see_can_be_answered(blog: Blog, post: Post) -> None:
    for state in ("waiting", "spam", "rejected"):
        number = add(blog, post, "Hidden words", state=state)
        assert blog.get(f"/comments/reply/{number}/").status_code == 404
        assert answer(blog, number).status_code == 404


def test_a_removed_comment_with_replies_leaves_an_empty_place(blog: Blog, post: Post) -> None:
    number = add(blog, post, "Rude words", author="Rudi")
    add(blog, post, "Calm down.", parent_id=number)
    assert blog.run("comments", "reject", str(number)) == 0
    page = blog.get(post.url).text
    assert "This comment was removed." in page and "Calm down." in page
    assert "Rude" not in page and "Rudi" not in page
    assert "1 comment</h2>" in page


# --- numbers ----------------------------------------------------------------------------------


def test_numbers_of_all_posts_of_a_page_take_one_statement(
    blog: Blog, statements: Counting
) -> None:
    posts = [blog.post(f"Post {number}") for number in range(10)]
    for number, post in enumerate(posts):
        for _ in range(number):
            add(blog, post)
        add(blog, post, state="waiting")
    with statements(blog.app) as seen:
        page = blog.get("/").text
    assert sum("comments_comment" in statement for statement in seen) == 1
    assert [int(number) for number in re.findall(r">(\d+) comments?</a>", page)] == list(
        range(9, 0, -1)
    )


def test_what_nobody_sees_makes_no_page_stale(blog: Blog, post: Post) -> None:
    def keys() -> set[str]:
        db.end_reading()
        logged = db.reading().execute(select(ChangeRow.key)).scalars()
        return {key for key in logged if key.startswith(("comments:", "post:"))}

    before = keys()
    send(blog, post)
    assert f"comments:{post.id}" not in keys() and keys() == before
    blog.run("comments", "spam", "1")
    assert f"comments:{post.id}" not in keys()
    blog.run("comments", "approve", "1")
    assert {f"comments:{post.id}", f"post:{post.id}"} <= keys()


# --- the command line -------------------------------------------------------------------------


def test_the_queue_is_listed_by_state(
    blog: Blog, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    for state in ("waiting", "approved", "spam", "rejected"):
        add(blog, post, f"This is {state}.", state=state)
    assert blog.run("comments", "list", "--state", "spam") == 0
    output = capsys.readouterr().out
    assert "This is spam." in output and "waiting" not in output
    assert blog.run("comments", "list", "--json") == 0
    records = json.loads(capsys.readouterr().out)
    assert [record["state"] for record in records] == ["rejected", "spam", "approved", "waiting"]
    assert blog.run("comments", "list", "--state", "nonsense") == 64


def test_decisions_are_all_or_none(
    blog: Blog, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = add(blog, post, state="waiting"), add(blog, post, state="waiting")
    assert blog.run("comments", "approve", str(first), "99") == 65
    assert "no comment 99" in capsys.readouterr().err
    assert {comment.state for comment in stored(blog)} == {"waiting"}
    assert blog.run("comments", "approve", str(first), str(second)) == 0
    assert blog.run("comments", "spam", str(first)) == 0
    assert blog.run("comments", "reject", str(second)) == 0
    assert [comment.state for comment in stored(blog)] == ["spam", "rejected"]


def test_deleting_moves_replies_up_and_can_be_tried_first(
    blog: Blog, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    first = add(blog, post, "First")
    second = add(blog, post, "Second", parent_id=first)
    third = add(blog, post, "Third", parent_id=second)
    fourth = add(blog, post, "Fourth", parent_id=third)
    arguments = ("comments", "delete", str(second), str(third))
    assert blog.run(*arguments, "--dry-run") == 0
    output = capsys.readouterr().out
    assert "Would delete" in output and "would move up: 1" in output
    assert len(stored(blog)) == 4
    assert blog.run(*arguments) == 0
    assert [(item.id, item.parent_id) for item in stored(blog)] == [(first, None), (fourth, first)]
    newest = add(blog, post, "Fifth")
    blog.run("comments", "delete", str(newest))
    assert add(blog, post, "Sixth") > newest, "an id must never come back as another's"


def test_the_migration_makes_what_the_models_say(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("migrate", "make", "comments", "Nothing") == 65
    assert "are the same" in capsys.readouterr().err


# --- pages ------------------------------------------------------------------------------------


def test_every_page_works_without_a_script_and_has_each_id_once(blog: Blog, post: Post) -> None:
    parent = add(blog, post, "One")
    add(blog, post, "Two", parent_id=parent)
    receipt = send(blog, post).headers["Location"]
    pages = [
        blog.get(post.url),
        blog.get(f"/comments/post/{post.id}/"),
        blog.get(f"/comments/reply/{parent}/"),
        blog.get(receipt),
        send(blog, post, preview="1"),
        send(blog, post, author="", text=""),
    ]
    for page in pages:
        reader = Reader(page.text)
        assert reader.could_run == []
        assert len(reader.ids) == len(set(reader.ids))
        labelled = {attrs.get("for") for tag, attrs in reader.elements if tag == "label"}
        for tag, attrs in reader.elements:
            if tag in {"input", "textarea"} and attrs.get("type") != "hidden":
                assert attrs["id"] in labelled
            for described in str(attrs.get("aria-describedby") or "").split():
                assert described in reader.ids
        assert page.text.count("<h1") == 1


def test_a_cached_page_is_the_same_for_everybody(blog: Blog, post: Post) -> None:
    add(blog, post, "One")
    assert blog.get(post.url).data == blog.get(post.url, headers={"Cookie": "a=b"}).data
    etag = blog.get(post.url).headers["ETag"]
    add(blog, post, "Two")
    assert blog.get(post.url, headers={"If-None-Match": etag}).status_code == 200


# --- the language of comments -----------------------------------------------------------------


@pytest.mark.parametrize(
    "source, html",
    [
        ("one\ntwo\n\n \n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        ("a *b* c `d<e>` f", "<p>a <em>b</em> c <code>d&lt;e&gt;</code> f</p>"),
        ("2*3*4 * 5 * 6 **x**", "<p>2*3*4 * 5 * 6 **x**</p>"),
        ("*a `b` c*", "<p><em>a <code>b</code> c</em></p>"),
        ("`a *b* c`", "<p><code>a *b* c</code></p>"),
        ("`open", "<p>`open</p>"),
        (
            "(see https://x.example/a_(b).)",
            '<p>(see <a href="https://x.example/a_(b)" rel="nofollow ugc noopener">'
            "https://x.example/a_(b)</a>.)</p>",
        ),
        (
            "“https://x.example/?a=1&b=2”",
            '<p>“<a href="https://x.example/?a=1&amp;b=2" rel="nofollow ugc noopener">'
            "https://x.example/?a=1&amp;b=2</a>”</p>",
        ),
        ("xhttps://x.example ftp://x.example", "<p>xhttps://x.example ftp://x.example</p>"),
        ("https://", "<p>https://</p>"),
    ],
)
def test_what_is_written_becomes(source: str, html: str) -> None:
    assert render(source) == html


@pytest.mark.parametrize(
    "piece",
    ["*", "`", "*a ", "`a\n", "* ", "https://x.example/)", "(", "\n \n", "\n", "*`", "http://"],
)
def test_no_text_takes_long_to_render(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    render(text)
    # Ten times the longest comment: quadratic time would take a minute here.
    assert time.process_time() - began < 5


# --- other engines and the demo ---------------------------------------------------------------


@pytest.mark.postgres
def test_comments_work_on_postgresql(make_blog: Callable[..., Blog], postgres_url: str) -> None:
    blog = make_blog(plugins=["comments"], database_url=postgres_url)
    post = blog.post("Ships")
    send(blog, post, text="x\x00y")
    assert blog.run("comments", "approve", "1") == 0
    assert answer(blog, 1).status_code == 303
    assert "<p>xy</p>" in blog.get(post.url).text
    assert blog.run("comments", "delete", "1") == 0
    assert [(comment.id, comment.parent_id) for comment in stored(blog)] == [(2, None)]


def test_sample_posts_get_threads_with_dates_after_the_post(blog: Blog) -> None:
    titles = re.findall(r'^post = "(.+)"$', samples.FILE.read_text("utf-8"), re.MULTILINE)
    when = datetime(2025, 6, 1, tzinfo=UTC)
    posts = [blog.post(title, published_at=when) for title in dict.fromkeys(titles)]
    draft = PostDraft(title=titles[0], status="draft")
    samples.add_samples(blog.site, [*posts[1:], blog.site.posts.create(draft)])
    comments = stored(blog)
    assert comments and all(comment.created_at > when for comment in comments)
    assert {comment.post_id for comment in comments} == {post.id for post in posts[1:]}
    assert sum(comment.state == "waiting" for comment in comments) == 1
    parents = {comment.id: comment.parent_id for comment in comments}

    def depth(number: int | None) -> int:
        return 0 if number is None else 1 + depth(parents[number])

    assert max(map(depth, parents)) >= 4


def test_samples_pass_over_posts_that_have_no_samples(blog: Blog, post: Post) -> None:
    samples.add_samples(blog.site, [post, replace(post, title="Another")])
    db.end_reading()
    assert db.reading().execute(select(func.count()).select_from(Comment)).scalar() == 0


def test_one_mail_tells_of_all_comments_of_ten_minutes(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(datetime(2030, 3, 1, 9, 0, tzinfo=UTC))
    blog.site.users.create("Olga", email="olga@example.org", role="owner")
    ann = blog.site.users.create("Ann", email="ann@example.org", role="author")
    theirs = blog.post("Ann's", "Text.", authors=(ann.slug,))
    other = blog.post("Other", "Text.")
    configure(blog, most_per_sender=1000)
    for number in range(12):
        assert send(blog, theirs, text=f"Number {number}\n<b>&\n.").status_code == 303
    assert send(blog, other, author="Ben\r\nBcc: eve@example.org").status_code == 303
    assert work_off(blog.site.jobs) == []
    freeze(now + timedelta(minutes=10))
    assert work_off(blog.site.jobs) == ["comments.notify", "core.mail", "core.mail"]
    mails = {mail.to: mail for mail in blog.site.mail.find()}
    assert set(mails) == {"olga@example.org", "ann@example.org"}
    assert mails["olga@example.org"].subject == "13 comments wait on My blog"
    assert mails["ann@example.org"].subject == "12 comments wait on My blog"
    told = mails["ann@example.org"].text
    assert f"https://blog.example{theirs.url}" in told
    assert told.count("blogengine comments approve") == 10  # the newest; all by a command
    assert "> Number 11\n> <b>&\n> .\n" in told
    assert "Other" not in told
    assert "&lt;b&gt;&amp;" in mails["ann@example.org"].html
    assert mails["ann@example.org"].plugin == "comments"
    assert work_off(blog.site.jobs) == []


def test_decided_comments_trapped_ones_and_a_switch_make_no_mail(
    blog: Blog, post: Post, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(datetime(2030, 3, 1, 9, 0, tzinfo=UTC))
    blog.site.users.create("Olga", email="olga@example.org", role="owner")
    send(blog, post, text="Decided.")
    assert blog.run("comments", "approve", "1") == 0
    freeze(now + timedelta(minutes=10))
    assert work_off(blog.site.jobs) == ["comments.notify"]
    configure(blog, notify=False)
    send(blog, post, text="Switched off.")
    assert blog.site.jobs.find(states=["waiting"]) == []
    assert blog.site.mail.find() == []


def test_a_list_is_sorted_by_how_much_is_said(blog: Blog) -> None:
    posts = [blog.post(f"Said {n}", tags=["Talk"]) for n in range(3)]
    blog.site.terms.describe("talk", sort="discussed")

    def order() -> list[str]:
        return re.findall(r"(Said \d)</a></h2>", blog.get("/tag/talk/").text)

    assert order() == ["Said 2", "Said 1", "Said 0"]
    number = add(blog, posts[0], state="waiting")
    with acting(THE_OPERATOR):
        decide(blog.site, [number], "approved")
        assert order() == ["Said 0", "Said 2", "Said 1"]
        decide(blog.site, [number], "spam")
    assert order() == ["Said 2", "Said 1", "Said 0"]
