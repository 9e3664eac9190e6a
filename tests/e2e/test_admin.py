"""The pages for running the blog: accessible, light and dark, and whole on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from blogengine.db import db
from blogengine.outbox import DEAD, JobRow
from blogengine.testing.blog import Workshop
from tests.e2e.conftest import Axe, NewPage
from tests.e2e.editing import Room, room

PAGES = (
    "/admin/",
    "/admin/settings/",
    "/admin/settings/?q=posts",
    "/admin/settings/site/",
    "/admin/plugins/",
    "/admin/plugins/comments/",
    "/admin/plugins/comments/switch/",
    "/admin/widgets/",
    "/admin/health/",
    "/admin/mails/",
    "/admin/mails/1/",
    "/admin/jobs/?state=all",
    "/admin/audit/",
)


@pytest.fixture(scope="module")
def desk(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A blog where something waits on every page."""
    folder = tmp_path_factory.mktemp("running") / "site"
    with room(blogengine_workshop, folder, ["admin", "comments", "related", "theme_paper"]) as made:
        site = made.blog.site
        with db.write() as session:
            site.mail.send(session, to="ben@example.org", subject="Hello", text="A text\n" * 3)
            number = site.jobs.enqueue(session, "core.render", {"after": 0, "done": 0}, key="x")
            values = {"state": DEAD, "error": "The disk is full.", "attempts": 8}
            session.execute(update(JobRow).where(JobRow.id == number).values(**values))
        made.blog.post("A draft of mine", status="draft")
        yield made


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_every_page_for_running_the_blog_is_accessible_and_fits(
    desk: Room, new_page: NewPage, axe: Axe, scheme: str, width: int
) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = []
    for path in PAGES:
        desk.open(page, path)
        for details in page.locator("main details").all():
            details.evaluate("element => { element.open = true }")
        found += [f"{path}: {line}" for line in axe(page)]
        if scrolls_sideways(page):
            found.append(f"{path} scrolls sideways")
    assert found == []


def test_the_menu_of_a_phone_opens_without_a_script(desk: Room, new_page: NewPage) -> None:
    page = new_page(
        java_script_enabled=False, viewport={"width": 390, "height": 780}, reduced_motion="reduce"
    )
    desk.open(page, "/admin/")
    line = page.get_by_role("navigation").get_by_role("link", name="Settings")
    assert not line.first.is_visible()
    page.locator("summary", has_text="Menu").click()
    line.first.click()
    page.get_by_role("heading", level=1, name="Settings").wait_for()


def test_a_form_with_an_error_leads_to_its_field(desk: Room, new_page: NewPage, axe: Axe) -> None:
    page = new_page()
    desk.open(page, "/admin/settings/site/")
    page.get_by_label("Time zone").fill("Nowhere")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="There is no time zone").click()
    field = page.get_by_label("Time zone")
    assert field.input_value() == "Nowhere"
    assert field.evaluate("field => field === document.activeElement")
    assert axe(page) == []
