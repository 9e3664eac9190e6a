"""Signing in: what is checked, what a stranger learns, and how often it may be tried."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from blogengine import audit
from blogengine.accounts import CredentialRow
from blogengine.db import db
from blogengine.errors import TooMany, UserError
from blogengine.identity import Caller, SecondFactorNeeded, SignedIn
from blogengine.identity.refusals import Refused
from tests.conftest import Blog
from tests.core.identity import (
    ELSEWHERE,
    EMAIL,
    HERE,
    OTHER_PASSWORD,
    PASSWORD,
    living,
    make_owner,
    member,
    sign_in,
)

NOON = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog()


def attempt(blog: Blog, email: str, password: str, caller: Caller) -> str:
    try:
        blog.site.identity.sign_in(email, password, caller)
    except (Refused, TooMany) as error:
        return error.code
    return "in"


def test_a_new_site_has_no_account_at_all(blog: Blog) -> None:
    assert blog.site.identity.people.all() == ()
    for email, password in [("admin", "admin"), ("admin@example.org", "password"), ("", "")]:
        with pytest.raises(Refused):
            blog.site.identity.sign_in(email, password, HERE)


def test_address_and_password_sign_in_whatever_the_case_of_the_address(blog: Blog) -> None:
    make_owner(blog)
    done = blog.site.identity.sign_in("  ANN@Example.ORG ", PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    assert (done.actor.name, done.actor.role) == ("Ann Lee", "owner")
    assert blog.site.identity.actor_of(done.cookie) == done.actor


def test_each_sign_in_gives_another_cookie_of_256_bits(blog: Blog) -> None:
    cookies = {make_owner(blog).cookie, *(sign_in(blog).cookie for _ in range(5))}
    assert len(cookies) == 6
    assert all(len(cookie) == 43 for cookie in cookies)  # 32 bytes in base 64


def test_no_file_of_the_site_holds_a_secret_in_plain(blog: Blog) -> None:
    done = make_owner(blog)
    secret, _info = blog.site.identity.tokens.create(done.session.user_id, "deploy", ["posts.edit"])
    link = blog.site.identity.passwords.link(done.session.user_id)
    assert living(blog, done.cookie)
    held = b"".join(file.read_bytes() for file in (blog.folder / "instance").glob("*.db*"))
    assert b"Ann Lee" in held
    for plain in (done.cookie, PASSWORD, secret, link.token):
        assert plain.encode() not in held


def test_passwords_are_kept_as_argon2id_with_19_mib_two_passes_one_lane(blog: Blog) -> None:
    make_owner(blog)
    stored = db.reading().execute(select(CredentialRow.password_hash)).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_of_older_parameters_is_made_anew_with_the_next_sign_in(blog: Blog) -> None:
    from argon2 import PasswordHasher

    done = make_owner(blog)
    older = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with db.write() as session:
        audit.no_act(session, "credentials")
        session.execute(update(CredentialRow).values(password_hash=older))
    sign_in(blog)
    stored = db.reading().execute(select(CredentialRow.password_hash)).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert living(blog, done.cookie)  # nobody is signed out by that


@pytest.mark.parametrize(
    "password",
    [
        "",
        PASSWORD[:-1],
        PASSWORD + " ",
        PASSWORD.upper(),
        "a" * 100_000,
        "\x00" * 20,
        "\ud800" * 20,
    ],
    ids=["none", "one short", "one more", "capitals", "huge", "nul", "surrogates"],
)
def test_nothing_but_the_whole_password_signs_in(blog: Blog, password: str) -> None:
    make_owner(blog)
    with pytest.raises(Refused):
        blog.site.identity.sign_in(EMAIL, password, HERE)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "@",
        "nobody@example.org",
        "ann",
        "x" * 10_000,
        "\x00",
        "\ud800@x",
    ],
)
def test_odd_addresses_are_refused_and_break_nothing(blog: Blog, email: str) -> None:
    make_owner(blog)
    with pytest.raises(Refused):
        blog.site.identity.sign_in(email, PASSWORD, HERE)


def test_a_password_typed_in_another_unicode_form_is_the_same(blog: Blog) -> None:
    link = blog.site.identity.first_run.link()
    assert link is not None
    composed, decomposed = "caf\u00e9 au lait \ufb01lter", "cafe\u0301 au lait filter"
    blog.site.identity.accept_first_run(link.token, "Ann", EMAIL, composed, HERE)
    assert isinstance(blog.site.identity.sign_in(EMAIL, decomposed, HERE), SignedIn)


# --- what a stranger learns -------------------------------------------------------------------


def test_unknown_wrong_invited_and_disabled_are_refused_alike(blog: Blog) -> None:
    make_owner(blog)
    identity = blog.site.identity
    identity.people.invite("Ivy", "ivy@example.org")
    dan = member(blog, "Dan", "author")
    identity.people.disable(dan.session.user_id)
    seen = set()
    for number, (email, password) in enumerate(
        [
            ("nobody@example.org", PASSWORD),
            (EMAIL, "not the right password"),
            ("ivy@example.org", PASSWORD),
            ("dan@example.org", OTHER_PASSWORD),
        ]
    ):
        with pytest.raises(Refused) as refused:
            identity.sign_in(email, password, Caller(f"203.0.113.{number}"))
        seen.add((refused.value.message, refused.value.action, refused.value.status))
    assert len(seen) == 1


def test_an_unknown_address_takes_as_long_as_a_wrong_password(blog: Blog) -> None:
    """Both compute one hash; without it the difference would be tenfold."""
    make_owner(blog)

    def took(email: str, start: int) -> float:
        times = []
        for number in range(8):
            begun = time.perf_counter()
            with pytest.raises(Refused):
                blog.site.identity.sign_in(
                    email, "not the right password", Caller(f"10.{start}.{number}.1")
                )
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    took("warm@example.org", 1)
    unknown, wrong = took("nobody@example.org", 2), took(EMAIL, 3)
    assert max(unknown, wrong) < 3 * min(unknown, wrong)


# --- how often --------------------------------------------------------------------------------


def test_one_address_may_try_ten_times_a_minute_whatever_the_accounts(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(NOON)
    answers = [attempt(blog, f"name{number}@example.org", "x" * 12, HERE) for number in range(40)]
    assert answers.count("sign-in-refused") == 10
    with pytest.raises(TooMany) as many:
        blog.site.identity.sign_in("another@example.org", "x" * 12, HERE)
    assert 1 <= many.value.retry_after <= 60
    freeze(NOON + timedelta(seconds=61))
    assert attempt(blog, "name@example.org", "x" * 12, HERE) == "sign-in-refused"


def test_ways_to_write_one_account_are_counted_as_one(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(NOON)
    make_owner(blog)
    forms = [EMAIL, EMAIL.upper(), f" {EMAIL}", f"{EMAIL}\t", "Ann@Example.Org"]
    answers = [
        attempt(blog, forms[number % 5], "x" * 12, Caller(f"10.0.{number}.1"))
        for number in range(60)
    ]
    assert answers.count("sign-in-refused") == 21  # twenty, and one slowly


def test_ways_to_write_one_address_are_counted_as_one(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(NOON)
    answers = [
        attempt(blog, f"name{number}@example.org", "x" * 12, Caller(f"2001:db8:1:2::{number:x}"))
        for number in range(30)
    ]
    assert answers.count("sign-in-refused") == 10


def test_an_attacker_cannot_shut_the_owner_out(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    """Thousands of addresses attack one account; its owner gets in all the same."""
    freeze(NOON)
    known = replace(HERE, device_cookie=make_owner(blog).device_cookie)
    examined = 0
    for second in range(0, 600, 2):
        freeze(NOON + timedelta(seconds=second))
        attacker = Caller(f"10.{second % 250}.{second // 250}.9")
        examined += attempt(blog, EMAIL, "x" * 12, attacker) == "sign-in-refused"
    assert examined <= 20 + 600 / 30 + 1
    # in the middle of the attack, on a device that has signed in before: at once
    assert isinstance(blog.site.identity.sign_in(EMAIL, PASSWORD, known), SignedIn)
    # and on a new one soon after it
    freeze(NOON + timedelta(seconds=600 + 130))
    assert isinstance(blog.site.identity.sign_in(EMAIL, PASSWORD, ELSEWHERE), SignedIn)


def test_a_known_device_is_no_way_to_guess_without_bound(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(NOON)
    known = replace(HERE, device_cookie=make_owner(blog).device_cookie)
    answers = [attempt(blog, EMAIL, "x" * 12, known) for _ in range(100)]
    assert answers.count("sign-in-refused") <= 30


def test_a_device_cookie_is_good_for_one_person_only_and_cannot_be_made(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(NOON)
    make_owner(blog)
    dans = member(blog, "Dan", "author").device_cookie
    other = ("B" if dans[0] == "A" else "A") + dans[1:]
    for forged in (dans, other, "x", "."):
        address = Caller("10.9.9.9", device_cookie=forged)
        blog.site.limits.forget("sign-in-address", "10.9.9.9", rate="10 per 1 minute")
        answers = [attempt(blog, EMAIL, "x" * 12, address) for _ in range(12)]
        assert answers.count("too-many-requests") >= 2
    assert blog.site.identity.actor_of(dans) is None


def test_workers_count_together(make_blog: Callable[..., Blog], tmp_path: Path) -> None:
    first = make_blog(folder=tmp_path / "site")
    second = make_blog(folder=tmp_path / "site")
    answers = []
    for number in range(16):
        blog = (first, second)[number % 2]
        with blog.app.app_context():
            answers.append(attempt(blog, f"n{number}@example.org", "x" * 12, HERE))
    assert answers.count("sign-in-refused") == 10


def test_a_form_for_the_second_factor_signs_nobody_in(blog: Blog) -> None:
    owner = make_owner(blog)
    with db.write() as session:
        audit.no_act(session, "credentials")
        session.execute(update(CredentialRow).values(totp_nonce="n"))
    done = blog.site.identity.sign_in(EMAIL, PASSWORD, HERE)
    assert isinstance(done, SecondFactorNeeded)
    assert blog.site.identity.actor_of(done.pending) is None
    with pytest.raises(UserError):
        blog.site.identity.finish_second_factor(owner.cookie, "000000", HERE)


def test_sign_ins_are_logged_without_what_was_typed(
    blog: Blog, caplog: pytest.LogCaptureFixture
) -> None:
    owner = make_owner(blog)
    caplog.clear()
    with caplog.at_level("INFO"):
        attempt(blog, EMAIL, "typed in the wrong field", HERE)
        attempt(blog, "somebody's password", "x" * 12, HERE)
        sign_in(blog)
    lines = [record for record in caplog.records if hasattr(record, "fields")]
    told = [(record.fields["event.action"], record.fields.get("user.id")) for record in lines]
    user = owner.session.user_id
    assert told == [("sign-in-refused", user), ("sign-in-refused", None), ("signed-in", user)]
    for secret in ("typed in the wrong", "somebody's", EMAIL, PASSWORD):
        assert secret not in caplog.text
