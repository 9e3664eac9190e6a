"""The two texts for programs: robots.txt (RFC 9309) and llms.txt."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from blogengine.api import Site, SiteSettings, request
from blogengine_plugins.robots.settings import ALLOW, NONE, RobotsSettings

LEARNING = (
    "AI2Bot",
    "Ai2Bot-Dolma",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-Extended",
    "GPTBot",
    "ImagesiftBot",
    "meta-externalagent",
    "omgili",
    "PanguBot",
    "Timpibot",
    "webzio-extended",
)
"""Programs that gather texts to teach models."""

ANSWERING = (
    "ChatGPT-User",
    "Claude-SearchBot",
    "Claude-User",
    "DuckAssistBot",
    "meta-externalfetcher",
    "MistralAI-User",
    "OAI-SearchBot",
    "Perplexity-User",
    "PerplexityBot",
    "YouBot",
)
"""Programs that read for somebody's question, and name the page."""

CLOSED = ("/admin/", "/search/")
"""What has nothing to be found."""

MARKS = re.compile(r"([\\\[\]])")
TAGS, POSTS = 30, 50


def robots_txt(site: Site) -> str:
    """Return what programs are asked."""
    chosen = site.settings(RobotsSettings)
    lines: list[str] = []
    if not chosen.search_engines:
        lines += ["User-agent: *", "Disallow: /"]
    else:
        refused = [] if chosen.ai_crawlers == ALLOW else [*LEARNING]
        refused += ANSWERING if chosen.ai_crawlers == NONE else ()
        if refused:
            names = sorted(refused, key=str.lower)
            lines += [*(f"User-agent: {name}" for name in names), "Disallow: /", ""]
        # Last, so that the owner's lines below belong to everybody.
        lines += ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += chosen.more.splitlines()
    if chosen.search_engines and "sitemap" in site.host.loaded:
        # It has to be a whole address (RFC 9309 leaves it to sitemaps.org, 2007).
        here = urljoin(request.url_root, site.absolute("/sitemap.xml"))
        lines += ["", f"Sitemap: {here}"]
    return "\n".join(lines) + "\n"


def llms_txt(site: Site) -> str:
    """Return the site in a few lines of Markdown: what it is, its largest tags, newest posts."""
    settings = site.settings(SiteSettings)
    lines = [f"# {_plain(settings.title)}", ""]
    if settings.tagline:
        lines += [f"> {_plain(settings.tagline)}", ""]
    tags = sorted(site.terms.all(), key=lambda term: (-term.count, term.name))[:TAGS]
    if tags:
        lines += ["## Tags", ""]
        lines += [
            f"- [{_plain(tag.name)}]({site.absolute(tag.url)}): {tag.count} "
            f"{'post' if tag.count == 1 else 'posts'}"
            for tag in tags
        ]
        lines.append("")
    posts = site.archives.posts(site.archives.home(), limit=POSTS)
    if posts:
        lines += ["## Newest posts", ""]
        lines += [
            f"- [{_plain(post.display_title)}]({site.absolute(post.url)})"
            + (f": {_plain(post.excerpt)}" if post.excerpt else "")
            for post in posts
        ]
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    return MARKS.sub(r"\\\1", " ".join(text.split()))
