"""Series: posts in parts, with "part 2 of 5" in each and a page with all of them in order."""

from __future__ import annotations

from blogengine.api import (
    AdminPage,
    Asset,
    EditorPanel,
    Plugin,
    Taxonomy,
    Widget,
    hookimpl,
    translator,
)
from blogengine_plugins.series.managing import manage
from blogengine_plugins.series.panel import PANEL
from blogengine_plugins.series.showing import after, before

_ = translator(__name__)

plugin = Plugin(summary=__doc__, api=1)


@hookimpl
def register_taxonomies() -> list[Taxonomy]:
    """The taxonomy; its archives are in the order of the parts."""
    return [
        Taxonomy(
            "series",
            _.lazy_gettext("Series"),
            _.lazy_gettext("Series"),
            "series",
            order="manual",
            index="/series/",
        )
    ]


@hookimpl
def register_widgets() -> list[Widget]:
    """What a part says of the others: all of them above the text, the next one below it."""
    return [
        Widget("parts", "", before, region="before_post", order=20, pages={"post"}),
        Widget("next", "", after, region="after_post", order=20, pages={"post"}),
    ]


@hookimpl
def register_assets() -> list[Asset]:
    """The look of both."""
    return [Asset("series.css", pages={"post"})]


@hookimpl
def register_editor_panels() -> list[EditorPanel]:
    """Series and part, beside the text."""
    return [PANEL]


@hookimpl
def register_admin_pages() -> list[AdminPage]:
    """Where the owner puts parts in order."""
    return [
        AdminPage("list", "Series", manage, permission="terms.edit", section="writing", order=32)
    ]
