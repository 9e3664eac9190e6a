"""The people of a site: first owner, invitations, roles, passwords, tokens; and the commands."""

from __future__ import annotations

import io
import json
import re
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from blogengine.actors import acting, may
from blogengine.confirming import CONFIRMED
from blogengine.db import db
from blogengine.errors import Denied, NotFound, TooMany, UserError
from blogengine.identity import Caller, SignedIn, lifetimes
from blogengine.identity.refusals import Refused
from tests.conftest import Blog
from tests.core.identity import (
    ELSEWHERE,
    EMAIL,
    HERE,
    OTHER_PASSWORD,
    PASSWORD,
    living,
    mails,
    make_owner,
    member,
    sign_in,
    signed_in,
)

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)
Freeze = Callable[[datetime], datetime]


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog()


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(UserError) as error:
        act()
    return error.value.code


# --- first run --------------------------------------------------------------------------------


def test_the_link_of_the_first_run_makes_one_owner_and_then_nobody(blog: Blog) -> None:
    identity = blog.site.identity
    link = identity.first_run.link()
    assert link is not None
    assert link.address == f"https://blog.example/admin/setup/{link.token}"
    done = identity.accept_first_run(link.token, "Ann Lee", EMAIL, PASSWORD, HERE)
    assert done.actor.role == "owner"
    again = lambda: identity.accept_first_run(link.token, "Mal", "m@x.org", PASSWORD, HERE)  # noqa: E731
    assert refused(again) == "link-over"
    assert identity.first_run.link() is None
    assert [person.name for person in identity.people.all()] == ["Ann Lee"]


def test_a_form_that_does_not_fit_leaves_the_link_alive(blog: Blog) -> None:
    identity = blog.site.identity
    link = identity.first_run.link()
    assert link is not None
    for *form, code in [
        ("Ann", EMAIL, "short", "password-unfit"),
        ("", EMAIL, PASSWORD, "name-invalid"),
        ("Ann", "", PASSWORD, "user-invalid"),
        ("Ann", "not an address", PASSWORD, "mail-address-invalid"),
        ("Ann", "a@x.org\r\nBcc: b@x.org", PASSWORD, "mail-address-invalid"),
    ]:
        accept = partial(identity.accept_first_run, link.token, *form, HERE)
        assert refused(accept) == code
    assert identity.people.all() == ()
    assert identity.accept_first_run(link.token, "Ann", EMAIL, PASSWORD, HERE).actor.name == "Ann"


def test_the_link_ends_with_its_day_and_with_a_newer_one(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    first, second = blog.site.identity.first_run.link(), blog.site.identity.first_run.link()
    assert first is not None and second is not None
    assert refused(lambda: blog.site.identity.first_run.check(first.token)) == "link-over"
    blog.site.identity.first_run.check(second.token)
    freeze(NOON + timedelta(hours=24))
    assert refused(lambda: blog.site.identity.first_run.check(second.token)) == "link-over"


def test_the_owner_named_at_init_signs_up_with_the_posts_kept(blog: Blog) -> None:
    """`init --author` makes a person without a way to sign in, who may have posts already."""
    author = blog.site.users.create("Ann Lee", role="owner")
    owner = make_owner(blog)
    assert owner.session.user_id == author.id


def test_links_can_be_guessed_ten_times_a_minute(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    identity = blog.site.identity
    codes = []
    for number in range(30):
        try:
            identity.accept_invitation(f"{number:043}", PASSWORD, HERE)
        except (UserError, TooMany) as error:
            codes.append(error.code)
    assert codes.count("link-over") == 10


def test_a_demo_signs_in_by_its_link_once_and_by_nothing_else(blog: Blog) -> None:
    identity = blog.site.identity
    link = identity.first_run.demo_link()
    done = identity.enter(link.token, HERE)
    assert done.actor.role == "owner"
    assert refused(lambda: identity.enter(link.token, HERE)) == "link-over"
    for password in ("", "demo", "admin", "password"):
        with pytest.raises(Refused):
            identity.sign_in("demo", password, ELSEWHERE)
    assert identity.first_run.demo_link().token != link.token
    assert len(identity.people.all()) == 1
    with signed_in(blog, done.cookie):  # and becomes a real account with address and password
        identity.people.change_email(done.session.user_id, EMAIL)
        fresh = identity.passwords.change("", PASSWORD)
    assert fresh is not None and living(blog, fresh)
    sign_in(blog)


# --- invitations, roles -----------------------------------------------------------------------


def test_an_invitation_is_mailed_with_the_sites_own_address(blog: Blog) -> None:
    make_owner(blog)
    link = blog.site.identity.people.invite("Dan", "dan@example.org", "editor")
    ((recipient, text),) = mails()
    assert recipient == "dan@example.org"
    assert link.address in text
    assert link.address.startswith("https://blog.example/")
    done = blog.site.identity.accept_invitation(link.token, OTHER_PASSWORD, ELSEWHERE)
    assert (done.actor.name, done.actor.role) == ("Dan", "editor")


def test_an_invitation_lasts_seven_days_and_can_be_sent_again(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    make_owner(blog)
    people = blog.site.identity.people
    first = people.invite("Dan", "dan@example.org")
    dan = people.find("dan")
    assert (dan.state, dan.has_password) == ("invited", False)
    second = people.invite_again(dan.id)
    assert refused(lambda: people.check_invitation(first.token)) == "link-over"
    freeze(NOON + timedelta(days=7) - timedelta(seconds=1))
    assert people.check_invitation(second.token).name == "Dan"
    freeze(NOON + timedelta(days=7))
    assert refused(lambda: people.check_invitation(second.token)) == "link-over"


def test_an_address_is_somebodys_whatever_its_case(blog: Blog) -> None:
    make_owner(blog)
    people = blog.site.identity.people
    for address in ("ann@example.org", "ANN@EXAMPLE.ORG", " Ann@example.org "):
        assert refused(lambda: people.invite("Mal", address)) == "user-invalid"  # noqa: B023
    people.invite("Bea", "bea@bücher.example")
    assert people.find("BEA@xn--bcher-kva.example").name == "Bea"


def test_an_owner_always_remains(blog: Blog) -> None:
    owner = make_owner(blog).session.user_id
    people = blog.site.identity.people
    assert refused(lambda: people.set_role(owner, "admin")) == "last-owner"
    assert refused(lambda: people.disable(owner)) == "last-owner"
    people.invite("Bea", "bea@example.org", "owner")  # who hasn't accepted is no owner yet
    assert refused(lambda: people.disable(owner)) == "last-owner"
    second = member(blog, "Cai", "owner").session.user_id
    assert people.set_role(owner, "admin").role == "admin"
    assert refused(lambda: people.set_role(second, "author")) == "last-owner"


def test_another_role_counts_at_once_and_ends_the_sessions(blog: Blog) -> None:
    make_owner(blog)
    dan = member(blog, "Dan", "admin")
    blog.site.identity.people.set_role(dan.session.user_id, "author")
    assert not living(blog, dan.cookie)
    done = blog.site.identity.sign_in("dan@example.org", OTHER_PASSWORD, ELSEWHERE)
    assert isinstance(done, SignedIn)
    assert not may("people.manage", actor=done.actor)


def test_only_owners_look_after_owners_and_only_admins_after_people(blog: Blog) -> None:
    owner = make_owner(blog).session.user_id
    identity = blog.site.identity
    dan, eve = member(blog, "Dan", "author"), member(blog, "Eve", "admin")
    dans = dan.session.user_id
    acts: list[Callable[[int], object]] = [
        lambda user: identity.people.set_role(user, "contributor"),
        identity.people.disable,
        lambda user: identity.people.change_email(user, "mal@example.org"),
        lambda user: identity.passwords.set(user, "mal's own password"),
        identity.passwords.link,
        identity.second_factor.disable,
        lambda user: identity.tokens.create(user, "mal", ["posts.edit"]),
    ]
    with acting(eve.actor):
        for act in acts:
            with pytest.raises(Denied):
                act(owner)
        with pytest.raises(Denied):
            identity.people.set_role(dans, "owner")
        with pytest.raises(Denied):
            identity.people.invite("Mal", "mal@example.org", "owner")
    with acting(dan.actor):
        for act in acts:
            for user in (owner, eve.session.user_id):
                with pytest.raises(Denied):
                    act(user)
        with pytest.raises(Denied):
            identity.people.set_role(dans, "owner")
    assert {person.role for person in identity.people.all()} == {"owner", "author", "admin"}


def test_a_disabled_person_is_out_with_every_key(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    make_owner(blog)
    identity = blog.site.identity
    dan = member(blog, "Dan", "author")
    user = dan.session.user_id
    secret, _info = identity.tokens.create(user, "deploy", ["posts.edit"])
    link = identity.passwords.link(user)
    identity.people.disable(user)
    assert not living(blog, dan.cookie)
    assert identity.actor_of_token(secret) is None
    assert refused(lambda: identity.passwords.finish(link.token, PASSWORD)) == "link-over"
    with pytest.raises(Refused):
        identity.sign_in("dan@example.org", OTHER_PASSWORD, ELSEWHERE)
    identity.people.enable(user)
    assert not living(blog, dan.cookie)  # what ended stays ended
    assert isinstance(identity.sign_in("dan@example.org", OTHER_PASSWORD, ELSEWHERE), SignedIn)


def test_the_old_address_is_told_of_a_new_one(blog: Blog) -> None:
    owner = make_owner(blog)
    with signed_in(blog, owner.cookie):
        blog.site.identity.people.change_email(owner.session.user_id, "lee@example.org")
    assert [recipient for recipient, _text in mails()] == [EMAIL]


# --- forgotten passwords ----------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_a_mailed_link_once(blog: Blog) -> None:
    owner = make_owner(blog)
    identity = blog.site.identity
    identity.passwords.start(EMAIL.upper(), ELSEWHERE)
    ((recipient, text),) = mails()
    assert recipient == EMAIL
    address = next(word for word in text.split() if word.startswith("https://blog.example/"))
    token = urlsplit(address).path.rpartition("/")[2]
    identity.passwords.check(token)
    assert refused(lambda: identity.passwords.finish(token, "password1234")) == "password-unfit"
    identity.passwords.finish(token, OTHER_PASSWORD)
    assert not living(blog, owner.cookie)
    assert refused(lambda: identity.passwords.finish(token, PASSWORD)) == "link-over"
    sign_in(blog, OTHER_PASSWORD)
    with pytest.raises(Refused):
        identity.sign_in(EMAIL, PASSWORD, ELSEWHERE)


def test_asking_for_a_password_tells_nobody_whether_an_address_is_known(blog: Blog) -> None:
    make_owner(blog)
    identity = blog.site.identity
    identity.people.invite("Ivy", "ivy@example.org")
    before = len(mails())
    unknown = ["nobody@example.org", "ivy@example.org", "", "\x00", "x" * 999]
    for number, address in enumerate(unknown):  # returns nothing, raises nothing
        identity.passwords.start(address, Caller(f"10.1.{number}.1"))
    assert len(mails()) == before


def test_asking_for_a_known_address_takes_as_long_as_for_an_unknown_one(blog: Blog) -> None:
    make_owner(blog)

    def took(address: Callable[[int], str]) -> float:
        times = []
        for number in range(12):
            caller = Caller(f"10.{number}.{len(times)}.{len(address(1))}")
            blog.site.limits.forget("reset-account", EMAIL, rate=lifetimes.RESETS_PER_ACCOUNT)
            begun = time.perf_counter()
            blog.site.identity.passwords.start(address(number), caller)
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    took(lambda number: f"warm{number}@example.org")
    known, unknown = took(lambda _number: EMAIL), took(lambda number: f"n{number}@example.org")
    assert abs(known - unknown) < max(0.025, 0.5 * max(known, unknown))


def test_a_link_for_a_new_password_works_for_15_minutes(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    user = make_owner(blog).session.user_id
    passwords = blog.site.identity.passwords
    link = passwords.link(user)
    freeze(NOON + timedelta(minutes=15) - timedelta(seconds=1))
    passwords.check(link.token)
    freeze(NOON + timedelta(minutes=15))
    assert refused(lambda: passwords.finish(link.token, OTHER_PASSWORD)) == "link-over"


def test_nobody_is_flooded_with_mails(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    make_owner(blog)
    for number in range(20):
        blog.site.identity.passwords.start(EMAIL, Caller(f"10.2.{number}.1"))
    assert len(mails()) == 3
    codes = []
    for number in range(20):
        try:
            blog.site.identity.passwords.start(f"n{number}@example.org", HERE)
        except TooMany as error:
            codes.append(error.status)
    assert codes == [429] * 10


def test_a_link_of_one_kind_opens_no_other_door(blog: Blog) -> None:
    identity = blog.site.identity
    setup = identity.first_run.link()
    assert setup is not None
    user = make_owner(blog).session.user_id
    invitation = identity.people.invite("Dan", "dan@example.org")
    reset = identity.passwords.link(user)
    assert refused(lambda: identity.passwords.finish(invitation.token, PASSWORD)) == "link-over"
    assert refused(lambda: identity.accept_invitation(reset.token, PASSWORD, HERE)) == "link-over"
    assert refused(lambda: identity.enter(reset.token, HERE)) == "link-over"
    assert refused(lambda: identity.passwords.check(setup.token)) == "link-over"
    assert identity.actor_of(reset.token) is None


# --- tokens -----------------------------------------------------------------------------------


def test_a_token_acts_with_its_scopes_and_no_more_than_its_person(blog: Blog) -> None:
    make_owner(blog)
    dan = member(blog, "Dan", "author")
    identity = blog.site.identity
    secret, info = identity.tokens.create(
        dan.session.user_id, "deploy", ["posts.edit", "people.manage"]
    )
    assert secret.startswith(info.id + "_") and info.id.startswith("be_")
    actor = identity.actor_of_token(secret)
    assert actor is not None
    assert may("posts.edit", actor=actor)
    assert not may("posts.create", actor=actor)  # the person may, the token may not
    assert not may("people.manage", actor=actor)  # the token might, the person may not
    with acting(actor), pytest.raises(Denied):
        identity.require_confirmed()


@pytest.mark.parametrize("forged", ["", "be_", "be_000000000000", "be_000000000000_x", "x" * 9999])
def test_a_token_that_was_never_made_is_nobodys(blog: Blog, forged: str) -> None:
    owner = make_owner(blog)
    secret, info = blog.site.identity.tokens.create(owner.session.user_id, "a", ["posts.edit"])
    for wrong in (forged, secret[:-1], secret + "x", info.id, f"{info.id}_", owner.cookie):
        assert blog.site.identity.actor_of_token(wrong) is None


def test_a_token_ends_with_its_days_and_when_it_is_revoked(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    user = make_owner(blog).session.user_id
    tokens = blog.site.identity.tokens
    secret, info = tokens.create(user, "deploy", ["posts.edit"])
    other, _info = tokens.create(user, "other", ["posts.edit"], days=100)
    freeze(NOON + timedelta(days=90) - timedelta(seconds=1))
    assert tokens.actor_of(secret) is not None
    freeze(NOON + timedelta(days=90))
    assert tokens.actor_of(secret) is None
    assert tokens.actor_of(other) is not None
    tokens.revoke(_info.id)
    assert tokens.actor_of(other) is None
    with pytest.raises(NotFound):
        tokens.revoke(_info.id)
    assert [one.id for one in tokens.of(user)] == [info.id]


def test_the_last_use_of_a_token_is_written_once_a_minute(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    user = make_owner(blog).session.user_id
    tokens = blog.site.identity.tokens
    secret, _info = tokens.create(user, "deploy", ["posts.edit"])
    assert tokens.of(user)[0].used_at is None
    seen = []
    for seconds in (0, 30, 61, 100):
        freeze(NOON + timedelta(seconds=seconds))
        assert tokens.actor_of(secret) is not None
        used = tokens.of(user)[0].used_at
        assert used is not None
        seen.append(int((used - NOON).total_seconds()))
    assert seen == [0, 0, 61, 61]


def test_tokens_are_their_persons_own_affair(blog: Blog) -> None:
    owner = make_owner(blog)
    dan = member(blog, "Dan", "author")
    tokens = blog.site.identity.tokens
    _secret, owners = tokens.create(owner.session.user_id, "a", ["posts.edit"])
    with signed_in(blog, dan.cookie):
        _secret, own = tokens.create(dan.session.user_id, "b", ["posts.edit"])
        assert [one.id for one in tokens.of(dan.session.user_id)] == [own.id]
        for act in (lambda: tokens.of(owner.session.user_id), tokens.all):
            with pytest.raises(Denied):
                act()
        with pytest.raises(NotFound):
            tokens.revoke(owners.id)
        tokens.revoke(own.id)


@pytest.mark.parametrize(
    ("scopes", "days"),
    [([], 90), (["nothing.such"], 90), (["posts.edit"], 0), (["posts.edit"], 366)],
)
def test_a_token_without_sense_is_not_made(blog: Blog, scopes: list[str], days: int) -> None:
    user = make_owner(blog).session.user_id
    make = lambda: blog.site.identity.tokens.create(user, "a", scopes, days=days)  # noqa: E731
    assert refused(make) == "user-invalid"


# --- the command line -------------------------------------------------------------------------


class Line:
    """Runs commands on a site and reads what they print."""

    def __init__(
        self, blog: Blog, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self.blog, self.capsys, self.patch = blog, capsys, patch

    def __call__(self, *arguments: str, typed: str = "", code: int = 0) -> object:
        self.patch.setattr("sys.stdin", io.StringIO(typed))
        self.capsys.readouterr()
        assert self.blog.run(*arguments, "--json") == code
        printed = self.capsys.readouterr()
        assert typed.strip() == "" or typed.strip() not in printed.out + printed.err
        return json.loads(printed.out) if printed.out.strip() else printed.err


@pytest.fixture
def line(blog: Blog, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(blog, capsys, monkeypatch)


def test_people_by_the_command_line(blog: Blog, line: Line) -> None:
    line("user", "create", "Ann Lee", "--email", EMAIL, "--role", "owner")
    line("user", "passwd", EMAIL, "--stdin", typed=PASSWORD + "\n")
    ann = sign_in(blog)
    shown = line("user", "sessions", "ann-lee")
    assert isinstance(shown, list)
    assert [(row["id"], row["device"]) for row in shown] == [(ann.session.id, "Firefox on Linux")]
    assert line("user", "revoke", "ann-lee", ann.session.id) == {"slug": "ann-lee", "ended": 1}
    assert not living(blog, ann.cookie)
    invited = line("user", "invite", "Dan", "dan@example.org", "--role", "editor")
    assert isinstance(invited, dict)
    token = invited["link"].rpartition("/")[2]
    dan = blog.site.identity.accept_invitation(token, OTHER_PASSWORD, ELSEWHERE)
    assert isinstance(line("user", "role", "dan", "author"), dict)
    assert not living(blog, dan.cookie)
    for command, state in (("disable", "disabled"), ("enable", "active")):
        changed = line("user", command, "dan")
        assert isinstance(changed, dict)
        assert changed["state"] == state
    link = line("user", "passwd", "dan", "--link")
    assert isinstance(link, dict)
    blog.site.identity.passwords.finish(link["link"].rpartition("/")[2], PASSWORD)
    listed = line("user", "list")
    assert isinstance(listed, list)
    assert [(row["slug"], row["role"], row["state"]) for row in listed] == [
        ("ann-lee", "owner", "active"),
        ("dan", "author", "active"),
    ]


def test_what_the_command_line_refuses(line: Line) -> None:
    line("user", "create", "Ann Lee", "--email", EMAIL, "--role", "owner")
    line("user", "passwd", EMAIL, "--stdin", typed="password1234\n", code=65)
    line("user", "passwd", EMAIL, "--stdin", typed="\n", code=65)
    line("user", "passwd", EMAIL, "--stdin", typed=PASSWORD + "\n")
    line("user", "role", "ann-lee", "author", code=65)
    line("user", "disable", "ann-lee", code=65)
    line("user", "sessions", "nobody", code=65)
    line("user", "revoke", "ann-lee", code=64)
    line("user", "role", "ann-lee", "emperor", code=64)
    line("user", "invite", "Mal", EMAIL, code=65)
    line("token", "create", "ann-lee", "x", "--scope", "nothing.such", code=65)
    line("token", "revoke", "be_nothing", code=65)


def test_tokens_by_the_command_line(blog: Blog, line: Line) -> None:
    make_owner(blog)
    made = line("token", "create", "ann-lee", "deploy", "--scope", "posts.edit", "--expires", "7")
    assert isinstance(made, dict)
    db.end_reading()
    assert blog.site.identity.actor_of_token(made["secret"]) is not None
    listed = line("token", "list")
    assert isinstance(listed, list)
    assert [(row["id"], row["of"], row["scopes"]) for row in listed] == [
        (made["id"], "ann-lee", ["posts.edit"])
    ]
    assert "secret" not in listed[0]
    line("token", "revoke", made["id"])
    db.end_reading()
    assert blog.site.identity.actor_of_token(made["secret"]) is None
    assert line("token", "list", "ann-lee") == []


# --- the manual -------------------------------------------------------------------------------


def test_the_manual_tells_lifetimes_and_limits_as_they_are() -> None:
    """docs/operating/people.md has two tables; their second columns are the constants."""
    page = (ROOT / "docs" / "operating" / "people.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| (\d+ [^|]+) \|$", page, flags=re.MULTILINE))
    spans = {
        "session without use": lifetimes.IDLE,
        "session without use, kept signed in": lifetimes.IDLE_REMEMBERED,
        "session in all": lifetimes.ABSOLUTE,
        "password counts as just given": CONFIRMED,
        "half a sign-in, waiting for its code or passkey": lifetimes.STEP,
        "link to a new password": lifetimes.RESET,
        "invitation": lifetimes.INVITATION,
        "link of the first run": lifetimes.FIRST_RUN,
        "link into a demo": lifetimes.DEMO,
        "mark of a known device": lifetimes.DEVICE,
        "API token, unless said otherwise": timedelta(days=lifetimes.TOKEN_DAYS),
        "API token at most": timedelta(days=lifetimes.LONGEST_TOKEN_DAYS),
    }
    rates = {
        "sign-ins from one address": lifetimes.PER_ADDRESS,
        "sign-ins to one account": lifetimes.PER_ACCOUNT,
        "sign-ins to one account after that": lifetimes.SLOWLY,
        "sign-ins from a device that signed in before": lifetimes.PER_DEVICE,
        "codes of one person": lifetimes.CODES_PER_PERSON,
        "mails with links to one account": lifetimes.RESETS_PER_ACCOUNT,
        "requests for such mails from one address": lifetimes.RESETS_PER_ADDRESS,
    }
    told = {}
    for what, text in rows.items():
        if "per" in text:
            told[what] = text
        else:
            number, unit = text.split()
            told[what] = str(timedelta(**{unit: int(number)}))
    assert told == {what: str(span) for what, span in spans.items()} | rates
