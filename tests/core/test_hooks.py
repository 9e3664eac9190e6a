"""Every hook does what its docstring says, with a plugin a stranger could have written."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in, status

HEAD = """
import json
from pathlib import Path
from blogengine.api import *

plugin = Plugin(summary="A sonde.")
SEEN = Path(__file__).with_suffix(".json")


def note(*what):
    seen = json.loads(SEEN.read_text()) if SEEN.exists() else []
    SEEN.write_text(json.dumps([*seen, what]))

"""


@pytest.fixture
def sonde(make_blog: Callable[..., Blog], tmp_path: Path) -> Callable[..., Blog]:
    """Make a blog with one plugin called `sonde`, of this text."""

    def make(text: str, *, strict: bool = False) -> Blog:
        drop_in(tmp_path / "site", "sonde", HEAD + text)
        blog = make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=strict)
        assert status(blog, "sonde").state == "running", status(blog, "sonde").reason
        return blog

    return make


def seen(blog: Blog) -> list[list[object]]:
    """Return what the sonde noted."""
    file = blog.folder / "plugins" / "sonde.json"
    found: list[list[object]] = json.loads(file.read_text()) if file.exists() else []
    return found


def test_register_widgets_keeps_order_and_page_kinds(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
@hookimpl
def register_widgets(site):
    return [
        Widget("late", "Late", lambda ctx: "<late>", order=200),
        Widget("early", "Early", lambda ctx: Markup("<p>early</p>"), order=50),
        Widget("none", "None", lambda ctx: None),
        Widget("posts", "Posts", lambda ctx: "only posts", pages={"post"}),
    ]
""")
    html = blog.get("/").text
    assert html.index("<p>early</p>") < html.index("&lt;late&gt;")
    assert "w-sonde-none" not in html
    assert "only posts" not in html
    assert "only posts" in blog.get(blog.post("One").url).text


def test_register_post_extras_is_asked_once_for_a_whole_page(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
def load(site, posts):
    note(len(posts))
    return {post.id: f"extra {post.id}" for post in posts}


def show(ctx):
    return ", ".join(post.extras["sonde"] for post in ctx.page.posts)


@hookimpl
def register_post_extras():
    return [PostExtra("sonde", load, views={"list"})]


@hookimpl
def register_widgets():
    return [Widget("extras", "Extras", show, pages={"home"})]
""")
    for number in range(3):
        blog.post(f"Post {number}")
    assert "extra 3, extra 2, extra 1" in blog.get("/").text
    assert seen(blog) == [[3]]
    blog.get("/2026/none/")
    assert seen(blog) == [[3]]


def test_register_blueprints_puts_routes_behind_a_permission(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
blueprint = Blueprint("sonde", __name__)


@blueprint.get("/sonde/<int:number>/", permission="public")
def show(number):
    if number == 1:
        raise NotFound("No such thing.", code="sonde-unknown", action="Ask for another.")
    if number == 2:
        abort(410)
    page = Page(kind="plugin", title="Sonde", heading="Sonde")
    return site.page(page, "error.html")


@hookimpl
def register_blueprints(site):
    return [blueprint]
""")
    assert "<h1>Sonde</h1>" in blog.get("/sonde/3/").text
    assert blog.get("/sonde/3/").headers["Cache-Control"] == "no-store"
    assert [blog.get(f"/sonde/{n}/").status_code for n in (1, 2)] == [404, 410]
    assert "No such thing." in blog.get("/sonde/1/").text


def test_register_feeds_adds_an_address_to_every_archive(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
def render(site, archive, posts):
    return f"{archive.name}: {len(posts)}".encode()


@hookimpl
def register_feeds():
    return [Feed("sonde", "Sonde feed", "feed/sonde/", "text/x-sonde", render)]
""")
    blog.post("One", tags=["Alpha"])
    for path, name in (("/", "My blog"), ("/tag/alpha/", "Alpha"), ("/2026/", "2026")):
        answer = blog.get(f"{path}feed/sonde/")
        assert (answer.status_code, answer.text) == (200, f"{name}: 1")
        assert answer.headers["ETag"]
        assert f'href="https://blog.example{path}feed/sonde/"' in blog.get(path).text
    assert blog.get("/tag/nothing/feed/sonde/").status_code == 404


def test_register_taxonomies_gives_posts_archives_of_another_kind(
    sonde: Callable[..., Blog], make_blog: Callable[..., Blog]
) -> None:
    blog = sonde("""
@hookimpl
def register_taxonomies():
    return [Taxonomy("sonde", "Place", "Places", "place", index="/place/")]
""")
    post = blog.post("One", terms={"sonde": ("Old Town",), "tag": ("Alpha",)})
    html = blog.get("/place/old-town/").text
    assert "<h1" in html
    assert "Place: Old Town" in html
    assert "Old Town" in blog.get("/place/").text
    assert [term.url for term in post.terms] == ["/place/old-town/", "/tag/alpha/"]
    folder = blog.folder
    without = make_blog(folder=folder, plugins=[])
    assert without.get("/place/old-town/").status_code == 404
    assert "Old Town" not in without.get(post.url).text
    kept = without.site.posts.draft(post.id).terms
    assert kept == {"sonde": ("Old Town",), "tag": ("Alpha",)}


def test_register_rankings_sorts_the_list_of_a_tag(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
NUMBERS = {1: 5, 3: 9}


def numbers(site, posts):
    return NUMBERS


@hookimpl
def register_rankings():
    return [Ranking("liked", "Most liked", numbers)]
""")
    for name in ("One", "Two", "Three"):
        blog.post(name, tags=["Alpha"])
    blog.site.terms.describe("alpha", sort="liked")

    def order() -> list[str]:
        return [
            name for name in re.findall(r"(One|Two|Three)</a></h2>", blog.get("/tag/alpha/").text)
        ]

    assert order() == ["Three", "One", "Two"]
    blog.site.posts.edit(2, title="Two")
    sys.modules[blog.site.host.loaded["sonde"].module.__name__].NUMBERS[2] = 7
    assert order() == ["Three", "One", "Two"]
    assert blog.site.terms.rank(posts=[2]) == 1
    assert order() == ["Three", "Two", "One"]


def test_register_themes_changes_templates_styles_and_regions(
    sonde: Callable[..., Blog], tmp_path: Path
) -> None:
    folder = tmp_path / "site" / "plugins"
    (folder / "bare").mkdir(parents=True)
    (folder / "bare" / "list.html").write_text(
        '{% extends "core/list.html" %}{% block main %}<b>bare</b>{{ super() }}{% endblock %}'
    )
    (folder / "bare.css").write_text("b{color:#123456}")
    blog = sonde("""
HERE = Path(__file__).parent


@hookimpl
def register_themes():
    return [Theme("bare", "Bare", HERE / "bare", (HERE / "bare.css",), regions=("footer",))]


@hookimpl
def register_widgets():
    return [Widget("lost", "Lost", lambda ctx: "not lost", region="before_list")]
""")
    assert blog.run("plugin", "enable", "sonde") == 0
    assert blog.run("theme", "use", "bare") == 0
    dressed = sonde_again(blog)
    html = dressed.get("/").text
    assert "<b>bare</b>" in html
    assert "<style>b{color:#123456}</style>" in html
    assert html.count("not lost") == 1
    assert html.index("not lost") > html.index("<footer")
    (folder / "bare" / "list.html").write_text("{{ nothing.here }}")
    broken = sonde_again(blog)
    assert broken.get("/").status_code == 200
    (folder / "bare.css").unlink()
    assert sonde_again(blog).get("/").status_code == 200


def sonde_again(blog: Blog) -> Blog:
    """Build the app of the same site anew, as a replaced worker does."""
    from blogengine.app import create_app
    from blogengine.config import load_config

    app = create_app(load_config(blog.folder))
    return Blog(blog.folder, app, app.extensions["blogengine"])


def test_register_importers_adds_a_command(
    sonde: Callable[..., Blog], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blog = sonde("""
def run(site, source, dry_run, progress):
    progress(1, 1)
    post = None if dry_run else site.posts.create(PostDraft(title=source.name))
    made = (str(post.id),) if post else ()
    return ImportReport(made, skipped=(Skipped("x", "why"),), notes=("noted",))


@hookimpl
def register_importers():
    return [Importer("sonde", "Read a sonde.", run)]
""")
    assert blog.run("plugin", "enable", "sonde") == 0
    capsys.readouterr()
    arguments = ("import", "sonde", str(tmp_path), "--json")
    assert blog.run(*arguments, "--dry-run") == 65
    assert json.loads(capsys.readouterr().out)["created"] == []
    assert blog.run(*arguments, "--report", str(tmp_path / "report.json")) == 65
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["skipped"] == [{"item": "x", "reason": "why"}]
    assert [post.title for post in blog.site.posts.find()] == [tmp_path.name]


def test_register_commands_adds_to_the_plugins_own_group(
    sonde: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = sonde("""
import click


@hookimpl
def register_commands(site, cli):
    @cli.command("count")
    def count():
        click.echo(site.archives.home().count)
""")
    assert blog.run("sonde", "count") == 65
    assert blog.run("plugin", "enable", "sonde") == 0
    blog.post("One")
    capsys.readouterr()
    assert blog.run("sonde", "count") == 0
    assert capsys.readouterr().out == "1\n"
    broken = (blog.folder / "plugins" / "sonde.py").read_text() + "    1 / 0\n"
    (blog.folder / "plugins" / "sonde.py").write_text(broken)
    assert blog.run("sonde", "count") == 70
    assert "sonde" in capsys.readouterr().err


def test_register_publish_checks_are_asked_before_a_post_is_published(
    sonde: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = sonde("""
def look(site, post):
    yield Finding("Mind the gap.", position="line 1")
    if "wet" in post.html:
        yield Finding("Dry it first.", "stop")


@hookimpl
def register_publish_checks():
    return [PublishCheck("weather", "Weather", look)]
""")
    assert blog.run("plugin", "enable", "sonde") == 0
    post = blog.post("One", "All wet.", status="draft")
    capsys.readouterr()
    assert blog.run("post", "check", str(post.id), "--json") == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "severity": "hint",
            "check": "sonde.weather",
            "position": "line 1",
            "sentence": "Mind the gap.",
        },
        {
            "severity": "stop",
            "check": "sonde.weather",
            "position": "",
            "sentence": "Dry it first.",
        },
    ]
    for command in (("publish", "1"), ("schedule", "1", "2100-01-01T00:00")):
        assert blog.run("post", *command) == 65
        assert "Stop: Dry it first." in capsys.readouterr().err
        assert blog.site.posts.get(post.id).status == "draft"
    assert blog.run("post", "publish", "1", "--anyway") == 0
    assert "Hint: line 1: Mind the gap.\n" in capsys.readouterr().err
    assert blog.site.posts.get(post.id).public
    assert blog.run("post", "new", "--text", "wet", "--publish") == 65
    assert blog.run("post", "new", "--text", "dry", "--publish") == 0
    states = {item.id: item.status for item in blog.site.posts.find()}
    assert states == {1: "published", 2: "draft", 3: "published"}


TOLD = """
@hookimpl
def on_post_saved(site, change):
    note("saved", change.before is not None, sorted(change.fields))


@hookimpl
def on_post_published(site, post):
    note("published", post.title, site.posts.get(post.id).public)


@hookimpl
def on_post_unpublished(post):
    note("unpublished", post.title)


@hookimpl
def on_post_deleted(post):
    note("deleted", post.title)


@hookimpl
def demo_on_loaded(posts):
    note("samples", len(posts))
"""


def test_on_post_saved_published_unpublished_and_deleted_are_told_once(
    sonde: Callable[..., Blog],
) -> None:
    blog = sonde(TOLD)
    posts = blog.site.posts
    post = blog.post("One", status="draft")
    posts.edit(post.id)
    posts.publish(post.id)
    posts.edit(post.id, source="New.")
    posts.trash(post.id)
    posts.restore(post.id)
    posts.purge(post.id)
    events = seen(blog)
    assert [event[0] for event in events] == [
        "saved",
        "saved",
        "published",
        "saved",
        "saved",
        "unpublished",
        "saved",
        "published",
        "unpublished",
        "deleted",
    ]
    assert events[0][1] is False
    assert events[2] == ["published", "One", True]
    assert "source" in events[3][2]  # type: ignore[operator]


def test_demo_on_loaded_gets_the_sample_posts(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    drop_in(folder, "sonde", HEAD + TOLD)
    blog = make_blog(folder=folder, plugins=[])
    for name in ("sonde", "demo"):
        assert blog.run("plugin", "enable", name) == 0
    assert blog.run("demo", "load") == 0
    (samples,) = [event for event in seen(blog) if event[0] == "samples"]
    assert samples[1] == len(blog.site.posts.find(limit=100))


def test_a_failing_on_post_saved_costs_the_writer_nothing(
    sonde: Callable[..., Blog], caplog: pytest.LogCaptureFixture
) -> None:
    """Also when it raises one of the engine's own errors: the save stands."""
    blog = sonde("""
@hookimpl
def on_post_saved(site, change):
    raise Retryable("Busy.", code="database-busy", action="Try again.")
""")
    post = blog.post("One")
    assert blog.get(post.url).status_code == 200
    assert "Plugin sonde failed in on_post_saved" in caplog.text


def test_a_widget_that_raises_an_error_of_the_engine_only_loses_its_place(
    sonde: Callable[..., Blog],
) -> None:
    blog = sonde("""
def show(ctx):
    raise NotFound("No.", code="sonde-unknown", action="None.")


@hookimpl
def register_widgets():
    return [Widget("bad", "Bad", show)]
""")
    assert blog.get("/").status_code == 200


def test_site_is_at_hand_in_the_plugins_module(sonde: Callable[..., Blog]) -> None:
    """A drop-in may import `site` at its top, where no app is there yet."""
    blog = sonde("""
from blogengine.api import site


@hookimpl
def register_widgets():
    return [Widget("id", "Id", lambda ctx: f"site {site.id}")]
""")
    assert f"site {blog.site.id}" in blog.get("/").text


def test_register_health_checks_are_asked_by_doctor_and_guarded(
    sonde: Callable[..., Blog],
) -> None:
    blog = sonde("""
def fail(site):
    raise LookupError("no idea")


@hookimpl
def register_health_checks(site):
    return [
        HealthCheck("sonde", "All is well", lambda site: Health("warn", "Not quite.", "Mend it.")),
        HealthCheck("sonde_fails", "It can be said", fail),
        HealthCheck("sonde_wrong", "It is said rightly", lambda site: True),
    ]
""")
    found = {check.name: check.run(blog.site) for _, check in blog.site.contributions.health_checks}
    assert (found["sonde"].state, found["sonde"].fix) == ("warn", "Mend it.")
    for name in ("sonde_fails", "sonde_wrong"):
        assert found[name].state == "warn"
        assert "sonde" in found[name].sentence and "plugin errors sonde" in found[name].fix
    assert len(blog.site.guard.faults) == 2


@pytest.mark.parametrize(
    "value",
    [
        'HealthCheck("other", "Title", lambda site: Health())',
        'HealthCheck("sonde", "Title", None)',
        'HealthCheck("sonde", 7, lambda site: Health())',
    ],
)
def test_register_health_checks_refuses_what_cannot_be_asked(
    make_blog: Callable[..., Blog], tmp_path: Path, value: str
) -> None:
    text = f"{HEAD}\n@hookimpl\ndef register_health_checks(site):\n    return [{value}]\n"
    drop_in(tmp_path / "site", "sonde", text)
    blog = make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=False)
    assert status(blog, "sonde").state == "failed"


@pytest.mark.parametrize(
    "value",
    [
        'Metric("other", "Help.", lambda site: 1)',
        'Metric("sonde_total", "Help.", lambda site: 1)',
        'Metric("sonde", "Help.", lambda site: 1, kind="counter")',
        'Metric("sonde", "Help.", lambda site: 1, kind="histogram")',
        'Metric("sonde_Ä", "Help.", lambda site: 1)',
        'Metric("sonde", "Help.", lambda site: 1, labels=("a-b",))',
        'Metric("sonde", "Help.", 7)',
    ],
)
def test_register_metrics_refuses_what_nobody_could_read(
    make_blog: Callable[..., Blog], tmp_path: Path, value: str
) -> None:
    text = f"{HEAD}\n@hookimpl\ndef register_metrics(site):\n    return [{value}]\n"
    drop_in(tmp_path / "site", "sonde", text)
    blog = make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=False)
    assert status(blog, "sonde").state == "failed"
