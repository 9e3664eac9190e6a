"""Write the reference pages in docs/reference/ from the live code.

`python docs/build.py` writes the pages that differ; `--check` writes nothing, names them and ends
with 1; `--face` also keeps the public names of a release, which later ones are compared with.
Everything comes from what a running site knows: hooks, values, settings, commands and templates,
with all built-in plugins switched on. Nothing here is read by a serving process.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import click
import markdown
from jinja2 import Environment
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Assign, Name

from blogengine import api
from blogengine.app import create_app
from blogengine.cli.imports import command as import_command
from blogengine.cli.main import COMMANDS, root
from blogengine.config import PREFIX, START_UP, load_config
from blogengine.contributions import ADMIN_REGIONS, REGIONS
from blogengine.db import db
from blogengine.deprecations import DEPRECATED, Deprecated
from blogengine.errors import BlogError
from blogengine.hookspecs import MODULES
from blogengine.host import find_plugins
from blogengine.host.finding import BUILT_IN
from blogengine.pages import TEMPLATES
from blogengine.schema import SettingField, setting_fields
from blogengine.settings import SITE, SiteSettings
from blogengine.site import Site, SiteDatabase, WidgetContext
from blogengine.starting import initialise, migrate_plugins
from blogengine.taxonomies import TAG
from blogengine.templating import CORE_TEMPLATES, SiteView
from blogengine.testing import fixtures as fixtures_module
from blogengine.testing.checks import ALL, LEVELS
from blogengine.testing.theming import ALL as THEME_CHECKS
from blogengine.values import Page

DOCS = Path(__file__).resolve().parent
REFERENCE = DOCS / "reference"
ERRORS = DOCS.parent / "blogengine" / "manual" / "errors.json"
GENERATED = "<!-- Written by docs/build.py from the code: edit the code, then run `make docs`. -->"

FACTS = ("When", "Transaction", "Returns", "On error", "Since")
"""What a hook's docstring says after its first line, in this order."""

LINE = 100

NOT_VALUES = (Site, SiteSettings, WidgetContext)
"""Dataclasses of the api that aren't plain values; they have their place on other pages."""


# --- the site that is described -------------------------------------------------------------


@contextmanager
def every_built_in() -> Iterator[Site]:
    """Yield the services of a fresh site with all built-in plugins on, in an app context."""
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(folder, environ={})
        initialise(config, {})
        names = built_ins(config.plugin_folder)
        migrate_plugins(config, names)
        app = create_app(config, plugins=names)
        with app.app_context():
            site: Site = app.extensions["blogengine"]
            try:
                yield site
            finally:
                site.posts.renderer.close()
                db.end_reading()
                for engine in db.engines.values():
                    engine.dispose()


def built_ins(folder: Path) -> list[str]:
    """Return the names of the plugins that come with the engine."""
    found = find_plugins(folder).items()
    return [name for name, plugin in found if plugin.door == "built-in"]


def not_running(site: Site) -> list[str]:
    """Return which built-in plugins can't be described, and why."""
    if not site.host.loaded:
        return ["No built-in plugin is there: install the project first."]
    states = [status for status in site.host.statuses() if status.enabled]
    return [f"{item.name}: {item.reason}" for item in states if item.state != "running"]


# --- small pieces of Markdown ---------------------------------------------------------------


def page(title: str, introduction: str, *parts: str) -> str:
    """Join a whole page."""
    blocks = [f"# {title}", GENERATED, introduction, *parts]
    return "\n\n".join(block.strip("\n") for block in blocks if block) + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; empty when there are no rows."""
    body = [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    names = list(heads)
    if not body:
        return ""
    return "\n".join([f"| {' | '.join(names)} |", "|---" * len(names) + "|", *body])


def cell(text: str) -> str:
    """Return a text that may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Return a text as inline code; nothing for nothing."""
    return f"`{text}`" if text else ""


def paragraphs(docstring: str | None) -> str:
    """Return a docstring as it reads, its indentation taken away."""
    return inspect.cleandoc(docstring or "")


def link_plugin(site: Site, name: str) -> str:
    """Return a link from a reference page to a built-in plugin's first file."""
    file = site.host.found[name].file
    assert file is not None, f"{name} isn't a built-in plugin"
    place = file.name if file.stem == name else f"{name}/{file.name}"
    return f"[{name}](../../plugins/{BUILT_IN}/{place})"


def annotation(text: object) -> str:
    """Return a type as it was written."""
    written = text if isinstance(text, str) else getattr(text, "__name__", str(text))
    return written.strip("'\"")


def shown(value: object) -> str:
    """Return a default as an author would write it, the same at every run."""
    if value == TAG:
        return "TAG"
    if isinstance(value, frozenset | set):
        return "{" + ", ".join(shown(item) for item in sorted(value)) + "}" if value else "set()"
    if isinstance(value, Mapping):
        return repr(dict(value))
    if isinstance(value, str):
        return repr(str(value)) if '"' in value or "\\" in value else f'"{value}"'
    if isinstance(value, tuple) and value:
        return f"({', '.join(shown(item) for item in value)})"
    return repr(value)


def default_of(field: dataclasses.Field[Any]) -> str:
    """Return a field's default as code; "required" when it has none."""
    if field.default is not dataclasses.MISSING:
        return code(shown(field.default))
    if field.default_factory is not dataclasses.MISSING:
        return code(shown(field.default_factory()))
    return "required"


def signature(function: Callable[..., Any], name: str = "", *, bound: bool = False) -> str:
    """Return `name(arguments) -> type`; `bound` leaves `self` out."""
    found = inspect.signature(function)
    given = list(found.parameters.values())[1:] if bound else list(found.parameters.values())
    parts, keyword_only = [], False
    for item in given:
        if item.kind is item.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            if not any(other.kind is other.VAR_POSITIONAL for other in given):
                parts.append("*")
        parts.append(parameter(item))
    answer = found.return_annotation
    arrow = "" if answer is inspect.Signature.empty else f" -> {annotation(answer)}"
    return f"{name or function.__name__}({', '.join(parts)}){arrow}"


def declaration(function: Callable[..., Any]) -> str:
    """Return a function's first line as a block of code, laid out as ruff does."""
    line = f"def {signature(function)}: ..."
    if len(line) > LINE:
        head, _, rest = line.partition("(")
        inside, _, end = rest.rpartition(")")
        inside = re.sub(r", (?=\*|\w+:)", ",\n    ", inside)
        line = f"{head}(\n    {inside},\n){end}"
    return f"```python\n{line}\n```"


def parameter(item: inspect.Parameter) -> str:
    """Return one parameter with its type and default."""
    stars = "*" * ((item.kind is item.VAR_POSITIONAL) + 2 * (item.kind is item.VAR_KEYWORD))
    kind = "" if item.annotation is item.empty else f": {annotation(item.annotation)}"
    if item.default is item.empty:
        return f"{stars}{item.name}{kind}"
    equals = " = " if kind else "="
    return f"{stars}{item.name}{kind}{equals}{shown(item.default)}"


# --- hooks ----------------------------------------------------------------------------------


def hooks() -> dict[str, Callable[..., Any]]:
    """Return every hook with its specification: the engine's, then those that plugins offer."""
    return {
        name: item
        for module in (*MODULES, *offered_hooks().values())
        for name, item in vars(module).items()
        if hasattr(item, "blogengine_spec")
    }


def offered_hooks() -> dict[str, ModuleType]:
    """Return the built-in plugins that offer hooks to others, each with the module `hookspecs`."""
    folders = [Path(folder) for folder in importlib.import_module(BUILT_IN).__path__]
    files = sorted(file for folder in folders for file in folder.glob("*/hookspecs.py"))
    names = [file.parent.name for file in files]
    return {name: importlib.import_module(f"{BUILT_IN}.{name}.hookspecs") for name in names}


def offering(site: Site, hook: str) -> list[tuple[str, str]]:
    """Return the row that says which plugin offers a hook, if one does."""
    owners = [name for name, module in offered_hooks().items() if hasattr(module, hook)]
    return [("Offered by", link_plugin(site, name)) for name in owners]


def facts(docstring: str | None) -> tuple[str, list[tuple[str, str]]]:
    """Return a hook's first line and its facts, (label, text), in the order they stand."""
    first, _, rest = paragraphs(docstring).partition("\n")
    found: list[tuple[str, str]] = []
    for line in rest.splitlines():
        label, colon, text = line.partition(":")
        if colon and label in FACTS:
            found.append((label, text.strip()))
        elif line.strip() and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
    return first, found


def users_of(site: Site, hook: str) -> list[str]:
    """Return the built-in plugins that implement a hook."""
    return [name for name in sorted(site.host.loaded) if hook in site.hooks.used_by(name)]


def guide_pages() -> dict[str, str]:
    """Return, for each hook, the page of the guide that shows it at work.

    A page names its hooks in the paragraph below its heading that begins with **Hook:**.
    """
    found: dict[str, str] = {}
    for file in sorted((DOCS / "plugins").glob("*.md")):
        text = file.read_text(encoding="utf-8")
        named = re.search(r"^\*\*Hooks?:\*\*(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
        for hook in re.findall(r"\[`(\w+)`\]", named[1]) if named else ():
            if hook in found:
                raise ValueError(f"{hook} has two pages: {found[hook]} and {file.name}.")
            found[hook] = file.name
    return found


def link_guide(pages: Mapping[str, str], hook: str) -> str:
    """Return a link from a reference page to the page of the guide with a sample of a hook."""
    if hook not in pages:
        return "no page yet"
    first = (DOCS / "plugins" / pages[hook]).read_text(encoding="utf-8").splitlines()[0]
    return f"[{first.removeprefix('# ')}](../plugins/{pages[hook]})"


def hooks_page(site: Site) -> str:
    """Return the page of all hooks."""
    parts = []
    guide = guide_pages()
    for name, function in hooks().items():
        first, lines = facts(function.__doc__)
        used = ", ".join(link_plugin(site, user) for user in users_of(site, name)) or "nothing yet"
        sample = ("Sample", link_guide(guide, name))
        rows = [*lines, *offering(site, name), sample, ("Used by", used)]
        parts.append(f"## {name}\n\n{declaration(function)}\n\n{first}\n\n{table(('', ''), rows)}")
    introduction = (
        "A plugin answers a hook with a function of the same name, marked with `@hookimpl`. It "
        "names only the arguments it wants. `register_*` hooks are asked once, while the app is "
        "built; `on_*` hooks are told of a change after its commit, or asked before it where they "
        "say so; the others are asked while a page is made. Hooks whose names begin with a "
        "plugin's are offered by that plugin, and called while it runs. The "
        "[guide for plugin authors](../plugins/index.md) shows them at work; the values are on "
        "the page [Values](values.md)."
    )
    return page("Hooks", introduction, *parts)


# --- values and the rest of blogengine.api --------------------------------------------------


def is_value(item: object) -> bool:
    return inspect.isclass(item) and dataclasses.is_dataclass(item) and item not in NOT_VALUES


def fields_table(kind: type[Any]) -> str:
    """Return fields and properties of a dataclass."""
    rows = [
        (code(field.name), code(annotation(field.type)), default_of(field))
        for field in dataclasses.fields(kind)
    ]
    return table(("field", "type", "default"), rows)


def properties_table(kind: type[Any]) -> str:
    """Return what a class computes from its fields."""
    rows = []
    for name, item in vars(kind).items():
        if isinstance(item, property) and item.fget is not None:
            answer = item.fget.__annotations__.get("return", "")
            rows.append((code(name), code(annotation(answer)), paragraphs(item.__doc__)))
    return table(("property", "type", "meaning"), rows)


def methods_of(kind: type[Any]) -> list[tuple[str, Callable[..., Any]]]:
    """Return a class's own public methods, in the order of the source."""
    return [
        (name, item)
        for name, item in vars(kind).items()
        if inspect.isfunction(item) and not name.startswith("_")
    ]


def methods_table(kind: type[Any], prefix: str) -> str:
    """Return the methods of a class, each with its signature and its first paragraph."""
    rows = []
    for name, method in methods_of(kind):
        text = paragraphs(method.__doc__).replace("\n\n", " ")
        rows.append((code(signature(method, f"{prefix}{name}", bound=True)), text))
    return table(("call", "what it does"), rows)


def values_page() -> str:
    """Return the page of every frozen value."""
    parts = []
    for name in api.__all__:
        kind = getattr(api, name)
        if not is_value(kind):
            continue
        methods = methods_table(kind, f"{name}.")
        pieces = [f"## {name}", paragraphs(kind.__doc__), fields_table(kind)]
        parts.append("\n\n".join(filter(None, [*pieces, properties_table(kind), methods])))
    introduction = (
        "Frozen dataclasses: what plugins get, what they register, what templates see. Import "
        "them from `blogengine.api`. They are plain data, safe to keep after the transaction "
        "that read them."
    )
    return page("Values", introduction, *parts)


def api_page() -> str:
    """Return the page of everything in blogengine.api that isn't a value."""
    groups: dict[str, list[str]] = {"Errors": [], "Tools": [], "From other libraries": []}
    for name in api.__all__:
        item = getattr(api, name)
        if is_value(item) or item in NOT_VALUES:
            continue
        groups[group_of(item)].append(api_entry(name, item))
    constants = groups.pop("Tools")
    introduction = (
        "`from blogengine.api import …` is the only import of the engine that a plugin makes. "
        "The frozen dataclasses among these names are on the page [Values](values.md)."
    )
    return page(
        "blogengine.api",
        introduction,
        site_section(),
        context_section(),
        "## SiteSettings\n\nThe site's own settings; the page [Settings](settings.md#site) "
        "lists them. Read them with `site.settings(SiteSettings)`.",
        *constants,
        "## Errors\n\nEach has a sentence that says what happened, one that says what to do, and "
        "a code that is listed under [Errors](../errors.md).",
        *groups["Errors"],
        "## From other libraries\n\nHanded on, so that one import is enough; their own manuals "
        "describe them.",
        table(("name", "what it is"), [row.split("\t") for row in groups["From other libraries"]]),
    )


def group_of(item: object) -> str:
    if inspect.isclass(item) and issubclass(item, BlogError):
        return "Errors"
    module = getattr(item, "__module__", "blogengine")
    if type(item).__name__ in ("LocalProxy", "_FunctionGenerator"):
        return "Tools" if item is api.site else "From other libraries"
    ours = isinstance(module, str) and module.startswith(("blogengine", "builtins", "pluggy"))
    return "Tools" if ours else "From other libraries"


OTHER_LIBRARIES = {
    "Mapped": "SQLAlchemy: the type of a column of a model",
    "Markup": "MarkupSafe: text that is HTML already",
    "Response": "Flask: an answer to a request",
    "Session": "SQLAlchemy: the type of what `site.db.write()` opens",
    "abort": "Flask: end a request with an HTTP error",
    "delete": "SQLAlchemy: a DELETE statement",
    "escape": "MarkupSafe: make text safe to stand in HTML",
    "func": "SQLAlchemy: functions of the database, such as `func.count()`",
    "insert": "SQLAlchemy: an INSERT statement",
    "mapped_column": "SQLAlchemy: a column of a model",
    "redirect": "Flask: send the visitor to another address",
    "request": "Flask: the request being answered",
    "select": "SQLAlchemy: a SELECT statement",
    "update": "SQLAlchemy: an UPDATE statement",
}


def api_entry(name: str, item: Any) -> str:
    """Return the entry of one name: a section, or a row for names of other libraries."""
    if group_of(item) == "From other libraries":
        return f"`{name}`\t{OTHER_LIBRARIES[name]}"
    if inspect.isclass(item) and issubclass(item, BlogError):
        facts_of = f"Turn: {item.turn}. HTTP {item.status}, exit code {item.exit_code}."
        return f"### {name}\n\n{paragraphs(item.__doc__)}\n\n{facts_of}"
    if inspect.isclass(item):
        return f"## {name}\n\n{paragraphs(item.__doc__)}"
    if inspect.isfunction(item):
        return f"## {name}\n\n{declaration(item)}\n\n{paragraphs(item.__doc__)}"
    if name == "hookimpl":
        return f"## {name}\n\nThe decorator that marks a function as a plugin's answer to a hook."
    if name == "hookspec":
        return (
            f"## {name}\n\nThe decorator that marks a function as a hook which a plugin offers to "
            "others; see `register_hookspecs`."
        )
    if item is api.site:
        return (
            f"## {name}\n\nThe site of the running request, for the views of a plugin's "
            "blueprint: Flask calls those without arguments of ours. Everywhere else `site` is "
            "handed in."
        )
    values = sorted(item) if isinstance(item, frozenset) else item
    listed = ", ".join(f"`{value}`" for value in values)
    return f"## {name}\n\n{listed}"


def site_section() -> str:
    """Return what can be reached from `site`."""
    hints = get_type_hints(Site)
    rows = [
        (code(f"site.{field.name}"), code(annotation(field.type)))
        for field in dataclasses.fields(Site)
    ]
    parts = [
        "## Site",
        paragraphs(Site.__doc__),
        table(("service", "type"), rows),
        properties_table(Site),
        methods_table(Site, "site."),
    ]
    for name in ("posts", "terms", "users", "archives", "widgets", "menus", "audit", "db"):
        kind = SiteDatabase if name == "db" else hints[name]
        first = paragraphs(kind.__doc__)
        parts.append(f"### site.{name}\n\n{first}\n\n{methods_table(kind, f'site.{name}.')}")
    return "\n\n".join(part for part in parts if part)


def context_section() -> str:
    """Return what a widget's `render` gets."""
    parts = [
        "## WidgetContext",
        paragraphs(WidgetContext.__doc__),
        fields_table(WidgetContext),
        methods_table(WidgetContext, "ctx."),
    ]
    return "\n\n".join(parts)


# --- settings -------------------------------------------------------------------------------


def limits(item: SettingField) -> str:
    """Return the bounds of a setting in words."""
    rules = item.rules
    unit = " characters" if item.type is str else ""
    parts = []
    if rules.choices:
        parts.append("one of " + ", ".join(f"`{choice}`" for choice in rules.choices))
    if rules.ge is not None and rules.le is not None:
        parts.append(f"{rules.ge:g} to {rules.le:g}{unit}")
    elif rules.ge is not None:
        parts.append(f"at least {rules.ge:g}{unit}")
    elif rules.le is not None:
        parts.append(f"at most {rules.le:g}{unit}")
    if rules.secret:
        parts.append("never shown")
    return ", ".join(parts)


def settings_table(owner: str, schema: type[Any]) -> str:
    """Return the settings of one owner."""
    place = PREFIX if owner == SITE else f"{PREFIX}{owner.upper()}__"
    rows = [
        (
            code(item.name),
            f"{item.rules.title}. {item.rules.help}".strip(),
            item.type.__name__,
            code(shown(item.default)),
            limits(item),
            code(place + item.name.upper()),
        )
        for item in setting_fields(schema)
    ]
    return table(("setting", "meaning", "type", "default", "limits", "environment"), rows)


def settings_page(site: Site) -> str:
    """Return the page of all settings and start-up values."""
    parts = [
        "## Site\n\nShown and changed with `blogengine settings`. In `instance/blog.toml` they "
        f"stand at the top.\n\n{settings_table(SITE, SiteSettings)}"
    ]
    for name, plugin in sorted(site.host.loaded.items()):
        if plugin.manifest.settings is not None:
            parts.append(
                f"## {name}\n\nShown and changed with `blogengine plugin settings {name}`. In "
                f"`instance/blog.toml` they stand under `[{name}]`.\n\n"
                f"{settings_table(name, plugin.manifest.settings)}"
            )
    rows = [(code(f"{PREFIX}{name.upper()}"), code(name), text) for name, text in START_UP.items()]
    site_row = (code(f"{PREFIX}SITE"), "", "Folder of the site, where `--site` doesn't name it.")
    parts.append(
        "## Start-up values\n\nRead before the database is open, from the environment or from "
        "`instance/blog.toml`.\n\n"
        + table(("environment", "in the file", "meaning"), [site_row, *rows])
    )
    introduction = (
        "The later one wins: default, database (what you set by command), `instance/blog.toml`, "
        "environment. A value fixed by the file or the environment can't be changed by command; "
        "the list shows where it comes from."
    )
    return page("Settings", introduction, *parts)


# --- commands -------------------------------------------------------------------------------


def commands(site: Site) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name, the core's first, then the plugins'."""
    top = click.Context(root, info_name="blogengine")
    for name in COMMANDS:
        found = root.get_command(top, name)
        if found is None:
            continue
        yield from walk(f"blogengine {name}", found)
        if name == "import":
            for importer in sorted(site.contributions.importers.items()):
                yield f"blogengine import {importer[0]}", import_command(importer[1])
    for name in sorted(site.host.loaded):
        group = click.Group(name, help=site.host.loaded[name].manifest.summary)
        site.hooks.ask(name, "register_commands", cli=group)
        if group.commands:
            yield from walk(f"blogengine {name}", group)


def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from walk(f"{name} {inner.name}", inner)


def commands_page(site: Site) -> str:
    """Return the page of the whole command line."""
    parts = [f"## blogengine\n\n{options_table(root, 'blogengine')}"]
    for name, command in commands(site):
        usage = " ".join([name, *command.collect_usage_pieces(click.Context(command))])
        marks = "##" if name.count(" ") == 1 else "###"
        block = f"```text\n{usage}\n```"
        help_text = paragraphs(command.help)
        entry = [f"{marks} {name}", block, help_text, options_table(command, name)]
        parts.append("\n\n".join(piece for piece in entry if piece))
    introduction = (
        "Options of `blogengine` itself stand before the command. `--json` prints data for "
        "programs. Exit codes: 0 done, 64 wrong usage, 65 the input is wrong, 69 something it "
        "needs is away, 70 a fault of blogengine, 73 and 74 can't write, 75 try again, 77 not "
        "allowed, 78 the configuration is wrong. Plugins bring commands of their own; those of "
        "the built-in ones are listed here and work while their plugin is on."
    )
    return page("Commands", introduction, *parts)


def options_table(command: click.Command, name: str) -> str:
    """Return the options of a command, --help left out."""
    context = click.Context(command, info_name=name)
    rows = []
    for item in command.params:
        record = item.get_help_record(context)
        if record is not None and record[1]:  # an argument without words is in the usage line
            rows.append((code(record[0]), record[1]))
    return table(("option", "meaning"), rows)


# --- templates ------------------------------------------------------------------------------


def core_templates() -> list[str]:
    return sorted(path.name for path in CORE_TEMPLATES.glob("*.html"))


def regions_in(name: str) -> list[str]:
    """Return the regions that a template of the core shows."""
    text = (CORE_TEMPLATES / name).read_text(encoding="utf-8")
    return re.findall(r'region\("(\w+)"\)', text)


def expected_variables(site: Site, name: str) -> list[str]:
    """Return the variables that a template takes from where it is shown."""
    text = (CORE_TEMPLATES / name).read_text(encoding="utf-8")
    tree = site.environment.parse(text)
    found = find_undeclared_variables(tree) - set(Environment().globals)
    # A block finds what its template has set before, which Jinja's own reading doesn't see.
    own = {item.target.name for item in tree.find_all(Assign) if isinstance(item.target, Name)}
    return sorted(found - own)


def own_filters(site: Site) -> list[str]:
    given = {helper.name for helper in site.contributions.helpers}
    return sorted(set(site.environment.filters) - set(Environment().filters) - given)


def templates_page(site: Site) -> str:
    """Return the page for makers of themes."""
    variables = [
        ("`site`", "What pages show of the site; its fields are below."),
        ("`page`", "The page that is shown; its fields are below."),
        ("`head`", "Links, meta elements, styles and structured data; stands in `<head>`."),
        ("`region(name)`", "The widgets of a region; empty where nothing stands."),
        (
            "`plugins`",
            "What plugins give to the page: `plugins.NAME.key`. `plugins.NAME` is empty, not "
            "undefined, where the plugin is off, gives nothing or has failed, so `{% if "
            "plugins.NAME %}` can always be asked; a key that isn't there is undefined.",
        ),
        (
            "`csrf_field()`",
            "The hidden field that a form of a signed-in person needs; no cache keeps the page "
            "then. `csrf_token()` is the token alone.",
        ),
        (
            "`static(plugin, file)`",
            'The address of a plugin\'s file, `static("copy_code", "copy.css")`; empty where '
            "there is none.",
        ),
        ("`sidebar`", "In `_body_class.html` and `_sidebar.html`: what stands in that region."),
        ("`post`, `term`", "In the parts that are included for one post or one term."),
    ]
    kinds = [(code(kind), code(name)) for kind, name in TEMPLATES.items()]
    parts_rows = [
        (
            code(name),
            ", ".join(code(item) for item in expected_variables(site, name)),
            ", ".join(code(item) for item in regions_in(name)),
        )
        for name in core_templates()
    ]
    filters = [
        (code(name), paragraphs(site.environment.filters[name].__doc__))
        for name in own_filters(site)
    ]
    kinds += [(code("plugin"), "one of that plugin's"), (code("admin"), "one of that plugin's")]
    where = {region: [n for n in core_templates() if region in regions_in(n)] for region in REGIONS}
    regions = [(code(name), ", ".join(code(item) for item in where[name])) for name in REGIONS]
    regions += [(code(name), "the first page of the admin") for name in ADMIN_REGIONS]
    introduction = (
        "What a theme's templates get and which one answers for which kind of page. Templates "
        "are Jinja; text is escaped; a name that doesn't exist is an error. How to make a theme "
        "is told in [Themes](../theme.md)."
    )
    return page(
        "Templates",
        introduction,
        f"## Variables\n\n{table(('variable', 'meaning'), variables)}",
        f"## site\n\n{paragraphs(SiteView.__doc__)}\n\n{fields_table(SiteView)}",
        f"## page\n\n{paragraphs(Page.__doc__)}\n\n{fields_table(Page)}\n\n"
        "`Post`, `Term`, `Archive`, `Link` and `Author` are on the page [Values](values.md).",
        f"## Kinds of page\n\n{table(('kind', 'template'), kinds)}\n\nA page of kind `admin` "
        "has the look of the admin and nothing of a theme; what is for all kinds isn't for it.",
        f"## Regions\n\n{table(('region', 'shown by'), regions)}",
        f"## Filters\n\nBeside those of Jinja:\n\n{table(('filter', 'meaning'), filters)}\n\n"
        "Plugins offer others, which are there while their plugin is on; each name begins with "
        "the plugin's.",
        "## Templates of the engine\n\nA theme replaces any of them by a file of the same "
        f"name.\n\n{table(('template', 'variables', 'regions'), parts_rows)}",
    )


# --- fixtures for tests of plugins ------------------------------------------------------------


def fixtures() -> dict[str, str]:
    """Return the fixtures for authors with their docstrings, in the order of the source."""
    tree = ast.parse(Path(fixtures_module.__file__ or "").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {
        node.name: ast.get_docstring(node) or ""
        for node in functions
        if any("fixture" in ast.unparse(mark) for mark in node.decorator_list)
    }


def testing_page() -> str:
    """Return the page of the pytest plugin."""
    introduction = (
        "What pytest offers to tests of plugins. The engine brings it along; it is there when "
        "`blogengine_plugins` stands in the project's pytest settings. "
        "[Testing a plugin](../plugins/testing.md) shows it at work."
    )
    options = [
        ("`blogengine_plugins`", "setting", INI),
        ("`blogengine(plugins=[…], settings={…})`", "marker", MARKER),
        ("`--blogengine-check NAME`", "option", "Runs each check of a plugin as a test."),
    ]
    parts = [f"## {name}\n\n{text}" for name, text in fixtures().items()]
    return page("Testing", introduction, table(("name", "what", "meaning"), options), *parts)


INI = (
    "The plugins under test: names of installed ones, or paths of files and folders. Empty for "
    "none; without it there are no fixtures."
)
MARKER = (
    "Another choice for one test, a class or a module. A setting is the first plugin's; another "
    "owner's is written with its name, as in `site.title`."
)


# --- checks of plugins ------------------------------------------------------------------------

LEVEL_WORDS = {
    "starter": "fit to be tried: harms nobody",
    "good": "fit for any site: leaves nothing behind, doesn't slow it down",
    "gold": "fit to be recommended: nothing of it will break soon",
}


def checks_page() -> str:
    """Return the page of the numbered checks, docs/plugins/checks.md."""
    rows = [
        (f"[{check.number}](#{check.number.lower()})", check.title, check.level) for check in ALL
    ]
    parts = [
        f"## {check.number}\n\n**{check.title}.** Level {check.level}.\n\n{check.what}\n\n"
        f"Why: {check.why}\n\nHow to mend it: {check.mend}"
        for check in ALL
    ]
    introduction = (
        "`blogengine plugin check NAME` tries a plugin in a throw-away site, in a process of its "
        "own. Your site isn't touched. Each check has a number; those that hold come to a level. "
        "With `--json` the result is data, and `--all` prints a line for each plugin that is "
        "there. The command ends with 1 when a check of the level `starter` fails. "
        "`pytest --blogengine-check=NAME` runs each check as a test."
    )
    levels = [
        (f"`{level}`", LEVEL_WORDS[level], str(sum(check.level == level for check in ALL)))
        for level in LEVELS
    ]
    return page(
        "Checks of a plugin",
        introduction,
        table(("level", "meaning", "checks"), levels),
        table(("check", "title", "level"), rows),
        *parts,
    )


def theme_checks_page() -> str:
    """Return the page of the numbered checks of themes, docs/plugins/theme-checks.md."""
    rows = [
        (item.number, item.title, f"{item.why} How to mend it: {item.mend}")
        for item in THEME_CHECKS
    ]
    introduction = (
        "`blogengine theme check NAME` puts a theme on in a throw-away site that holds the sample "
        "blog, looks at its templates, at a page of each kind and at its style sheets, and says "
        "what is wrong. Your site isn't touched. With `--json` the result is data. It ends with 1 "
        "when a check fails, with 65 when there is no such theme. The themes that come along hold "
        "all of it. A browser sees more: after these checks let axe look at the pages."
    )
    return page("Checks of a theme", introduction, table(("check", "title", "why"), rows))


def guides() -> dict[str, str]:
    """Return the written pages beside the guide for authors, by file name."""
    return {"checks.md": checks_page(), "theme-checks.md": theme_checks_page()}


def entries() -> str:
    """Return the entries of docs/errors.md as the site shows them below `/errors/`, as JSON.

    The site has no use for the rest of the manual, and none for a converter while it serves.
    """
    parts = re.split(r"^### (\S+)\n", (DOCS / "errors.md").read_text("utf-8"), flags=re.MULTILINE)
    found = {}
    for code, text in zip(parts[1::2], parts[2::2], strict=True):
        said = re.match(r"\s*Turn: `(\w+)`\. (.*)", text.partition("\n## ")[0], flags=re.DOTALL)
        if said is None:
            raise ValueError(f"docs/errors.md: {code} must begin with whose turn it is.")
        # A link leads within the manual, which isn't there.
        plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", said[2])
        found[code] = {"turn": said[1], "html": markdown.markdown(plain)}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


# --- what goes away -------------------------------------------------------------------------


def box(entry: Deprecated) -> str:
    """Return the box of something that goes away."""
    since = f"Deprecated since {entry.since} ({entry.announced.isoformat()})."
    return f"> **{since}** {entry.sentence()}"


def headings_of(entry: Deprecated) -> tuple[str, ...]:
    """Return the headings under which a box may stand; the first one that is there gets it."""
    owner, _, _ = entry.name.rpartition(".")
    match entry.kind:
        case "hook" | "argument":
            return (f"## {entry.name}",)
        case "api":
            return (f"## {entry.name}", f"### {entry.name}", "## From other libraries")
        case "template variable":
            return (f"## {owner or 'Variables'}",)
        case _:
            return (f"## {owner.capitalize() if owner == SITE else owner}", f"## {owner}")


PAGES_OF = {
    "hook": ("hooks.md",),
    "argument": ("hooks.md",),
    "api": ("values.md", "api.md"),
    "field": ("values.md", "api.md"),
    "setting": ("settings.md",),
    "template variable": ("templates.md",),
}


def with_boxes(pages: dict[str, str], entries: Iterable[Deprecated]) -> dict[str, str]:
    """Return the pages with a box for everything that goes away; one without a place is told."""
    for entry in entries:
        places = [
            (name, heading)
            for name in PAGES_OF[entry.kind]
            for heading in headings_of(entry)
            if f"\n{heading}\n" in pages[name]
        ]
        if not places:
            raise ValueError(f"The reference has no place for {entry.thing}.")
        name, heading = places[0]
        parted = f"\n{heading}\n\n{box(entry)}\n"
        pages = pages | {name: pages[name].replace(f"\n{heading}\n", parted, 1)}
    return pages


def public_face(site: Site) -> dict[str, dict[str, list[str]]]:
    """Return the names that plugins, themes and configurations rely on.

    `tests/public_face.json` keeps those of a release (`--face` writes it). A test says which of
    them are gone without an entry in `REMOVED`.
    """
    schemas = {name: plugin.manifest.settings for name, plugin in site.host.loaded.items()}
    owned = {SITE: SiteSettings, **{name: kind for name, kind in schemas.items() if kind}}
    values = {name: getattr(api, name) for name in api.__all__ if is_value(getattr(api, name))}
    seen = {"site": SiteView, "page": Page}
    return {
        "hook": {name: list(inspect.signature(item).parameters) for name, item in hooks().items()},
        "api": {"blogengine": list(api.__all__)},
        "field": {name: field_names(kind) for name, kind in values.items()},
        "setting": {
            name: [item.name for item in setting_fields(kind)]
            for name, kind in sorted(owned.items())
        },
        "template variable": {name: field_names(kind) for name, kind in seen.items()},
    }


def field_names(kind: type[Any]) -> list[str]:
    """Return the fields and properties of a value."""
    computed = [name for name, item in vars(kind).items() if isinstance(item, property)]
    return [*(field.name for field in dataclasses.fields(kind)), *computed]


def gone(
    before: dict[str, dict[str, list[str]]],
    now: dict[str, dict[str, list[str]]],
    removed: Iterable[Deprecated],
) -> list[str]:
    """Return what an older public face had and this one hasn't, without an entry in `removed`."""
    told = {(entry.kind, entry.name, entry.argument) for entry in removed}
    lost = []
    for kind, owners in before.items():
        for owner, names in owners.items():
            left = now.get(kind, {}).get(owner)
            if kind == "hook" and left is None:
                lost.append(("hook", owner, None))
                continue
            for name in set(names) - set(left or ()):
                match kind:
                    case "hook":
                        lost.append(("argument", owner, name))
                    case "api":
                        lost.append(("api", name, None))
                    case _:
                        lost.append((kind, f"{owner}.{name}", None))
    return sorted(
        f"{kind} {name} {argument or ''}".strip()
        for kind, name, argument in lost
        if (kind, name, argument) not in told
    )


# --- writing --------------------------------------------------------------------------------


def reference(site: Site, deprecated: Iterable[Deprecated] = DEPRECATED) -> dict[str, str]:
    """Return every reference page by its file name."""
    pages = {
        "hooks.md": hooks_page(site),
        "values.md": values_page(),
        "api.md": api_page(),
        "settings.md": settings_page(site),
        "commands.md": commands_page(site),
        "templates.md": templates_page(site),
        "testing.md": testing_page(),
    }
    return with_boxes(pages, deprecated)


def main(arguments: list[str]) -> int:
    """Write or check the pages; return the exit code."""
    with every_built_in() as site:
        if broken := not_running(site):
            print("A page without these would be wrong:", *broken, sep="\n", file=sys.stderr)
            return 1
        written = reference(site)
        if "--face" in arguments:
            text = json.dumps(public_face(site), indent=1) + "\n"
            (DOCS.parent / "tests" / "public_face.json").write_text(text, encoding="utf-8")
    pages = {REFERENCE / name: text for name, text in written.items()}
    pages |= {DOCS / "plugins" / name: text for name, text in guides().items()}
    pages[ERRORS] = entries()
    stale = []
    for file, text in pages.items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(file.relative_to(DOCS.parent).as_posix())
            if "--check" not in arguments:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text, encoding="utf-8")
    for name in stale:
        print(name, "differs" if "--check" in arguments else "written")
    if "--check" in arguments and stale:
        print("Run `make docs` and commit what it writes.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
