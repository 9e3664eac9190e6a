"""The Jinja environment: lookup order theme, plugins, core; filters; what templates see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)

from blogengine.contributions import Contributions
from blogengine.csrf import csrf_field, csrf_token
from blogengine.escaping import EscapingByPlace
from blogengine.looks import Look
from blogengine.saying import FILTERS, SAYING, WrittenSentences
from blogengine.values import Link

CORE_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class SiteView:
    """What templates see of the site; `menu` links the published top-level pages."""

    title: str
    tagline: str
    language: str
    base_url: str
    menu: tuple[Link, ...]
    version: str
    direction: str = "ltr"


class Given:
    """What one plugin gives to a page's template; nothing at all is falsy.

    Not a dictionary: its names must be found before any method's.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> object:
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __len__(self) -> int:
        return len(self._values)


NO_VALUES = Given({})


class PluginValues:
    """`plugins` in a page's template: what each plugin gives by its name.

    One that is off, gives nothing or has failed is empty and not undefined, so that a theme can
    ask `{% if plugins.NAME %}` whatever is switched on.
    """

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Given]) -> None:
        self._given = given

    def __getitem__(self, name: str) -> Given:
        return self._given.get(name, NO_VALUES)


NOBODY = PluginValues({})


def given(answer: Any) -> Given:
    """Return one plugin's answer as its values; raises for an answer that isn't a mapping."""
    if not answer:
        return NO_VALUES
    values = dict(answer)
    for name in values:
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"{name!r:.60} can't be a name in a template")
    return Given(values)


class WholeNames(PrefixLoader):
    """Finds templates below a plugin's name, and lets them go by their whole name.

    It says whose a template is, and so in whose catalogue its sentences are.
    """

    load = BaseLoader.load


def make_environment(contributions: Contributions, look: Look | None) -> Environment:
    """Return the environment: the theme's templates first, then plugins', then the core's.

    A plugin's templates are found below the plugin's own name only (`comments/thread.html`), so
    that none overrides another's or the core's by accident; a theme may override all. A theme's
    `post.html` may extend `core/post.html` to change one block of it, and that of a child of the
    theme paper `paper/post.html`: the template that paper would show.
    """
    own: dict[str, BaseLoader] = {
        name: FileSystemLoader(folder / name) for name, folder in contributions.template_folders
    }
    core = FileSystemLoader(CORE_TEMPLATES)
    chain = look.chain if look else ()
    folders: list[BaseLoader] = [FileSystemLoader(theme.templates) for theme in chain]
    for place, theme in enumerate(chain):
        beside = [own[theme.name]] if theme.name in own else []
        own[theme.name] = ChoiceLoader([*beside, *folders[place:], core])
    environment = Environment(
        loader=ChoiceLoader([*folders, WholeNames({**own, "core": core}), core]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", WrittenSentences, EscapingByPlace],
    )
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    addresses = contributions.addresses
    environment.globals.update(csrf_field=csrf_field, csrf_token=csrf_token, **SAYING)
    environment.globals["static"] = lambda plugin, file: addresses.get((plugin, file), "")
    environment.filters.update(FILTERS)
    environment.filters["iso"] = iso_time
    for helper in contributions.helpers:
        places = {"filter": environment.filters, "test": environment.tests}
        places.get(helper.kind, environment.globals)[helper.name] = helper.function
    return environment


def iso_time(moment: datetime) -> str:
    """Return a time by RFC 3339, to the second, with its offset."""
    return moment.isoformat(timespec="seconds")
