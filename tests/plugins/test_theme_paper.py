"""Paper's settings: choices are classes, and every choice can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import blogengine_plugins.theme_paper as paper
import pytest
from blogengine_plugins.theme_paper.settings import ACCENTS

from tests.conftest import Blog

HERE = Path(paper.__file__).parent
READABLE = 4.5


def luminance(color: str) -> float:
    """Relative luminance by WCAG 2."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colors(sheet: str, selector: str) -> list[dict[str, str]]:
    """Return the colours of each rule of a selector: the light one first, then the dark one."""
    text = (HERE / sheet).read_text("utf-8")
    rules = re.findall(rf"{re.escape(selector)}\s*\{{(.*?)\}}", text, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", rule)) for rule in rules]


@pytest.mark.parametrize("accent", ACCENTS)
def test_every_accent_is_readable_in_light_and_dark(accent: str) -> None:
    base = colors("paper.css", ":root")
    own = base if accent == "rust" else colors("choices.css", f".accent-{accent}")
    assert len(base) == len(own) == 2
    for page, chosen in zip(base, own, strict=True):
        for ground in ("paper", "tint"):  # links also stand in boxes and beside code
            assert contrast(chosen["link"], page[ground]) >= READABLE, (accent, ground)


def test_the_contrast_is_computed_as_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_a_choice_is_a_class_the_style_sheet_knows(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["theme_paper", "hello"])
    assert '<body class="kind-home has-sidebar">' in blog.get("/").text
    blog.run("plugin", "enable", "theme_paper")
    choices = ("accent=plum", "width=wide", "text=large", "sidebar=below")
    assert blog.run("plugin", "settings", "theme_paper", *choices) == 0
    html = blog.get("/").text
    assert '<body class="kind-home accent-plum width-wide text-large">' in html
    assert "Hello, reader" in html
    for name in ("accent-plum", "width-wide", "text-large"):
        assert re.search(rf"<style>[^<]*\.{name}\{{", html)
    assert 'style="' not in html
    assert blog.run("plugin", "settings", "theme_paper", "sidebar=hidden") == 0
    assert "Hello, reader" not in blog.get("/").text
    assert blog.run("plugin", "settings", "theme_paper", "accent=pink") == 65


def test_the_bar_of_the_browser_has_the_colour_of_the_paper(
    make_blog: Callable[..., Blog],
) -> None:
    html = make_blog(plugins=["theme_paper"]).get("/").text
    assert re.findall(r'<meta name="theme-color" content="([^"]*)" media="([^"]*)">', html) == [
        (colors("paper.css", ":root")[0]["paper"], "(prefers-color-scheme: light)"),
        (colors("paper.css", ":root")[1]["paper"], "(prefers-color-scheme: dark)"),
    ]
    plain = make_blog(plugins=["theme_paper"], settings={"theme": ""}).get("/").text
    assert "theme-color" not in plain
