"""Sessions live on the server: how long, how many, and what ends them."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from blogengine.actors import acting
from blogengine.db import db
from blogengine.errors import Denied, UserError
from blogengine.identity import Caller, SignedIn
from blogengine.identity.accounts import the_account
from blogengine.identity.devices import label
from blogengine.identity.refusals import Refused
from blogengine.runtime import SessionRow
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
    signed_in,
)

NOON = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)
Freeze = Callable[[datetime], datetime]


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog()


def test_a_signed_out_cookie_is_dead_on_the_server(blog: Blog) -> None:
    cookie = make_owner(blog).cookie
    assert living(blog, cookie)
    blog.site.identity.sign_out(cookie)
    assert not living(blog, cookie)


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "A" * 10_000, "\x00", "\ud800", "be_x"])
def test_a_cookie_that_was_never_given_out_is_nobodys(blog: Blog, forged: str) -> None:
    make_owner(blog)
    assert blog.site.identity.actor_of(forged) is None
    blog.site.identity.sign_out(forged)


def test_a_session_ends_after_12_hours_without_use(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    cookie = make_owner(blog).cookie
    for hours in (11, 22, 33):
        freeze(NOON + timedelta(hours=hours))
        assert living(blog, cookie)
    freeze(NOON + timedelta(hours=33 + 12))
    assert not living(blog, cookie)


def test_one_to_be_kept_lasts_14_days_without_use_and_30_in_all(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    make_owner(blog)
    idle, used = sign_in(blog, remember=True), sign_in(blog, remember=True)
    assert idle.max_age == 14 * 24 * 3600
    for day in range(1, 14):
        freeze(NOON + timedelta(days=day))
        assert living(blog, used.cookie)
    freeze(NOON + timedelta(days=14))
    assert not living(blog, idle.cookie)
    for day in range(14, 30):
        freeze(NOON + timedelta(days=day))
        assert living(blog, used.cookie)
    freeze(NOON + timedelta(days=30))
    assert not living(blog, used.cookie)


def test_last_use_is_written_down_once_a_minute(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    cookie = make_owner(blog).cookie
    seen = []
    for seconds in (0, 30, 59, 61, 90, 130):
        freeze(NOON + timedelta(seconds=seconds))
        assert living(blog, cookie)
        with db.runtime_reading() as connection:
            at = connection.execute(select(SessionRow.seen_at)).scalar_one()
        seen.append(int((at - NOON).total_seconds()))
    assert seen == [0, 0, 0, 61, 61, 130]


def test_of_more_than_twenty_those_used_longest_ago_end(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    first = make_owner(blog)
    known = Caller("192.0.2.7", device_cookie=first.device_cookie)
    cookies = [first.cookie]
    for minute in range(1, 26):
        freeze(NOON + timedelta(minutes=minute))
        cookies.append(sign_in(blog, caller=known).cookie)
    assert [living(blog, cookie) for cookie in cookies] == [False] * 6 + [True] * 20


def test_sessions_are_listed_with_device_and_half_an_address(blog: Blog) -> None:
    owner = make_owner(blog)
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
    sign_in(blog, caller=Caller("2001:db8:aa:bb::7", iphone))
    sign_in(blog, caller=Caller("203.0.113.77", "<script>alert(1)</script>"))
    with signed_in(blog, owner.cookie):
        found = blog.site.identity.sessions(owner.session.user_id)
    assert {(one.device, one.address) for one in found} == {
        ("Firefox on Linux", "192.0.2.0"),
        ("Safari on iPhone", "2001:db8:aa::"),
        ("Unknown device", "203.0.113.0"),
    }


def test_a_person_ends_one_session_or_all_others(blog: Blog) -> None:
    owner = make_owner(blog)
    user, lost, other = owner.session.user_id, sign_in(blog), sign_in(blog)
    with signed_in(blog, owner.cookie):
        assert blog.site.identity.revoke(user, lost.session.id)
        assert not blog.site.identity.revoke(user, lost.session.id)
    assert [living(blog, one.cookie) for one in (owner, lost, other)] == [True, False, True]
    with signed_in(blog, owner.cookie):
        assert blog.site.identity.revoke_all(user, but=owner.session.id) == 1
    assert [living(blog, one.cookie) for one in (owner, other)] == [True, False]


def test_nobody_sees_or_ends_somebody_elses_sessions(blog: Blog) -> None:
    owner = make_owner(blog)
    dan, eve = member(blog, "Dan", "author"), member(blog, "Eve", "admin")
    identity = blog.site.identity
    for cookie in (dan.cookie, eve.cookie):  # an admin looks after people, but not after owners
        with signed_in(blog, cookie):
            for act in (identity.sessions, identity.revoke_all):
                with pytest.raises(Denied):
                    act(owner.session.user_id)
            with pytest.raises(Denied):
                identity.revoke(owner.session.user_id, owner.session.id)
            # under the own number another's session isn't found
            own = blog.site.identity.actor_of(cookie)
            assert own is not None and own.id is not None
            assert not identity.revoke(own.id, owner.session.id)
    with signed_in(blog, eve.cookie):
        assert len(identity.sessions(dan.session.user_id)) == 1
    assert living(blog, owner.cookie)


def test_a_new_password_ends_the_other_sessions_and_renews_ones_own(blog: Blog) -> None:
    owner = make_owner(blog)
    other = sign_in(blog)
    with signed_in(blog, owner.cookie):
        fresh = blog.site.identity.passwords.change(PASSWORD, OTHER_PASSWORD)
    assert fresh is not None
    assert [living(blog, c) for c in (owner.cookie, other.cookie, fresh)] == [False, False, True]
    with pytest.raises(Refused):
        blog.site.identity.sign_in(EMAIL, PASSWORD, ELSEWHERE)
    assert living(blog, sign_in(blog, OTHER_PASSWORD).cookie)


def test_giving_the_password_again_confirms_for_15_minutes_with_a_new_cookie(
    blog: Blog, freeze: Freeze
) -> None:
    freeze(NOON)
    identity = blog.site.identity
    owner = make_owner(blog)
    freeze(NOON + timedelta(minutes=14))
    with signed_in(blog, owner.cookie):
        identity.require_confirmed()
    freeze(NOON + timedelta(minutes=15))
    with signed_in(blog, owner.cookie), pytest.raises(Denied) as denied:
        identity.require_confirmed()
    assert denied.value.code == "confirmation-needed"
    with pytest.raises(Refused):
        identity.confirm(owner.cookie, "not the right password", HERE)
    again = identity.confirm(owner.cookie, PASSWORD, HERE)
    assert again.session.id == owner.session.id
    assert not living(blog, owner.cookie)
    with signed_in(blog, again.cookie):
        identity.require_confirmed()


def test_what_is_worst_in_a_thiefs_hands_asks_for_the_password_again(
    blog: Blog, freeze: Freeze
) -> None:
    freeze(NOON)
    identity = blog.site.identity
    owner = make_owner(blog)
    user = owner.session.user_id
    dan = member(blog, "Dan", "author").session.user_id
    freeze(NOON + timedelta(minutes=16))
    acts: list[Callable[[], object]] = [
        lambda: identity.people.change_email(user, "other@example.org"),
        lambda: identity.people.set_role(dan, "owner"),
        lambda: identity.people.disable(dan),
        lambda: identity.people.invite("Mal", "mal@example.org", "owner"),
        identity.second_factor.begin,
        lambda: identity.second_factor.disable(user),
        identity.second_factor.new_recovery_codes,
        identity.passkeys.begin_registration,
        lambda: identity.passkeys.remove(user, 1),
        lambda: identity.tokens.create(user, "mine", ["posts.edit"]),
    ]
    with signed_in(blog, owner.cookie):
        for act in acts:
            with pytest.raises(Denied) as denied:
                act()
            assert denied.value.code == "confirmation-needed"


def test_what_ends_sessions_holds_though_the_process_died_before_it_took_them_away(
    blog: Blog,
) -> None:
    """Accounts and sessions stand in two databases, so the account says which sessions count."""
    identity = blog.site.identity
    owner = make_owner(blog)
    user = member(blog, "Dan", "author").session.user_id
    acts: list[Callable[[], object]] = [
        lambda: identity.passwords.set(user, "another set of paper boats"),
        lambda: identity.people.set_role(user, "editor"),
        lambda: identity.people.disable(user),
        lambda: identity.people.enable(user),
        lambda: identity.second_factor.disable(user),
        lambda: identity.passwords.finish(identity.passwords.link(user).token, PASSWORD),
    ]
    for act in acts:
        begin = identity._signing_in.begin
        cookie = begin(the_account(db.reading(), user), ELSEWHERE).cookie
        with db.runtime_reading() as connection:
            rows = [dict(row._mapping) for row in connection.execute(select(SessionRow.__table__))]
        act()
        with db.runtime_write() as session:  # as if nothing had been taken away
            session.execute(delete(SessionRow))
            session.execute(insert(SessionRow), rows)
        assert not living(blog, cookie)
        assert living(blog, owner.cookie)


# --- random lives -----------------------------------------------------------------------------


@dataclass
class Life:
    """What the model believes of one session."""

    cookie: str
    id: str
    person: str
    remembered: bool
    began: datetime
    seen: datetime
    ended: bool = False

    def alive(self, now: datetime) -> bool:
        idle = timedelta(days=14) if self.remembered else timedelta(hours=12)
        return not self.ended and now < self.began + timedelta(days=30) and now < self.seen + idle


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            "in in remember use use out revoke all password disable enable role confirm replay "
            "hours hours days nearly nearly remember".split()
        ),
        st.sampled_from(["ann", "dan"]),
        st.integers(0, 30),
    ),
    min_size=5,
    max_size=40,
)


def test_an_ended_session_never_signs_in_whatever_happened(
    make_blog: Callable[..., Blog], freeze: Freeze
) -> None:
    """Random lives of sessions against a model that knows only the promises of the manual."""
    blog = make_blog()
    freeze(NOON)
    make_owner(blog)
    member(blog, "Dan", "author")
    start = [NOON]

    @settings(max_examples=60)
    @given(ACTS)
    def lives(acts: list[tuple[str, str, int]]) -> None:
        start[0] += timedelta(days=1000)
        Scenario(blog, freeze, start[0]).run(acts)

    lives()


class Scenario:
    """One random life. `ann` is the owner, `dan` an author with or without his account."""

    def __init__(self, blog: Blog, freeze: Freeze, now: datetime) -> None:
        self.blog, self.freeze, self.now = blog, freeze, now
        self.identity = blog.site.identity
        self.lives: list[Life] = []
        self.ids = {person.slug.split("-")[0]: person.id for person in self.identity.people.all()}
        self.freeze(now)
        for person in self.ids:
            self.identity.revoke_all(self.ids[person])
        self.enabled = {"ann": True, "dan": True}
        self.identity.people.enable(self.ids["dan"])

    def run(self, acts: list[tuple[str, str, int]]) -> None:
        for act, person, number in acts:
            mine = [life for life in self.lives if life.person == person]
            chosen = mine[number % len(mine)] if mine else None
            getattr(self, f"do_{act}")(person, chosen, number)
            self.now += timedelta(seconds=1)
            self.freeze(self.now)
            self.look()

    def look(self) -> None:
        """Every cookie ever given out says what the model says. Looking is a use of it."""
        db.end_reading()
        for life in self.lives:
            actor = self.identity.actor_of(life.cookie)
            assert (actor is not None) == life.alive(self.now), life
            if actor is not None:
                assert actor.id == self.ids[life.person]
                if self.now - life.seen >= timedelta(minutes=1):
                    life.seen = self.now

    def do_in(self, person: str, _chosen: Life | None, number: int, remember: bool = False) -> None:
        account = the_account(db.reading(), self.ids[person])
        if not self.enabled[person]:
            return
        begin = self.identity._signing_in.begin  # without the limits of guessing
        done: SignedIn = begin(account, Caller(f"10.0.0.{number}"), remember=remember)
        self.lives.append(Life(done.cookie, done.session.id, person, remember, self.now, self.now))
        living_now = [life for life in self.lives if life.person == person and life.alive(self.now)]
        for life in sorted(living_now, key=lambda one: (one.seen, one.began))[:-20]:
            life.ended = True

    def do_remember(self, person: str, chosen: Life | None, number: int) -> None:
        self.do_in(person, chosen, number, remember=True)

    def do_use(self, _person: str, _chosen: Life | None, number: int) -> None:
        self.now += timedelta(minutes=number)

    def do_hours(self, _person: str, _chosen: Life | None, number: int) -> None:
        self.now += timedelta(hours=number)

    def do_nearly(self, _person: str, _chosen: Life | None, number: int) -> None:
        self.now += timedelta(days=13, hours=number % 24)

    def do_days(self, _person: str, _chosen: Life | None, number: int) -> None:
        self.now += timedelta(days=number % 16)

    def do_out(self, _person: str, chosen: Life | None, _number: int) -> None:
        if chosen:
            self.identity.sign_out(chosen.cookie)
            chosen.ended = True

    def do_replay(self, person: str, chosen: Life | None, _number: int) -> None:
        if chosen:
            for altered in (chosen.cookie[:-1], chosen.cookie.swapcase(), chosen.id):
                assert self.identity.actor_of(altered) is None

    def do_revoke(self, person: str, chosen: Life | None, _number: int) -> None:
        if chosen:
            self.identity.revoke(self.ids[person], chosen.id)
            chosen.ended = True

    def do_all(self, person: str, chosen: Life | None, _number: int) -> None:
        self.identity.revoke_all(self.ids[person], but=chosen.id if chosen else "")
        self.end(person, but=chosen)

    def do_password(self, person: str, _chosen: Life | None, number: int) -> None:
        if self.enabled[person]:
            self.identity.passwords.set(self.ids[person], f"{number} paper boats on gravel")
            self.end(person)

    def do_disable(self, _person: str, _chosen: Life | None, _number: int) -> None:
        self.identity.people.disable(self.ids["dan"])
        self.enabled["dan"] = False
        self.end("dan")

    def do_enable(self, _person: str, _chosen: Life | None, _number: int) -> None:
        self.identity.people.enable(self.ids["dan"])
        self.enabled["dan"] = True
        self.end("dan")

    def do_role(self, _person: str, _chosen: Life | None, number: int) -> None:
        self.identity.people.set_role(self.ids["dan"], ("author", "editor")[number % 2])
        self.end("dan")

    def do_confirm(self, person: str, chosen: Life | None, number: int) -> None:
        if chosen and chosen.alive(self.now) and self.identity.actor_of(chosen.cookie):
            self.identity.passwords.set(self.ids[person], f"{number} paper boats on gravel")
            self.end(person)
            with pytest.raises(Refused):
                self.identity.confirm(chosen.cookie, f"{number} paper boats on gravel")

    def end(self, person: str, but: Life | None = None) -> None:
        for life in self.lives:
            if life.person == person and life is not but:
                life.ended = True


# --- at once ----------------------------------------------------------------------------------


def at_once(blog: Blog, times: int, act: Callable[[], object]) -> list[object]:
    """Let threads do something in the same moment, each in a context of its own."""
    gate = threading.Barrier(times)

    def one() -> object:
        with blog.app.app_context():
            gate.wait(30)
            try:
                return act()
            except UserError as error:
                return error.code

    with ThreadPoolExecutor(times) as pool:
        done = [pool.submit(Context().run, one) for _ in range(times)]
        return [job.result(60) for job in done]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Blog:
    """A site on each of the databases."""
    words = {}
    if request.param == "postgres":  # asked for first, so that it is closed last
        words["database_url"] = request.getfixturevalue("postgres_url")
    made: Blog = request.getfixturevalue("make_blog")(**words)
    return made


def test_of_many_who_open_one_link_at_once_one_wins(either: Blog) -> None:
    identity = either.site.identity
    owner = make_owner(either)
    link = identity.passwords.link(owner.session.user_id)
    answers = at_once(either, 4, lambda: identity.passwords.finish(link.token, OTHER_PASSWORD))
    assert sorted(answers, key=str) == [None, "link-over", "link-over", "link-over"]
    link = identity.people.invite("Dan", "dan@example.org")
    taken = at_once(either, 4, lambda: identity.accept_invitation(link.token, PASSWORD, HERE))
    assert [answer for answer in taken if answer != "link-over"] == [
        one for one in taken if isinstance(one, SignedIn)
    ]
    assert taken.count("link-over") == 3


def test_of_many_first_owners_at_once_one_is_made(either: Blog) -> None:
    identity = either.site.identity
    link = identity.first_run.link()
    assert link is not None
    numbers = iter(range(4))

    def accept() -> object:
        name = f"Owner {next(numbers)}"
        address = f"{name.replace(' ', '')}@example.org"
        return identity.accept_first_run(link.token, name, address, PASSWORD, HERE)

    answers = at_once(either, 4, accept)
    assert answers.count("link-over") == 3
    db.end_reading()
    assert len(identity.people.all()) == 1


def test_sessions_of_many_sign_ins_at_once_stay_twenty(either: Blog) -> None:
    owner = make_owner(either)
    account = the_account(db.reading(), owner.session.user_id)
    begin = either.site.identity._signing_in.begin
    for _ in range(4):
        at_once(either, 6, lambda: begin(account, HERE))
    assert len(either.site.identity.sessions(account.id)) == 20


def test_the_life_of_a_session_on_either_database(either: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    identity = either.site.identity
    owner = make_owner(either)
    other = sign_in(either)
    assert living(either, owner.cookie) and living(either, other.cookie)
    freeze(NOON + timedelta(hours=1))
    assert living(either, owner.cookie)
    with signed_in(either, owner.cookie):
        assert identity.revoke(owner.session.user_id, other.session.id)
        assert len(identity.sessions(owner.session.user_id)) == 1
    identity.sign_out(owner.cookie)
    assert not living(either, owner.cookie)
    with acting(other.actor), pytest.raises(Refused):
        identity.confirm(owner.cookie, PASSWORD)
    freeze(NOON + timedelta(days=40))
    sign_in(either)
    assert identity.prune() == 0
    freeze(NOON + timedelta(days=80))
    assert identity.prune() == 1


def test_random_codes_of_devices_are_labels_and_never_the_text_itself() -> None:
    random.seed(4)
    for _ in range(500):
        agent = "".join(chr(random.randrange(1, 0x3000)) for _ in range(60))
        assert label(agent) == "Unknown device"
