"""A post's own picture: above its text, in lists for themes that want it, and for other sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blogengine.api import (
    Markup,
    MetaTag,
    Page,
    Picture,
    Post,
    PostExtra,
    Site,
    Widget,
    WidgetContext,
    picture_html,
)
from blogengine_plugins.media.queries import ADDRESS, by_stems
from blogengine_plugins.media.values import MediaFile

COLUMN = "(min-width: 46em) 42em, 100vw"
CARD = "(min-width: 46em) 20em, 50vw"


@dataclass(frozen=True, slots=True)
class Featured:
    """A post's own picture, as `post.extras.media`.

    `html` is the whole element for the column of a text, `card` for a small place in a list.
    `focus` is the point to keep in sight, in percent from left and top.
    """

    html: Markup
    card: Markup
    url: str
    alt: str
    caption: str = ""
    width: int = 0
    height: int = 0
    focus: tuple[int, int] = (50, 50)


def featured_of(site: Site, posts: Sequence[Post]) -> Mapping[int, object]:
    """Return the own pictures of posts, by one statement for all."""
    stems = {
        post.id: match[1]
        for post in posts
        if post.featured_image and (match := ADDRESS.search(post.featured_image))
    }
    files = by_stems(site.db.reading(), set(stems.values())) if stems else {}
    found: dict[int, object] = {}
    for post in posts:
        if not post.featured_image:
            continue
        file = files.get(stems.get(post.id, ""))
        if file is not None and file.is_picture and not file.trashed:
            found[post.id] = _known(file, post)
        elif file is None and post.id not in stems:
            found[post.id] = _foreign(post)
    return found


def _known(file: MediaFile, post: Post) -> Featured:
    alt = post.featured_alt or ("" if file.decorative else file.alt)
    picture = file.picture
    return Featured(
        _html(picture, alt, COLUMN),
        _html(picture, alt, CARD, lazy=True),
        picture.url,
        alt,
        file.caption,
        file.width,
        file.height,
        file.focus,
    )


def _html(picture: Picture, alt: str, sizes: str, *, lazy: bool = False) -> Markup:
    return Markup(picture_html(picture, alt=alt, sizes=sizes, lazy=lazy))


def _foreign(post: Post) -> Featured:
    element = Markup('<img src="{}" alt="{}"{} decoding="async">')
    address, alt = post.featured_image, post.featured_alt
    lazy = Markup(' loading="lazy"')
    whole, card = (element.format(address, alt, load) for load in (Markup(""), lazy))
    return Featured(whole, card, address, alt)


def show_featured(ctx: WidgetContext) -> Markup | None:
    """Show the post's picture above its text."""
    post = ctx.page.post
    if post is None or not post.featured_image:
        return None
    featured = featured_of(ctx.site, [post]).get(post.id)
    if not isinstance(featured, Featured):
        return None
    caption = Markup("<figcaption>{}</figcaption>").format(featured.caption)
    return Markup('<figure class="featured">{}{}</figure>').format(
        featured.html, caption if featured.caption else ""
    )


def meta_of(site: Site, page: Page) -> list[MetaTag]:
    """Name the picture for other sites that show a link to the post."""
    post = page.post
    if page.kind not in ("post", "page") or post is None or not post.featured_image:
        return []
    featured = featured_of(site, [post]).get(post.id)
    if not isinstance(featured, Featured):
        return []
    address = featured.url if "://" in featured.url else site.absolute(featured.url)
    tags = [MetaTag("og:image", address, property=True)]
    if featured.width:
        tags += [
            MetaTag("og:image:width", str(featured.width), property=True),
            MetaTag("og:image:height", str(featured.height), property=True),
        ]
    if featured.alt:
        tags.append(MetaTag("og:image:alt", featured.alt, property=True))
    return tags


WIDGETS = [
    Widget(
        "featured",
        "The post's picture",
        show_featured,
        region="before_post",
        order=10,
        pages={"post", "page"},
    )
]
EXTRAS = [PostExtra("media", featured_of)]
