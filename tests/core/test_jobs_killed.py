"""Kill -9 between any two steps: nothing is lost, no mail and no publication comes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from blogengine.db import db
from blogengine.models import RevisionRow
from blogengine.testing.working_off import work_off
from tests.conftest import Blog
from tests.core.killing import MailServer, killed_at, mail_server
from tests.core.test_hooks import HEAD, seen
from tests.core.test_plugin_host import drop_in

MOST_STEPS = 100
START = datetime(2030, 3, 1, 9, 0, tzinfo=UTC)

LISTENER = """
import os


@hookimpl
def on_post_published(site, post):
    note("told", post.id)


def add(site, payload):
    with site.db.write() as session:
        site.mail.send(session, to="ann@example.org", subject=payload["n"], text="Text.")
        site.jobs.finish(session)


@hookimpl
def register_jobs():
    return [Job("add", add)]
"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def blog(request: pytest.FixtureRequest, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Blog:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    make_blog: Callable[..., Blog] = request.getfixturevalue("make_blog")
    folder = request.getfixturevalue("tmp_path") / "site"
    drop_in(folder, "sonde", HEAD + LISTENER)
    return make_blog(folder=folder, plugins=["sonde"], strict=False, database_url=url)


def using(blog: Blog, server: MailServer) -> None:
    """Let the site send its mails to this server."""
    object.__setattr__(blog.site.config, "mail_url", server.url)


def carry_on(blog: Blog) -> None:
    """What the next jobs process does first, then everything that is due."""
    db.end_reading()
    blog.site.jobs.give_back()
    work_off(blog.site.jobs)


def test_a_mail_goes_once_whenever_its_process_is_killed(blog: Blog, server: MailServer) -> None:
    using(blog, server)
    unsure = 0
    for number in range(1, MOST_STEPS):
        subject = f"Number {number}"
        with blog.site.db.write() as session:
            mail = blog.site.mail.send(session, to="ann@example.org", subject=subject, text="Text.")
        was_killed = killed_at(blog, number, blog.site.jobs.run_due)
        carry_on(blog)
        carry_on(blog)
        arrived = server.subjects().count(subject)
        state = blog.site.mail.get(mail).state
        # One that may have been sent is shown and not sent again.
        assert (state, arrived) in {("sent", 1), ("unsure", 0), ("unsure", 1)}, number
        unsure += state == "unsure"
        assert not blog.site.jobs.find(states=["waiting", "running", "failed", "dead"])
        if not was_killed:
            break
    assert number > 20
    assert 0 < unsure < 8, "Only around the mail's last line nobody can know."
    assert blog.site.mail.find(states=["waiting", "sending"]) == []


def test_a_mail_asked_for_by_a_job_is_written_once(blog: Blog, server: MailServer) -> None:
    using(blog, server)
    for number in range(1, MOST_STEPS):
        with blog.site.db.write() as session:
            blog.site.jobs.enqueue(session, "sonde.add", {"n": f"Number {number}"})
        was_killed = killed_at(blog, number, partial(blog.site.jobs.run_due, limit=1))
        carry_on(blog)
        assert server.subjects().count(f"Number {number}") == 1
        if not was_killed:
            break
    assert number > 4


def test_a_scheduled_post_is_published_once_and_told_of(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(START)
    doubled = 0
    for number in range(1, MOST_STEPS):
        later = now + timedelta(minutes=1)
        post = blog.post(f"Later {number}", status="scheduled", published_at=later)
        now = freeze(later)
        was_killed = killed_at(blog, number, blog.site.posts.publish_due)
        blog.get("/")  # the first request after the downtime
        carry_on(blog)
        db.end_reading()
        assert blog.site.posts.get(post.id).status == "published"
        notes = db.reading().execute(
            select(func.count()).where(
                RevisionRow.post_id == post.id, RevisionRow.note == "Published at its time"
            )
        )
        assert notes.scalar_one() == 1
        told = seen(blog).count(["told", post.id])
        assert told in (1, 2)
        doubled += told - 1
        if not was_killed:
            break
    assert number > 4
    assert doubled <= 2, "Only between the telling and its mark."
