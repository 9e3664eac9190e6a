"""`antispam`, and the hooks of `comments` that it answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from blogengine_plugins.antispam.models import Mark
from blogengine_plugins.antispam.rules import found_word
from blogengine_plugins.comments.models import Comment
from blogengine_plugins.comments.moderation import decide
from blogengine_plugins.comments.verdicts import LONGEST_REASON, strictest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from blogengine.db import db
from blogengine.values import Post
from tests.conftest import Blog
from tests.core.bad_plugins import enable

HERE = {"Sec-Fetch-Site": "same-origin"}
LONG = "A text long enough to be known again."


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Nothing for SQLite."""
    found: str = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return found


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    """Comments appear at once unless something stands against them."""
    made = make_blog(plugins=["comments", "antispam"])
    made.set("comments", moderate=False)
    return made


@pytest.fixture
def post(blog: Blog) -> Post:
    return blog.post("Ships")


def send(blog: Blog, post: Post, text: str = "Well said.", **fields: Any) -> TestResponse:
    data = {"author": "Ann", "text": text, **fields}
    path = f"/comments/post/{post.id}/"
    return blog.send(path, method="POST", data=data, headers=HERE)


def last() -> tuple[str, str]:
    """Return state and reason of the newest comment."""
    db.end_reading()
    query = select(Comment.state, Comment.reason).order_by(Comment.id.desc()).limit(1)
    state, reason = db.reading().execute(query).one()
    return state, reason


# --- the rules --------------------------------------------------------------------------------


def test_an_innocent_comment_passes(blog: Blog, post: Post) -> None:
    assert send(blog, post).status_code == 303
    assert last() == ("approved", "")
    assert "Well said." in blog.get(post.url).text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "Buy CHEAP  watches now"}, "It has “cheap watches”, which is on your list."),
        ({"author": "Casino", "text": "x"}, "It has “casino”, which is on your list."),
        ({"website": "https://casino.example/", "text": "x"}, "It has “casino”"),
        ({"text": "買う 激安時計!"}, "It has “激安”, which is on your list."),
        ({"text": " ".join(f"https://x.example/{n}" for n in range(5))}, "It has 5 links."),
    ],
)
def test_what_the_owner_does_not_want_is_spam(
    blog: Blog, post: Post, fields: dict[str, str], reason: str
) -> None:
    blog.set("antispam", words="\ncheap watches\ncasino\n激安\n")
    assert send(blog, post, **fields).status_code == 303
    state, said = last()
    assert state == "spam"
    assert said.startswith(reason)
    assert "comment-1" not in blog.get(post.url).text


def test_words_are_taken_literally() -> None:
    def found(text: str, words: str) -> str:
        return found_word(SimpleNamespace(author="", email="", website="", source=text), words)

    assert found("under pressure", "press") == ""
    assert found("no press, please", "press") == "press"
    assert found("anything", ".*\n[a-z]+\n(") == ""
    assert found("a (b) c", "(b)") == "(b)"
    assert found("anything", "\n  \n") == ""


def test_the_same_text_again_is_spam(blog: Blog, post: Post) -> None:
    other = blog.post("Boats")
    send(blog, post, "Look here")
    send(blog, other, "Look here")
    assert last() == ("spam", "Its sender has sent the same text today.")
    assert send(blog, other, "Another").status_code == 303
    assert last()[0] == "approved"


def test_a_filled_trap_is_spam_once_it_is_confirmed(blog: Blog, post: Post) -> None:
    shown = send(blog, post, subject="Buy")
    assert "isn’t sent yet" in shown.text
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', shown.text)
    send(blog, post, seen=seen)
    assert last() == ("spam", "A field that people don't see was filled in.")


# --- how long a form was open -----------------------------------------------------------------


def opened(page: str) -> list[str]:
    return re.findall(r'name="opened" value="([^"]*)"', page)


def test_a_form_on_a_page_of_its_own_knows_how_long_it_was_open(
    blog: Blog, post: Post, freeze: Callable[[str], object]
) -> None:
    blog.set("antispam", least_seconds=3)
    freeze("2030-01-31T09:00:00")
    (mark,) = opened(blog.get(f"/comments/post/{post.id}/").text)
    freeze("2030-01-31T09:00:01")
    again = send(blog, post, "", opened=mark)
    assert opened(again.text) == [mark]
    send(blog, post, "Too quick", opened=mark)
    assert last() == ("waiting", "It was sent 1 second after its form was opened.")
    freeze("2030-01-31T09:00:09")
    send(blog, post, "In time", opened=mark)
    assert last() == ("approved", "")


def test_the_form_below_a_post_is_the_same_for_everybody(
    blog: Blog, post: Post, freeze: Callable[[str], object]
) -> None:
    """It comes from a cache, so it can't say when it was opened; nor is a forged mark believed."""
    freeze("2030-01-31T09:00:00")
    first = blog.get(post.url)
    freeze("2030-01-31T09:05:00")
    assert blog.get(post.url).headers["ETag"] == first.headers["ETag"]
    assert opened(first.text) == []
    for mark in ("", "nonsense", "MTcwMDAwMDAwMC4w.AAAA.BBBB"):
        send(blog, post, f"With {mark}", opened=mark)
        assert last() == ("approved", "")
    assert opened(send(blog, post, "", opened="nonsense").text) == []


# --- learning ---------------------------------------------------------------------------------


def test_what_the_owner_marks_is_known_again(
    database_url: str, make_blog: Callable[..., Blog], freeze: Callable[[str], object]
) -> None:
    freeze("2030-01-31T09:00:00")
    blog = make_blog(plugins=["comments", "antispam"], database_url=database_url)
    blog.set("comments", moderate=False)
    post = blog.post("Ships", published_at=None)
    enable(blog.folder, "antispam")
    send(blog, post, LONG, website="https://spam.example/a")
    assert last()[0] == "approved"
    assert blog.run("comments", "spam", "1") == 0
    freeze("2030-02-02T09:00:00")  # another day, so that nobody knows the sender
    for text, site in ((LONG.upper(), ""), ("Other words, own site", "https://spam.example/a")):
        send(blog, post, text, website=site)
        assert last() == ("spam", "You have marked the same text or website as spam.")
    assert blog.run("comments", "approve", "1") == 0
    db.end_reading()
    assert db.reading().execute(select(func.count()).select_from(Mark)).scalar() == 0
    freeze("2030-02-04T09:00:00")
    send(blog, post, LONG)
    assert last()[0] == "approved"


def test_its_own_verdicts_and_short_texts_teach_nothing(blog: Blog, post: Post) -> None:
    enable(blog.folder, "antispam")
    blog.set("antispam", words="casino")
    send(blog, post, f"casino: {LONG}")
    send(blog, post, "Nice post!")
    assert blog.run("comments", "spam", "2") == 0
    assert db.reading().execute(select(func.count()).select_from(Mark)).scalar() == 0


# --- the hooks of comments --------------------------------------------------------------------


def test_comments_check_lets_pass_holds_and_explains(
    blog: Blog, post: Post, with_hook: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    blog.set("comments", moderate=True)

    def comments_check(comment: Any) -> tuple[str, str] | None:
        word = comment.source.split()[0]
        known = {"friend": "approved", "odd": "waiting", "bad": "spam"}
        return (known[word], f"It begins with {word}.") if word in known else None

    with with_hook(comments_check):
        for text, state in (
            ("friend of mine", "approved"),
            ("odd one", "waiting"),
            ("bad one", "spam"),
            ("friend https://a.example https://b.example https://c.example", "waiting"),
        ):
            send(blog, post, text)
            assert last()[0] == state, text
        assert last()[1] == "It has more than 2 links."
    send(blog, post, "nobody asked")
    assert last() == ("waiting", "")
    capsys.readouterr()
    assert blog.run("comments", "list") == 0
    said = capsys.readouterr().out
    assert re.search(r"spam +\S+  Ann on “Ships”: bad one\n +It begins with bad\.\n", said)


def test_comments_check_is_closed(blog: Blog, post: Post, with_hook: Callable[..., Any]) -> None:
    """A failing check never lets a comment appear, and costs the reader nothing."""
    with with_hook("comments_check", raises=ZeroDivisionError):
        assert send(blog, post).status_code == 303
    assert last() == ("waiting", "A check of it failed.")
    blog.site.guard.strict = False
    for wrong in ("approved", ("approved", None), ("fine", "x"), ["approved", "x"], True):
        with with_hook("comments_check", lambda wrong=wrong: wrong):
            send(blog, post, f"With {wrong}")
        assert last() == ("waiting", "A check of it failed."), wrong


def test_comments_on_state_changed_tells_what_became_of_a_comment(
    blog: Blog, post: Post, with_hook: Callable[..., Any]
) -> None:
    told = []

    def comments_on_state_changed(comment: Any, state: str, before: str) -> None:
        told.append((comment.id, comment.source, state, before))

    blog.set("comments", moderate=True)
    with with_hook(comments_on_state_changed):
        send(blog, post, "One")
        send(blog, post, "One")  # sent twice, stored once
        db.end_reading()
        decide(blog.site, [1], "approved")
        decide(blog.site, [1], "approved")
    assert told == [(1, "One", "waiting", ""), (1, "One", "approved", "waiting")]


@given(st.lists(st.tuples(st.sampled_from(["spam", "waiting", "approved"]), st.text())))
def test_the_strictest_verdict_counts(verdicts: list[tuple[str, str]]) -> None:
    states = {state for state, _reason in verdicts}
    found = strictest(verdicts)
    order = [state for state in ("spam", "waiting", "approved") if state in states]
    assert (found[0] if found else None) == (order[0] if order else None)
    assert found is None or len(found[1]) <= LONGEST_REASON
