"""Admin pages: an address below `/admin/`, a line in the menu, and how much waits there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from blogengine.actors import require
from blogengine.contributions import ADMIN_SECTIONS, AdminPage
from blogengine.guard import Guard
from blogengine.host.kinds.blueprints import answering
from blogengine.host.kinds.kind import (
    Kind,
    Owned,
    check_call,
    check_text,
    must_be,
    or_fault,
    unique,
)
from blogengine.routes import declare, keep

if TYPE_CHECKING:
    from blogengine.site import Site

BELOW = "/admin/"
ENTER = "admin.enter"
NAME = re.compile(r"[a-z][a-z0-9_-]*")


def check(plugin: str, values: list[AdminPage], others: list[Owned[AdminPage]]) -> None:  # noqa: ARG001
    for page in values:
        what = f"The admin page {page.name!r}"
        check_text(what, name=page.name, title=page.title, permission=page.permission)
        check_text(what, section=page.section, path=page.path)
        must_be(NAME.fullmatch(page.name), f"{what}: its name must be one word in small letters.")
        must_be(page.title.strip(), f"{what}: it has no title.")
        known = ", ".join(ADMIN_SECTIONS)
        must_be(page.section in ADMIN_SECTIONS, f"{what}: section must be one of {known}.")
        must_be(isinstance(page.order, int | float), f"{what}: order must be a number.")
        if page.view is None:
            must_be(page.path.startswith(BELOW), f"{what} has neither a view nor a path {BELOW}….")
        else:
            check_call(f"{what}: view", page.view)
            must_be(not page.path, f"{what} has a view, so its path is made of its name.")
        if page.badge is not None:
            check_call(f"{what}: badge", page.badge)
    unique("admin page", values, [])


def complete(plugin: str, folder: Path | None, values: list[AdminPage]) -> list[AdminPage]:  # noqa: ARG001
    """Give the pages with a view their addresses."""
    return [replace(page, path=page.path or f"{BELOW}{plugin}/{page.name}/") for page in values]


def guarded(plugin: str, page: AdminPage, guard: Guard) -> AdminPage:
    if page.badge is None:
        return page
    badge = guard.wrap(plugin, f"badge of {page.name}", _number(page.badge), 0)
    return replace(page, badge=badge)


def _number(badge: Callable[..., Any]) -> Callable[..., int]:
    """Look inside the guard that a badge is a number."""

    def number(*args: Any) -> int:
        found = badge(*args)
        if not isinstance(found, int):
            raise TypeError(f"it returned {type(found).__name__}, not a number")
        return found

    return number


def add_admin_page(app: Flask, plugin: str, page: AdminPage, site: Site, guard: Guard) -> None:
    """Put a page on the app, for those who may enter the admin and have its permission."""
    if page.view is None:
        return
    endpoint = f"{plugin}.admin-page-{page.name}"
    methods = ("GET", "POST")
    keep(app, endpoint, declare(page.path, permission=page.permission, methods=methods))
    answer = answering(partial(page.view, site), plugin, endpoint, guard)
    shown = or_fault(plugin, f"admin page {page.name}", guard, answer)

    def show() -> Any:
        require(ENTER)
        return shown()

    app.add_url_rule(page.path, endpoint, show, methods=list(methods))


def gather(owned: list[Owned[AdminPage]]) -> Mapping[str, object]:
    return {"admin_pages": tuple(owned)}


ADMIN_PAGES = Kind("register_admin_pages", AdminPage, check, guarded, gather, complete=complete)
