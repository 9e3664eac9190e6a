"""Sentences in templates: `_("…")`, `ngettext`, `{% trans %}`, and filters that speak.

A template's sentences are looked up in its plugin's catalogue, then the theme's, then the core's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, pass_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from markupsafe import Markup, escape

from blogengine.languages import tongue
from blogengine.languages.speaking import filled

NAMES = frozenset({"_", "gettext", "ngettext"})


@pass_context
def gettext(context: Context, text: str, /, **values: object) -> str:
    """Return a sentence of a template in the language of the page, its `%(name)s` filled in."""
    return _marked(text, tongue().find(text, *_domains(context)), values)


@pass_context
def ngettext(context: Context, one: str, many: str, number: int, /, **values: object) -> str:
    """Return the sentence for a number, which stands in it as `%(num)s`."""
    spoken = tongue()
    found = spoken.find_plural(one, many, number, *_domains(context))
    return _marked(one, found, {**values, "num": spoken.number(number)})


def _domains(context: Context) -> Sequence[str]:
    owner, slash, _rest = (context.name or "").partition("/")
    theme = context.environment.globals.get("_theme", "")
    return (owner, str(theme)) if slash else (str(theme),)


def _marked(source: str, text: str, values: dict[str, object]) -> str:
    """Fill a sentence in. It is markup only if the template wrote markup, or a value is."""
    if "<" in source:
        return filled(Markup(text), values)
    if any(hasattr(value, "__html__") for value in values.values()):
        return filled(escape(text), values)
    return filled(text, values)


@pass_context
def said(context: Context, text: object) -> str:
    """Return a text that code made in the language of the page, where a catalogue has it."""
    spoken = tongue()
    return spoken.find(str(text), *_domains(context), *spoken.catalogues)


@pass_context
def plural(context: Context, number: int, one: str, many: str) -> str:
    """Return a number with its noun: 3 posts. Catalogues have it as `%(num)s post`."""
    return ngettext(context, f"%(num)s {one}", f"%(num)s {many}", number)


@pass_context
def in_words(_context: Context, moment: date, style: str = "long") -> str:
    """Return a date as the language writes it, such as 12 March 2026."""
    return tongue().date(moment, style)


@pass_context
def month(_context: Context, moment: date) -> str:
    """Return a month with its year."""
    return tongue().month(moment)


@pass_context
def grouped(_context: Context, number: int) -> str:
    """Return a whole number with its groups."""
    return tongue().number(number)


@pass_context
def joined(_context: Context, names: Sequence[str], style: str = "standard") -> str:
    """Return names as one says them: a, b and c; with `or` as style, a, b or c."""
    return tongue().listed(names, style)


SAYING: dict[str, Callable[..., Any]] = {
    "_": gettext,
    "gettext": gettext,
    "ngettext": ngettext,
    "language": lambda: tongue().code,
    "direction": lambda: tongue().direction,
    "index_letter": lambda name: tongue().letter(name),
}
FILTERS: dict[str, Callable[..., Any]] = {
    "date": in_words,
    "month": month,
    "number": grouped,
    "listed": joined,
    "plural": plural,
    "translate": said,
}


class WrittenSentences(Extension):
    """Refuses `_(variable)`: what isn't written in the template isn't in a catalogue, and could be
    somebody's markup. `|translate` is for those, and stays escaped."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Look at each call of `_`; raises TemplateSyntaxError."""
        calling, opened = False, False
        for token in stream:
            if opened and token.type != "string":
                raise TemplateSyntaxError(
                    "_() takes a sentence that is written here; for others there is |translate.",
                    token.lineno,
                    stream.name,
                    stream.filename,
                )
            opened = calling and token.type == "lparen"
            calling = token.type == "name" and token.value in NAMES
            yield token


def use_theme(environment: Environment, owner: str) -> None:
    """Let the sentences of a theme's templates be looked up in its plugin's catalogue."""
    environment.globals["_theme"] = owner
