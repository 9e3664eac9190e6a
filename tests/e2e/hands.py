"""Ways to use a page: with a mouse, with the keyboard alone. A walk is the same for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MOST_STOPS = 150
NEXT_KEY = """target => {
  const on = document.activeElement;
  if (on === target) return "";
  if (target.closest("[role=toolbar]")?.contains(on)) return "ArrowRight";
  return target.type === "radio" && on.type === "radio" && on.name === target.name
    ? "ArrowDown" : "Tab";
}"""
"""The key that brings the focus nearer to an element; none when it is there."""


class Mouse:
    """Clicks, and types into what was clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def on(self, page: Page) -> Mouse:
        """The same hand on another page."""
        return type(self)(page)

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, field: Locator, text: str) -> None:
        """Write into a field, in the place of what was there."""
        self.press(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def add(self, field: Locator, text: str) -> None:
        """Write at the end of a field."""
        self.press(field)
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)

    def choose(self, field: Locator, file: Any) -> None:
        """Choose a file, by the window that asks for it."""
        with self.page.expect_file_chooser() as asked:
            self.press(field)
        asked.value.set_files([file])

    def date(self, field: Locator, moment: str) -> None:
        """Set a field of date and time, as 2031-12-01T10:00; empty takes it away."""
        field.fill(moment)


class Plain(Mouse):
    """A mouse where no script runs."""


class Keyboard(Mouse):
    """Nothing but keys: what Tab doesn't reach can't be used."""

    def reach(self, target: Locator) -> None:
        """Go on by Tab until the element has the focus; in toolbars and groups by arrows."""
        element = target.element_handle()
        for _ in range(MOST_STOPS):
            key = element.evaluate(NEXT_KEY)
            if not key:
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard doesn't reach {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        ticks = target.evaluate("one => ['checkbox', 'radio'].includes(one.type)")
        self.page.keyboard.press("Space" if ticks else "Enter")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def add(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)

    def date(self, field: Locator, moment: str) -> None:
        self.reach(field)
        day, _, time = moment.partition("T")
        if not moment:
            for _ in range(6):
                self.page.keyboard.press("Delete")
                self.page.keyboard.press("ArrowRight")
            return
        year, month, of_month = day.split("-")
        self.page.keyboard.type(f"{month}{of_month}{year}")
        self.page.keyboard.press("ArrowRight")
        self.page.keyboard.type(time.replace(":", "") + "AM")
