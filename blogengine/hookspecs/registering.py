"""Hooks asked once while the app is built; what they return is frozen then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from blogengine.hookspecs.markers import hookspec

if TYPE_CHECKING:
    from types import ModuleType

    import click

    from blogengine.contributions import (
        AdminPage,
        Importer,
        Job,
        PostExtra,
        PublishCheck,
        Theme,
        Widget,
    )
    from blogengine.dressing import Asset, ContentSource, TemplateHelper
    from blogengine.panels import EditorPanel
    from blogengine.permissions import Permission
    from blogengine.site import Site
    from blogengine.streams import Feed, StreamSource
    from blogengine.taxonomies import Ranking, Taxonomy
    from blogengine.web import Blueprint


@hookspec
def register_widgets(site: Site) -> Iterable[Widget]:  # type: ignore[empty-body]
    """Show fragments in named regions of pages.

    When: once per app build; each widget's `render` then runs once for every page it stands on.
    Transaction: none; `render` may read through `site.db`.
    Returns: widgets; two with one name from one plugin stop that plugin.
    On error: the plugin is marked failed; a `render` that raises leaves its place empty.
    Since: 0.1.
    """


@hookspec
def register_post_extras(site: Site) -> Iterable[PostExtra]:  # type: ignore[empty-body]
    """Load values for all posts of a page in one call, read as `post.extras.NAME`.

    When: once per app build; each loader then runs once for every page with posts.
    Transaction: none; `load` may read through `site.db`, once for all posts.
    Returns: loaders; the name must be the plugin's own or begin with it.
    On error: the plugin is marked failed; a `load` that raises leaves the extra out.
    Since: 0.1.
    """


@hookspec
def register_permissions(site: Site) -> Iterable[Permission]:  # type: ignore[empty-body]
    """Name what only some people may do with the plugin, for its routes and its own functions.

    When: once per app build, before the routes are asked for.
    Transaction: none.
    Returns: permissions; each is called `NAME.verb` with the plugin's name. Owners have them all.
    On error: the plugin is marked failed.
    Since: 0.1.
    """


@hookspec
def register_blueprints(site: Site) -> Iterable[Blueprint]:  # type: ignore[empty-body]
    """Add addresses of its own to the site, each with a declared permission.

    When: once per app build.
    Transaction: none; a view opens its own with `site.db.write()`.
    Returns: blueprints made with `blogengine.api.Blueprint`; the first is named like the plugin.
    On error: the plugin is marked failed; a view that raises answers 502 on its own address.
    Since: 0.1.
    """


@hookspec
def register_admin_pages(site: Site) -> Iterable[AdminPage]:  # type: ignore[empty-body]
    """Add pages to the admin, each with its line in the menu.

    When: once per app build; a page's `view` then runs for every request of its address, its
    `badge` for every page of the admin that somebody with the permission opens.
    Transaction: none; a view opens its own with `site.db.write()`.
    Returns: pages; two with one name from one plugin stop that plugin.
    On error: the plugin is marked failed; a view that raises answers 502, a badge that raises
    shows no number.
    Since: 0.1.
    """


@hookspec
def register_feeds(site: Site) -> Iterable[Feed]:  # type: ignore[empty-body]
    """Offer feeds of every archive, at the archive's address with a suffix.

    When: once per app build; `render` then runs for every request of such an address.
    Transaction: none.
    Returns: feeds; two with one suffix stop the plugin that comes second.
    On error: the plugin is marked failed; a `render` that raises answers 502.
    Since: 0.1.
    """


@hookspec
def register_streams(site: Site) -> Iterable[StreamSource]:  # type: ignore[empty-body]
    """Offer feeds of what isn't an archive: comments, what a search found.

    When: once per app build; `find` then runs for every request of such a feed.
    Transaction: none; `find` may read through `site.db`.
    Returns: sources; the name must be the plugin's own or begin with it.
    On error: the plugin is marked failed; a `find` that raises answers 502.
    Since: 0.2.
    """


@hookspec
def register_taxonomies(site: Site) -> Iterable[Taxonomy]:  # type: ignore[empty-body]
    """Sort posts by something else than tags, with archives, feeds and pages of their own.

    When: once per app build.
    Transaction: none.
    Returns: taxonomies; a name or path that another one has stops the plugin.
    On error: the plugin is marked failed. While it is off, its terms are kept and nobody sees them.
    Since: 0.1.
    """


@hookspec
def register_rankings(site: Site) -> Iterable[Ranking]:  # type: ignore[empty-body]
    """Offer an order for the archives of terms: most discussed, most read.

    When: once per app build; `count` then runs when a term gets this order, once an hour, and
    whenever the plugin calls `site.terms.rank(posts=…)` since a number has changed.
    Transaction: none; `count` may read through `site.db`.
    Returns: rankings; a name that another one has stops the plugin.
    On error: the plugin is marked failed; a `count` that raises leaves the order as it is.
    Since: 0.2.
    """


@hookspec
def register_themes(site: Site) -> Iterable[Theme]:  # type: ignore[empty-body]
    """Offer a look for the site; the setting `theme` chooses one by name.

    When: once per app build.
    Transaction: none.
    Returns: themes.
    On error: the plugin is marked failed and the engine's plain pages are shown.
    Since: 0.1.
    """


@hookspec
def register_assets(site: Site) -> Iterable[Asset | ContentSource]:  # type: ignore[empty-body]
    """Add style sheets, scripts, fonts and images to pages, and sources to their policy.

    When: once per app build; the files are read then and served from memory.
    Transaction: none.
    Returns: assets, each a file of the plugin's folder `static/`, and content sources.
    On error: the plugin is marked failed; so it is for a file that isn't there, isn't what its
    kind says, or asks for a source that no plugin may have.
    Since: 0.1.
    """


@hookspec
def register_template_helpers(site: Site) -> Iterable[TemplateHelper]:  # type: ignore[empty-body]
    """Offer filters, tests and functions to templates.

    When: once per app build; the function then runs wherever a template uses it.
    Transaction: none; the function may read through `site.db`.
    Returns: helpers; the name must be the plugin's own or begin with it, and be none of Jinja's.
    On error: the plugin is marked failed; a filter or function that raises gives an empty text,
    a test says no.
    Since: 0.1.
    """


@hookspec
def register_publish_checks(site: Site) -> Iterable[PublishCheck]:  # type: ignore[empty-body]
    """Look at posts before they are published, and tell their writers what to mend.

    When: once per app build; each check's `run` then for `post check` and before a post is
    published or scheduled.
    Transaction: none; `run` may read through `site.db`.
    Returns: checks; two with one name from one plugin stop that plugin.
    On error: the plugin is marked failed; a `run` that raises finds nothing.
    Since: 0.1.
    """


@hookspec
def register_editor_panels(site: Site) -> Iterable[EditorPanel]:  # type: ignore[empty-body]
    """Put fields of one's own beside the text in the editor, shown and saved with the post.

    When: once per app build; each panel's `show` then for every editor page, its `check` before a
    post is saved there, its `save` after it was.
    Transaction: none; `save` opens its own with `site.db.write()`, and the post is saved already.
    Returns: panels; two with one name from one plugin stop that plugin.
    On error: the plugin is marked failed; a `show` that raises leaves its panel empty, a `check`
    finds nothing wrong, a `save` is told to the writer, whose post is saved.
    Since: 0.1.
    """


@hookspec
def register_importers(site: Site) -> Iterable[Importer]:  # type: ignore[empty-body]
    """Read content of another program, as `blogengine import NAME SOURCE`.

    When: once per app build; `run` when the owner asks for it.
    Transaction: none; saving a post is its own.
    Returns: importers.
    On error: the plugin is marked failed; a `run` that raises ends the command with its sentence.
    Since: 0.1.
    """


@hookspec
def register_jobs(site: Site) -> Iterable[Job]:  # type: ignore[empty-body]
    """Do work after the request: slow work, work that may fail, work that comes again and again.

    When: once per app build; each job's `run` then in the jobs process, whenever it was asked for
    with `site.jobs.enqueue`, or by itself with `every`.
    Transaction: none; `run` opens its own with `site.db.write()`.
    Returns: jobs; two with one name stop the plugin.
    On error: the plugin is marked failed; a `run` that raises is tried again later, and is kept
    as dead after its last try.
    Since: 0.1.
    """


@hookspec
def register_hookspecs(site: Site) -> ModuleType:  # type: ignore[empty-body]
    """Offer hooks of one's own to other plugins, and call them through `site.hooks`.

    When: once per app build, before every other question.
    Transaction: none.
    Returns: a module with functions marked `@hookspec`, whose names begin with the plugin's and
    an underscore.
    On error: the plugin is marked failed; so is another one whose answer doesn't fit the hook.
    Since: 0.1.
    """


@hookspec
def register_commands(site: Site, cli: click.Group) -> None:
    """Add commands to the group `blogengine PLUGIN …`, which is already named.

    When: once, when the command line is asked for that group.
    Transaction: none; a command opens its own with `site.db.write()`.
    Returns: nothing.
    On error: the command line ends with the plugin's name and the error.
    Since: 0.1.
    """
