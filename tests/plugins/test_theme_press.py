"""Press: a lead story and cards at home, excerpts in archives, and every choice readable."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import blogengine_plugins.theme_press as press
import pytest
from blogengine_plugins.theme_press.settings import ACCENTS, GROUNDS, PressSettings

from blogengine.clock import utcnow
from blogengine.colours import READABLE, contrast
from blogengine.testing.blog import Blog, Workshop

pytestmark = pytest.mark.xdist_group("theme_press")  # one site for all

SHEET = (Path(press.__file__).parent / "press.css").read_text("utf-8")
LONG = "A sentence that goes on for a while, so that there is something to read. " * 40
FIRST_FLIGHT = 14 * 1024


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("theme_press") / "blog"
    made = blogengine_workshop.build(
        folder,
        plugins=["theme_press", "media", "hello"],
        settings={"site": {"theme": "press"}},
        required=True,
    )
    for number in range(9):
        made.post(f"Ship {number}", f"Number {number}. {LONG}", tags=["Sea", f"Ship {number}"])
    made.post("Pictured", "Words.", tags=["Sea"], featured_image="/a.jpg", featured_alt="A sea")
    yield made
    made.close()


def test_home_begins_with_a_lead_story_and_shows_excerpts(blog: Blog) -> None:
    html = blog.get("/").text
    assert len(re.findall(r'class="h-entry card lead[" ]', html)) == 1
    assert html.index("Pictured</a>") < html.index("Ship 8</a>")
    assert html.count('<article class="h-entry') == 10
    assert "e-content" not in html.partition("<main")[2] and html.count("p-summary") >= 9
    assert len(re.findall("so that there is something to read", html)) < 60
    assert '<img src="/a.jpg" alt="A sea"' in html


def test_an_archive_names_the_other_tags_and_comes_in_one_round_trip(blog: Blog) -> None:
    answer = blog.get("/tag/sea/")
    html = answer.text
    assert "river" in html and "card lead" not in html
    assert re.findall(r'<p class="kicker"><a[^>]*>([^<]*)</a></p>', html.replace("\n", ""))[0]
    kickers = re.findall(r'class="p-category"[^>]*>([^<]*)<', html)
    assert "Sea" not in kickers and "Ship 3" in kickers
    assert len(gzip.compress(answer.data, 6)) <= FIRST_FLIGHT
    assert "<script" not in html.replace('<script type="application/ld+json">', "")


def test_every_kind_of_page_is_there(blog: Blog) -> None:
    post = blog.post("Kinds", "Text.", excerpt="Said before.", pinned_from=utcnow())
    page = blog.post("About", kind="page")
    locked = blog.post("Locked", visibility="password", password="sesame")
    html = blog.get(post.url).text
    assert '<p class="p-summary standfirst" dir="auto">Said before.</p>' in html
    assert "standfirst" not in blog.get(blog.post("Plain", LONG).url).text.partition("<body")[2]
    assert '<span class="pinned">Pinned</span>' in blog.get("/").text
    for path in ("/tags/", f"/{utcnow().year}/", page.url, locked.url, "/missing/", "/page/2/"):
        html = blog.get(path).text
        assert "masthead" in html and html.count("<h1") == 1, path


def test_what_the_owner_leaves_out_is_not_there(blog: Blog) -> None:
    assert "sidebar-left" in blog.get("/").text
    blog.set("theme_press", lead=False, pictures=False, sidebar="hidden", columns="two")
    html = blog.get("/").text
    assert "card lead" not in html and "/a.jpg" not in html.partition("<main")[2]
    assert "Hello, reader" not in html and "--card:24rem" in html
    blog.set("theme_press", lead=True, pictures=True, sidebar="left", columns="three")


def test_every_colour_can_be_read_light_and_dark() -> None:
    pairs = re.findall(r"--([\w-]+):light-dark\((#\w+),(#\w+)\)", SHEET)
    known = {name: (light, dark) for name, light, dark in pairs}
    assert (known["paper"], known["tint"]) == GROUNDS and known["link"] == ACCENTS["cobalt"]
    for text, behind in press.READ_ON:
        for number in (0, 1):
            assert contrast(known[text][number], known[behind][number]) >= READABLE, text
    for accent, colors in ACCENTS.items():
        for number, color in enumerate(colors):
            for ground in GROUNDS:
                assert contrast(color, ground[number]) >= READABLE, accent
    bad = PressSettings(accent="own", own_dark="#222222")
    assert set(bad.problems()) == {"own_dark"} and PressSettings().variables() == {}
