"""A settings dataclass as the fields of a form, and a sent form as checked values.

Works without a script: every field has a label, its help and its error are named by
`aria-describedby`, and a value fixed elsewhere says by what. A secret is never written into a
page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from markupsafe import Markup, escape

from blogengine.errors import UserError
from blogengine.settings import SettingValue, checked

COLOUR = "#[0-9a-fA-F]{6}"
"""The pattern of settings that are a colour: browsers let people pick it, where there is one."""

CLEAR = "-clear"
"""Behind a secret's name: the checkbox that takes the stored one away."""

FLAGS = frozenset({"checked", "readonly", "required", "selected"})
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form as it was sent: the values that can be stored, and what is wrong with the others.

    `given` is what to show again beside an error.
    """

    values: Mapping[str, object]
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    given: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)


def read_form(owner: str, settings: Sequence[SettingValue], form: Mapping[str, str]) -> Submitted:
    """Check what a form brought; locked settings are passed over whatever it says of them.

    A checkbox that isn't sent is off. An empty secret stays what it was.
    """
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    given: dict[str, str] = {}
    for setting in settings:
        item = setting.field
        if setting.locked:
            continue
        text = form.get(item.name, "")
        if item.type is bool:
            text = "true" if text else "false"
        if item.rules.secret and not text:
            if f"{item.name}{CLEAR}" not in form:
                continue
        elif not item.rules.secret:
            given[item.name] = text
        try:
            values[item.name] = checked(owner, item, text)
        except UserError as error:
            errors[item.name] = error.message
    return Submitted(values, errors, given)


def form_fields(
    settings: Sequence[SettingValue], submitted: Submitted | None = None, *, prefix: str = "setting"
) -> Markup:
    """Return the fields of a form for these settings, without the form element around them.

    Ids begin with `prefix`. With what was `submitted` its values and errors are shown.
    """
    found = submitted or Submitted({})
    return Markup("\n").join(
        _field(setting, found, f"{prefix}-{setting.field.name}") for setting in settings
    )


def _field(setting: SettingValue, submitted: Submitted, id_: str) -> Markup:
    item, rules = setting.field, setting.field.rules
    error = "" if setting.locked else submitted.errors.get(item.name, "")
    notes = [("help", rules.help)] if rules.help else []
    if setting.locked:
        notes.append(("locked", f"Fixed by the {setting.source}; change it there."))
    elif rules.secret and setting.value:
        notes.append(("kept", "One is stored. Leave this empty to keep it."))
    if error:
        notes.append(("error", f"Error: {error}"))
    state = {"id": id_}
    if notes:
        state["aria-describedby"] = " ".join(f"{id_}-{name}" for name, _text in notes)
    if error:
        state["aria-invalid"] = "true"
    label = Markup('<label for="{}">{}</label>').format(id_, rules.title)
    control = _locked(setting, state) if setting.locked else _control(setting, submitted, state)
    ticked = item.type is bool and not setting.locked
    lines = [control + " " + label] if ticked else [label, control]
    for name, text in notes:
        paragraph = '<p class="{}" id="{}-{}">{}</p>'
        lines.append(Markup(paragraph).format(f"field-{name}", id_, name, text))
    if rules.secret and setting.value and not setting.locked:
        lines.append(_clear(item.name, rules.title, id_))
    return Markup('<div class="field">\n{}\n</div>').format(Markup("\n").join(lines))


def _locked(setting: SettingValue, state: dict[str, str]) -> Markup:
    """Show a value that can't be changed here; without a name it isn't sent."""
    shown = _text(setting.value)
    if setting.field.rules.secret:
        shown = "set" if setting.value else "not set"
    elif setting.field.type is bool:
        shown = "yes" if setting.value else "no"
    return _element("input", {**state, "type": "text", "value": shown, "readonly": ""})


def _control(setting: SettingValue, submitted: Submitted, state: dict[str, str]) -> Markup:
    item, rules = setting.field, setting.field.rules
    state = {**state, "name": item.name}
    text = submitted.given.get(item.name, _text(setting.value))
    if rules.secret:
        return _element("input", {**state, "type": "password", "autocomplete": "off"})
    if item.type is bool:
        on = {"checked": ""} if text in ("true", "True") else {}
        return _element("input", {**state, "type": "checkbox", "value": "true", **on})
    if rules.choices:
        options = Markup("").join(
            _element("option", {"value": choice, **({"selected": ""} if choice == text else {})})
            + escape(choice)
            + Markup("</option>")
            for choice in rules.choices
        )
        return _element("select", state) + options + Markup("</select>")
    if item.type is str:
        if rules.ge:
            state["required"] = ""
        if rules.le is not None:
            state["maxlength"] = str(int(rules.le))
        if rules.multiline:
            # The line break after the tag isn't part of the text; a first one of the text would be.
            area = _element("textarea", {**state, "rows": "5"})
            return area + Markup("\n{}</textarea>").format(text)
        solid = rules.pattern == COLOUR and re.fullmatch(COLOUR, text)
        return _element("input", {**state, "type": "color" if solid else "text", "value": text})
    state["step"] = "1" if item.type is int else "any"
    bounds = {"min": rules.ge, "max": rules.le}
    state |= {name: f"{bound:g}" for name, bound in bounds.items() if bound is not None}
    return _element("input", {**state, "type": "number", "value": text, "required": ""})


def _clear(name: str, title: str, id_: str) -> Markup:
    box = _element("input", {"type": "checkbox", "name": name + CLEAR, "id": id_ + CLEAR})
    label = Markup('<label for="{}">Remove what is stored for: {}</label>')
    return Markup("<p>{} {}</p>").format(box, label.format(id_ + CLEAR, title))


def _element(name: str, attributes: Mapping[str, str]) -> Markup:
    pairs = (
        Markup(f" {key}") if key in FLAGS else Markup(' {}="{}"').format(Markup(key), value)
        for key, value in attributes.items()
    )
    return Markup("<{}{}>").format(Markup(name), Markup("").join(pairs))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
