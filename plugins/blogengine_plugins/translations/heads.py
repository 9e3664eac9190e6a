"""What search engines are told: every version of a post or tag, by language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from blogengine.api import LinkTag, Page, Site, SiteSettings
from blogengine_plugins.translations.families import family_of
from blogengine_plugins.translations.models import TAG

EXTRA = "translations"


def tags(site: Site, page: Page) -> Iterable[LinkTag]:
    """Return the alternate links of a page: itself, the others, and where all others go."""
    if page.post is not None and page.kind in ("post", "page"):
        found = page.post.extras.get(EXTRA)
        if not isinstance(found, tuple):
            return ()
        return alternates(site, {language: post.url for language, post in found})
    terms = page.archive.terms if page.archive is not None else ()
    if len(terms) != 1 or terms[0].taxonomy != "tag" or not page.first:
        return ()
    family = family_of(site, TAG, terms[0].slug)
    known = {language: f"/tag/{quote(slug)}/" for slug, language in family.items()}
    return alternates(site, known)


def alternates(site: Site, addresses: dict[str, str]) -> Iterator[LinkTag]:
    """Yield a link for each language; that of the site's own is also for everybody else."""
    if len(addresses) < 2:
        return
    for language, address in sorted(addresses.items()):
        yield LinkTag("alternate", address, hreflang=language)
    own = site.settings(SiteSettings).language
    if own in addresses:
        yield LinkTag("alternate", addresses[own], hreflang="x-default")
