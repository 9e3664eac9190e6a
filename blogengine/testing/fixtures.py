"""The fixtures for tests of plugins; their docstrings are the manual's page.

Nothing of the engine is imported before a fixture is used.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from blogengine.mail import MailRecord
    from blogengine.testing.blog import Blog, Workshop
    from blogengine.testing.visitor import Visitor
    from blogengine.values import Author, Post, Term

PAPER = "theme_paper"
MARK = "blogengine(plugins=[...], settings={...}): the plugins and settings of the fixture blog"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARK)


@pytest.fixture(scope="session")
def blogengine_workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Builds the sites of a test run; a fixture of your own can build another with `build()`."""
    from blogengine.testing.blog import Workshop

    workshop = Workshop(tmp_path_factory.mktemp("blogengine"))
    yield workshop
    workshop.close()


@pytest.fixture
def blog(
    request: pytest.FixtureRequest, tmp_path: Path, blogengine_workshop: Workshop
) -> Iterator[Blog]:
    """A site on a fresh SQLite file with the plugin under test and what that requires.

    Errors of plugins aren't hidden in it. `blog.site` is the bag of services that plugins get,
    `blog.run("NAME", "list")` runs the command line and returns its exit code, `blog.folder` is
    the site's folder. Your test stands in the site's application context, so services can be
    called as they are.
    """
    from blogengine.testing.blog import put_in

    mark = request.node.get_closest_marker("blogengine")
    words: dict[str, Any] = dict(mark.kwargs) if mark else {}
    if mark and (mark.args or set(words) - {"plugins", "settings"}):
        pytest.fail("The marker blogengine takes plugins=[...] and settings={...}.", pytrace=False)
    ini = request.config.getini("blogengine_plugins") if _has_ini(request.config) else ()
    folder = tmp_path / "blog"
    wanted = words.get("plugins", ini or ())
    start = request.config.rootpath
    shutil.copytree(blogengine_workshop.fresh(), folder)
    plugins = [put_in(folder, str(name), start) for name in wanted]
    settings = by_owner(words.get("settings", {}), plugins)
    if PAPER not in plugins:  # else every site would say in the log that its theme isn't there
        settings.setdefault("site", {}).setdefault("theme", "")
    made = blogengine_workshop.build(folder, plugins=plugins, settings=settings, required=True)
    for name in plugins:
        if reason := made.reason(name):
            made.close()
            pytest.fail(f"The plugin {name} isn't running. {reason}{advice(reason)}", pytrace=False)
    try:
        for owner, values in settings.items():
            made.set(owner, **values)  # once more, with every check of a command
    except Exception as error:
        made.close()
        pytest.fail(f"The marker's settings are wrong: {error}", pytrace=False)
    yield made
    made.close()


def _has_ini(config: pytest.Config) -> bool:
    try:
        config.getini("blogengine_plugins")
    except ValueError:
        return False
    return True


def advice(reason: str) -> str:
    """Return what to do when a plugin isn't there at all."""
    gone = reason.startswith("missing")
    return " Install the package under test first: pip install -e ." if gone else ""


def by_owner(settings: Mapping[str, object], plugins: list[str]) -> dict[str, dict[str, object]]:
    """Sort settings by owner: `limit` is the first plugin's, `site.title` the site's."""
    found: dict[str, dict[str, object]] = {}
    for key, value in settings.items():
        owner, dot, name = key.partition(".")
        if not dot:
            owner, name = (plugins or ["site"])[0], key
        found.setdefault(owner, {})[name] = value
    return found


@pytest.fixture
def client(blog: Blog) -> Visitor:
    """A visitor with a browser's habits: keeps cookies, sends forms from this site's own pages.

    `client.get(path)` and `client.post(path, data={…})` return the response, with `text`,
    `status_code` and `headers`. `client.post(path, from_elsewhere=True)` sends a form as another
    site's page would, which is refused before any view runs. `client.forms(path)` reads the forms
    of a page as dictionaries of what they would send.
    """
    from blogengine.testing.visitor import Visitor

    return Visitor(blog.app)


@pytest.fixture
def make_post(blog: Blog) -> Callable[..., Post]:
    """Make a post: `make_post(title="Ships", tags=["Sea"])`. It is published unless you say else.

    Takes the fields of PostDraft, and `tags` as a list of names.
    """
    return blog.post


@pytest.fixture
def make_tag(blog: Blog) -> Callable[..., Term]:
    """Make a tag with a post that carries it: `make_tag("Sea", description="All about it.")`.

    `posts=3` gives it that many. Returns the tag as templates see it.
    """

    def make(name: str, *, description: str = "", posts: int = 1) -> Term:
        for number in range(posts):
            made = blog.post(f"{name} {number + 1}", tags=[name])
        (tag,) = made.tags
        if description:
            blog.site.terms.describe(tag.slug, description)
        return next(term for term in blog.site.terms.all() if term.id == tag.id)

    return make


@pytest.fixture
def make_user(blog: Blog) -> Callable[..., Author]:
    """Make a person who writes: `make_user("Ann", role="editor")`.

    `authors=[person.slug]` gives a post of `make_post` to them.
    """

    def make(name: str = "Ann", **fields: Any) -> Author:
        return blog.site.users.create(name, **fields)

    return make


@pytest.fixture
def sign_in(blog: Blog) -> Callable[..., Visitor]:
    """Return a visitor who is signed in: `sign_in("editor").get("/admin/")`.

    The role is owner, admin, editor, author or contributor; each call is somebody new.
    """
    from blogengine.testing.visitor import Visitor, arrive

    def arrived(role: str = "owner") -> Visitor:
        return arrive(Visitor(blog.app), blog.site.identity, role)

    return arrived


@pytest.fixture
def plugin_settings(blog: Blog) -> Callable[..., None]:
    """Set settings of the plugin under test: `plugin_settings(limit=3)`.

    A value that doesn't fit raises UserError as it would for the owner. `owner="other"` sets those
    of another plugin, `owner="site"` the site's own.
    """

    def change(*, owner: str = "", **values: object) -> None:
        blog.set(owner or (blog.plugins or ("site",))[0], **values)

    return change


@pytest.fixture
def with_hook(blog: Blog) -> Callable[..., AbstractContextManager[None]]:
    """Answer a hook for the length of a block: `with with_hook(on_post_saved): …`.

    The function is named like the hook, or the name comes first: `with_hook("on_post_saved", f)`.
    With `raises=ValueError` the hook fails instead, and visitors see what they would see then.
    Hooks that are asked while the site is built, and those of pages (`page_meta`,
    `template_context`), belong into a plugin.
    """
    from blogengine.testing.temporary import temporary_hook

    return partial(temporary_hook, blog.site)


@pytest.fixture
def count_queries(blog: Blog) -> Callable[[], AbstractContextManager[list[str]]]:
    """Count statements: `with count_queries() as statements: client.get("/")`.

    The list holds the SELECTs and writes in their order, as the database got them.
    """
    from blogengine.testing.statements import counting

    return partial(counting, blog.app)


@pytest.fixture
def other_machine(blog: Blog) -> Callable[[str, int], None]:
    """Let a server of the test stand in: `other_machine("api.example.org", server.server_port)`.

    `site.http` asks it for every address of this host, without TLS where https is asked for, and
    reaches nothing else on this machine.
    """

    def stand_in(host: str, port: int) -> None:
        blog.site.http._under_test[host] = ("127.0.0.1", port)

    return stand_in


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime | str], datetime]:
    """Hold the time: `freeze("2030-01-31T09:00")`, in UTC where no zone is given.

    Engine and plugins that ask `utcnow` of blogengine.api get that moment; call it again to go on.
    A post whose time has come is published by the next request.
    """
    import blogengine.clock

    def hold(at: datetime | str) -> datetime:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        monkeypatch.setattr(blogengine.clock, "system_time", lambda: moment)
        return moment

    return hold


@pytest.fixture
def run_jobs(blog: Blog) -> Callable[[], list[str]]:
    """Run the jobs that are due, and those that they ask for: `run_jobs()`.

    Returns the names of the jobs that were run. The first error that a job raised is raised here
    once all are run; a job that was asked for a later time needs `freeze` to come to it.
    """
    from blogengine.testing.working_off import work_off

    return partial(work_off, blog.site.jobs)


@pytest.fixture
def outbox(blog: Blog) -> Callable[[], list[MailRecord]]:
    """The mails that were written, the oldest first: `outbox()[0].subject`.

    Each has `to`, `subject`, `text`, `html`, `reply_to` and `state`. Nothing is sent in a test.
    """

    def mails() -> list[MailRecord]:
        from blogengine.db import db

        db.end_reading()
        return blog.site.mail.find(limit=10_000)[::-1]

    return mails
