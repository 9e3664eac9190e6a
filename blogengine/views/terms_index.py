"""The page with all terms of a taxonomy: from A to Z, or by the number of their posts."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from blogengine.languages import translator
from blogengine.settings import SiteSettings
from blogengine.taxonomies import TAG, Taxonomy
from blogengine.values import Page
from blogengine.views.current import current_site, respond

_ = translator(__name__)

SORTS = ("name", "count")
LONGEST_NUMBER = 5


def index_view(taxonomy: Taxonomy) -> Callable[[], AnyResponse]:
    """Return the view of a taxonomy's index."""

    def show_terms() -> AnyResponse:
        site = current_site()
        settings = site.settings(SiteSettings)
        home = site.archives.home()
        sort, fewest = request.args.get("sort", ""), request.args.get("min", "")
        plain = fewest.isascii() and fewest.isdigit() and len(fewest) <= LONGEST_NUMBER
        least = max(1, int(fewest)) if plain else 1
        terms = tuple(
            term for term in site.terms.all(taxonomy) if least == 1 or term.count >= least
        )
        if site.locale.own_order:
            terms = tuple(sorted(terms, key=lambda term: site.locale.key(term.name)))
        if sort == "count":
            terms = tuple(sorted(terms, key=lambda term: -term.count))
        return respond(
            Page(
                kind="terms",
                title=f"{taxonomy.plural} – {settings.title}",
                heading=str(taxonomy.plural),
                canonical=site.absolute(taxonomy.index),
                terms=terms,
                taxonomy=taxonomy.name,
                order=sort if sort in SORTS else "name",
                least=least,
                feeds=site.feed_links(home.path),
                updated_at=home.updated_at,
                description=_("All tags of %(site)s.", site=settings.title)
                if taxonomy is TAG
                else f"{taxonomy.plural} – {settings.title}",
                noindex=bool(request.query_string),
                keys=frozenset({"home:0", "menu", "settings:site"}),
            )
        )

    return show_terms
