"""What scripts add to the editor: each thing on its own, under the policy as it is served."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from blogengine.testing.blog import Workshop
from tests.e2e.conftest import Axe, NewPage
from tests.e2e.editing import Room, room, text_of, tool

if TYPE_CHECKING:
    from playwright.sync_api import Page

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Room]:
    with room(blogengine_workshop, tmp_path_factory.mktemp("editor") / "site") as made:
        yield made


def module(page: Page, name: str) -> str:
    """The address of a module of the editor, beside the one that the page loads."""
    main = page.locator("script[type=module][src*='/editor/main.js']").get_attribute("src")
    assert main is not None
    return main.replace("main.js", name)


def called(page: Page, name: str, function: str, *arguments: object) -> Any:
    """Call a function that a module exports."""
    run = "async ([address, name, given]) => (await import(address))[name](...given)"
    return page.evaluate(run, [module(page, name), function, list(arguments)])


# --- the toolbar ------------------------------------------------------------------------------


FORMATS = [
    ("Bold", "Control+b", "one **two**"),
    ("Italic", "Control+i", "one _two_"),
    ("Heading", "Control+Alt+h", "one ## two"),
    ("Link", "Control+k", "one [two](url)"),
    ("Code", "Control+e", "one `two`"),
    ("List", "Control+Alt+l", "- one two"),
    ("Numbered list", "Control+Alt+o", "1. one two"),
    ("Quotation", "Control+Alt+q", "one \n\n> two"),
]
"""Button, keys, and what becomes of "one two" with "two" selected."""


def test_a_button_and_its_keys_do_the_same_and_undo_takes_it_back(desk: Room, page: Page) -> None:
    desk.edit(page)
    text = text_of(page)
    found = {}
    for label, keys, marked in FORMATS:
        for by_keys in (False, True):
            text.fill("one two")
            text.press("End")
            text.press("Control+Shift+ArrowLeft")
            if by_keys:
                page.keyboard.press(keys)
            else:
                tool(page, label).click()
            assert page.evaluate("document.activeElement.id") == "editor-text"
            found[label, by_keys] = text.input_value()
            page.keyboard.press("Control+z")
            assert text.input_value() == "one two", label
        assert found[label, True] == found[label, False] == marked


def test_the_toolbar_is_one_stop_for_tab_and_arrows_go_through_it(desk: Room, page: Page) -> None:
    desk.edit(page)
    text_of(page).focus()
    page.keyboard.press("Shift+Tab")
    name = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(name) == "Bold"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(name) == "Italic"
    page.keyboard.press("End")
    assert page.evaluate(name) == "Keyboard help"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(name) == "Keyboard help"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "editor-text"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "editor-text"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(name) == "Keyboard help"
    page.keyboard.press("Enter")
    help_ = page.get_by_role("dialog", name="Keys of the editor")
    assert "Ctrl + Alt + P" in help_.inner_text()
    page.keyboard.press("Escape")
    help_.wait_for(state="hidden")
    assert page.evaluate(name) == "Keyboard help"


def test_what_altgr_writes_stays_a_letter(desk: Room, page: Page) -> None:
    desk.edit(page)
    text_of(page).focus()
    found = page.evaluate(
        """() => {
          const pressed = new KeyboardEvent("keydown", {key: "ł", code: "KeyL", ctrlKey: true,
            altKey: true, modifierAltGraph: true, bubbles: true, cancelable: true});
          return document.activeElement.dispatchEvent(pressed);
        }"""
    )
    assert found
    assert text_of(page).input_value() == ""


# --- the preview ------------------------------------------------------------------------------


def test_the_preview_follows_the_text_keeps_its_place_and_runs_no_script(
    desk: Room, page: Page
) -> None:
    desk.edit(page)
    long = "\n\n".join(f"Paragraph {number}." for number in range(200))
    page.get_by_label("Title", exact=True).fill("Beside")
    text_of(page).fill(long)
    tool(page, "Preview beside the text").click()
    pane = page.get_by_role("region", name="Preview")
    frame = pane.frame_locator("iframe:not(.is-loading)")
    frame.get_by_text("Paragraph 199.").wait_for()
    assert frame.get_by_role("heading", name="Beside").is_visible()
    frame.locator("html").evaluate("page => page.ownerDocument.defaultView.scrollTo(0, 1500)")
    assert pane.locator("iframe").get_attribute("sandbox") == "allow-same-origin"
    before = page.evaluate("history.length")
    text_of(page).press("Control+End")
    page.keyboard.type("\n\n**The end.**")
    frame.locator("strong", has_text="The end.").wait_for()
    assert frame.locator("html").evaluate("page => page.scrollTop") == 1500
    assert page.evaluate("history.length") == before
    assert pane.locator("iframe").count() == 1


def test_a_preview_that_doesnt_come_leaves_the_last_one(desk: Room, page: Page) -> None:
    desk.edit(page)
    text_of(page).fill("Here it is.")
    tool(page, "Preview beside the text").click()
    frame = page.frame_locator(".editor-preview iframe:not(.is-loading)")
    frame.get_by_text("Here it is.").wait_for()
    page.route("**/admin/posts/preview/", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        text_of(page).fill("Here it was.")
    assert frame.get_by_text("Here it is.").is_visible()
    page.unroute_all()
    text_of(page).press("End")
    page.keyboard.type(" Again.")
    frame.get_by_text("Here it was. Again.").wait_for()


# --- counting ---------------------------------------------------------------------------------


COUNTS: list[tuple[str, int | None, int]] = [
    ("", 0, 1),
    ("Don't count ![a ship](https://x.example/ship.png) twice.", 5, 1),
    ("word " * 2300, 2300, 10),
    ("我们在这里写博客。", None, 1),
    ("写" * 5000, None, 11),
    ("これはペンです。" * 500, None, 8),
]
"""Text, words where people agree what one is, and minutes."""


def test_words_and_minutes_also_where_words_have_no_spaces(desk: Room, page: Page) -> None:
    desk.edit(page)
    for text, words, minutes in COUNTS:
        found = called(page, "counting.js", "count", text)
        assert found["minutes"] == minutes, text[:40]
        assert found["words"] == words if words is not None else found["words"] > 1, text[:40]


def test_the_count_stands_below_the_text(desk: Room, page: Page) -> None:
    desk.edit(page)
    text_of(page).fill("Three short words")
    page.get_by_text("3 words, 1 min to read").wait_for()


# --- tags -------------------------------------------------------------------------------------


def chosen_tags(page: Page) -> str:
    value: str = page.locator("[name=tags]").input_value()
    return value


def test_tags_are_completed_aliases_resolved_and_new_ones_confirmed(desk: Room, page: Page) -> None:
    known = [
        {"name": "Marketing", "slug": "marketing", "count": 12, "alias_of": None},
        {"name": "Mktg", "slug": "mktg", "count": 0, "alias_of": "Marketing"},
        {"name": "Markdown", "slug": "markdown", "count": 1, "alias_of": None},
    ]

    def answer(route: Any) -> None:
        typed = re.sub(r".*q=", "", route.request.url).lower()
        route.fulfill(json=[tag for tag in known if str(tag["name"]).lower().startswith(typed)])

    page.route("**/admin/tags/complete/**", answer)
    desk.edit(page)
    field = page.get_by_role("combobox", name="Tags")
    field.press_sequentially("mark")
    page.get_by_role("option", name="Markdown").wait_for()
    field.press("ArrowDown")
    marked = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert "Marketing" in marked.inner_text()
    assert (marked.get_attribute("aria-selected"), field.get_attribute("aria-expanded")) == (
        "true",
        "true",
    )
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    field.fill("mktg")
    field.press("Enter")
    page.get_by_role("button", name="Remove Marketing").wait_for()
    field.fill("Brand new")
    field.press("Enter")
    page.get_by_role("option", name="Make the new tag “Brand new”").wait_for()
    assert chosen_tags(page) == "Marketing"
    field.press("Enter")
    page.get_by_role("button", name="Remove Brand new").wait_for()
    assert chosen_tags(page) == "Marketing, Brand new"
    page.get_by_role("button", name="Remove Marketing").click()
    assert chosen_tags(page) == "Brand new"
    field.press("Backspace")
    assert chosen_tags(page) == ""


# --- pictures ---------------------------------------------------------------------------------

DROP = """([field, name, kind, bytes]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
  const options = {bubbles: true, cancelable: true};
  field.dispatchEvent(kind === "drop"
    ? new DragEvent("drop", {...options, dataTransfer: transfer})
    : new ClipboardEvent("paste", {...options, clipboardData: transfer}));
}"""


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_that_is_dropped_or_pasted_is_asked_about_and_stands_in_the_text(
    desk: Room, page: Page, kind: str
) -> None:
    desk.edit(page)
    text_of(page).fill("Above.")
    field = text_of(page).element_handle()
    page.evaluate(DROP, [field, "ship.png", kind, list(PIXEL)])
    dialog = page.get_by_role("dialog", name="ship.png")
    dialog.get_by_role("button", name="Put it in").click()
    assert "Say what the picture shows." in dialog.get_by_role("alert").inner_text()
    assert text_of(page).input_value() == "Above."
    dialog.get_by_label("What does it show?").fill("A ship [far] away")
    page.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    text = text_of(page).input_value()
    assert re.fullmatch(r"Above\.\n\n!\[A ship \\\[far\\\] away\]\(/media/\S+\)", text), text


def test_a_refused_picture_says_why_and_asks_again(desk: Room, page: Page) -> None:
    desk.edit(page)
    tool(page, "Picture").click()
    dialog = page.get_by_role("dialog", name="A picture")
    file: Any = {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    dialog.get_by_label("File").set_input_files([file])
    dialog.get_by_label("What does it show?").fill("Nothing")
    dialog.get_by_role("button", name="Put it in").click()
    dialog.get_by_role("alert").get_by_text(re.compile(r"\w+")).wait_for()
    assert dialog.get_by_label("What does it show?").input_value() == "Nothing"
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert text_of(page).input_value() == ""


def test_a_picture_of_elsewhere_is_taken_by_its_address(desk: Room, page: Page) -> None:
    desk.edit(page)
    tool(page, "Picture").click()
    dialog = page.get_by_role("dialog", name="A picture")
    dialog.get_by_label("or its address").fill("https://x.example/a (1).png")
    dialog.get_by_label("It only decorates").check()
    dialog.get_by_role("button", name="Put it in").click()
    dialog.wait_for(state="hidden")
    assert text_of(page).input_value() == "![](https://x.example/a%20%281%29.png)"


# --- only the text ----------------------------------------------------------------------------


def test_only_the_text_leaves_nothing_else_to_tab_to_and_escape_goes_back(
    desk: Room, page: Page
) -> None:
    desk.edit(page)
    text_of(page).focus()
    page.keyboard.press("Control+Alt+f")
    assert page.get_by_label("Title", exact=True).is_hidden()
    assert page.get_by_role("navigation").count() == 0
    page.keyboard.type("Quiet")
    page.keyboard.press("Escape")
    page.get_by_label("Title", exact=True).wait_for()
    assert text_of(page).input_value() == "Quiet"


# --- accessibility ----------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_the_editor_in_all_its_states_is_accessible_and_fits(
    desk: Room, new_page: NewPage, axe: Axe, scheme: str, width: int
) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    found: list[str] = []

    def look(state: str) -> None:
        found.extend(f"{state}: {line}" for line in axe(page))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{state} scrolls sideways")

    desk.edit(page)
    look("empty")
    field = page.get_by_role("combobox", name="Tags")
    field.fill("Something new")
    field.press("Enter")
    page.get_by_role("option", name="Make the new tag").wait_for()
    look("making a tag")
    field.press("Enter")
    text_of(page).fill("Some text.")
    tool(page, "Preview beside the text").click()
    page.frame_locator(".editor-preview iframe:not(.is-loading)").get_by_text(
        "Some text."
    ).wait_for()
    look("preview")
    tool(page, "Keyboard help").click()
    look("help")
    page.keyboard.press("Escape")
    tool(page, "Picture").click()
    look("picture")
    page.keyboard.press("Escape")
    tool(page, "Only the text").click()
    look("only the text")
    assert found == []
