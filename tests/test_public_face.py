"""The public names of the last release, and the manual's boxes for those that go away."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from blogengine.deprecations import REMOVED, Deprecated
from blogengine.site import Site
from tests.test_docs import build, site

__all__ = ["site"]

pytestmark = pytest.mark.xdist_group("docs")

KEPT = Path(__file__).with_name("public_face.json")
DAY = date(2030, 1, 1)
GOING = Deprecated("hook", "on_post_saved", "0.3", DAY, date(2030, 6, 1), "Use another.")


def test_nothing_of_the_public_face_is_gone_unannounced(site: Site) -> None:
    """What is gone needs its entry in REMOVED of blogengine/deprecations.py."""
    before = json.loads(KEPT.read_text("utf-8"))
    assert build.gone(before, build.public_face(site), REMOVED) == []


def test_what_is_gone_is_named_until_its_entry_is_there(site: Site) -> None:
    now = build.public_face(site)
    before = json.loads(json.dumps(now))
    before["hook"]["on_comet"] = ["site"]
    before["hook"]["on_post_saved"].append("comet")
    before["api"]["blogengine"].append("Comet")
    before["field"]["Post"].append("comet")
    before["setting"]["feeds"].append("comet")
    before["template variable"]["site"].append("comet")
    assert build.gone(before, now, []) == [
        "api Comet",
        "argument on_post_saved comet",
        "field Post.comet",
        "hook on_comet",
        "setting feeds.comet",
        "template variable site.comet",
    ]
    told = [
        replace(GOING, name="on_comet"),
        replace(GOING, kind="argument", argument="comet"),
        replace(GOING, kind="api", name="Comet"),
        replace(GOING, kind="field", name="Post.comet"),
        replace(GOING, kind="setting", name="feeds.comet"),
        replace(GOING, kind="template variable", name="site.comet"),
    ]
    assert build.gone(before, now, told) == []


@pytest.mark.parametrize(
    ("entry", "page", "heading"),
    [
        (GOING, "hooks.md", "## on_post_saved"),
        (replace(GOING, kind="argument", argument="change"), "hooks.md", "## on_post_saved"),
        (replace(GOING, kind="api", name="Feed"), "values.md", "## Feed"),
        (replace(GOING, kind="api", name="make_slug"), "api.md", "## make_slug"),
        (replace(GOING, kind="api", name="NotFound"), "api.md", "### NotFound"),
        (replace(GOING, kind="field", name="Post.html"), "values.md", "## Post"),
        (replace(GOING, kind="field", name="WidgetContext.view"), "api.md", "## WidgetContext"),
        (replace(GOING, kind="setting", name="site.title"), "settings.md", "## Site"),
        (replace(GOING, kind="setting", name="feeds.x"), "settings.md", "## feeds"),
        (replace(GOING, kind="template variable", name="page.h"), "templates.md", "## page"),
        (replace(GOING, kind="template variable", name="region"), "templates.md", "## Variables"),
    ],
)
def test_what_goes_away_has_a_box_in_the_reference(
    site: Site, entry: Deprecated, page: str, heading: str
) -> None:
    plain, boxed = build.reference(site, []), build.reference(site, [entry])
    assert f"\n{heading}\n\n> **Deprecated since 0.3 (2030-01-01).** " in boxed[page]
    assert entry.sentence() in boxed[page]
    assert {name for name in plain if plain[name] != boxed[name]} == {page}


def test_an_entry_for_nothing_is_told(site: Site) -> None:
    with pytest.raises(ValueError, match="no place for the hook on_comet"):
        build.reference(site, [replace(GOING, name="on_comet")])
