"""Nothing that is typed is lost: the browser, the network or the site ends in the middle."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from blogengine.testing.blog import Workshop
from tests.e2e.conftest import FLAGS, Axe, NewPage, chromium_program
from tests.e2e.editing import Room, room, text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

AT_MOST = 5000
"""Milliseconds of typing that may be lost, whatever is killed."""

KEPT = """async ([address, key]) => {
  const found = await (await import(address)).find(key);
  return found ? found.values.text : "";
}"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Room]:
    with room(blogengine_workshop, tmp_path_factory.mktemp("keeping") / "site") as made:
        yield made


def kept_by(page: Page) -> str:
    """Return the text that the browser has on its disk for this page's post."""
    main = page.locator("script[type=module][src*='/editor/main.js']").get_attribute("src")
    assert main is not None
    key = page.url.rstrip("/").rsplit("/", 1)[1]
    text: str = page.evaluate(KEPT, [main.replace("main.js", "draft-store.js"), key])
    return text


def until_kept(page: Page, words: str) -> None:
    """Wait until the browser has kept these words."""
    end = time.monotonic() + AT_MOST / 1000
    while words not in (text := kept_by(page)):
        assert time.monotonic() < end, text


def offer(page: Page) -> Any:
    return page.get_by_role("region", name="Unsaved text")


# --- the browser ------------------------------------------------------------------------------


@contextmanager
def own_browser(driver: Playwright, profile: Path) -> Iterator[tuple[Browser, Any]]:
    """A browser in a process group of its own, with a profile that outlives it."""
    options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [chromium_program(), *FLAGS, *options, "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"DevTools listening on (ws://\S+)", line):
                break
        browser = driver.chromium.connect_over_cdp(found[1])  # type: ignore[index]
        yield browser, process
    finally:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """End the whole browser at once, as a crash or a pulled plug does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr is not None and not process.stderr.closed:
        process.stderr.close()


def test_a_killed_browser_has_kept_what_was_typed(
    desk: Room, driver: Playwright, tmp_path: Path
) -> None:
    post = desk.blog.post("Ships", "About ships.", status="draft")
    profile = tmp_path / "profile"
    with own_browser(driver, profile) as (browser, process):
        page = desk.edit(browser.contexts[0].new_page(), post)
        page.route("**/autosave/", lambda route: route.abort())  # the site hears nothing of it
        text_of(page).press("Control+End")
        page.keyboard.type(" Sails tear.")
        until_kept(page, "Sails tear.")
        page.keyboard.type(" Masts bre")
        kill(process)
    assert desk.stored(post.id) == "About ships."
    with own_browser(driver, profile) as (browser, process):
        page = desk.edit(browser.contexts[0].new_page(), post)
        box = offer(page)
        box.get_by_text("Show the difference").click()
        assert "Sails tear." in box.locator("ins").inner_text()
        box.get_by_role("button", name="Put it back").click()
        assert text_of(page).input_value().startswith("About ships. Sails tear.")
        offer(page).get_by_role("button", name="Undo").click()
        assert text_of(page).input_value() == "About ships."
        offer(page).get_by_role("button", name="Put it back").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Save draft").click()
        assert desk.stored(post.id).startswith("About ships. Sails tear.")
        desk.edit(page, post)
        page.locator("html[data-looked]").wait_for()
        assert offer(page).count() == 0


def test_who_never_pauses_is_kept_all_the_same(desk: Room, page: Page) -> None:
    page.clock.install()
    desk.edit(page)
    text_of(page).focus()
    words = ""
    for number in range(12):
        page.keyboard.type(f"word{number} ")
        words += f"word{number} "
        page.clock.run_for(AT_MOST // 12)
    # Typed a second before: kept, though there was never a pause.
    until_kept(page, words[: words.index("word9")])


# --- the network ------------------------------------------------------------------------------


def test_without_a_network_writing_goes_on_and_the_copy_follows(desk: Room, page: Page) -> None:
    post = desk.blog.post("Lamps", "About lamps.", status="draft")
    desk.edit(page, post)
    page.context.set_offline(True)
    problem = page.locator(".editor-problem")
    problem.get_by_text("No connection to the site.").wait_for()
    text_of(page).press("Control+End")
    page.keyboard.type(" They glow.")
    until_kept(page, "They glow.")
    page.context.set_offline(False)
    page.locator(".editor-state", has_text="Copy kept at").wait_for()
    assert problem.inner_text() == ""
    assert desk.stored(post.id) == "About lamps."


def test_who_is_signed_out_meanwhile_is_told_and_loses_nothing(desk: Room, page: Page) -> None:
    post = desk.blog.post("Doors", "About doors.", status="draft")
    desk.edit(page, post)
    page.context.clear_cookies()
    text_of(page).press("Control+End")
    page.keyboard.type(" They close.")
    page.get_by_text("You are signed out.").wait_for()
    assert page.get_by_role("link", name="Sign in in another tab").is_visible()
    until_kept(page, "They close.")
    desk.enter(page.context)
    page.locator(".editor-state", has_text="Copy kept at").wait_for()


# --- leaving ----------------------------------------------------------------------------------


def test_a_page_with_unsaved_text_asks_before_it_is_left(desk: Room, page: Page) -> None:
    post = desk.blog.post("Bells", "About bells.", status="draft")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.edit(page, post)
    page.goto(desk.address + "/admin/")
    assert asked == []
    desk.edit(page, post)
    text_of(page).press("Control+End")
    page.keyboard.type(" They ring.")
    until_kept(page, "They ring.")
    page.goto(desk.address + "/admin/")
    assert asked == ["beforeunload"]
    desk.edit(page, post)
    offer(page).get_by_role("button", name="Throw it away").click()
    offer(page).get_by_role("button", name="Undo").wait_for()
    text_of(page).press("Control+End")
    page.keyboard.type(" They toll.")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert asked == ["beforeunload"]
    assert desk.stored(post.id) == "About bells. They toll."


def test_the_offer_is_accessible(desk: Room, new_page: NewPage, axe: Axe) -> None:
    post = desk.blog.post("Wells", "About wells.\n\nDeep ones.", status="draft")
    for scheme in ("light", "dark"):
        page = new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
        page.on("dialog", lambda dialog: dialog.accept())
        desk.edit(page, post)
        text_of(page).fill("About wells.\n\nDry ones.")
        until_kept(page, "Dry ones.")
        desk.edit(page, post)
        offer(page).get_by_text("Show the difference").click()
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
