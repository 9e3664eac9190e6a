"""Signing in by a real browser: on this machine, from the local network, and by https.

Whether a cookie is kept is the browser's decision, which no client of ours can stand in for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import LAN, PUBLIC, Axe, NewPage
from tests.e2e.serving import serving
from tests.e2e.tls import tls_proxy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAME, EMAIL, PASSWORD = "Ann Lee", "ann@example.org", "seven quiet lighthouses"
WARNING = "This connection isn’t encrypted."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[str]:
    """A site that its owner came to by the link the program printed, in a browser of hers."""
    folder = tmp_path_factory.mktemp("site")
    base = f"https://{PUBLIC}"
    with serving(folder, BLOGENGINE_BASE_URL=base, BLOGENGINE_TRUSTED_PROXIES="1") as server:
        server.wait_for("Stop with Ctrl-C.\n")
        link = re.search(rf"{base}(/admin/setup/\S+)", "".join(server.said))
        assert link is not None, server.said
        context = chromium.new_context()
        page = context.new_page()
        page.goto(server.address + link[1])
        page.get_by_label("Your name").fill(NAME)
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url(f"{server.address}/admin/**")
        assert_signed_in(page, server.address)
        context.close()
        yield server.address


def assert_signed_in(page: Page, address: str) -> None:
    """The browser kept the cookie: the next page knows who asks."""
    page.goto(f"{address}/admin/profile")
    assert NAME in page.locator("main").inner_text()


def sign_in(page: Page, address: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/admin/login")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def session_cookie(page: Page) -> dict[str, Any]:
    """The one cookie that stands for the session."""
    names = ("blogengine", "__Host-blogengine")
    (found,) = (dict(one) for one in page.context.cookies() if one["name"] in names)
    return found


def in_and_out(page: Page, address: str) -> dict[str, Any]:
    """Sign in, see that it holds, sign out, see that it's over; return the cookie of meanwhile."""
    page.goto(f"{address}/admin/profile")
    page.wait_for_url("**/admin/login**")
    sign_in(page, address)
    page.wait_for_url(f"{address}/admin/**")
    assert_signed_in(page, address)
    cookie = session_cookie(page)
    page.goto(f"{address}/admin/logout")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_text("You are signed out.").wait_for()
    page.goto(f"{address}/admin/profile")
    page.wait_for_url("**/admin/login**")
    return cookie


def test_on_this_machine_by_its_name_and_number(address: str, new_page: NewPage) -> None:
    for here in (address.replace("127.0.0.1", "localhost"), address):
        page = new_page()
        cookie = in_and_out(page, here)
        assert cookie["httpOnly"] and cookie["sameSite"] == "Lax", here
        page.goto(f"{here}/admin/login")
        assert page.get_by_text(WARNING).count() == 0


def test_in_the_local_network_it_works_and_says_who_can_listen(
    address: str, new_page: NewPage
) -> None:
    page = new_page()
    there = address.replace("127.0.0.1", LAN)
    page.goto(f"{there}/admin/login")
    assert page.get_by_text(WARNING).is_visible()
    cookie = in_and_out(page, there)
    assert (cookie["name"], cookie["secure"]) == ("blogengine", False)
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")


def test_behind_https_the_cookie_is_this_hosts_alone(
    address: str, new_page: NewPage, tmp_path: Path
) -> None:
    with tls_proxy(address, tmp_path) as secure:
        page = new_page(ignore_https_errors=True)
        page.goto(f"{secure}/admin/login")
        assert page.get_by_text(WARNING).count() == 0
        cookie = in_and_out(page, secure)
        assert cookie["name"] == "__Host-blogengine"
        assert (cookie["secure"], cookie["httpOnly"], cookie["path"]) == (True, True, "/")
        assert cookie["domain"] == PUBLIC


def test_without_script_a_wrong_password_is_told_and_the_right_one_lets_in(
    address: str, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    sign_in(page, address, "not this one at all")
    assert page.title().startswith("Error: ")
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_label("E-mail address").input_value() == EMAIL
    assert page.get_by_label("Password").input_value() == ""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/admin/**")
    assert_signed_in(page, address)


def test_pages_around_signing_in_are_accessible_and_fit(
    address: str, new_page: NewPage, axe: Axe
) -> None:
    found, wide = [], []
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
            for path in ("/admin/login", "/admin/logout", "/admin/reset"):
                page.goto(address + path)
                found += [f"{scheme} {width} {line}" for line in axe(page)]
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wide.append(f"{path} at {width}")
    assert (found, wide) == ([], [])
