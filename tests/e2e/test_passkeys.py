"""Passkeys by a real browser, with the authenticator that it brings for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import Axe, NewPage
from tests.e2e.serving import serving
from tests.e2e.test_sign_in import EMAIL, NAME, PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A site on localhost, and the link that makes its owner."""
    folder = tmp_path_factory.mktemp("passkeys")
    with serving(folder) as server:
        server.wait_for("Stop with Ctrl-C.\n")
        address = server.address.replace("127.0.0.1", "localhost")
        link = re.search(r"(/admin/setup/\S+)", "".join(server.said))
        assert link is not None, server.said
        yield address, link[1]


def with_authenticator(page: Page) -> Any:
    """Give a page a device that holds passkeys and says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def test_a_passkey_is_made_signs_in_confirms_and_is_removed(
    site: tuple[str, str], new_page: NewPage, axe: Axe
) -> None:
    address, link = site
    page = new_page()
    with_authenticator(page)
    page.goto(address + link)
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/admin/**")
    page.goto(f"{address}/admin/profile")
    page.get_by_label("Name of the passkey").fill("This laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is kept.").wait_for()
    assert page.get_by_text("This laptop").is_visible()
    assert axe(page) == []
    # Signing in: no address, no password.
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.get_by_text("You are signed out.").wait_for()
    page.goto(f"{address}/admin/login?next=/admin/profile")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{address}/admin/profile")
    assert NAME in page.locator("main").inner_text()
    # Confirming.
    page.goto(f"{address}/admin/confirm?next=/admin/profile")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{address}/admin/profile")
    page.get_by_role("button", name="Remove: This laptop").click()
    page.get_by_text("The passkey is removed.").wait_for()
    page.goto(f"{address}/admin/logout")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This passkey signs nobody in here.").wait_for()


def test_without_script_nothing_of_passkeys_is_in_the_way(
    site: tuple[str, str], new_page: NewPage
) -> None:
    address, _link = site
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}/admin/login")
    assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
    assert page.get_by_role("button", name="Sign in").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_about_people_are_accessible_and_fit(
    site: tuple[str, str], new_page: NewPage, axe: Axe, scheme: str
) -> None:
    address, _link = site
    page = new_page(color_scheme=scheme, viewport={"width": 320, "height": 800})
    page.goto(f"{address}/admin/login?next=/admin/people/new/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Name").fill(f"Dan of the {scheme}")
    page.get_by_label("E-mail address").fill(f"{scheme}@example.org")
    page.get_by_role("button", name="Invite").click()
    page.get_by_text("/admin/invitation/").wait_for()
    found, wide = axe(page), []
    for path in ("", "1/", "2/", "2/remove/", "new/"):
        page.goto(f"{address}/admin/people/{path}")
        found += [f"{path}: {one}" for one in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(path)
    page.goto(f"{address}/admin/profile")
    page.get_by_role("button", name="Set up codes").click()
    page.get_by_role("img", name="QR code with the key").wait_for()
    found += axe(page)
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        wide.append("codes")
    assert (found, wide) == ([], [])
