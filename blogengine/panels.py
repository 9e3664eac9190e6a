"""Editor panels: fields of a plugin beside the text, and what draws them like all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from blogengine.site import Site
    from blogengine.values import Post

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PanelForm:
    """What a panel draws its fields with: their names, what was sent in them, what is wrong.

    Names in a page begin with `prefix`; the plugin uses its own short ones. `given` is None unless
    a form is shown again.
    """

    prefix: str
    given: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    def name(self, field: str) -> str:
        """Return the name, and id, of a field in the page."""
        return f"{self.prefix}-{field}"

    def value(self, field: str, stored: str) -> str:
        """Return what stands in a field: what was sent, else what is stored."""
        return stored if self.given is None else self.given.get(field, "")

    def text(self, field: str, label: str, stored: str, *, hint: str = "") -> Markup:
        """Return a field for one line."""
        return self._field(
            field, label, hint, '<input type="text" {} value="{}" autocomplete="off">', stored
        )

    def area(self, field: str, label: str, stored: str, *, hint: str = "") -> Markup:
        """Return a field for several lines."""
        return self._field(field, label, hint, '<textarea {} rows="3">\n{}</textarea>', stored)

    def tick(self, field: str, label: str, stored: bool, *, hint: str = "") -> Markup:
        """Return a box to tick; it is sent as "1", or not at all."""
        on = self.value(field, "1" if stored else "") == "1"
        state = self._state(field, hint) + Markup(' value="1"' + (" checked" if on else ""))
        box = Markup('<input type="checkbox" {}>').format(state)
        return Markup('<div class="field tick">{}<div>{}</div></div>').format(
            box, self._around(field, label, hint)
        )

    def _field(self, field: str, label: str, hint: str, markup: str, stored: str) -> Markup:
        control = Markup(markup).format(self._state(field, hint), self.value(field, stored))
        around = self._around(field, label, hint)
        return Markup('<div class="field">{}{}</div>').format(around, control)

    def _state(self, field: str, hint: str) -> Markup:
        name = self.name(field)
        wrong = field in self.errors
        notes = [f"{name}-hint"] * bool(hint) + [f"{name}-error"] * wrong
        state = Markup('id="f-{0}" name="{0}"').format(name)
        if notes:
            state += Markup(' aria-describedby="{}"').format(" ".join(notes))
        return state + Markup(' aria-invalid="true"' if wrong else "")

    def _around(self, field: str, label: str, hint: str) -> Markup:
        name = self.name(field)
        parts = [Markup('<label for="f-{}">{}</label>').format(name, label)]
        if hint:
            parts.append(Markup('<span class="hint" id="{}-hint">{}</span>').format(name, hint))
        if said := self.errors.get(field):
            error = '<span class="error-text" id="{}-error">Error: {}</span>'
            parts.append(Markup(error).format(name, said))
        return Markup("").join(escape(part) for part in parts)


@dataclass(frozen=True, slots=True)
class EditorPanel:
    """Fields of a plugin beside the text in the editor.

    `show(site, post, form)` returns them as Markup, drawn with the PanelForm; `post` is None for a
    new one. `check(site, values)` returns what is wrong, a sentence by field, and then nothing is
    saved. `save(site, post, values)` stores them once the post is saved, in a transaction of its
    own. `values` are the fields by their short names. Lower `order` stands first.
    """

    name: str
    title: str
    show: Callable[[Site, Post | None, PanelForm], Markup]
    save: Callable[[Site, Post, Mapping[str, str]], object] | None = None
    check: Callable[[Site, Mapping[str, str]], Mapping[str, str]] | None = None
    order: int = 100
