"""Press in a real browser, the reader's choice of light or dark, and settings tried on pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from blogengine.testing.blog import Workshop
from tests.e2e.conftest import Axe, NewPage
from tests.e2e.editing import Room, room

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLUGINS = ["admin", "theme_paper", "theme_press", "light_dark", "comments", "feeds", "media"]
WORN = {"site": {"theme": "press", "title": "The Harbour Press"}}
SCHEMES: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}
WIDTHS = (320, 768, 1280)
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(16, 17, 20)"

TEXT = """Words before a heading.

## A heading

```python
print("a long line " * 40)  # goes on and on and on and on and on and on and on and on and on
```

| one | two |
| --- | --: |
| `a` | Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft |

> [!WARNING]
> A box.

- [ ] To do

日本語の文章はここで折り返されます。 A note.[^1]

[^1]: At the end.
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Room]:
    """A blog that wears Press."""
    folder = tmp_path_factory.mktemp("themes") / "site"
    with room(blogengine_workshop, folder, PLUGINS, settings=WORN) as made:
        for number in range(11):
            made.blog.post(f"Ship {number} " + "and more " * number, TEXT, tags=["Sea", "Ships"])
        made.blog.post("About", "Us.", kind="page")
        made.blog.post("Locked", visibility="password", password="sesame")
        yield made


@pytest.fixture(scope="module")
def kinds(shop: Room) -> Mapping[str, str]:
    """One address of each kind of page."""
    (post,) = shop.blog.site.posts.find(statuses=["published"], kind="post", limit=1)
    author = re.search(r'href="(/author/[^"]+/)"', shop.blog.get(post.url).text)
    return {
        "home": "/",
        "second": "/page/2/",
        "tag": "/tag/sea/",
        "date": post.url[:6],
        "post": next(
            p.url
            for p in shop.blog.site.archives.posts(shop.blog.site.archives.home(), limit=5)
            if "ship" in p.url
        ),
        "tags": "/tags/",
        "page": "/about/",
        "protected": next(
            p.url for p in shop.blog.site.posts.find(limit=50) if p.title == "Locked"
        ),
        "missing": "/nothing-is-here/",
        **({"author": author[1]} if author else {}),
    }


def fetch(address: str) -> str:
    try:
        with urlopen(address, timeout=30) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        with error:
            return error.read().decode()


def test_every_kind_of_page_of_press_is_valid(
    shop: Room, kinds: Mapping[str, str], nu_checker: Callable[[Mapping[str, str]], list[str]]
) -> None:
    pages = {f"{kind}.html": fetch(shop.address + path) for kind, path in kinds.items()}
    assert all("masthead" in text for text in pages.values())
    assert [line for line in nu_checker(pages) if "lacks heading" not in line] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_kind_of_page_of_press_is_accessible_and_fits(
    scheme: str, width: int, shop: Room, kinds: Mapping[str, str], new_page: NewPage, axe: Axe
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, **SCHEMES[scheme])
    wrong = []
    for path in kinds.values():
        page.goto(shop.address + path)
        wrong += axe(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{path} scrolls sideways")
    assert wrong == []


def test_light_or_dark_is_chosen_without_a_script_and_kept(shop: Room, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, color_scheme="light")
    plain = new_page(color_scheme="light")
    page.goto(shop.address + "/tags/")
    page.get_by_role("button", name="Dark", exact=True).click()
    assert page.url == shop.address + "/tags/"
    page.get_by_role("link", name="Sea", exact=True).first.click()
    page.wait_for_url("**/tag/sea/")
    assert page.locator("button[aria-pressed=true]").inner_text() == "Dark"
    plain.context.add_cookies(page.context.cookies())
    plain.goto(shop.address + "/tag/sea/")
    assert plain.evaluate(BACKGROUND) == DARK
    page.get_by_role("button", name="Automatic").click()
    plain.context.clear_cookies()
    plain.goto(shop.address + "/tag/sea/")
    assert plain.evaluate(BACKGROUND) == LIGHT


def link_colour(page: Page) -> str:
    """Return the custom property of the page in the frame."""
    frame = page.frame_locator("iframe.theme-frame")
    frame.locator("main").wait_for()
    shown = page.frame(name="theme-preview")
    assert shown is not None
    root = "getComputedStyle(document.documentElement)"
    return str(shown.evaluate(f"{root}.getPropertyValue('--link')"))


@pytest.mark.parametrize("scripts", [True, False])
def test_settings_are_tried_on_a_page_before_they_are_saved(
    scripts: bool, shop: Room, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
    shop.open(page, "/admin/theme/")
    page.get_by_label("Colour of links and marks").select_option("crimson")
    with page.expect_response("**/admin/theme/try/") as tried:
        if not scripts:
            page.get_by_role("button", name="Preview", exact=True).click()
    assert "--link:light-dark(#b0122b" in tried.value.text()
    if scripts:
        page.wait_for_load_state("networkidle")
        assert "#b0122b" in link_colour(page)
    assert "#b0122b" not in fetch(shop.address + "/")
