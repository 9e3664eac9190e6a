"""Escaping by where an expression of a template stands, so that no author has to think of it.

Autoescaping makes a text harmless between tags and in quoted attributes. It doesn't in an address
(`href="{{ entry.website }}"` may become `javascript:`), without quotes, among attributes, or in a
script. A template is read once, when it is compiled, and its expressions there get a filter.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from blogengine.doors.redirects import own_address

ADDRESSES = frozenset(
    (
        "href src action formaction poster cite data background xlink:href ping manifest longdesc "
        "srcset imagesrcset codebase usemap profile"
    ).split()
)
SCHEMES = frozenset({"http", "https", "mailto"})
OF_FORMS = frozenset({"action", "formaction"})
LOADING_CODE = frozenset({"script", "base", "embed", "object", "applet"})
PICTURES = re.compile(r"data:image/(?:png|gif|jpeg|webp|avif);base64,[A-Za-z0-9+/=]*")
PICTURE_ATTRIBUTES = frozenset({"src", "srcset", "poster"})
HARMLESS = "#"
"""What stands in the place of an address that isn't one to follow."""

IGNORED = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)
"""What browsers leave out of an address before they look at its scheme, and what hides one."""

EMPTY_VALUE = Markup('""')
PLAIN_VALUE = re.compile(r"[\w.:-]*")
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]*")
RAW = ("script", "style")


def as_address(value: Any) -> Any:
    """Return an address to follow, or `#`: http, https, mailto, or one of this site."""
    return value if _may_follow(value) else HARMLESS


def as_picture(value: Any) -> Any:
    """Return an address to load; a picture that is written out may stand there too."""
    text = html.unescape(str(value))
    return value if _may_follow(value) or PICTURES.fullmatch(text.strip()) else HARMLESS


def as_own_address(value: Any) -> Any:
    """Return an address of this site, for forms and scripts, or `#`."""
    text = html.unescape(str(value)) if hasattr(value, "__html__") else str(value)
    if text[:1] in ("", "?", "#"):
        return value
    return value if own_address(text, otherwise="") else HARMLESS


def _may_follow(value: Any) -> bool:
    text = html.unescape(str(value)) if hasattr(value, "__html__") else str(value)
    start = re.split(r"[/?#\\]", IGNORED.sub("", text), maxsplit=1)[0]
    scheme, colon, _ = start.partition(":")
    return not colon or scheme.lower() in SCHEMES


def as_bare_part(value: Any) -> Any:
    """Return what may go on a value without quotes, else nothing."""
    return value if hasattr(value, "__html__") or PLAIN_VALUE.fullmatch(str(value)) else ""


def as_bare_value(value: Any) -> Any:
    """Return a value that may stand without quotes; `""` for others, and for an empty one.

    With nothing there the next attribute would become the value.
    """
    return as_bare_part(value) or EMPTY_VALUE


def as_bare_address(value: Any) -> Any:
    """Return an address that may stand without quotes, else `""`."""
    return as_bare_value(as_address(value))


def as_attribute(value: Any) -> Any:
    """Return what may stand among the attributes of a tag: a bare name, or markup on purpose."""
    return value if hasattr(value, "__html__") or PLAIN_NAME.fullmatch(str(value)) else ""


def as_markup(value: Any) -> Any:
    """Return what may stand in a style: only what somebody made for it."""
    return value if hasattr(value, "__html__") else Markup("")


FILTERS: dict[str, Callable[[Any], Any]] = {
    f"_{function.__name__}": function
    for function in (
        as_address,
        as_picture,
        as_own_address,
        as_bare_part,
        as_bare_value,
        as_bare_address,
        as_attribute,
        as_markup,
    )
}


class Place:
    """Where a template is, read as a browser would: in a text, a tag, an attribute, a script."""

    def __init__(self) -> None:
        self.state = "text"
        self.tag = ""
        self.type = ""
        self.attribute = ""
        self.value = ""
        self.open = False
        """Whether the address begun here may still become one of another scheme."""

    def read(self, text: str) -> None:
        """Go on over literal text."""
        position = 0
        while position < len(text):
            position = getattr(self, f"_in_{self.state}")(text, position)

    def expression(self) -> str:
        """Return the filter for an expression that stands here; raises ValueError for nowhere."""
        if self.state in ("double", "single", "bare"):
            return self._in_value()
        if self.state in ("tag", "name", "after_name", "before_value", "end_tag"):
            if self.state == "before_value":
                self.state, self.value, self.open = "bare", "", True
                return self._in_value()
            self.state = "name" if self.state in ("tag", "name") else self.state
            return "_as_attribute"
        if self.state == "raw" and self.tag == "script" and "json" not in self.type:
            raise ValueError("Pages run no script of their own; give a file by register_assets")
        if self.state == "raw" and self.tag == "style":
            return "_as_markup"
        return ""

    def _in_value(self) -> str:
        bare = self.state == "bare"
        if self.attribute.startswith("on") or self.attribute == "srcdoc":
            raise ValueError(f"Nothing can be put into the attribute {self.attribute}")
        if self.attribute in ADDRESSES and self.open and not (bare and self.value):
            if bare:
                return "_as_bare_address"
            if self.attribute in OF_FORMS or self.tag in LOADING_CODE:
                return "_as_own_address"
            return "_as_picture" if self.attribute in PICTURE_ATTRIBUTES else "_as_address"
        if bare:
            return "_as_bare_part" if self.value else "_as_bare_value"
        return ""

    def _in_text(self, text: str, at: int) -> int:
        start = text.find("<", at)
        if start < 0:
            return len(text)
        if text.startswith("<!--", start):
            self.state = "comment"
            return start + 4
        found = re.compile(r"</?([A-Za-z][^\s/>]*)").match(text, start)
        if found is None:
            return start + 1
        self.tag, self.type = found[1].lower(), ""
        self.state = "end_tag" if text[start + 1] == "/" else "tag"
        return found.end()

    def _in_comment(self, text: str, at: int) -> int:
        end = text.find("-->", at)
        if end < 0:
            return len(text)
        self.state = "text"
        return end + 3

    def _in_end_tag(self, text: str, at: int) -> int:
        end = text.find(">", at)
        if end < 0:
            return len(text)
        self.state = "text"
        return end + 1

    def _in_tag(self, text: str, at: int) -> int:
        if text[at] == ">":
            self.state = "raw" if self.tag in RAW else "text"
        elif not text[at].isspace() and text[at] != "/":
            self.attribute, self.state = "", "name"
            return at
        return at + 1

    def _in_name(self, text: str, at: int) -> int:
        found = re.compile(r"[^\s/>=]*").match(text, at)
        assert found is not None
        self.attribute += found[0].lower()
        if found.end() < len(text):
            self.state = "after_name"
        return found.end()

    def _in_after_name(self, text: str, at: int) -> int:
        if text[at].isspace():
            return at + 1
        self.state = "before_value" if text[at] == "=" else "tag"
        return at + 1 if text[at] == "=" else at

    def _in_before_value(self, text: str, at: int) -> int:
        if text[at].isspace():
            return at + 1
        self.value, self.open = "", True
        self.state = {'"': "double", "'": "single"}.get(text[at], "bare")
        return at if self.state == "bare" else at + 1

    def _in_double(self, text: str, at: int) -> int:
        return self._in_quotes(text, at, '"')

    def _in_single(self, text: str, at: int) -> int:
        return self._in_quotes(text, at, "'")

    def _in_quotes(self, text: str, at: int, quote: str) -> int:
        end = text.find(quote, at)
        self._take(text[at:] if end < 0 else text[at:end])
        if end < 0:
            return len(text)
        self._close()
        return end + 1

    def _in_bare(self, text: str, at: int) -> int:
        found = re.compile(r"[^\s>]*").match(text, at)
        assert found is not None
        self._take(found[0])
        if found.end() < len(text):
            self._close()
        return found.end()

    def _take(self, text: str) -> None:
        self.value += text
        # After a slash, a question mark or a known scheme an address can't change its mind.
        if re.search(r"[/?#]|^\s*(?:https?|mailto):", self.value):
            self.open = False

    def _close(self) -> None:
        if self.attribute == "type":
            self.type = self.value.lower()
        self.state = "tag"

    def _in_raw(self, text: str, at: int) -> int:
        end = text.lower().find(f"</{self.tag}", at)
        if end < 0:
            return len(text)
        self.state = "text"
        return end


class EscapingByPlace(Extension):
    """Puts the filters into templates, theme's and plugins' as the core's."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters.update(FILTERS)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Go through a template's tokens; raises TemplateSyntaxError where nothing can be put."""
        place, name = Place(), ""
        for token in stream:
            if token.type == "data":
                place.read(str(token.value))
            elif token.type == "variable_begin":
                try:
                    name = place.expression()
                except ValueError as error:
                    raise TemplateSyntaxError(
                        f"{error}.", token.lineno, stream.name, stream.filename
                    ) from error
                yield token
                if name:
                    yield Token(token.lineno, "lparen", "(")
                continue
            elif token.type == "variable_end" and name:
                yield Token(token.lineno, "rparen", ")")
                yield Token(token.lineno, "pipe", "|")
                yield Token(token.lineno, "name", name)
                name = ""
            yield token
