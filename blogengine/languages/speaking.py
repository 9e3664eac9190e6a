"""Which language is spoken now, and `_`: how Python code says a sentence in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from blogengine.languages.tongue import ENGLISH, Tongue

_NOW: ContextVar[Tongue] = ContextVar("blogengine.tongue", default=ENGLISH)


def tongue() -> Tongue:
    """Return the language of the page, mail or command that is being made; English outside."""
    return _NOW.get()


def speak(language: Tongue) -> None:
    """Speak a language from here on, in this request."""
    _NOW.set(language)


@contextmanager
def speaking(language: Tongue) -> Iterator[None]:
    """Speak a language inside of the block."""
    before = _NOW.set(language)
    try:
        yield
    finally:
        _NOW.reset(before)


def filled(text: str, values: dict[str, object]) -> str:
    """Put values into a sentence: `%(name)s` is the value called name."""
    if values:
        return text % values
    return text.replace("%%", "%") if "%%" in text else text


class Later(str):
    """A sentence that is said in the reader's language when it is shown, not when it is made.

    As a text it is the English sentence: nothing that takes texts has to know of it.
    """

    __slots__ = ("module",)

    module: str

    def __str__(self) -> str:
        language = _NOW.get()
        if language is ENGLISH:
            return str.__str__(self)
        return language.find(str.__str__(self), language.domain_of(self.module))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class Translator:
    """Says the sentences of one module's plugin."""

    __slots__ = ("_module",)

    def __init__(self, module: str) -> None:
        self._module = module

    def __call__(self, text: str, **values: object) -> str:
        """Return a sentence in the language of the page, its `%(name)s` filled in."""
        language = _NOW.get()
        return filled(language.find(text, language.domain_of(self._module)), values)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the sentence for a number, which stands in it as `%(num)s`."""
        language = _NOW.get()
        found = language.find_plural(one, many, number, language.domain_of(self._module))
        return filled(found, {"num": language.number(number), **values})

    def lazy_gettext(self, text: str) -> str:
        """Return a sentence for a value made once, such as a title that a plugin registers."""
        made = Later(text)
        made.module = self._module
        return made


def translator(module: str) -> Translator:
    """Return `_` for a module: `_ = translator(__name__)`."""
    return Translator(module)
