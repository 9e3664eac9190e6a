"""The parts of the admin: each module brings its addresses and its lines of the menu.

A new part adds its module here, and nothing else.
"""

from __future__ import annotations

from blogengine_plugins.admin import (
    auditing,
    configuring,
    healthy,
    home,
    mailing,
    menus,
    people,
    placing,
    posts,
    switching,
    tags,
    theming,
    working,
)

PARTS = (
    home,
    posts,
    tags,
    people,
    menus,
    placing,
    theming,
    configuring,
    switching,
    healthy,
    mailing,
    working,
    auditing,
)

BLUEPRINTS = tuple(part.blueprint for part in PARTS)
PAGES = tuple(page for part in PARTS for page in part.PAGES)
