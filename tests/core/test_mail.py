"""`site.mail`: written with the edit, sent once by a real server, kept without one."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blogengine.actors import NOBODY, Actor, acting
from blogengine.db import db
from blogengine.errors import Denied, OperatorError, Retryable, UserError
from blogengine.mail import mail_server as parsed
from blogengine.mailboxes import mailbox
from blogengine.settings import store_setting
from tests.conftest import Blog
from tests.core.identity import ELSEWHERE, EMAIL, make_owner, member, signed_in
from tests.core.killing import MailServer, mail_server

START = datetime(2030, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(plugins=[], strict=False, settings={"title": "Sea Notes"})


def using(blog: Blog, url: str) -> None:
    """Let the site send its mails there."""
    object.__setattr__(blog.site.config, "mail_url", url)


def write(blog: Blog, **words: Any) -> int:
    fields: dict[str, Any] = {"to": "ann@example.org", "subject": "Hello", "text": "Text."}
    with blog.site.db.write() as session:
        return blog.site.mail.send(session, **{**fields, **words})


def run(blog: Blog) -> list[str]:
    db.end_reading()
    found = [one.error for one in blog.site.jobs.run_due()]
    db.end_reading()
    return found


def state(blog: Blog, number: int) -> str:
    db.end_reading()
    return blog.site.mail.get(number).state


def test_a_mail_arrives_with_all_it_needs(blog: Blog, server: MailServer) -> None:
    using(blog, server.url)
    number = write(
        blog,
        to="Ann Öl <ann@example.org>",
        subject="Grüße",
        text="Hello.\n.\n.. two dots\nWörter",
        html="<p>Hello.</p>",
        reply_to="ben@example.org",
    )
    assert run(blog) == [""]
    (mail,) = server.mails
    assert (mail["To"], mail["Subject"]) == ("Ann Öl <ann@example.org>", "Grüße")
    assert mail["From"] == "Sea Notes <blog@blog.example>"
    assert mail["Reply-To"] == "ben@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == f"<blog.{blog.site.id}.blog.example>"
    assert mail["Message-ID"] == blog.site.mail.get(number).message_id
    assert mail["Message-ID"].endswith("@blog.example>")
    assert mail["Date"].datetime is not None
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    assert plain.get_content().splitlines() == ["Hello.", ".", ".. two dots", "Wörter"]
    assert html.get_content().strip() == "<p>Hello.</p>"
    assert server.envelopes[0][1].endswith("TO:<ann@example.org>")
    assert all(line.isascii() and len(line) < 998 for line in server.raw[0].split(b"\r\n"))
    assert state(blog, number) == "sent"


def test_the_sender_is_a_setting(blog: Blog, server: MailServer) -> None:
    using(blog, server.url)
    blog.set("site", mail_from="notes@sea.example")
    write(blog)
    run(blog)
    assert server.mails[0]["From"] == "Sea Notes <notes@sea.example>"
    assert "FROM:<notes@sea.example>" in server.envelopes[0][0]
    assert blog.run("settings", "set", "mail_from", "not an address") == 65


@pytest.mark.parametrize(
    "subject",
    [
        "Hi\r\nBcc: eve@example.org",
        "Hi\nBcc: eve@example.org",
        "Hi\r\n\r\nBody",
        "Hi\x00\x85\u2028",
    ],
)
def test_a_subject_can_not_begin_a_header(blog: Blog, server: MailServer, subject: str) -> None:
    using(blog, server.url)
    write(blog, subject=subject)
    assert run(blog) == [""]
    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Hi")
    assert mail.get_content().strip() == "Text."


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org\r\nBcc: eve@example.org",
        "Ann\nBcc: eve@example.org <ann@example.org>",
        "ann@example.org, eve@example.org",
        "Ann <ann@example.org>, Eve <eve@example.org>",
        "ann@example.org>\r\nRCPT TO:<eve@example.org",
        "ann@example.org> SIZE=1",
        "ann@[127.0.0.1]",
        "ann",
        "@example.org",
        "ann@",
        "an n@example.org",
        "",
        "a" * 400 + "@example.org",
    ],
)
def test_what_is_not_one_address_is_refused_before_anything_is_stored(
    blog: Blog, address: str
) -> None:
    for field in ("to", "reply_to"):
        if field == "reply_to" and not address:
            continue
        with pytest.raises(UserError) as refused:
            write(blog, **{field: address})
        assert refused.value.field == field
    assert blog.site.mail.find() == []


def test_a_domain_of_another_script_is_written_in_ascii() -> None:
    assert mailbox("ann@exämple.org").addr_spec == "ann@xn--exmple-cua.org"


def test_without_a_server_mails_are_kept_and_sent_when_asked(
    blog: Blog, server: MailServer, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    number = write(blog)
    assert run(blog) == [""]
    assert state(blog, number) == "kept"
    using(blog, server.url)
    assert run(blog) == []  # an old mail doesn't go out by itself
    capsys.readouterr()
    assert blog.run("mail", "list", "--json") == 0
    assert [row["state"] for row in json.loads(capsys.readouterr().out)] == ["kept"]
    assert blog.run("mail", "show", str(number)) == 0
    assert "Text." in capsys.readouterr().out
    assert blog.run("mail", "send", "--all") == 0
    assert run(blog) == [""]
    assert server.subjects() == ["Hello"]
    assert state(blog, number) == "sent"
    assert blog.run("mail", "send", str(number)) == 0  # what was sent isn't sent again
    assert run(blog) == []
    assert blog.run("mail", "send") == 64
    assert blog.run("mail", "show", "999") == 65


def test_a_mail_of_an_edit_that_never_happened_is_none(blog: Blog) -> None:
    with pytest.raises(ZeroDivisionError), blog.site.db.write() as session:
        blog.site.mail.send(session, to="ann@example.org", subject="No", text="No.")
        raise ZeroDivisionError
    assert blog.site.mail.find() == []


def test_a_server_that_is_down_costs_nobody_anything_and_is_tried_again(
    blog: Blog, server: MailServer, freeze: Callable[[datetime], datetime]
) -> None:
    """Row 30 of the faults: a closed port; the one who asks doesn't wait for it."""
    freeze(START)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        using(blog, f"smtp://127.0.0.1:{closed.getsockname()[1]}")
    began = time.monotonic()
    number = write(blog)
    assert time.monotonic() - began < 5  # only against hanging
    (error,) = run(blog)
    assert "doesn't take mails now" in error
    assert state(blog, number) == "waiting"
    (job,) = blog.site.jobs.find()
    assert (job.state, job.not_before) == ("failed", START + timedelta(minutes=1))
    using(blog, server.url)
    freeze(START + timedelta(minutes=1))
    assert run(blog) == [""]
    assert server.subjects() == ["Hello"]


def test_a_server_that_hangs_is_given_up_after_a_time(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blogengine.mail.server.SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        using(blog, f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        number = write(blog)
        (error,) = run(blog)
    assert "timed out" in error
    assert state(blog, number) == "waiting"


@pytest.mark.parametrize("word", ["CONNECT", "MAIL", "RCPT", "DATA", "END"])
def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    blog: Blog, server: MailServer, word: str, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(START)
    using(blog, server.url)
    server.answers[word] = "451 later"
    soft = write(blog, subject="Soft")
    run(blog)
    assert state(blog, soft) == "waiting"
    server.answers[word] = "550 never"
    hard = write(blog, subject="Hard")
    run(blog)
    # A sender or a greeting that is refused is the operator's, not this mail's.
    assert state(blog, hard) == ("waiting" if word in ("CONNECT", "MAIL") else "failed")
    assert server.mails == []
    server.answers.clear()
    freeze(START + timedelta(minutes=1))
    run(blog)
    assert "Soft" in server.subjects()


def test_an_answer_that_never_comes_leaves_a_mail_unsure_and_it_is_not_sent_again(
    blog: Blog, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blogengine.mail.server.SECONDS", 0.5)
    using(blog, server.url)
    server.answers["END"] = "250-and more to come"
    number = write(blog)
    assert run(blog) == [""]
    assert state(blog, number) == "unsure"
    assert "may have been sent" in blog.site.mail.get(number).error
    server.answers.clear()
    assert run(blog) == []
    assert len(server.raw) == 1
    assert blog.site.mail.send_again() == []  # not with --all
    assert blog.site.mail.send_again([number]) == [number]
    run(blog)
    assert [str(mail["Message-ID"]) for mail in server.mails] == [
        blog.site.mail.get(number).message_id
    ] * 2


def test_after_the_last_try_a_mail_has_failed(
    blog: Blog, server: MailServer, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(START)
    using(blog, server.url)
    server.answers["CONNECT"] = "421 closed"
    number = write(blog)
    for _try in range(8):
        assert len(run(blog)) == 1
        now = freeze(now + timedelta(days=1))
    assert run(blog) == []
    assert state(blog, number) == "failed"
    server.answers.clear()
    assert blog.site.mail.send_again() == [number]
    assert run(blog) == [""]
    assert state(blog, number) == "sent"


def test_no_more_than_so_many_mails_an_hour(
    blog: Blog, server: MailServer, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(START)
    using(blog, server.url)
    with db.write() as session:
        store_setting(session, "site", "mails_per_hour", 2)
    blog.site.store.reload(db.reading())
    for number in range(3):
        write(blog, subject=f"Number {number}")
    run(blog)
    assert server.subjects() == ["Number 0", "Number 1"]
    freeze(START + timedelta(minutes=59))
    assert run(blog) == []
    freeze(START + timedelta(minutes=61))
    run(blog)
    assert server.subjects() == ["Number 0", "Number 1", "Number 2"]


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtp"])
def test_a_password_never_goes_over_an_open_connection(
    blog: Blog, server: MailServer, scheme: str
) -> None:
    # 127.0.0.2 is this machine too, but not by the name that is trusted.
    using(blog, f"{scheme}://ann:secret@127.0.0.2:{server.port}")
    server.seen.clear()
    write(blog)
    (error,) = run(blog)
    assert "offers no encryption" in error
    assert not any(b"AUTH" in line or b"secret" in line for line in server.seen)


@pytest.mark.parametrize(
    "url",
    ["smtp://", "http://host", "host:25", "smtp://host:port", "smtp://host/path", "smtp://h?a=b"],
)
def test_an_address_of_no_mail_server_is_told_without_its_password(url: str) -> None:
    with pytest.raises(OperatorError) as refused:
        parsed(url.replace("host", "ann:geheim@host"))
    assert "geheim" not in str(refused.value)
    assert parsed("") is None


def test_a_password_may_hold_any_character_and_is_not_shown() -> None:
    server = parsed("smtps://ann%40example.org:p%3Aw%2F@mail.example.org")
    assert server is not None
    assert (server.user, server.password, server.port) == ("ann@example.org", "p:w/", 465)
    assert "p:w" not in repr(server)


def test_a_template_gives_subject_text_and_html(blog: Blog, tmp_path: Any) -> None:
    from jinja2 import DictLoader

    blog.site.environment.loader.loaders.append(  # type: ignore[union-attr]
        DictLoader(
            {
                "m.txt": "Subject: {{ n }} <new>\n\n{{ word }} & more\nhttps://x.example/a?b=1&c=2.\n\n"
                "> quoted\n> twice\n\n- one\n- two\n"
            }
        )
    )
    letter = blog.site.mail.compose("m.txt", n=3, word="<b>")
    assert letter.subject == "3 <new>"
    assert letter.text.startswith("<b> & more\n")
    assert "<p>&lt;b&gt; &amp; more<br>" in letter.html
    assert (
        '<a href="https://x.example/a?b=1&amp;c=2">https://x.example/a?b=1&amp;c=2</a>.'
        in letter.html
    )
    assert "<blockquote><p>quoted<br>twice</p></blockquote>" in letter.html
    assert "<ul><li>one</li><li>two</li></ul>" in letter.html


def test_mails_are_forgotten_after_ninety_days(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(datetime.now(UTC))  # the audit trail asks the database's own clock
    old = write(blog)
    run(blog)
    freeze(now + timedelta(days=91))
    new = write(blog)
    run(blog)
    with blog.site.db.write() as session:
        blog.site.jobs.enqueue(session, "core.prune", {})
    run(blog)
    left = [mail.id for mail in blog.site.mail.find()]
    assert new in left and old not in left


def test_retryable_is_what_a_mail_raises_when_too_many_wait(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blogengine.jobs.asking.MOST_WAITING", 2)
    for _number in range(2):
        write(blog)
    with pytest.raises(Retryable):
        write(blog)


def test_a_mail_that_lets_its_reader_in_is_read_by_owners_and_the_operator_only(
    blog: Blog, server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """An admin looks after jobs and mails, and could else take an owner's link to a password."""
    owner = make_owner(blog)
    admin = member(blog, "Eve", "admin")
    blog.site.identity.passwords.start(EMAIL, ELSEWHERE)
    plain = write(blog, text="See you at nine.")
    run(blog)
    with signed_in(blog, admin.cookie):
        shown = blog.site.mail.find()
        assert [one.hidden for one in shown] == [False, True, True]
        assert not [one for one in shown if "/admin/" in one.text + one.html]
        assert blog.site.mail.get(plain).text == "See you at nine.\n"
    assert "/admin/reset/" in blog.site.mail.get(plain - 1).text
    with signed_in(blog, owner.cookie):
        assert "/admin/reset/" in blog.site.mail.get(plain - 1).text
    late = replace(owner.actor, confirmed_at=owner.session.created_at - timedelta(minutes=16))
    with acting(late):
        assert blog.site.mail.get(plain - 1).hidden
    for who in (NOBODY, Actor("person", 7, "Cal", "editor")):
        with acting(who), pytest.raises(Denied):
            blog.site.mail.get(plain)
    capsys.readouterr()
    assert blog.run("mail", "show", str(plain - 1)) == 0
    assert "/admin/reset/" in capsys.readouterr().out
    # Sent, it lets nobody in any more.
    using(blog, server.url)
    blog.site.mail.send_again([plain - 1, plain])
    run(blog)
    assert [state(blog, number) for number in (plain - 1, plain)] == ["sent", "sent"]
    assert "/admin/reset/" in str(server.mails[0].get_content())
    assert blog.site.mail.get(plain - 1).text == ""
    assert blog.site.mail.get(plain).text == "See you at nine.\n"
