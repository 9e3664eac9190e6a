"""The admin: where the blog is written and run, on the same hooks as any other plugin."""

from __future__ import annotations

from blogengine.api import AdminPage, Asset, Blueprint, Plugin, TemplateHelper, hookimpl
from blogengine_plugins.admin.editor_files import editor_files
from blogengine_plugins.admin.menu import menu
from blogengine_plugins.admin.parts import BLUEPRINTS, PAGES

plugin = Plugin(summary=__doc__, api=1)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The addresses below `/admin/`."""
    return list(BLUEPRINTS)


@hookimpl
def register_admin_pages() -> list[AdminPage]:
    """The lines of the menu that lead there."""
    return list(PAGES)


@hookimpl
def register_template_helpers() -> list[TemplateHelper]:
    """`admin_menu()`, for the layout."""
    return [TemplateHelper("admin_menu", menu, kind="global")]


@hookimpl
def register_assets() -> list[Asset]:
    """The look of all pages of the admin, in one file, and what the editor's page links itself."""
    return [Asset("admin.css", pages={"admin"}, inline=False), *editor_files()]
