"""Make figures of pictures that stand alone and have a title, which becomes the caption."""

import re

from blogengine.api import HtmlFilter, Plugin, hookimpl

plugin = Plugin(summary=__doc__, api=1)

ALONE = re.compile(r"<p>\s*(<a [^<>]*>)?(<img [^<>]*>)(</a>)?\s*</p>")
TITLE = re.compile(r'\stitle="([^"<>]*)"')


def make_figures(html: str) -> str:
    return ALONE.sub(_figure, html)


def _figure(match: re.Match[str]) -> str:
    opening, picture, closing = match[1] or "", match[2], match[3] or ""
    title = TITLE.search(picture)
    if title is None or not title[1].strip() or bool(opening) != bool(closing):
        return match[0]
    shown = picture[: title.start()] + picture[title.end() :]
    return f"<figure>{opening}{shown}{closing}<figcaption>{title[1]}</figcaption></figure>"


@hookimpl
def register_html_filters() -> list[HtmlFilter]:
    return [HtmlFilter("figures", make_figures)]
