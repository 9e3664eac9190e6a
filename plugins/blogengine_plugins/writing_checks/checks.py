"""The checks: what each finds in a post, and where."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from blogengine.api import Finding, Post, PublishCheck, Site, fold
from blogengine_plugins.writing_checks.reading import Part, parts_of
from blogengine_plugins.writing_checks.settings import CheckSettings

HINT, STOP = "hint", "stop"
ENDS = ".!?:;,…。！？"
"""A bold line that ends so is a sentence."""

SHORTEST_TO_SUM_UP = 150
"""Words from which on an excerpt is asked for."""

MORE = "<!--more-->"


def images(site: Site, post: Post) -> Iterator[Finding]:  # noqa: ARG001
    for image in parts_of(post.html).images:
        if not image.text and not image.alone:
            sentence = "It has no text for those who don't see it. Describe it: ![A red door](…)."
            yield Finding(sentence, HINT, _place("image", image))


def headings(site: Site, post: Post) -> Iterator[Finding]:  # noqa: ARG001
    """Levels need no check, since the engine leaves none out; but this is no heading at all."""
    for paragraph in parts_of(post.html).paragraphs:
        text = " ".join(paragraph.text.split())
        if text and paragraph.bold.split() == paragraph.text.split() and text[-1] not in ENDS:
            yield Finding(
                "A bold line isn't a heading: nobody can jump to it. Write it as ## Heading.",
                HINT,
                f"“{text[:60]}”",
            )


def links(site: Site, post: Post) -> Iterator[Finding]:
    words = site.settings(CheckSettings).empty_words.splitlines()
    nothing = {fold(word) for word in words if word.strip()}
    for link in parts_of(post.html).links:
        if not link.target.strip():
            yield Finding("It leads nowhere. Give it an address.", STOP, _place("link", link))
        text = " ".join(link.text.split())
        if not text and link.alone:
            sentence = "It is a picture without a text, so it has no name. Describe where it leads."
            yield Finding(sentence, STOP, _place("link", link))
        elif not text:
            yield Finding("It has no words to click on. Add some.", STOP, _place("link", link))
        elif fold(text).strip(" .…>»→") in nothing:
            yield Finding(
                f"“{text}” doesn't say where it leads. Let the link's words name its target.",
                HINT,
                _place("link", link),
            )


def targets(site: Site, post: Post) -> Iterator[Finding]:
    for path in site.links.lost(post.html):
        sentence = "No post that readers can see stands there. Mend the link, or publish the post."
        yield Finding(sentence, HINT, f"link to {path[:120]}")


def tables(site: Site, post: Post) -> Iterator[Finding]:  # noqa: ARG001
    for table in parts_of(post.html).tables:
        if not table.named:
            sentence = "It has no header cells, so its figures can't be told apart when read out."
            yield Finding(sentence, HINT, f"table {table.number}")


def title(site: Site, post: Post) -> Iterator[Finding]:
    most = site.settings(CheckSettings).longest_title
    if not post.title.strip():
        yield Finding("The post has no title; lists call it “Untitled”.", HINT)
    elif len(post.title) > most:
        yield Finding(f"The title has {len(post.title)} characters; {most} are shown whole.", HINT)


def excerpt(site: Site, post: Post) -> Iterator[Finding]:
    if post.kind != "post" or post.words < SHORTEST_TO_SUM_UP:
        return
    if not site.settings(CheckSettings).excerpt:
        return
    draft = site.posts.draft(post.id)
    if not draft.excerpt.strip() and MORE not in draft.source:
        yield Finding("Lists show its first sentences. Write an excerpt, or mark a teaser.", HINT)


def _place(kind: str, part: Part) -> str:
    """Say which one is meant: its number, and the end of its address."""
    path = urlsplit(part.target).path.rstrip("/").rpartition("/")[2] if part.target else ""
    name = path or part.target
    return f"{kind} {part.number} ({name[:60]})" if name else f"{kind} {part.number}"


CHECKS = (
    PublishCheck("title", "Title", title),
    PublishCheck("excerpt", "Excerpt", excerpt),
    PublishCheck("headings", "Headings that are none", headings),
    PublishCheck("images", "Texts of images", images),
    PublishCheck("links", "Words of links", links),
    PublishCheck("targets", "Links to other posts", targets),
    PublishCheck("tables", "Headers of tables", tables),
)
