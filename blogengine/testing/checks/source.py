"""Checks of what is written: manifest, imports, hooks, names, what goes away."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from blogengine.contributions import API_VERSION
from blogengine.host.loading import Unfit, load_one
from blogengine.host.outdated import implementations, uses_of
from blogengine.tables import table_metadata
from blogengine.testing.checks.check import Bench, Check, NotNeeded

ENGINE, FACE = "blogengine", "blogengine.api"


def manifest(bench: Bench) -> Iterator[str]:
    try:
        loaded = load_one(bench.found)
    except Unfit as unfit:
        yield str(unfit)
        return
    if not (loaded.manifest.summary or "").strip():
        yield "The manifest has no summary: Plugin(summary=__doc__), and a docstring on top."
    if loaded.manifest.api != API_VERSION:
        yield f"The manifest names API {loaded.manifest.api}; the engine has {API_VERSION}."
    with bench.site() as blog:
        status = blog.site.host.status(bench.name)
        if status.state != "running":
            yield f"In a new site it is {status.state}: {status.reason}"


def imports(bench: Bench) -> Iterator[str]:
    own = bench.loaded.module.__name__.partition(".")[0]
    for file in bench.sources:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in _imported(node):
                deeper = name == ENGINE or name.startswith(f"{ENGINE}.")
                of_face = name == FACE or name.startswith(f"{FACE}.")
                if deeper and not of_face and own != ENGINE:
                    yield f"{bench.place(file)}:{getattr(node, 'lineno', 0)} imports {name}."


WAYS_OUT = (
    "socket ssl asyncio urllib.request urllib3 http.client requests httpx aiohttp pycurl ftplib "
    "smtplib imaplib poplib telnetlib xmlrpc paramiko"
).split()
"""Modules by which a plugin could talk to other machines past the doors."""


def ways_out(bench: Bench) -> Iterator[str]:
    for file in bench.sources:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in _imported(node):
                if any(name == way or name.startswith(f"{way}.") for way in WAYS_OUT):
                    place = f"{bench.place(file)}:{getattr(node, 'lineno', 0)}"
                    yield f"{place} imports {name}; ask by site.http, write by site.mail."


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def hooks(bench: Bench) -> Iterator[str]:
    with bench.site(on=False) as blog:  # what is offered by others shows when the plugin runs
        specified, others = blog.site.hooks.arguments(), tuple(blog.site.host.found)
    answered = dict(implementations(bench.loaded.module))
    if not answered:
        yield "It answers no hook: mark a function with @hookimpl."
    for name, arguments in answered.items():
        if name in specified and (unknown := arguments - specified[name]):
            yield f"{name} has no argument {', '.join(sorted(unknown))}."
        if name not in specified and not name.startswith(tuple(f"{one}_" for one in others)):
            yield f"There is no hook {name}."
    for name, value in vars(bench.loaded.module).items():
        mine = getattr(value, "__module__", "") == bench.loaded.module.__name__
        if name in specified and name not in answered and inspect.isfunction(value) and mine:
            yield f"{name} lacks @hookimpl, so it is never called."


def names(bench: Bench) -> Iterator[str]:
    metadata = table_metadata(bench.name, bench.loaded.module)
    for table in metadata.tables if metadata is not None else ():
        if not table.startswith(f"{bench.name}_"):
            yield f"The table {table} must begin with {bench.name}_."
    folder = bench.root / "templates"
    with bench.running() as blog:
        theme = bench.name in blog.site.contributions.theme_owners.values()
        for plugin, blueprint in blog.site.contributions.blueprints:
            mine = blueprint.name == bench.name or blueprint.name.startswith(f"{bench.name}_")
            if plugin == bench.name and not mine:
                yield f"The blueprint {blueprint.name} must begin with {bench.name}."
    if folder.is_dir() and not theme:
        for entry in sorted(folder.iterdir()):
            if entry.name not in (bench.name, "__pycache__"):
                yield f"templates/{entry.name} must stand in templates/{bench.name}/."


def outdated(bench: Bench) -> Iterator[str]:
    for entry in uses_of(bench.loaded):
        yield entry.sentence()


def needs_distribution(bench: Bench) -> None:
    """Skip a check that is about a distribution for a plugin that isn't one."""
    if bench.found.entry is None:
        raise NotNeeded(f"It is {bench.found.door}, not a distribution of its own.")


CHECKS = (
    Check(
        "BE01",
        "The manifest is complete",
        "starter",
        "The module has `plugin = Plugin(…)` with a summary and an API number the engine knows, "
        "and the plugin runs in a new site.",
        "Without it the engine can't tell what the plugin is, nor start it.",
        "Write `plugin = Plugin(summary=__doc__, api=1)` below the imports, and follow the reason "
        "the check names.",
        manifest,
    ),
    Check(
        "BE02",
        "Only blogengine.api is imported",
        "starter",
        "No file of the plugin imports another module of the engine, read from the source.",
        "Everything else in the engine may change with any version.",
        "Import the name from `blogengine.api`. What isn't there isn't for plugins; ask for it.",
        imports,
    ),
    Check(
        "BE21",
        "Other machines are asked by site.http",
        "starter",
        "No file of the plugin imports a module that opens connections: `socket`, "
        "`urllib.request`, `http.client`, `smtplib`, `requests` and their like.",
        "Only the engine's door looks where an address leads, and gives up in time.",
        "Use `site.http` for requests and `site.mail` for mails.",
        ways_out,
    ),
    Check(
        "BE04",
        "Hooks are what the engine knows",
        "starter",
        "Every function marked `@hookimpl` has the name of a hook and asks only for arguments that "
        "the hook has; no function named like a hook lacks the mark.",
        "A misspelt hook is never called, and nobody says so.",
        "Compare with the reference of hooks.",
        hooks,
    ),
    Check(
        "BE05",
        "Names carry the plugin's name",
        "starter",
        "Tables, endpoints and the folder in `templates/` begin with the plugin's name.",
        "Two plugins that call a thing `list` would take each other's.",
        'Use `table_base("NAME")`, `Blueprint("NAME", …)` and `templates/NAME/`.',
        names,
    ),
    Check(
        "BE19",
        "Nothing is used that goes away",
        "gold",
        "The plugin uses no hook, argument, field, setting or name that stands in the list of "
        "deprecations.",
        "After the day in the list the plugin stops working.",
        "Use what the sentence names instead.",
        outdated,
    ),
)
