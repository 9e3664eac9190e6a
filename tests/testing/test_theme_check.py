"""`blogengine theme check`: built-in themes hold all of it, and a bad one fails each check."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from blogengine.looks import Look
from blogengine.testing.theming import ALL
from blogengine.testing.theming.sheets import palette, read_rules, too_faint
from blogengine.testing.theming.trying import check_theme
from tests.conftest import Blog

BAD = '''"""Everything a theme shouldn't do."""
from pathlib import Path
from blogengine.api import Plugin, Theme, hookimpl
HERE = Path(__file__).parent
plugin = Plugin(summary=__doc__)
@hookimpl
def register_themes():
    sheets = (HERE / "bad.css",)
    pairs = (("ink", "paper"), ("nothing", "paper"))
    return [Theme("bad", "Bad", HERE / "templates", sheets, readable=pairs)]
'''
BASE = """<!doctype html><html><head>
<meta name="viewport" content="width=device-width, user-scalable=no">{{ head }}</head>
<body onclick="x()"><header><h1 id="twice">Bad</h1></header>
<main id="twice"><h4>Skipped</h4><img src="https://elsewhere.example/x.png" alt="">
<form action="/search/"><input name="q"></form>
{% block main %}{% endblock %}</main><main aria-labelledby="nowhere"></main></body></html>"""
SHEET = """:root{--ink:#888;--paper:light-dark(#fff,#999)}
body{background:var(--paper);color:var(--ink);margin-left:1em;width:900px;transition:color 1s}
.byline{outline:none}
@import "https://elsewhere.example/x.css";
"""


def write_bad(folder: Path) -> None:
    place = folder / "bad"
    (place / "templates").mkdir(parents=True)
    (place / "__init__.py").write_text(BAD, "utf-8")
    dice = random.Random(1)
    noise = "".join(f".x{dice.getrandbits(64)}{{order:{dice.getrandbits(60)}}}" for _ in range(900))
    (place / "bad.css").write_text(SHEET + noise, "utf-8")
    (place / "templates" / "base.html").write_text(BASE, "utf-8")
    unknown = '{% extends "core/terms.html" %}{% block main %}{{ page.comet }}{{ comet }}'
    (place / "templates" / "terms.html").write_text(unknown + "{% endblock %}", "utf-8")


@pytest.mark.parametrize("theme", ["paper", "press"])
def test_the_themes_that_come_along_hold_every_check(theme: str, tmp_path: Path) -> None:
    results = check_theme(theme, tmp_path)
    assert [one for one in results if one.state != "passed"] == []
    assert len(results) == len(ALL)


WANTED = {
    "TH01": "The page of kind tags fails and is shown plain.",
    "TH02": "base.html has no block footer",
    "TH03": "page.comet, which isn't there.",
    "TH04": "No template shows the region sidebar",
    "TH05": "the event handler onclick on <body>",
    "TH06": "home loads https://elsewhere.example/x.png by <img>.",
    "TH07": "home has 2 landmarks of kind main, not one.",
    "TH08": "tag archive has 2 h1, not one.",
    "TH09": "home goes from h1 to h4.",
    "TH10": "The first stop of home leads to 'nothing', not to its content.",
    "TH11": "home points at the id nowhere, which isn't there.",
    "TH12": "home: the form for /search/ has no button.",
    "TH13": "home can't be zoomed.",
    "TH14": "The tag archive with ten posts has",
    "TH15": "--ink on --paper is 3.54 in light, not 4.5.",
    "TH16": "body: margin-left:1em stays on its side.",
    "TH17": ".byline takes the focus ring away.",
    "TH18": "body moves, and nothing asks for prefers-reduced-motion.",
    "TH19": "body: width:900px is wider than a small phone.",
    "TH20": "No rule says how a page is printed",
}


def test_a_bad_theme_fails_each_check_with_a_sentence(tmp_path: Path) -> None:
    write_bad(tmp_path)
    results = {one.number: one for one in check_theme("bad", tmp_path)}
    assert WANTED.keys() == {check.number for check in ALL} == results.keys()
    missing = {
        number: results[number].findings
        for number, sentence in WANTED.items()
        if not any(sentence in finding for finding in results[number].findings)
    }
    assert missing == {}


def test_the_command_says_what_failed_and_how_to_mend_it(
    make_blog: Callable[..., Blog],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from blogengine.testing.checks.check import Result
    from blogengine.testing.theming import trying

    blog = make_blog()
    given = (Result("TH08", "failed", ("home has 2 h1, not one.",)), Result("TH20", "passed"))
    monkeypatch.setattr(trying, "check_theme", lambda _name, _plugins: given)
    assert blog.run("theme", "check", "paper") == 1
    said = capsys.readouterr().out
    assert "TH08 failed" in said and "home has 2 h1" in said and "Show `page.heading` once" in said
    assert blog.run("theme", "check", "paper", "--json") == 1
    assert json.loads(capsys.readouterr().out)["checks"][1]["state"] == "passed"
    monkeypatch.setattr(trying, "check_theme", lambda _name, _plugins: given[1:])
    assert blog.run("theme", "check", "paper") == 0
    monkeypatch.undo()
    assert blog.run("theme", "check", "nonesuch") == 65


def test_a_new_child_theme_is_worn_with_its_block_and_its_colour(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    blog = make_blog(folder=folder, plugins=["theme_paper"])
    assert blog.run("theme", "new", "tide", "--parent", "atlantis") == 65
    assert blog.run("theme", "new", "tide", "--parent", "paper") == 0
    assert blog.run("theme", "new", "tide", "--parent", "paper") == 65
    assert "blogengine theme use tide" in capsys.readouterr().out
    worn = make_blog(folder=folder, plugins=["theme_paper", "tide"], settings={"theme": "tide"})
    assert worn.site.themes.worn() == ("tide", "paper")
    html = worn.get(worn.post("Sea").url).text
    assert "Thank you for reading." in html and html.index("--paper:") < html.index("#8fd8c4")
    looked = Look(tuple(worn.site.contributions.themes[one] for one in ("tide", "paper")))
    sheets = "\n".join(path.read_text("utf-8") for path in looked.styles)
    assert list(too_faint(list(read_rules(sheets)), looked.readable)) == []


def test_colours_are_found_through_variables_media_and_both_schemes() -> None:
    sheet = """
    :root{--a:#fff;--b:var(--a);--c:light-dark(#000,#eee)} /* body{color:red} */
    body{background:var(--b);color:var(--c, #123)}
    @media screen and (prefers-color-scheme: dark){:root{--a:#111}
    .faint{color:#222}}
    @media print{.faint{color:#fff}} @font-face{src:url(x)}
    mark{background:#222;color:inherit} p::before{background:#000}
    .fine{color:rgb(0 0 0);background:white}
    """
    rules = list(read_rules(sheet))
    light, dark = palette(rules, "light"), palette(rules, "dark")
    assert (light.text, light.ground) == ("#000", "#fff")
    assert (dark.text, dark.ground) == ("#eee", "#111")
    found = list(too_faint(rules, [("c", "b")]))
    assert [line.partition(":")[0] for line in found] == ["mark", ".faint"]
    assert "in light" in found[0] and "in dark" in found[1]
