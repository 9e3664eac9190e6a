"""A day of somebody who writes, from signing in to signing out, by every kind of hand."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from blogengine.testing.blog import Workshop
from blogengine.values import Post
from tests.core.identity import EMAIL, PASSWORD
from tests.e2e.conftest import NewPage
from tests.e2e.editing import Room, room, text_of, tool
from tests.e2e.hands import Keyboard, Mouse, Plain

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SHIP: Any = {"name": "ship.png", "mimeType": "image/png", "buffer": PIXEL}
ALT = "A ship far away"
BEGUN = "About ships.\n\n## Sails\n\nThey tear."
SOON = "2031-12-01T10:00"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Room]:
    with room(blogengine_workshop, tmp_path_factory.mktemp("walk") / "site") as made:
        yield made


class Walk:
    """The steps, in words of what somebody does; each waits for what the page says then."""

    def __init__(self, desk: Room, hand: Mouse) -> None:
        self.desk, self.hand = desk, hand
        self.scripts = not isinstance(hand, Plain)

    @property
    def page(self) -> Page:
        return self.hand.page

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def number(self) -> int:
        return int(re.search(r"/admin/posts/(\d+)/", self.page.url)[1])  # type: ignore[index]

    @property
    def post(self) -> Post:
        return self.desk.post(self.number)

    @property
    def text(self) -> str:
        return self.desk.stored(self.number)

    def button(self, name: str) -> Locator:
        return self.main.get_by_role("button", name=name, exact=True)

    def go(self, path: str) -> None:
        self.page.goto(self.desk.address + path)

    def told(self, words: str) -> None:
        """Wait until the page says this."""
        self.main.get_by_text(words).first.wait_for()

    def editing(self) -> None:
        """Wait for the editor, with its scripts where they run."""
        text_of(self.page).wait_for()
        if self.scripts:
            self.page.locator("html[data-editor=ready]").wait_for()

    def act(self, name: str, said: str) -> None:
        """Press a button of the editor and wait for what the next page says."""
        self.hand.press(self.button(name))
        self.told(said)

    def sign_in(self) -> None:
        self.go("/admin/posts/")
        self.hand.write(self.page.get_by_label("E-mail address"), EMAIL)
        self.hand.write(self.page.get_by_label("Password"), PASSWORD)
        self.hand.press(self.page.get_by_role("button", name="Sign in", exact=True))
        self.page.wait_for_url(f"{self.desk.address}/admin/posts/")

    def picture(self) -> str:
        """Bring a picture with its words; return its Markdown, which stands in the text then."""
        if self.scripts:
            self.hand.press(tool(self.page, "Picture"))
            dialog = self.page.get_by_role("dialog", name="A picture")
            self.hand.choose(dialog.get_by_label("File"), SHIP)
            self.hand.write(dialog.get_by_label("What does it show?"), ALT)
            self.hand.press(dialog.get_by_role("button", name="Put it in"))
            dialog.wait_for(state="hidden")
            return re.search(r"!\[.*", text_of(self.page).input_value())[0]  # type: ignore[index]
        other = self.hand.on(self.page.context.new_page())
        other.page.goto(f"{self.desk.address}/admin/media/upload/")
        other.choose(other.page.get_by_label("Files"), SHIP)
        other.write(other.page.get_by_label("What the picture shows"), ALT)
        other.press(other.page.get_by_role("button", name="Upload"))
        markdown = other.page.get_by_label("For a text").input_value()
        other.page.close()
        self.hand.add(text_of(self.page), f"\n\n{markdown}")
        return markdown

    def tag(self, name: str) -> None:
        if not self.scripts:
            return self.hand.write(self.page.get_by_role("textbox", name="Tags"), name)
        self.hand.write(self.page.get_by_role("combobox", name="Tags"), name)
        self.page.keyboard.press("Enter")
        chosen = self.page.get_by_role("button", name=f"Remove {name}")
        new = self.page.get_by_role("option", name=f"Make the new tag “{name}”")
        new.or_(chosen).wait_for()
        if new.is_visible():
            self.page.keyboard.press("Enter")
        return chosen.wait_for()

    def preview(self, title: str) -> None:
        with self.page.expect_popup() as opened:
            self.hand.press(self.button("Preview"))
        shown = opened.value
        shown.get_by_role("heading", name=title).wait_for()
        assert shown.get_by_role("img", name=ALT).count() == 1
        shown.close()

    def saved_meanwhile(self, text: str) -> None:
        """Another tab of the same post saves first."""
        other = Walk(self.desk, self.hand.on(self.page.context.new_page()))
        other.go(f"/admin/posts/{self.number}/")
        other.editing()
        other.hand.add(text_of(other.page), text)
        other.act("Save changes", "Saved.")
        other.page.close()

    def sign_out(self) -> None:
        menu = self.page.locator(".fold summary")
        if menu.is_visible():
            self.hand.press(menu)
        out = self.page.get_by_role("button", name="Sign out", exact=True).filter(visible=True)
        self.hand.press(out)
        self.page.get_by_text("You are signed out.").wait_for()


HANDS = [
    pytest.param(Mouse, 1280, id="mouse"),
    pytest.param(Keyboard, 1280, id="keyboard"),
    pytest.param(Plain, 1280, id="no script"),
    pytest.param(Mouse, 390, id="mouse on a phone"),
]


@pytest.mark.parametrize(("kind", "width"), HANDS)
def test_a_day_of_writing(
    desk: Room, new_page: NewPage, kind: type[Mouse], width: int, request: pytest.FixtureRequest
) -> None:
    title = f"Ships by {request.node.callspec.id}"
    page = new_page(
        java_script_enabled=kind is not Plain,
        viewport={"width": width, "height": 800},
        locale="en-US",
    )
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    walk = Walk(desk, kind(page))
    walk.sign_in()
    markdown = write(walk, title)
    schedule(walk)
    publish(walk)
    seen_by_a_stranger(walk, new_page())
    change(walk)
    meet_another_tab(walk)
    bring_back_the_first(walk, markdown)
    throw_away_and_restore(walk, title)
    walk.sign_out()
    walk.go("/admin/posts/")
    page.wait_for_url("**/admin/login**")
    assert asked == []


def write(walk: Walk, title: str) -> str:
    """Write a post with a picture and a tag, and look at it; return the picture's Markdown."""
    walk.hand.press(walk.main.get_by_role("link", name="New post"))
    walk.editing()
    walk.hand.write(walk.page.get_by_label("Title", exact=True), title)
    walk.hand.write(text_of(walk.page), BEGUN)
    markdown = walk.picture()
    walk.tag("Harbour")
    walk.preview(title)
    return markdown


def schedule(walk: Walk) -> None:
    date = walk.page.get_by_label("Date", exact=True)
    walk.hand.date(date, SOON)
    walk.act("Schedule", "Scheduled.")
    walk.editing()
    assert date.input_value() == SOON
    assert walk.post.status == "scheduled"


def publish(walk: Walk) -> None:
    """Public now, and not when it was meant to be."""
    walk.act("Back to draft", "It is a draft again")
    walk.editing()
    walk.hand.date(walk.page.get_by_label("Date", exact=True), "")
    walk.act("Publish", "Published.")
    walk.editing()


def seen_by_a_stranger(walk: Walk, stranger: Page) -> None:
    stranger.goto(walk.desk.address + walk.post.url)
    assert stranger.get_by_role("img", name=ALT).count() == 1
    assert stranger.get_by_role("link", name="Harbour").count() == 1


def change(walk: Walk) -> None:
    walk.hand.add(text_of(walk.page), "\n\nMasts break.")
    walk.act("Save changes", "Saved.")
    walk.editing()


def meet_another_tab(walk: Walk) -> None:
    """Write here and there at once: both texts are shown, and one is chosen."""
    walk.hand.add(text_of(walk.page), "\n\nFrom this tab.")
    walk.saved_meanwhile("\n\nFrom the other tab.")
    walk.act("Save changes", "What was saved meanwhile")
    shown = walk.page.inner_text("main")
    assert "From the other tab." in shown and "From this tab." in shown
    walk.hand.press(walk.button("Take mine"))
    walk.editing()
    assert walk.text.endswith("Masts break.\n\nFrom this tab.")


def bring_back_the_first(walk: Walk, markdown: str) -> None:
    walk.hand.press(walk.main.get_by_role("link", name="Revisions"))
    first = walk.main.get_by_role("radio", name="Compare from revision 1", exact=True)
    walk.hand.press(first)
    walk.hand.press(walk.button("Compare these two"))
    walk.act("Bring revision 1 back", "Undo")
    assert walk.text == f"{BEGUN}\n\n{markdown}"


def throw_away_and_restore(walk: Walk, title: str) -> None:
    number = walk.number
    walk.go(f"/admin/posts/{number}/")
    walk.editing()
    walk.act("Move to the trash", "is in the trash.")
    assert walk.desk.post(number).status == "trashed"
    walk.hand.press(walk.main.get_by_role("link", name="Trash", exact=True))
    walk.hand.press(walk.main.get_by_role("link", name=title, exact=True))
    walk.editing()
    walk.act("Restore from the trash", "Restored from the trash.")
    assert walk.desk.post(number).status != "trashed"
