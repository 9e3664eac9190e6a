"""Hooks before and inside the transaction of a save, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from blogengine.db import Base, db
from blogengine.errors import OperatorError, Reject
from tests.conftest import Blog
from tests.core.bad_plugins import enable
from tests.core.browser import Browser
from tests.core.identity import make_owner
from tests.core.test_plugin_host import drop_in

HEAD = """
from blogengine.api import *
from sqlalchemy import text

plugin = Plugin(summary="A stranger's.")


def write(session, said):
    session.execute(text(f"INSERT INTO {__name__.split('.')[-1]}_note (said) VALUES ('{said}')"))

"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Nothing for SQLite."""
    found: str = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return found


@pytest.fixture
def strangers(
    database_url: str, make_blog: Callable[..., Blog], tmp_path: Path
) -> Callable[..., Blog]:
    """Make a blog with plugins of these texts; each has a table NAME_note with one column."""

    def make(*, strict: bool = False, **plugins: str) -> Blog:
        folder = tmp_path / "site"
        if not database_url:
            make_blog(folder=folder, plugins=[])
        for name, body in plugins.items():
            drop_in(folder, name, HEAD + body)
        blog = make_blog(
            folder=folder, plugins=list(plugins), strict=strict, database_url=database_url
        )
        for name in plugins:
            assert blog.reason(name) == ""
            with db.write() as session:
                session.execute(text(f"CREATE TABLE {name}_note (said VARCHAR(200) NOT NULL)"))
        return blog

    return make


def notes(name: str) -> list[str]:
    """Return what a plugin has stored."""
    return list(db.reading().execute(text(f"SELECT said FROM {name}_note ORDER BY said")).scalars())


def everything() -> dict[str, list[Any]]:
    """Return every row of the core's tables."""
    db.end_reading()
    return {
        table.name: sorted(map(repr, db.reading().execute(table.select())))
        for table in Base.metadata.sorted_tables
    }


def told(blog: Blog) -> list[tuple[str, str]]:
    return [(fault.plugin, fault.hook) for fault in blog.site.guard.faults]


# --- on_post_preparing ------------------------------------------------------------------------

ADD = """
@hookimpl
def on_post_preparing(draft, before):
    seen = "first" if before is None else before.title
    return draft.with_tags(*draft.terms.get("tag", ()), f"{__name__[-1]} after {seen}")
"""


def test_on_post_preparing_changes_the_draft_in_order(strangers: Callable[..., Blog]) -> None:
    blog = strangers(sonde_b=ADD, sonde_a=ADD, strict=True)
    post = blog.post("One", "Text.", tags=["Mine"])
    assert [tag.name for tag in post.tags] == ["Mine", "a after first", "b after first"]
    again = blog.site.posts.edit(post.id, terms={})
    assert [tag.name for tag in again.tags] == ["a after One", "b after One"]


def test_a_draft_that_cannot_be_stored_is_left_out(strangers: Callable[..., Blog]) -> None:
    blog = strangers(
        sonde_a="""
from dataclasses import replace


@hookimpl
def on_post_preparing(draft):
    return replace(draft, title="\\x00", status="nonsense")
""",
        sonde_b="@hookimpl\ndef on_post_preparing(draft):\n    return 'a text'\n",
        sonde_c=ADD,
    )
    post = blog.post("One")
    assert (post.title, post.status) == ("One", "published")
    assert [tag.name for tag in post.tags] == ["c after first"]
    assert told(blog) == [("sonde_a", "on_post_preparing"), ("sonde_b", "on_post_preparing")]


def test_the_engines_own_saves_prepare_nothing(strangers: Callable[..., Blog]) -> None:
    blog = strangers(sonde=ADD)
    post = blog.post("One")
    blog.site.posts.edit(post.id, terms={}, by="blogengine")
    assert blog.site.posts.get(post.id).tags == ()


# --- on_post_saving ---------------------------------------------------------------------------

SAVING = """
@hookimpl
def on_post_saving(site, change, session):
    here = site.posts.by_ids([change.after.id])
    listed = site.archives.posts(site.archives.home(), limit=5)
    counted = session.execute(text("SELECT count(*) FROM posts")).scalar_one()
    was = change.before.title if change.before else "nothing"
    shown = [post.title for post in listed]
    write(session, f"{was} to {here[0].title}, {shown}, {counted}".replace("'", ""))
    site.db.touch(session, f"sonde:{change.after.id}")
"""


def test_on_post_saving_sees_and_writes_what_is_stored_together(
    strangers: Callable[..., Blog],
) -> None:
    blog = strangers(sonde=SAVING, strict=True)
    post = blog.post("One")
    blog.site.posts.edit(post.id, title="Two")
    blog.site.posts.edit(post.id)  # changes nothing, so nobody is asked
    assert notes("sonde") == ["One to Two, [Two], 1", "nothing to One, [One], 1"]
    keys = db.reading().execute(text("SELECT key FROM changes ORDER BY seq")).scalars()
    assert list(keys).count(f"sonde:{post.id}") == 2


BROKEN = {
    "sql": "session.execute(text('SELECT nonsense FROM nowhere'))",
    "constraint": "session.execute(text('INSERT INTO {name}_note (said) VALUES (NULL)'))",
    "error": "raise ZeroDivisionError",
    "exit": "raise SystemExit(1)",
    "answer": "return 'something'",
    "foreign": "session.execute(text(\"UPDATE posts SET title = 'Hijacked'\"))",
    "write": "with site.db.write() as other:\n        pass",
    "commit": "session.commit()",
    "rollback": "session.rollback()",
    "ends": "session.execute(text('COMMIT'))",
    "left": "session.add(object())",
}


@pytest.mark.parametrize("way", BROKEN)
def test_what_a_failing_plugin_wrote_is_undone_and_the_save_goes_on(
    strangers: Callable[..., Blog], way: str
) -> None:
    body = "@hookimpl\ndef {hook}(site, session):\n    write(session, '{hook}')\n    {rest}\n"
    both = [(hook, BROKEN[way]) for hook in ("on_post_saving", "on_post_deleting")]
    bad = "\n".join(
        body.format(hook=hook, rest=rest.replace("{name}", "sonde_b")) for hook, rest in both
    )
    good = "\n".join(body.format(hook=hook, rest="") for hook, _rest in both)
    blog = strangers(sonde_a=good, sonde_b=bad, sonde_c=good)
    post = blog.post("One", tags=["Alpha"])
    assert "One" in blog.get("/tag/alpha/").text
    assert blog.get(post.url).status_code == 200
    blog.site.posts.purge(post.id)
    assert blog.get(post.url).status_code == 404
    assert notes("sonde_a") == notes("sonde_c") == ["on_post_deleting", "on_post_saving"]
    assert notes("sonde_b") == []
    assert told(blog) == [("sonde_b", "on_post_saving"), ("sonde_b", "on_post_deleting")]


def test_a_plugin_that_ends_the_transaction_by_a_trick_ends_the_save(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    """SQLite alone has such statements. What followed would be stored half."""
    drop_in(
        tmp_path / "site",
        "sonde",
        HEAD
        + """
@hookimpl
def on_post_saving(session):
    session.execute(text("INSERT OR ROLLBACK INTO sonde_note (said) VALUES (NULL)"))
""",
    )
    make_blog(folder=tmp_path / "site", plugins=[])
    blog = make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=False)
    with db.write() as session:
        session.execute(text("CREATE TABLE sonde_note (said VARCHAR(200) NOT NULL)"))
    before = everything()
    with pytest.raises(OperatorError, match="nothing was saved"):
        blog.post("One")
    assert everything() == before


# --- Reject -----------------------------------------------------------------------------------

REFUSING = {
    "on_post_preparing": """
@hookimpl
def on_post_preparing(draft):
    if "rude" in draft.source:
        raise Reject("Say it more kindly.", field="source")
""",
    "on_post_saving": """
@hookimpl
def on_post_saving(change, session):
    write(session, "refused")
    if "rude" in change.after.text:
        raise Reject("Say it more kindly.", field="source")
""",
}
WROTE = "@hookimpl\ndef on_post_saving(session):\n    write(session, 'wrote')\n"


@pytest.mark.parametrize("hook", REFUSING)
def test_a_refused_save_writes_nothing_and_tells_the_writer(
    strangers: Callable[..., Blog], capsys: pytest.CaptureFixture[str], hook: str
) -> None:
    blog = strangers(sonde_a=WROTE, sonde_b=REFUSING[hook])
    post = blog.post("One", "Kind.")
    enable(blog.folder, "sonde_a", "sonde_b")
    before, written = everything(), notes("sonde_a")
    with pytest.raises(Reject) as refused:
        blog.site.posts.edit(post.id, source="Very rude.", terms={"tag": ("New",)})
    assert (refused.value.plugin, refused.value.status) == ("sonde_b", 422)
    capsys.readouterr()
    assert blog.run("post", "edit", str(post.id), "--text", "Very rude.") == 65
    said = capsys.readouterr().err
    assert "Say it more kindly.\n  The plugin sonde_b wants it so" in said
    assert blog.run("post", "new", "--text", "Very rude.", "--tag", "New", "--publish") == 65
    assert (everything(), notes("sonde_a")) == (before, written)
    assert told(blog) == []
    assert blog.run("post", "edit", str(post.id), "--text", "Very kind.") == 0


def test_on_post_deleting_may_refuse_the_deletion(strangers: Callable[..., Blog]) -> None:
    refusing = """
@hookimpl
def on_post_deleting(site, post, session):
    write(session, "went")
    if site.posts.get(post.id).status != "trashed" or post.title == "Kept":
        raise Reject("This one stays.", action="Rename it first.")
"""
    blog = strangers(sonde_a=WROTE.replace("saving", "deleting"), sonde_b=refusing)
    post = blog.post("Kept")
    before = everything()
    with pytest.raises(Reject, match=r"This one stays\. Rename it first\."):
        blog.site.posts.purge(post.id)
    assert (everything(), notes("sonde_a"), notes("sonde_b")) == (before, [], [])
    assert blog.get(post.url).status_code == 200
    blog.site.posts.edit(post.id, title="Other")
    blog.site.posts.purge(post.id)
    assert (notes("sonde_a"), notes("sonde_b")) == (["wrote"], ["went"])
    assert blog.site.posts.find() == ()


def test_a_refusal_answers_a_strangers_form(strangers: Callable[..., Blog]) -> None:
    form = """
routes = Blueprint("sonde_a", __name__)


@routes.get("/sonde_a/", permission="public")
def write_here():
    form = '<form method="post" action="/sonde_a/">{}<textarea name="text"></textarea></form>'
    return Markup(form).format(csrf_field())


@routes.post("/sonde_a/", permission="public")
def save():
    post = site.posts.create(PostDraft(source=request.form["text"], status="published"))
    return redirect(post.url, 303)


@hookimpl
def register_blueprints():
    return [routes]
"""
    blog = strangers(sonde_a=form, sonde_b=REFUSING["on_post_saving"])
    make_owner(blog)
    ann = Browser(blog)
    assert ann.sign_in().status_code == 303
    answer = ann.fill("/sonde_a/", text="Very rude.")
    assert answer.status_code == 422
    assert "Say it more kindly." in answer.text
    assert ann.fill("/sonde_a/", text="Kind.").status_code == 303
    assert told(blog) == []


def test_elsewhere_a_refusal_is_a_failure(strangers: Callable[..., Blog]) -> None:
    blog = strangers(
        sonde="""
def refuse(ctx):
    raise Reject("Not here.")


@hookimpl
def on_post_saved():
    raise Reject("Too late.")


@hookimpl
def register_widgets():
    return [Widget("sonde", "Sonde", refuse)]
"""
    )
    post = blog.post("One")
    assert blog.get(post.url).status_code == 200
    assert told(blog) == [("sonde", "on_post_saved"), ("sonde", "widget sonde")]


def test_a_scheduled_post_comes_though_a_plugin_refuses(
    strangers: Callable[..., Blog], freeze: Callable[[str], datetime]
) -> None:
    """Nobody is there to read the sentence; the plugin could have refused the schedule."""
    refusing = """
@hookimpl
def on_post_saving(change, session):
    write(session, change.after.status)
    if change.after.status == "published":
        raise Reject("Not today.")
"""
    freeze("2026-05-04T12:00")
    blog = strangers(sonde=refusing)
    due = datetime(2026, 5, 4, 13, tzinfo=UTC)
    post = blog.post("One", status="published", published_at=due)
    assert blog.get(post.url).status_code == 404
    freeze("2026-05-04T13:01")
    assert blog.get(post.url).status_code == 200
    assert notes("sonde") == ["scheduled"]
    assert told(blog) == [("sonde", "on_post_saving")]


# --- hanging ----------------------------------------------------------------------------------

PROGRAM = """
import sys
from blogengine.cli import main

main(sys.argv[1:])
"""


@pytest.mark.usefixtures("real_bounds")
@pytest.mark.parametrize("hook", ["on_post_saving", "on_post_deleting"])
def test_a_hang_inside_the_transaction_costs_two_seconds(
    make_blog: Callable[..., Blog], tmp_path: Path, hook: str
) -> None:
    folder = tmp_path / "site"
    blog = make_blog(folder=folder, plugins=[])
    drop_in(folder, "sonde", HEAD + f"@hookimpl\ndef {hook}():\n    while True:\n        pass\n")
    enable(folder, "sonde")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", PROGRAM, "--site", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)

    made = run("post", "new", "--title", "One", "--text", "x", "--publish", "--json")
    assert made.returncode == 0, made.stderr
    assert run("post", "delete", "1", "--for-good").returncode == 0
    assert blog.site.posts.find() == ()
    (fault,) = json.loads(run("plugin", "errors", "--json").stdout)
    assert (fault["hook"], fault["kind"]) == (hook, "hang")
    assert "within 2 s" in fault["error"]
    (state,) = [
        row["state"]
        for row in json.loads(run("plugin", "list", "--json").stdout)
        if row["name"] == "sonde"
    ]
    assert state == "paused"
