"""Paper's settings: choices are custom properties, and every choice can be read."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import blogengine_plugins.theme_paper as paper
import pytest
from blogengine_plugins.theme_paper.settings import ACCENTS, GROUNDS, PaperSettings

from blogengine.colours import READABLE, contrast
from tests.conftest import Blog

SHEET = (Path(paper.__file__).parent / "paper.css").read_text("utf-8")


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_accent_is_readable_on_every_paper_light_and_dark(ground: str) -> None:
    for accent, colors in ACCENTS.items():
        for number, color in enumerate(colors):
            for behind in GROUNDS[ground]:  # links also stand in boxes and beside code
                assert contrast(color, behind[number]) >= READABLE, (accent, number)


@pytest.mark.parametrize("ground", GROUNDS)
def test_all_that_the_theme_says_is_read_can_be_read_on_every_paper(ground: str) -> None:
    pairs = re.findall(r"--([\w-]+):light-dark\((#\w+),(#\w+)\)", SHEET)
    known = {name: (light, dark) for name, light, dark in pairs}
    known["paper"], known["tint"] = GROUNDS[ground]
    for text, behind in paper.READ_ON:
        for number in (0, 1):
            assert contrast(known[text][number], known[behind][number]) >= READABLE, (text, behind)


def test_the_defaults_are_those_of_the_style_sheet() -> None:
    assert PaperSettings().variables() == {}
    (tint,) = re.findall(r"--tint:light-dark\((#\w+),(#\w+)\)", SHEET)
    (ground,) = re.findall(r"--paper:light-dark\((#\w+),(#\w+)\)", SHEET)
    (link,) = re.findall(r"--link:light-dark\((#\w+),(#\w+)\)", SHEET)
    assert (ground, tint) == GROUNDS["warm"] and link == ACCENTS["rust"]


def test_the_contrast_is_computed_as_known() -> None:
    assert contrast("#000000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "rgb(255, 255, 255)") == pytest.approx(4.478, abs=0.001)
    with pytest.raises(ValueError, match="solid"):
        contrast("#0008", "white")


def test_an_own_colour_that_cannot_be_read_is_refused_with_its_contrast(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog(plugins=["theme_paper"])
    blog.run("plugin", "enable", "theme_paper")
    run = ("plugin", "settings", "theme_paper")
    assert blog.run(*run, "own_light=#cc8866") == 0  # not worn yet
    assert blog.run(*run, "accent=own") == 65
    assert "#cc8866 has a contrast of 2.5 on light paper" in capsys.readouterr().err
    assert blog.run(*run, "own_light=#5a1f7a", "accent=own") == 0
    html = blog.get("/")
    assert "--link:light-dark(#5a1f7a,#f2a488)" in html.text


def test_a_choice_is_a_custom_property_that_the_policy_allows(
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog(plugins=["theme_paper", "hello"])
    assert '<body class="kind-home has-sidebar">' in blog.get("/").text
    blog.run("plugin", "enable", "theme_paper")
    choices = ("accent=plum", "width=wide", "text=large", "sidebar=below", "font=plain")
    assert blog.run("plugin", "settings", "theme_paper", *choices) == 0
    answer = blog.get("/")
    assert '<body class="kind-home">' in answer.text
    assert "Hello, reader" in answer.text
    rule = re.search(r"<style>(:root\{--link:[^<]*)</style>", answer.text)
    assert rule is not None and "--measure:68ch" in rule[1] and "--size:clamp(" in rule[1]
    digest = base64.b64encode(hashlib.sha256(rule[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert 'style="' not in answer.text
    assert blog.run("plugin", "settings", "theme_paper", "sidebar=hidden") == 0
    assert "Hello, reader" not in blog.get("/").text
    assert blog.run("plugin", "settings", "theme_paper", "accent=pink") == 65


def test_the_bar_of_the_browser_has_the_colour_of_the_paper(
    make_blog: Callable[..., Blog],
) -> None:
    html = make_blog(plugins=["theme_paper"]).get("/").text
    assert re.findall(r'<meta name="theme-color" content="([^"]*)" media="([^"]*)">', html) == [
        (GROUNDS["warm"][0][0], "(prefers-color-scheme: light)"),
        (GROUNDS["warm"][0][1], "(prefers-color-scheme: dark)"),
    ]
    plain = make_blog(plugins=["theme_paper"], settings={"theme": ""}).get("/").text
    assert "theme-color" not in plain
