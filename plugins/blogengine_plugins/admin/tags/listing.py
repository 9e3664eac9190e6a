"""All tags, those that may be one, and what completes a tag while it is typed."""

from __future__ import annotations

import json
from dataclasses import asdict
from urllib.parse import urlencode

from blogengine.api import Alike, Link, Response, request, site
from blogengine_plugins.admin.tags.routes import EDIT, LIST, UP, blueprint

REASONS = {
    "letters": "The same letters",
    "plural": "One and many",
    "spelling": "One letter apart",
    "posts": "The same posts",
}
COMPLETIONS_A_MINUTE = "600/minute"


@blueprint.get(LIST, permission=EDIT)
def tags() -> Response:
    """Show the list."""
    found, rows = site.terms.browse(request.args)
    return site.admin_page(
        "Tags",
        "admin/tags/list.html",
        slice=found,
        rows=rows,
        q=request.args.get("q", ""),
        kept={"sort": request.args.get("sort", "")},
    )


@blueprint.get(f"{LIST}alike/", permission=EDIT)
def alike() -> Response:
    """Show groups of tags that may be one, each with the way to merge it."""
    groups = [(REASONS[group.reason], group, _merging(group)) for group in site.terms.duplicates()]
    return site.admin_page(
        "Tags that may be one", "admin/tags/alike.html", groups=groups, trail=(UP,)
    )


def _merging(group: Alike) -> Link:
    into, *others = (tag.slug for tag in group.tags)
    chosen = [("tag", slug) for slug in (into, *others)]
    return Link(f"{LIST}merge/?{urlencode([*chosen, ('into', into)])}", "Merge…")


@blueprint.get(f"{LIST}complete/", permission="posts.create", limit=COMPLETIONS_A_MINUTE)
def complete() -> Response:
    """Return tags and other names that begin like `q`, as JSON."""
    found = [asdict(one) for one in site.terms.complete(request.args.get("q", ""))]
    return Response(json.dumps(found, ensure_ascii=False), content_type="application/json")
