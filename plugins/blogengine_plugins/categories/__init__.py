"""Categories: a second way to sort posts, in levels, with archives such as /category/food/soup/."""

from __future__ import annotations

from blogengine.api import AdminPage, EditorPanel, Plugin, Site, Taxonomy, hookimpl, translator
from blogengine_plugins.categories.managing import manage
from blogengine_plugins.categories.panel import PANEL
from blogengine_plugins.categories.settings import CategorySettings

_ = translator(__name__)

plugin = Plugin(summary="Categories in levels, beside tags.", api=1, settings=CategorySettings)


@hookimpl
def register_taxonomies(site: Site) -> list[Taxonomy]:
    """The taxonomy; whether an archive includes what stands below is asked for every page."""
    return [
        Taxonomy(
            "category",
            _.lazy_gettext("Category"),
            _.lazy_gettext("Categories"),
            "category",
            levels=True,
            rolls_up=lambda: site.settings(CategorySettings).include_children,
            index="/category/",
        )
    ]


@hookimpl
def register_editor_panels() -> list[EditorPanel]:
    """Boxes to tick beside the text."""
    return [PANEL]


@hookimpl
def register_admin_pages() -> list[AdminPage]:
    """Where the owner puts them in order."""
    return [
        AdminPage(
            "list", "Categories", manage, permission="terms.edit", section="writing", order=31
        )
    ]
