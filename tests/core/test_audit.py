"""The audit trail: no act without its line, no line without its act, and nobody changes one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import MetaData, Table, insert, select, text

from blogengine import audit
from blogengine.actors import Actor, acting
from blogengine.audited import AUDITED, FOLLOWING, AuditLine
from blogengine.db import Base, db
from blogengine.errors import BlogError, Denied, PluginFault, UserError
from blogengine.models import UserRow
from blogengine.ownership import writing_as
from blogengine.settings import store_setting
from blogengine.trail import AuditRow
from blogengine.values import PostDraft
from tests.conftest import Blog

PASSWORD = "four unlikely garden chairs"
ANN = Actor("person", id=3, name="Ann", role="owner", session="s-17")


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(plugins=["comments"])


def lines(blog: Blog, **asked: Any) -> list[AuditLine]:
    db.end_reading()
    return list(blog.site.audit.find(**asked))


def last(blog: Blog) -> AuditLine:
    return lines(blog, limit=1)[0]


# --- every act, and what it tells ---------------------------------------------------------------

SUBJECTS = {
    "posts": ("post", "id"),
    "post_authors": ("post", "post_id"),
    "post_terms": ("post", "post_id"),
    "terms": ("term", "id"),
    "users": ("user", "id"),
    "credentials": ("user", "user_id"),
    "passkeys": ("user", "user_id"),
    "api_tokens": ("token", "id"),
    "plugins": ("plugin", "name"),
    "plugin_wheels": ("wheel", "distribution"),
    "widget_places": ("widget", "widget"),
    "menus": ("menu", "name"),
}
UNTOLD = {"posts": {"version", "updated_at", "html", "text", "words", "excerpt", "excerpt_html"}}
"""What follows from the fields that a line does tell."""


def state(table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the rows of a table by their key."""
    found = Table(table, MetaData(), autoload_with=db.reading())
    keys = [column.name for column in found.primary_key.columns]
    rows = [dict(row._mapping) for row in db.reading().execute(select(found))]
    return {tuple(row[key] for key in keys): row for row in rows}


def everything() -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    db.end_reading()
    found = {table: state(table) for table in AUDITED}
    for term in found["terms"].values():
        del term["carried"]  # a count, told with the posts
    return found


def subjects_of_changes(before: Any, after: Any) -> set[str]:
    """Return the subjects whose rows aren't what they were."""
    found = set()
    for table in AUDITED:
        for key in before[table].keys() | after[table].keys():
            old, new = before[table].get(key), after[table].get(key)
            if old == new:
                continue
            row: dict[str, Any] = old or new or {}
            if table == "settings":
                found.add(f"setting:{row['owner']}.{row['key']}")
            else:
                kind, column = SUBJECTS[table]
                found.add(f"{kind}:{row[column]}")
    return found


class Acts:
    """Everything that `site.*` and the command line can do, one after the other.

    The methods are called in the order in which they stand; each is one act.
    """

    def __init__(self, blog: Blog) -> None:
        self.blog, self.site, self.posts = blog, blog.site, blog.site.posts
        self.ann = self.site.users.create("Ann", email="ann@blog.example").slug
        self.post = blog.post("First", "Text.", tags=("Tea",)).id
        self.draft = blog.post("Plan", "Text.", status="draft").id
        self.page = blog.post("About", "Us.", kind="page").id
        self.child = blog.post("Team", "All.", kind="page", parent_id=self.page).id

    def run(self, *words: str) -> None:
        assert self.blog.run(*words) == 0, words

    def create(self) -> None:
        self.posts.create(
            PostDraft("New", "Text.", terms={"tag": ("Fresh", "Tea")}, authors=(self.ann,))
        )

    def edit(self) -> None:
        self.posts.edit(self.post, title="First of all", source="Longer text.", excerpt="Short.")

    def retag(self) -> None:
        self.posts.edit(self.post, terms={"tag": ("Green", "Tea")})

    def reauthor(self) -> None:
        self.posts.edit(self.post, authors=(self.ann,))

    def protect(self) -> None:
        self.posts.edit(self.draft, visibility="password", password="geheim-4711")

    def publish(self) -> None:
        self.posts.publish(self.draft)

    def schedule(self) -> None:
        self.posts.publish(self.draft, at=datetime.now(UTC) + timedelta(days=1))

    def unpublish(self) -> None:
        self.posts.unpublish(self.draft)

    def trash(self) -> None:
        self.posts.trash(self.draft)

    def restore(self) -> None:
        self.posts.restore(self.draft)

    def revert(self) -> None:
        self.posts.restore_revision(self.post, 1)

    def move_a_page_with_a_child(self) -> None:
        self.posts.edit(self.page, slug="who-we-are")

    def repath(self) -> None:
        self.run("settings", "set", "permalink", "/{slug}/")

    def come_due(self) -> None:
        self.posts.publish(self.draft, at=datetime.now(UTC) + timedelta(days=1))
        later = datetime.now(UTC) + timedelta(days=2)
        with mock.patch("blogengine.clock.system_time", lambda: later):
            (post,) = self.posts.publish_due()
        assert post.id == self.draft

    def rename_a_tag(self) -> None:
        self.site.terms.rename("tea", "Teas")

    def describe_a_tag(self) -> None:
        self.site.terms.describe("teas", "All *about* it. " * 40)

    def purge(self) -> None:
        self.posts.purge(self.draft)

    def delete_a_tag(self) -> None:
        self.site.terms.delete_unused(["Fresh", "Green", "Nothing"])

    def make_a_person(self) -> None:
        self.site.users.ensure("Ben")

    def delete_a_person(self) -> None:
        self.site.users.delete_unused([user.id for user in self.site.users.all()])

    def make_the_first_owner(self) -> None:
        link = self.site.identity.first_run.link()
        assert link is not None
        made = ("Olga", "olga@blog.example", PASSWORD)
        self.olga = self.site.identity.first_run.accept(link.token, *made).id

    def invite(self) -> None:
        self.invitation = self.site.identity.people.invite("Dan", "dan@blog.example")

    def accept(self) -> None:
        self.dan = self.site.identity.people.accept(self.invitation.token, PASSWORD).id

    def give_a_role(self) -> None:
        self.site.identity.people.set_role(self.dan, "editor")

    def change_an_address(self) -> None:
        self.site.identity.people.change_email(self.dan, "daniel@blog.example")

    def set_a_password(self) -> None:
        self.site.identity.passwords.set(self.dan, PASSWORD + " again")

    def reset_a_password(self) -> None:
        link = self.site.identity.passwords.link(self.dan)
        self.site.identity.passwords.finish(link.token, PASSWORD + " anew")

    def sign_in(self) -> None:
        self.site.identity.sign_in("daniel@blog.example", PASSWORD + " anew")

    def make_a_token(self) -> None:
        _secret, self.token = self.site.identity.tokens.create(
            self.dan, "Phone", ["posts.create"], days=30
        )

    def revoke_a_token(self) -> None:
        self.site.identity.tokens.revoke(self.token.id)

    def disable_somebody(self) -> None:
        self.site.identity.people.disable(self.dan)

    def enable_somebody(self) -> None:
        self.site.identity.people.enable(self.dan)

    def place_a_widget(self) -> None:
        self.site.widgets.place("comments-thread", "sidebar")

    def hide_a_widget(self) -> None:
        self.site.widgets.hide("comments-thread")

    def show_a_widget(self) -> None:
        self.site.widgets.show("comments-thread")

    def name_a_widget(self) -> None:
        self.site.widgets.entitle("comments-thread", "Talk")

    def reset_widgets(self) -> None:
        self.site.widgets.reset()

    def reset_nothing(self) -> None:
        self.site.widgets.reset()

    def set_a_setting(self) -> None:
        self.run("settings", "set", "title", "My other blog")

    def set_it_again(self) -> None:
        self.run("settings", "set", "title", "My other blog")

    def set_a_plugins_setting(self) -> None:
        self.run("plugin", "settings", "comments", "moderate=false")

    def import_settings(self) -> None:
        file = self.blog.folder / "comments.json"
        file.write_text(json.dumps({"plugin": "comments", "settings": {"moderate": True}}))
        self.run("plugin", "settings", "comments", "--import", str(file))

    def switch_a_plugin_off(self) -> None:
        self.run("--safe", "plugin", "disable", "related")

    def switch_it_on(self) -> None:
        self.run("--safe", "plugin", "enable", "related")

    def uninstall_it(self) -> None:
        self.run("--safe", "plugin", "uninstall", "related", "--yes")

    def post_by_command(self) -> None:
        self.run("post", "new", "--title", "By hand", "--text", "Text.", "--publish")

    def trash_by_command(self) -> None:
        self.run("post", "delete", str(self.post))

    def purge_by_command(self) -> None:
        self.run("post", "delete", "--for-good", str(self.post))

    def make_a_person_by_command(self) -> None:
        self.run("user", "create", "Cem")


def all_acts() -> list[str]:
    return [name for name in vars(Acts) if not name.startswith("_") and name != "run"]


def test_every_act_leaves_its_lines_and_none_without_one(blog: Blog) -> None:
    acts = Acts(blog)
    told = []
    for name in all_acts():
        before = everything()
        newest = last(blog).id
        getattr(acts, name)()
        db.end_reading()
        written = [line for line in lines(blog, limit=1000) if line.id > newest]
        changed = subjects_of_changes(before, everything())
        subjects = {line.subject for line in written}
        # A widget that is placed gives its neighbours numbers: one line tells the whole order.
        assert changed - subjects <= {s for s in changed if s.startswith("widget:")}, name
        assert subjects <= changed, name
        for line in written:
            assert line.before != line.after, (name, line)
        told += [line.act for line in written]
    assert {act.partition(".")[0] for act in told} == {
        "post",
        "term",
        "user",
        "token",
        "setting",
        "plugin",
        "widget",
    }


def test_every_table_of_the_core_is_audited_or_follows() -> None:
    assert set(Base.metadata.tables) == AUDITED | FOLLOWING
    assert set() == AUDITED & FOLLOWING


def test_writing_without_a_line_stores_nothing(blog: Blog) -> None:
    with pytest.raises(RuntimeError, match="users was written without"), db.write() as session:
        session.add(UserRow(slug="x", name="X", role="author", created_at=datetime.now(UTC)))
    assert [user.name for user in blog.site.users.all()] == []


def test_an_act_that_fails_leaves_no_line(blog: Blog) -> None:
    before = lines(blog)
    with pytest.raises(UserError):
        blog.post("One", "Text.", terms={"tag": ("New",)}, authors=("nobody",))
    assert lines(blog) == before


def test_another_rendering_is_nobodys_act(blog: Blog) -> None:
    blog.post("One", '"Quoted" text.')
    blog.set("site", smart_quotes=True)
    newest = last(blog).id
    assert blog.site.posts.render_stale() == 1
    assert last(blog).id == newest


# --- what a line says ---------------------------------------------------------------------------


def test_a_line_tells_who_what_and_only_what_differs(blog: Blog) -> None:
    post = blog.post("One", "Text.", tags=("Tea",))
    with acting(ANN):
        blog.site.posts.edit(post.id, title="Two", terms={"tag": ("Tea", "Cups")})
    edited = lines(blog, subject=f"post:{post.id}", limit=1)[0]
    assert (edited.act, edited.actor, edited.actor_name) == ("post.edited", "person:3", "Ann")
    assert (edited.subject, edited.subject_title) == (f"post:{post.id}", "Two")
    assert edited.session == "s-17"
    assert edited.before == {"title": "One", "terms": {"tag": ["Tea"]}}
    assert edited.after == {"title": "Two", "terms": {"tag": ["Tea", "Cups"]}}
    made = lines(blog, act="term.created", limit=1)[0]
    assert made.after == {"taxonomy": "tag", "name": "Cups", "slug": "cups"}


@pytest.mark.parametrize(
    ("method", "act"),
    [
        ("publish", "post.published"),
        ("unpublish", "post.unpublished"),
        ("trash", "post.trashed"),
        ("restore", "post.restored"),
        ("purge", "post.deleted"),
    ],
)
def test_acts_have_names_of_their_own(blog: Blog, method: str, act: str) -> None:
    post = blog.post("One", status="draft" if method == "publish" else "published")
    if method == "restore":
        blog.site.posts.trash(post.id)
    getattr(blog.site.posts, method)(post.id)
    assert lines(blog, subject=f"post:{post.id}", limit=1)[0].act == act


def test_a_long_text_is_told_by_hash_and_length(blog: Blog) -> None:
    import hashlib

    long = "Größe " * 1000
    post = blog.post("One", long)
    told = lines(blog, subject=f"post:{post.id}")[0].after["source"]
    assert told == {"sha256": hashlib.sha256(long.encode()).hexdigest(), "length": len(long)}


def test_no_secret_stands_in_a_line(blog: Blog) -> None:
    post = blog.post("One", visibility="password", password="secret-4711")
    blog.site.posts.edit(post.id, password="secret-4712")
    with db.write() as session:
        store_setting(session, "demo", "api_key", "secret-4713", secret=True)
    with db.write() as session:
        store_setting(session, "demo", "api_key", "secret-4714")
    with db.write() as session:
        store_setting(session, "demo", "api_key", None)
    db.end_reading()
    rows = [tuple(map(str, row)) for row in db.reading().execute(select(AuditRow.__table__))]
    assert "secret-47" not in repr(rows)
    assert "scrypt" not in repr(rows)
    told = [(line.before, line.after) for line in lines(blog, subject="setting:demo.api_key")]
    assert told == [
        ({"value": "set"}, {"value": None}),
        ({"value": "set"}, {"value": "changed"}),
        ({"value": None}, {"value": "changed"}),
    ]


def test_a_line_outlives_its_subject(blog: Blog) -> None:
    post = blog.post("Gone for good", "Text.")
    blog.site.posts.purge(post.id)
    acts = [line.act for line in lines(blog, subject=f"post:{post.id}")]
    assert acts == ["post.deleted", "post.created"]
    assert last(blog).before["title"] == "Gone for good"


def test_an_act_of_a_request_carries_its_network_only(blog: Blog) -> None:
    post = blog.post("Later")
    where = {"REMOTE_ADDR": "203.0.113.77"}
    with blog.app.test_request_context("/", environ_base=where), acting(ANN):
        blog.site.posts.edit(post.id, title="Sooner")
    assert last(blog).address == "203.0.113.0/24"


def test_what_was_due_is_the_engines_act_in_whatever_request(blog: Blog) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    blog.post("Later", status="scheduled", published_at=soon)
    with mock.patch("blogengine.clock.system_time", lambda: soon + timedelta(minutes=1)):
        answer = blog.get("/", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    line = last(blog)
    assert (line.act, line.actor, line.address) == ("post.published", "engine", "")
    assert line.request == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("admin", True), ("editor", False)])
def test_who_may_read_the_trail(blog: Blog, role: str, may: bool) -> None:
    with acting(Actor("person", id=3, name="Ann", role=role)):
        for read in (blog.site.audit.find, lambda: blog.site.audit.get(1)):
            if may:
                read()
            else:
                with pytest.raises(Denied):
                    read()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.200", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:198.51.100.200", "198.51.100.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_addresses_are_truncated(address: str, network: str) -> None:
    assert audit.truncated(address) == network


def test_odd_texts_can_be_told(blog: Blog) -> None:
    with db.write() as session:
        odd = "\ud800 \x00 \u202e"
        audit.record(session, "x.y", subject="x:1", title=odd, after={odd: [odd, 1, None]})
    assert last(blog).after == {"? \ufffd \u202e": ["? \ufffd \u202e", 1, None]}


@pytest.mark.parametrize(
    "bad", [("Act", "x:1"), ("", "x:1"), ("x.y", "x"), ("x.y", ":1"), ("a;b", "x:1")]
)
def test_an_act_and_its_subject_have_a_form(blog: Blog, bad: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="an act is"), db.write() as session:
        audit.record(session, bad[0], subject=bad[1])


# --- append only ----------------------------------------------------------------------------------

CHANGES = ("UPDATE audit SET actor_name = 'somebody else'", "DELETE FROM audit")


def refuses_changes(blog: Blog) -> None:
    blog.post("One")
    before = lines(blog)
    for statement in CHANGES:
        with pytest.raises(BlogError, match="audit trail"), db.write() as session:
            session.execute(text(statement))
    assert lines(blog) == before


def test_the_database_refuses_to_change_a_line(blog: Blog) -> None:
    refuses_changes(blog)


@pytest.mark.postgres
def test_postgresql_refuses_too(postgres_url: str, make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=[], database_url=postgres_url)
    refuses_changes(blog)
    with pytest.raises(BlogError, match="only ever added"), db.write() as session:
        session.execute(text("TRUNCATE audit"))
    pruning(blog)


@pytest.mark.parametrize("statement", [*CHANGES, "INSERT INTO audit (act) VALUES ('x')"])
def test_a_plugin_writes_the_trail_by_its_service_only(blog: Blog, statement: str) -> None:
    with pytest.raises(PluginFault), db.write() as session, writing_as("comments"):
        session.execute(text(statement))


def test_no_name_of_a_plugin_makes_a_table_of_the_core_its_own(blog: Blog) -> None:
    for plugin, table in (
        ("path", "path_history"),
        ("term", "term_history"),
        ("listing", "listing_counts"),
    ):
        with pytest.raises(PluginFault), db.write() as session, writing_as(plugin):
            session.execute(text(f"DELETE FROM {table}"))


def pruning(blog: Blog) -> None:
    now = datetime.now(UTC)
    with db.write() as session:
        audit.record(session, "x.y", subject="x:1")
        columns = {column.name for column in AuditRow.__table__.columns} - {"id"}
        row = session.execute(select(AuditRow.__table__).limit(1)).one()._mapping
        old = {name: row[name] for name in columns}
        days = (400, 364, 31, 29)
        session.execute(insert(AuditRow), [{**old, "at": now - timedelta(days=n)} for n in days])
    before = len(lines(blog, limit=1000))
    assert audit.prune(365) == 1
    assert audit.prune(0) == 2  # the two that are older than the shortest time
    assert len(lines(blog, limit=1000)) == before - 3


def test_the_daily_job_prunes_after_the_days_of_the_setting(blog: Blog) -> None:
    from blogengine import upkeep

    now = datetime.now(UTC)
    blog.set("site", audit_days=40)
    with mock.patch("blogengine.clock.system_time", lambda: now - timedelta(days=50)):
        blog.site.users.create("Ann")
    with mock.patch("blogengine.clock.system_time", lambda: now - timedelta(days=35)):
        blog.site.users.create("Ben")
    upkeep.prune(blog.site, {})
    acts = [line.subject_title for line in lines(blog, act="user.created")]
    assert acts == ["Ben"]


def test_pruning_takes_what_is_older_than_it_should_be_kept(blog: Blog) -> None:
    pruning(blog)


# --- plugins --------------------------------------------------------------------------------------


def test_a_plugins_acts_carry_its_name(blog: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.plugins.test_comments import add

    number = add(blog, blog.post("One"), state="waiting")
    assert blog.run("comments", "approve", str(number)) == 0
    line = last(blog)
    assert (line.act, line.plugin) == ("comments.approved", "comments")
    assert (line.before, line.after) == ({"state": "waiting"}, {"state": "approved"})
    assert blog.run("comments", "approve", str(number)) == 0
    assert last(blog) == line  # nothing was decided
    assert blog.run("comments", "delete", str(number)) == 0
    assert (last(blog).act, last(blog).subject) == ("comments.deleted", f"comments:{number}")
    assert "Ann" not in json.dumps(last(blog).before, default=str)


def test_a_plugin_cant_speak_of_what_isnt_its_own(blog: Blog) -> None:
    from blogengine.running import acting_as

    with acting_as("comments"), blog.site.db.write() as session:
        with pytest.raises(ValueError, match="must begin with 'comments'"):
            blog.site.audit.record(session, "approved", subject="post:1")
        blog.site.audit.record(session, "approved", subject="comments_thread:1")
    assert last(blog).act == "comments.approved"


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def busy(blog: Blog) -> Blog:
    post = blog.post("One", "Text.")
    with acting(ANN):
        blog.site.posts.edit(post.id, title="Two", source="Long text. " * 100)
    blog.set("site", title="Another")
    return blog


@pytest.mark.parametrize(
    ("options", "acts"),
    [
        ([], {"post.edited", "post.created", "setting.changed"}),
        (["--subject", "post:1"], {"post.edited", "post.created"}),
        (["--subject", "setting"], {"setting.changed"}),
        (["--actor", "Ann"], {"post.edited"}),
        (["--actor", "person"], {"post.edited"}),
        (["--actor", "person:3"], {"post.edited"}),
        (["--actor", "person:4"], set()),
        (["--act", "post.created"], {"post.created"}),
        (["--since", "2999-01-01"], set()),
        (["--subject", "post:1", "--since", "2020-01-01", "--limit", "1"], {"post.edited"}),
    ],
)
def test_lines_are_listed(
    busy: Blog, capsys: pytest.CaptureFixture[str], options: list[str], acts: set[str]
) -> None:
    capsys.readouterr()
    assert busy.run("audit", "list", "--json", *options) == 0
    found = json.loads(capsys.readouterr().out)
    assert {line["act"] for line in found} - {"site.created"} == acts
    assert [line["id"] for line in found] == sorted((line["id"] for line in found), reverse=True)
    assert busy.run("audit", "list", *options) == 0
    out = capsys.readouterr().out
    assert all(act in out for act in acts)


def test_one_line_is_shown_whole(busy: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = lines(busy, act="post.edited")
    capsys.readouterr()
    assert busy.run("audit", "show", str(line.id)) == 0
    out = capsys.readouterr().out
    assert re.search(r"^title +One +Two$", out, re.MULTILINE)
    assert "1100 characters, sha256" in out
    assert busy.run("audit", "show", "99999") == 65
    assert "audit list" in capsys.readouterr().err


# --- costs ----------------------------------------------------------------------------------------


def test_a_save_costs_one_statement_more(blog: Blog, statements: Callable[..., Any]) -> None:
    post = blog.post("One", tags=("Tea",))
    with statements(blog.app) as done:
        blog.site.posts.edit(post.id, title="Two", terms={"tag": ("Tea", "New", "Newer")})
    written = [statement for statement in done if " audit " in f" {statement} "]
    assert len(written) == 1, written


def test_lists_walk_an_index(blog: Blog) -> None:
    """However long the trail is, no list reads all of it or sorts it."""
    asked: list[dict[str, Any]] = [
        {}, {"subject": "post:7"}, {"actor": "person:3"}, {"actor": "Ann"}, {"act": "post.edited"},
        {"since": datetime.now(UTC)}, {"subject": "post:7", "since": datetime.now(UTC)},
    ]  # fmt: skip
    for options in asked:
        plan = " / ".join(plan_of(blog, options))
        assert "TEMP B-TREE" not in plan, (options, plan)
        if options:
            assert re.search(r"SEARCH audit USING (INDEX|INTEGER PRIMARY KEY)", plan), (
                options,
                plan,
            )


def plan_of(blog: Blog, options: dict[str, Any]) -> Iterator[str]:
    from sqlalchemy import event

    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    connection = db.reading()
    event.listen(connection, "before_cursor_execute", note)
    try:
        blog.site.audit.find(**options)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
        yield row[-1]
