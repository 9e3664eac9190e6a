"""Settings as a frozen dataclass: declaring one field gives validation, command line and docs.

Knows nothing of where values are kept; `settings` does.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blogengine.errors import UserError

METADATA = "blogengine"
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a setting says about itself besides its type and default."""

    title: str
    help: str = ""
    ge: float | None = None
    le: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    multiline: bool = False
    pattern: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class SettingField:
    """One declared setting."""

    name: str
    type: type[Any]
    default: object
    rules: Rules


def setting(  # noqa: PLR0913 - each is one word of the author
    default: Any,
    *,
    title: str,
    help: str = "",
    ge: float | None = None,
    le: float | None = None,
    choices: Sequence[str] = (),
    secret: bool = False,
    multiline: bool = False,
    pattern: str = "",
    example: str = "",
) -> Any:
    """Declare a field of a settings dataclass, of type str, int, float or bool.

    `ge` and `le` bound a number, or the length of a text; `choices` are the only texts allowed.
    A `secret` is never shown nor exported. A `multiline` text has an entry in each line. A text
    that isn't empty must match the regular expression `pattern`, a multiline one in each line; a
    refusal shows the `example`.
    """
    rules = Rules(title, help, ge, le, tuple(choices), secret, multiline, pattern, example)
    return dataclasses.field(default=default, metadata={METADATA: rules})


def setting_fields(schema: type[Any]) -> tuple[SettingField, ...]:
    """Return the declared settings of a dataclass in order.

    Raises TypeError for a field that isn't made by `setting()` or has another type: a mistake of
    the plugin's author, found when the plugin is loaded.
    """
    hints = typing.get_type_hints(schema)
    fields = []
    for item in dataclasses.fields(schema):
        rules = item.metadata.get(METADATA)
        kind = hints[item.name]
        if not isinstance(rules, Rules) or isinstance(kind, types.UnionType):
            raise TypeError(f"{schema.__name__}.{item.name} must be declared with setting().")
        if kind not in (str, int, float, bool):
            raise TypeError(f"{schema.__name__}.{item.name} must be a str, int, float or bool.")
        fields.append(SettingField(item.name, kind, item.default, rules))
    return tuple(fields)


def parse_value(item: SettingField, value: object) -> object:
    """Turn a text or JSON value into the field's type and check its bounds; raise UserError."""
    try:
        parsed = _converted(item.type, value)
    except (TypeError, ValueError):
        raise _wrong(item, f"must be {_wanted(item)}, but {value!r} was given") from None
    rules = item.rules
    if isinstance(parsed, str):
        parsed = _checked_text(item, parsed)
    if rules.choices and parsed not in rules.choices:
        raise _wrong(item, f"must be one of {', '.join(rules.choices)}, not {parsed!r}")
    size: float
    size, unit = (len(parsed), " characters") if isinstance(parsed, str) else (_size(parsed), "")
    if rules.ge is not None and size < rules.ge:
        raise _wrong(item, f"must be at least {rules.ge:g}{unit}")
    if rules.le is not None and size > rules.le:
        raise _wrong(item, f"must be at most {rules.le:g}{unit}")
    return parsed


def check_together(schema: type[Any], values: Mapping[str, object]) -> None:
    """Refuse values that fit one by one and not together; raises UserError naming the fields.

    A dataclass says so by a method `problems()` that returns a sentence for each such field.
    """
    found: Mapping[str, str] = getattr(schema(**values), "problems", dict)()
    if found:
        name, said = next(iter(found.items()))
        raise UserError(
            said,
            code="setting-invalid",
            action="Give another value; the old one is still in force.",
            field=name,
            status=422,
            errors=[(field, "setting-invalid", sentence) for field, sentence in found.items()],
        )


def _checked_text(item: SettingField, text: str) -> str:
    """Return a text with one kind of line end and no empty lines, checked by its pattern."""
    rules = item.rules
    if rules.multiline:
        text = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    for line in text.split("\n") if rules.multiline else (text,):
        if rules.pattern and line and not re.fullmatch(rules.pattern, line):
            like = f"must look like {rules.example}" if rules.example else "has another form"
            raise _wrong(item, f"{like}, not {line!r:.80}")
    return text


def _converted(kind: type[Any], value: object) -> object:
    if kind is bool:
        text = str(value).strip().lower()
        if text in TRUE | FALSE:
            return text in TRUE
        raise ValueError(text)
    if kind is str:
        if not isinstance(value, str | int | float):
            raise TypeError(value)
        str(value).encode("utf-8")  # a lone surrogate can't be stored nor shown
        return str(value)
    return kind(str(value).strip())


def _size(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def _wanted(item: SettingField) -> str:
    return {bool: "true or false", int: "a whole number", float: "a number"}.get(item.type, "text")


def _wrong(item: SettingField, problem: str) -> UserError:
    return UserError(
        f"The setting {item.name} ({item.rules.title}) {problem}.",
        code="setting-invalid",
        action="Give another value; the old one is still in force.",
        field=item.name,
        status=422,
    )
