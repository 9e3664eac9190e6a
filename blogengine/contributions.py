"""Frozen values that plugins register: the manifest, widgets, extras, feeds, themes, importers.

The host checks them when the app is built; a bad one stops its plugin with a sentence and never
the site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from blogengine.dressing import ContentSource, StaticFile, TemplateHelper
from blogengine.health import HealthCheck, Metric
from blogengine.panels import EditorPanel
from blogengine.pictures import PictureSource
from blogengine.streams import Feed, StreamSource
from blogengine.taxonomies import Ranking, Taxonomy

if TYPE_CHECKING:
    from markupsafe import Markup

    from blogengine.permissions import Permission
    from blogengine.site import Site, WidgetContext
    from blogengine.values import Post

API_VERSION = 1
"""The contract number that `Plugin(api=…)` names; raised only when something is taken away."""

REGIONS = ("header", "before_list", "after_list", "before_post", "after_post", "sidebar", "footer")
"""Places where widgets stand; a theme that lacks one shows them in `sidebar`, else `footer`."""

PAGE_KINDS = (
    "home",
    "term",
    "author",
    "date",
    "post",
    "page",
    "terms",
    "protected",
    "plugin",
    "error",
    "admin",
)

ADMIN_REGIONS = ("admin_home",)
"""Places in the admin, where widgets of plugins stand whatever the theme is."""

ADMIN_SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "home": "",
        "writing": "Writing",
        "readers": "Readers",
        "look": "Look",
        "site": "Site",
    }
)
"""The parts of the admin's menu, in order, with their titles."""

LIST_KINDS = frozenset({"home", "term", "author", "date"})


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin's manifest: the module-level value `plugin` of its package or file.

    `requires` names other plugins. `settings` is a frozen dataclass whose fields are made with
    `setting()`. `hosts` are the other machines it talks to through `site.http`, `*.example.org` for
    all below one; None leaves it open, for those that owners or readers name. The plugin's name
    comes from its file or entry point, never from here.
    """

    summary: str | None
    api: int = API_VERSION
    requires: tuple[str, ...] = ()
    settings: type[Any] | None = None
    homepage: str = ""
    hosts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Widget:
    """A fragment for a region. `render(ctx)` returns Markup, text (escaped), or None for nothing.

    `pages` limits it to kinds of page; lower `order` stands first, equal ones by name.
    """

    name: str
    title: str
    render: Callable[[WidgetContext], Markup | str | None]
    region: str = "sidebar"
    order: int = 100
    pages: frozenset[str] | set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PostExtra:
    """A batch loader: one call per page for all its posts, read as `post.extras.NAME`.

    `load(site, posts)` returns values by post id. `views` says where it is asked: "list", "post".
    """

    name: str
    load: Callable[[Site, Sequence[Post]], Mapping[int, object]]
    views: frozenset[str] | set[str] = frozenset({"list", "post"})


@dataclass(frozen=True, slots=True)
class Theme:
    """A look: templates first in the lookup, the regions it offers, style sheets to inline.

    `styles` are files below `templates`' plugin folder whose text stands in the page's head and
    is allowed there by its hash, so keep them small. `parts` are further ones by a text, such as
    `class="line"`, that the html of a post on the page must hold.

    What isn't there is the `parent`'s, another theme: its templates come next, its style sheets
    first. `variables(site)` returns custom properties (without their dashes) that the owner's
    settings give, for the end of the style sheets. `readable` are pairs of such properties, the
    first a colour of text that stands on the second: `blogengine theme check` asks for their
    contrast.
    """

    name: str
    title: str
    templates: Path
    styles: tuple[Path, ...] = ()
    regions: tuple[str, ...] = REGIONS
    parts: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))
    parent: str = ""
    variables: Callable[[Site], Mapping[str, str]] | None = None
    readable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something an import left out, and why."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: what it made or changed, and everything left out."""

    created: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """A reader for `blogengine import NAME SOURCE`.

    `run(site, source, dry_run, progress)` does the work and returns the report; it calls
    `progress(done, total)` as it goes. With `dry_run` it writes nothing.
    """

    name: str
    title: str
    run: Callable[[Site, Path, bool, Callable[[int, int], None]], ImportReport]


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is done after the request, in the jobs process: `run(site, payload)` does it.

    A plugin's jobs are asked for as `PLUGIN.NAME`; `payload` is what was asked with. With `every`
    it is also run by itself, with an empty payload, once in each such time. It is tried
    `max_attempts` times with growing pauses. `seconds` is its budget for one try: over it counts
    as a failure, after twice as long it has hung and its process is replaced.
    """

    name: str
    run: Callable[[Site, Mapping[str, Any]], object]
    every: timedelta | None = None
    max_attempts: int = 8
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class MarkdownExtension:
    """An extension of Python-Markdown. `make()` returns it, in the process that renders texts.

    `make` is a function or class on the top level of a module of the plugin. With `settings`, the
    plugin's settings dataclass, it is called as `make(settings)`; secrets arrive as their defaults.
    """

    name: str
    make: Callable[..., Any]
    settings: type[Any] | None = None


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """A change to a post's text before Markdown reads it: `apply(text)` returns the other text.

    `apply` is a function on the top level of a module of the plugin; it runs without the site, in
    the process that renders texts. Lower `order` comes first, equal ones by name. With `settings`,
    the plugin's settings dataclass, it is called as `apply(text, settings)`; secrets arrive as
    their defaults.
    """

    name: str
    apply: Callable[..., str]
    order: float = 100
    settings: type[Any] | None = None


@dataclass(frozen=True, slots=True)
class HtmlFilter:
    """A change to a post's html: `apply(html)` returns the other html, before it is sanitised.

    A `trusted` filter comes after the sanitiser and may add frames (`iframe`) by https, and links
    with the address of one in `data-player`; it runs only if the owner agreed to it. Everything
    else is as with SourceFilter.
    """

    name: str
    apply: Callable[..., str]
    order: float = 100
    trusted: bool = False
    settings: type[Any] | None = None


SEVERITIES = ("hint", "stop")
"""What a finding of a publish check asks for: to be read, or to be mended before publishing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found in a post: a sentence for the writer that says what to do.

    `severity` is "hint", or "stop" where the post shouldn't be published so. `position` says in
    words where it is, such as "image 2 (door.jpg)"; empty for the whole post.
    """

    sentence: str
    severity: str = "hint"
    position: str = ""


@dataclass(frozen=True, slots=True)
class PublishCheck:
    """A look at a post before it is published. `run(site, post)` returns findings.

    `post` is in whatever state, its html as its own page shows it. The check changes nothing.
    """

    name: str
    title: str
    run: Callable[[Site, Post], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A page of the admin, with its line in the menu.

    `view(site)` answers `/admin/PLUGIN/NAME/`, GET and POST, with `site.admin_page(…)`. Without a
    view the line leads to `path`, which a blueprint of the plugin answers. `section` is home,
    writing, readers, look or site. Who hasn't the permission sees no line and gets no answer.
    `badge(site)` returns how many things wait there; it is asked for every page of the admin, so
    it counts no further than 100.
    """

    name: str
    title: str
    view: Callable[[Site], Any] | None = None
    permission: str = "admin.enter"
    section: str = "site"
    path: str = ""
    badge: Callable[[Site], int] | None = None
    order: int = 100


@dataclass(frozen=True, slots=True)
class Contributions:
    """Everything the enabled plugins registered, checked, guarded and in order."""

    widgets: Mapping[str, tuple[Widget, ...]] = field(default_factory=dict)
    extras: tuple[PostExtra, ...] = ()
    feeds: tuple[Feed, ...] = ()
    streams: tuple[StreamSource, ...] = ()
    themes: Mapping[str, Theme] = field(default_factory=dict)
    theme_owners: Mapping[str, str] = field(default_factory=dict)
    importers: Mapping[str, Importer] = field(default_factory=dict)
    blueprints: tuple[tuple[str, Any], ...] = ()
    files: Mapping[str, StaticFile] = field(default_factory=dict)
    addresses: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sources: tuple[tuple[str, ContentSource], ...] = ()
    helpers: tuple[TemplateHelper, ...] = ()
    template_folders: tuple[tuple[str, Path], ...] = ()
    permissions: tuple[Permission, ...] = ()
    markdown_extensions: tuple[tuple[str, MarkdownExtension], ...] = ()
    source_filters: tuple[tuple[str, SourceFilter], ...] = ()
    html_filters: tuple[tuple[str, HtmlFilter], ...] = ()
    health_checks: tuple[tuple[str, HealthCheck], ...] = ()
    metrics: tuple[Metric, ...] = ()
    jobs: Mapping[str, Job] = field(default_factory=dict)
    publish_checks: tuple[tuple[str, PublishCheck], ...] = ()
    editor_panels: tuple[tuple[str, EditorPanel], ...] = ()
    admin_pages: tuple[tuple[str, AdminPage], ...] = ()
    picture_sources: tuple[tuple[str, PictureSource], ...] = ()
    taxonomies: tuple[Taxonomy, ...] = ()
    rankings: Mapping[str, Ranking] = field(default_factory=dict)


def in_order(widgets: Iterable[Widget]) -> tuple[Widget, ...]:
    """Sort by `order`, ties by name."""
    return tuple(sorted(widgets, key=lambda widget: (widget.order, widget.name)))
