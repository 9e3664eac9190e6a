"""Every check finds its own kind of mistake and nothing else; built-in plugins hold them all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import blogengine.host.outdated
from blogengine.deprecations import Deprecated
from blogengine.host import find_plugins
from blogengine.testing.blog import Blog, Workshop
from blogengine.testing.checking import ENDED, NOT_TRIED, Report, check_plugin, run_check
from blogengine.testing.checks import ALL, Bench, Check, Result
from tests.test_docs import build

HEAD = '''
"""A plugin on trial."""
from dataclasses import dataclass

from blogengine.api import *

plugin = Plugin(summary=__doc__)


def show(ctx):
    return Markup("<p>{}</p>").format(ctx.page.title)


@hookimpl
def register_widgets(site):
    return [Widget("trial", "Trial", show, region="footer")]
'''


def widget(body: str) -> str:
    """A plugin whose widget is another one."""
    return HEAD.replace('    return Markup("<p>{}</p>").format(ctx.page.title)\n', body)


def route(body: str, *, method: str = "get") -> str:
    """A plugin with an address of its own."""
    return f"""{HEAD}
routes = Blueprint("trial", __name__)


@routes.{method}("/trial/", permission="public")
def answer():
{body}

@hookimpl
def register_blueprints():
    return [routes]
"""


MODEL = (
    HEAD
    + """

Table = table_base("trial")


class Row(Table):
    post_id: Mapped[int] = post_key(primary_key=True)
    number: Mapped[int]
"""
)
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "trial_0001"
down_revision = None


def upgrade():
    op.create_table(
        "trial_row",
        sa.Column("post_id", sa.Integer(), sa.ForeignKey("posts.id"), primary_key=True),
    )
"""

BAD: dict[str, dict[str, str]] = {
    "BE01": {"trial.py": HEAD.replace("summary=__doc__", 'summary=" "')},
    "BE02": {"trial.py": HEAD + "\nfrom blogengine.slugs import make_slug as slug\n"},
    "BE21": {"trial.py": HEAD + "\nfrom urllib import request as asking\n"},
    "BE03": {"trial.py": HEAD + '\nwith open(__file__ + ".log", "w") as file:\n    pass\n'},
    "BE04": {"trial.py": HEAD + "\n\ndef on_post_saved(site, change):\n    pass\n"},
    "BE05": {"trial/__init__.py": HEAD, "trial/templates/other/list.html": "x"},
    "BE06": {
        "trial.py": HEAD.replace(
            "    return [Widget",
            '    if site.posts.id_of("advert") is None:\n'
            '        site.posts.create(PostDraft("Buy!", status="published", guid="advert"))\n'
            "    return [Widget",
        )
    },
    # One widget takes for granted that another one has run.
    "BE07": {
        "trial.py": HEAD
        + """
KEPT = []


def broken(*_anything):
    return 1 / 0


def spoil(ctx):
    KEPT.append(ctx.site.environment.filters["date"])
    ctx.site.environment.filters["date"] = broken


def mend(ctx):
    if KEPT:
        ctx.site.environment.filters["date"] = KEPT.pop()


@hookimpl
def register_widgets(site):
    return [
        Widget("spoil", "Spoil", spoil, region="header", pages={"home"}),
        Widget("mend", "Mend", mend, region="before_list", pages={"home"}),
    ]
"""
    },
    "BE08": {"trial/__init__.py": MODEL, "trial/migrations/0001_start.py": MIGRATION},
    "BE09": {
        "trial.py": HEAD.replace(
            "plugin = Plugin(summary=__doc__)",
            "@dataclass(frozen=True)\nclass Settings:\n"
            '    size: int = setting(3, title="Size", ge=1)\n\n\n'
            "plugin = Plugin(summary=__doc__, settings=Settings)",
        )
    },
    "BE10": {
        "trial.py": widget("    for post in ctx.page.posts:\n        ctx.site.posts.get(post.id)\n")
    },
    "BE11": {"trial.py": widget('    return Markup("<p>" + ctx.page.title + "</p>")\n')},
    "BE12": {"trial.py": widget("    return Markup('<p style=\"color: red\">Red</p>')\n")},
    "BE13": {"trial.py": widget("    return Markup('<p id=\"main\">Main</p>')\n")},
    "BE14": {
        "trial.py": route('    return redirect("/", 303)\n', method="post").replace(
            'Markup("<p>{}</p>").format(ctx.page.title)',
            'Markup(\'<form method="post" action="/trial/"></form>\')',
        )
    },
    "BE15": {
        "trial/__init__.py": route(
            "    with site.db.write() as session:\n"
            "        session.add(Visit())\n"
            '    return Response("", mimetype="text/plain")\n'
        )
        + """

Table = table_base("trial")


class Visit(Table):
    id: Mapped[int] = mapped_column(primary_key=True)
""",
        "trial/migrations/0001_start.py": MIGRATION.replace('"trial_row"', '"trial_visit"').replace(
            'sa.Column("post_id", sa.Integer(), sa.ForeignKey("posts.id"), primary_key=True)',
            'sa.Column("id", sa.Integer(), primary_key=True)',
        ),
    },
    "BE16": {"trial.py": widget("    return 7\n")},
    "BE17": {"trial.py": widget('    ctx.site.log("trial").warning("Hm.")\n    return None\n')},
    "BE18": {
        "trial.py": HEAD
        + """
import sys
import time

began = getattr(sys.modules["__main__"], "BEGAN", None)
if began is not None:
    time.sleep(2 * (time.perf_counter() - began))
"""
    },
    "BE19": {"trial.py": HEAD + "\n\n@hookimpl\ndef on_post_deleted(site, post):\n    pass\n"},
    "BE20": {
        "blog_trial/__init__.py": HEAD,
        "blog_trial-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: blog-trial\n"
        "Version: 1.0\nLicense: MIT\nRequires-Dist: blogengine>=0.1,<1\n",
        "blog_trial-1.0.dist-info/entry_points.txt": "[blogengine.plugins]\ntrial = blog_trial\n",
    },
}
GOING = Deprecated("hook", "on_post_deleted", "0.3", date(2030, 1, 1), date(2031, 1, 1), "Stop.")


@dataclass
class Trials:
    """Runs checks on plugins of these texts, in this process."""

    workshop: Workshop
    folder: Path

    def run(self, files: dict[str, str], checks: tuple[Check, ...] = ALL) -> dict[str, Result]:
        for name, text in files.items():
            file = self.folder / "plugins" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        bench = Bench("trial", self.folder, self.folder / "plugins", self.workshop)
        return {check.number: run_check(check, bench) for check in checks}


@pytest.fixture
def trials(blogengine_workshop: Workshop, tmp_path: Path) -> Trials:
    return Trials(blogengine_workshop, tmp_path)


def failed(results: dict[str, Result]) -> dict[str, tuple[str, ...]]:
    return {
        number: result.findings for number, result in results.items() if result.state == "failed"
    }


def test_there_is_a_bad_plugin_for_every_check() -> None:
    assert [check.number for check in ALL] == [f"BE{n:02}" for n in range(1, len(ALL) + 1)]
    assert sorted(BAD) == [check.number for check in ALL]


def test_a_good_plugin_fails_none(trials: Trials) -> None:
    assert failed(trials.run({"trial.py": HEAD})) == {}


@pytest.mark.filterwarnings("ignore::blogengine.api.BlogEngineDeprecationWarning")
@pytest.mark.parametrize("number", sorted(BAD))
def test_a_bad_plugin_fails_its_own_check(
    trials: Trials, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    own = tuple(check for check in ALL if check.number == number)
    assert set(failed(run_bad(trials, monkeypatch, number, own))) == {number}


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::blogengine.api.BlogEngineDeprecationWarning")
@pytest.mark.parametrize("number", sorted(BAD))
def test_a_bad_plugin_fails_no_other_check(
    trials: Trials, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    found = failed(run_bad(trials, monkeypatch, number, ALL))
    assert set(found) == {number}, found


def run_bad(
    trials: Trials, monkeypatch: pytest.MonkeyPatch, number: str, checks: tuple[Check, ...]
) -> dict[str, Result]:
    if number == "BE19":
        monkeypatch.setattr(blogengine.host.outdated, "DEPRECATED", (GOING,))
    if number == "BE20":
        monkeypatch.syspath_prepend(trials.folder / "plugins")
        monkeypatch.setenv("PYTHONPATH", str(trials.folder / "plugins"))
    return trials.run(BAD[number], checks)


# --- a process of its own ---------------------------------------------------------------------


def put(folder: Path, text: str) -> Path:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / "trial.py").write_text(text)
    return folder / "plugins"


def test_a_plugin_that_ends_the_process_is_a_finding(tmp_path: Path) -> None:
    text = widget('    import os\n    if ctx.page.kind == "terms":\n        os._exit(3)\n')
    report = check_plugin("trial", put(tmp_path, text), only=["BE02", "BE11", "BE12", "BE13"])
    states = {result.number: result for result in report.results}
    assert states["BE02"].state == "passed"
    assert states["BE11"].findings == (ENDED, "Its exit code is 3.")
    assert states["BE13"].findings[0] == ENDED


def test_a_widget_that_has_nothing_to_say_with_few_posts_may_ask_later(tmp_path: Path) -> None:
    body = """    home = ctx.site.archives.home()
    if home.count < 20:
        return None
    return ctx.site.archives.posts(home, limit=1, offset=19)[0].display_title
"""
    report = check_plugin("trial", put(tmp_path, widget(body)), only=["BE10"])
    assert report.results == (Result("BE10", "passed"),)


def test_a_widget_that_no_sample_page_shows_is_told_as_never_seen(trials: Trials) -> None:
    body = '    return 7 if "Rare" in ctx.page.title else None\n'
    checks = tuple(check for check in ALL if check.number == "BE16")
    result = trials.run({"trial.py": widget(body)}, checks)["BE16"]
    assert (result.state, result.findings[0][:10]) == ("skipped", "Never seen")


def test_a_plugin_that_goes_on_ending_it_is_given_up(tmp_path: Path) -> None:
    text = HEAD + "\nimport os\n\nos._exit(4)\n"
    only = ["BE01", "BE05", "BE08", "BE10", "BE11"]
    report = check_plugin("trial", put(tmp_path, text), only=only)
    assert [result.findings[0] for result in report.results] == [ENDED] * 3 + [NOT_TRIED] * 2
    assert report.level == ""


def test_a_plugin_that_hangs_is_a_finding(tmp_path: Path) -> None:
    text = HEAD + "\nimport threading\n\nthreading.Event().wait()\n"
    report = check_plugin("trial", put(tmp_path, text), seconds=4, only=["BE01"])
    assert report.results == (Result("BE01", "failed", (ENDED, "Its exit code is -9.")),)


def test_the_command_tells_every_check_and_ends_with_1_below_starter(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog(folder=tmp_path)
    put(tmp_path, BAD["BE11"]["trial.py"])
    assert blog.run("plugin", "check", "trial", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["level"] == "" and told["plugin"] == "trial"
    states = {check["number"]: check["state"] for check in told["checks"]}
    assert list(states) == [check.number for check in ALL]
    assert [number for number, state in states.items() if state == "failed"] == ["BE11"]
    assert blog.run("plugin", "check", "absent") == 65
    assert blog.run("plugin", "check") == 64


def built_ins() -> list[str]:
    found = find_plugins(Path("nowhere"))
    return [name for name, plugin in found.items() if plugin.door == "built-in"]


@pytest.mark.slow
@pytest.mark.parametrize("name", built_ins())
def test_a_built_in_plugin_is_good(name: str, trials: Trials) -> None:
    """Not in a process for each: importing, the first site and its templates are had once."""
    bench = Bench(name, trials.folder, trials.folder / "plugins", trials.workshop)
    report = Report(name, tuple(run_check(check, bench) for check in ALL))
    assert report.level in ("good", "gold"), report.failed


def test_the_page_of_checks_is_what_the_code_says() -> None:
    for name, text in build.guides().items():
        assert (build.DOCS / "plugins" / name).read_text("utf-8") == text, "run `make docs`"
