"""What of a writer's html may stay: one allow-list for Markdown and for imported html."""

from __future__ import annotations

import re

import nh3

from blogengine.rendering import mathml

TAGS = frozenset(
    (
        "a abbr aside audio b bdi bdo blockquote br caption center cite code col colgroup dd del "
        "details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i iframe img input ins "
        "kbd li mark ol p pre q rp rt ruby s samp section small source span strike strong sub "
        "summary sup table tbody td tfoot th thead time tr tt u ul var video wbr"
    ).split()
)
"""`center`, `strike`, `tt` and `iframe` are only let through for `finishing` to replace."""

ATTRIBUTES = {
    "*": {"id", "class", "title", "lang", "dir"},
    "a": {"href", "hreflang", "name", "aria-label", "role"},
    "aside": {"role"},
    "audio": {"src", "controls", "loop", "muted"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "iframe": {"src"},
    "img": {"src", "alt", "width", "height", "align"},
    "input": {"type", "disabled", "checked", "aria-label"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "mark": {"data-line"},
    "ol": {"start", "reversed", "type"},
    "pre": {"tabindex"},
    "q": {"cite"},
    "section": {"role"},
    "source": {"src", "type"},
    "span": {"data-line"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "tr": {"align"},
    "p": {"align"},
    "div": {"align"},
    "video": {"src", "controls", "loop", "muted", "poster", "width", "height"},
    **mathml.ATTRIBUTES,
}

SCHEMES = {"http", "https", "mailto", "tel"}

WHOLE_NUMBER = re.compile(r"[0-9]{1,5}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?")
MEDIA_TYPE = re.compile(r"(audio|video|image)/[\w.+-]+")

FORMS = {
    "width": WHOLE_NUMBER,
    "height": WHOLE_NUMBER,
    "colspan": re.compile(r"[1-9][0-9]{0,2}"),
    "rowspan": re.compile(r"[0-9]{1,4}"),
    "span": re.compile(r"[1-9][0-9]{0,2}"),
    "start": re.compile(r"-?[0-9]{1,9}"),
    "value": re.compile(r"-?[0-9]{1,9}"),
    "lang": LANGUAGE,
    "hreflang": LANGUAGE,
    "dir": re.compile(r"ltr|rtl|auto"),
    "datetime": DATE,
    "tabindex": re.compile(r"0"),
    "data-player": re.compile(r"https://[A-Za-z0-9.-]+/[^\s\"<>@]{0,500}"),
    "data-line": re.compile(r"[0-9]{1,7}"),
    "role": re.compile(r"note|doc-(noteref|backlink|endnotes)"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "type": re.compile(r"checkbox|[1aAiI]|" + MEDIA_TYPE.pattern),
    "align": re.compile(r"left|right|center", re.IGNORECASE),
}
"""Values that other attributes must have whole; any other value drops the attribute."""


def _keep(tag: str, attribute: str, value: str) -> str | None:
    forms = mathml.FORMS if tag in mathml.TAGS else FORMS
    form = forms.get(attribute) or FORMS.get(attribute)
    return value if form is None or form.fullmatch(value) else None


PLAYER = "data-player"
"""On a link of a trusted filter: the frame that a script of its plugin may put in its place."""

FRAME_ATTRIBUTES = {
    "src",
    "width",
    "height",
    "loading",
    "allow",
    "allowfullscreen",
    "referrerpolicy",
    "sandbox",
}
"""What a frame of a trusted filter may have; `srcdoc` would be a page of its own."""


def _cleaner(attributes: dict[str, set[str]]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS | mathml.TAGS),
        clean_content_tags={"script", "style", "template", "noscript", "object", "svg"},
        attributes=attributes,
        attribute_filter=_keep,
        strip_comments=False,
        link_rel=None,
        url_schemes=SCHEMES,
    )


_CLEANER = _cleaner(ATTRIBUTES)
_WITH_FRAMES = _cleaner({**ATTRIBUTES, "iframe": FRAME_ATTRIBUTES, "a": ATTRIBUTES["a"] | {PLAYER}})


def sanitise(html: str, *, frames: bool = False) -> str:
    """Return the html with nothing in it that could run, load or look like the site's own.

    Comments survive: `finishing` reads the more marker from them and drops them all. `frames` may
    keep what a frame needs; only after trusted filters.
    """
    return str((_WITH_FRAMES if frames else _CLEANER).clean(html))
