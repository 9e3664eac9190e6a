"""Checks of what a theme's templates say: that they work, keep the blocks, use what there is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from blogengine.templating import CORE_TEMPLATES, SiteView
from blogengine.testing.theming.check import ThemeCheck
from blogengine.testing.theming.fitting import Fitting
from blogengine.values import Page, Post

NAMES = frozenset("site page head region plugins sidebar post term loop caller self".split())
"""What templates get, beside Jinja's and the engine's helpers."""

CLASSES = {"site": SiteView, "page": Page, "post": Post}


def worn(fitting: Fitting) -> Iterator[str]:
    plain = (CORE_TEMPLATES / "plain.css").read_text(encoding="utf-8").strip()[:80]
    for name, text in fitting.own_templates.items():
        try:
            fitting.tree(text)
        except TemplateSyntaxError as error:
            yield f"{name}:{error.lineno}: {error.message}"
    for kind, text in fitting.pages.items():
        if plain in text and fitting.look.styles:
            yield f"The page of kind {kind} fails and is shown plain."


def blocks(fitting: Fitting) -> Iterator[str]:
    for name in sorted(fitting.own_templates):
        if not (CORE_TEMPLATES / name).is_file():
            continue
        core = fitting.source(f"core/{name}")
        wanted = {block.name for block in fitting.tree(core).find_all(nodes.Block)}
        family = fitting.family(name)
        found = {block.name for tree in family for block in tree.find_all(nodes.Block)}
        for block in sorted(wanted - found):
            yield f"{name} has no block {block}; children of the theme and plugins may fill it."
    base = [node for tree in fitting.family("base.html") for node in tree.find_all(nodes.Name)]
    if "head" not in {node.name for node in base}:
        yield "base.html doesn't show {{ head }}, so no style sheet and no feed is named."


def variables(fitting: Fitting) -> Iterator[str]:
    environment = fitting.blog.site.environment
    helpers = set(environment.globals) | set(Environment().globals)
    set_here = _set_by_others(fitting)
    for name, text in fitting.own_templates.items():
        tree = fitting.tree(text)
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
        given = NAMES | helpers | own | set_here
        for unknown in sorted(find_undeclared_variables(tree) - given):
            yield f"{name} uses {unknown}, which no page has."
        for node in tree.find_all(nodes.Getattr):
            known = CLASSES.get(node.node.name) if isinstance(node.node, nodes.Name) else None
            if known is not None and node.attr not in _members(known):
                yield f"{name}:{node.lineno} uses {node.node.name}.{node.attr}, which isn't there."  # type: ignore[attr-defined]


def _set_by_others(fitting: Fitting) -> set[str]:
    """Return the names that templates of the theme set before they include others."""
    return {
        node.name
        for text in fitting.own_templates.values()
        for node in fitting.tree(text).find_all(nodes.Name)
        if node.ctx == "store"
    }


def _members(kind: type) -> set[str]:
    fields = {field.name for field in dataclasses.fields(kind)}
    return fields | {name for name, item in vars(kind).items() if isinstance(item, property)}


def regions(fitting: Fitting) -> Iterator[str]:
    shown = set()
    templates = {*fitting.own_templates, *(path.name for path in CORE_TEMPLATES.glob("*.html"))}
    for name in templates:
        for tree in fitting.family(name):
            for call in tree.find_all(nodes.Call):
                if isinstance(call.node, nodes.Name) and call.node.name == "region" and call.args:
                    first = call.args[0]
                    shown.add(first.value if isinstance(first, nodes.Const) else "")
    for region in fitting.look.regions:
        if region not in shown:
            yield f"No template shows the region {region}; leave it out of the theme's regions."


CHECKS = (
    ThemeCheck(
        "TH01",
        "Every kind of page is made by the theme",
        "Instead of a template that fails the engine's plain page is shown, unlike the others.",
        "`blogengine plugin errors NAME` shows the error; `serve --reload` shows it in the page.",
        worn,
    ),
    ThemeCheck(
        "TH02",
        "Templates and blocks of the contract are there",
        "Children of the theme and plugins fill the blocks; without the head there is no style.",
        'Begin with `{% extends "core/base.html" %}` and keep the blocks that stand there.',
        blocks,
    ),
    ThemeCheck(
        "TH03",
        "Only what is documented is used",
        "A name that isn't there is an error on the page; what isn't documented may go.",
        "The reference of templates lists the names and fields. Ask `plugins.NAME` for a plugin's.",
        variables,
    ),
    ThemeCheck(
        "TH04",
        "Each region has its place",
        "A widget in a region that nobody shows is lost.",
        'Show it by `{{ region("…") }}`, or leave it out of `Theme(regions=…)`: then its widgets '
        "stand in the sidebar or the footer.",
        regions,
    ),
)
