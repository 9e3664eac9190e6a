"""Front matter: YAML between `---`, TOML between `+++`, or a JSON object, at the head of a text.

Scalars of YAML stay text, as they were typed: a title `1.10` or a tag `no` is no number and no
truth value, and nothing but text, lists and mappings can come out of a file.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from .findings import LeftOut

LONGEST = 32_000
DEEPEST = 20
MOST_ALIASES = 50
MOST_DOTS = 50
TOO_BIG = "a number in it is too long"
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BOM = "\ufeff"

OPENING = re.compile(r"(?:[ \t]*\r?\n)*(---|\+\+\+)[ \t]*\r?\n")
CLOSINGS = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}
JSON_OPENING = re.compile(r"\s*(?=\{\s*[\"}])")
TOML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Parted:
    """A file's fields, by small-letter names, and the text behind them as it stands there."""

    fields: Mapping[str, object]
    body: str
    has_front_matter: bool
    had_bom: bool


def part(text: str) -> Parted:
    """Part a file's text; raises LeftOut, naming the line, when the front matter is broken."""
    had_bom = text.startswith(BOM)
    text = text.removeprefix(BOM)
    opening = OPENING.match(text)
    if opening:
        data, body = _fenced(text, opening)
    elif start := JSON_OPENING.match(text):
        data, body = _json(text, start.end())
    else:
        return Parted({}, text, False, had_bom)
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        raise LeftOut("Its front matter isn't made of fields such as `title: …`.")
    fields = {str(key).strip().lower(): value for key, value in data.items()}
    return Parted(fields, body, True, had_bom)


def _fenced(text: str, opening: re.Match[str]) -> tuple[object, str]:
    mark = opening[1]
    first = text.count("\n", 0, opening.end()) + 1
    closing = CLOSINGS[mark].search(text, opening.end())
    if closing is None:
        raise LeftOut(f"The front matter that begins in line {first - 1} never ends with {mark}.")
    head = text[opening.end() : closing.start()]
    if len(head) > LONGEST:
        raise LeftOut(f"Its front matter is longer than {LONGEST} characters.")
    return (_yaml if mark == "---" else _toml)(head, first), text[closing.end() :]


class TooMuch(Exception):
    """YAML beyond the bounds; `line` counts from 0."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


class TextLoader(yaml.BaseLoader):
    """Makes nothing but text, lists and mappings; bounded in depth and aliases."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._aliases = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        self._aliases += isinstance(event, yaml.AliasEvent)
        if self._depth >= DEEPEST or self._aliases > MOST_ALIASES:
            problem = "it is nested too deep" if self._depth >= DEEPEST else "too many aliases"
            line = event.start_mark.line if event.start_mark else 0
            raise TooMuch(problem, line)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_scalar(self, node: yaml.ScalarNode) -> Any:
        value = super().construct_scalar(node)
        return None if node.style is None and value in NULLS else value


def _yaml(head: str, first: int) -> object:
    try:
        loader = TextLoader(head)
        try:
            data: dict[Hashable, object] | None = loader.get_single_data()
        finally:
            loader.dispose()
    except TooMuch as error:
        raise _broken(first + error.line, str(error)) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _broken(first + mark.line if mark else 0, error.problem or "") from error
    except yaml.reader.ReaderError as error:
        line = first + head.count("\n", 0, error.position)
        raise _broken(line, "a character that may not stand there") from error
    return data


def _toml(head: str, first: int) -> object:
    # A key of thousands of parts keeps the parser busy for seconds.
    for number, line in enumerate(head.split("\n")):
        if line.split("=", 1)[0].count(".") > MOST_DOTS:
            raise _broken(first + number, "it has too many parts")
    try:
        return tomllib.loads(head.replace("\r\n", "\n"))
    except RecursionError as error:
        raise _broken(0, "it is nested too deep") from error
    except tomllib.TOMLDecodeError as error:
        found = TOML_LINE.search(str(error))
        # "at end of document" has no number.
        below = int(found[1]) - 1 if found else head.count("\n")
        raise _broken(first + below, str(error).partition(" (at ")[0]) from error
    except ValueError as error:
        raise _broken(0, TOO_BIG) from error


def _json(text: str, start: int) -> tuple[object, str]:
    try:
        data, end = json.JSONDecoder().raw_decode(text, start)
    except RecursionError as error:
        raise _broken(0, "it is nested too deep") from error
    except json.JSONDecodeError as error:
        raise _broken(error.lineno, error.msg) from error
    except ValueError as error:
        raise _broken(0, TOO_BIG) from error
    if end - start > LONGEST:
        raise LeftOut(f"Its front matter is longer than {LONGEST} characters.")
    return data, re.sub(r"\A[ \t]*\r?\n", "", text[end:])


def _broken(line: int, problem: str) -> LeftOut:
    place = f" in line {line}" if line else ""
    return LeftOut(f"Its front matter can't be read{place}: {problem}.")
