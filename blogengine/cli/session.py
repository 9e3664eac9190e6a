"""What commands share: the configuration, the app when one is needed, and how output looks."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from blogengine.config import Config, load_config
from blogengine.db import db
from blogengine.errors import NotFound, PluginFault
from blogengine.guard import acting_as, acting_plugin, stopped_by_hand
from blogengine.logs import (
    CommandLines,
    ConsoleLines,
    JsonLines,
    chosen_format,
    log_to,
    name_threads,
    unit_of_work,
)

if TYPE_CHECKING:
    from blogengine.site import Site

F = TypeVar("F", bound=Callable[..., Any])

PROGRESS_LINES = 10


class PluginGroup(click.Group):
    """The commands of a plugin; what they write is known to be the plugin's."""

    def invoke(self, ctx: click.Context) -> Any:
        with acting_as(str(self.name)):
            return super().invoke(ctx)


class Session:
    """One run of the command line. The app is built when a command asks for the site."""

    def __init__(self, folder: str | None, *, safe: bool = False, debug: bool = False) -> None:
        self.folder = folder
        self.safe = safe
        self._stack = ExitStack()
        self._debug = debug
        formatter = CommandLines(acting_plugin, whole=debug)
        level = logging.DEBUG if debug else logging.WARNING
        self._handler = log_to(sys.stderr, formatter, level)
        self._stack.enter_context(unit_of_work())

    def log_as_server(self, config: Config) -> str:
        """Log to standard output from now on, each request too; return the format of the lines."""
        self._handler.setStream(sys.stdout)
        chosen = chosen_format(config.log_format, terminal=sys.stdout.isatty())
        make = JsonLines if chosen == "json" else ConsoleLines
        self._handler.setFormatter(make(acting_plugin))
        logging.getLogger("blogengine").setLevel(logging.DEBUG if self._debug else logging.INFO)
        name_threads()
        return chosen

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @cached_property
    def config(self) -> Config:
        """Return the configuration of a site that is there."""
        return self._heeded(load_config(self.folder, safe=self.safe, create=False))

    def new_config(self) -> Config:
        """Return the configuration of a site that may have to be made."""
        return self._heeded(load_config(self.folder, safe=self.safe))

    def _heeded(self, config: Config) -> Config:
        """Log as JSON where that was asked for; else what a command logs is for people."""
        if config.log_format == "json":
            self._handler.setFormatter(JsonLines(acting_plugin))
        return config

    @cached_property
    def site(self) -> Site:
        """Return the site with its plugins, inside an application context."""
        from blogengine.app import create_app
        from blogengine.building.build import WATCH
        from blogengine.cli.watching import watched
        from blogengine.views.current import EXTENSION

        process = watched(self.config)
        self._stack.callback(process.recorder.close)
        app = create_app(self.config, process=process)
        self._stack.enter_context(app.app_context())
        site: Site = app.extensions[EXTENSION]
        self._stack.callback(db.close)
        self._stack.callback(site.posts.renderer.close)
        self._stack.callback(site.jobs.close)
        if (watch := app.extensions.get(WATCH)) is not None:
            self._stack.callback(watch.stop)
        return site

    def plugin_group(self, name: str) -> click.Group | None:
        """Return the commands of an enabled plugin, or None when it has none.

        Raises NotFound for a plugin that is there but doesn't run.
        """
        if name not in self.site.host.loaded:
            if name in self.site.host.found:
                raise NotFound(
                    f"The plugin {name} isn't running, so its commands aren't there.",
                    code="plugin-not-running",
                    action=f"See `blogengine plugin info {name}`; switch it on with "
                    f"`blogengine plugin enable {name}`.",
                )
            return None
        group = PluginGroup(name, help=self.site.host.loaded[name].manifest.summary)
        try:
            with self.site.guard.loading(name, "register_commands"):
                self.site.hooks.ask(name, "register_commands", cli=group)
        except BaseException as error:
            if stopped_by_hand(error):
                raise
            self.site.guard.report(name, "register_commands", error)
            raise PluginFault(
                f"The plugin {name} can't add its commands: {error!r}.",
                code="plugin-commands",
                action=f"Report it to its author, or: blogengine plugin disable {name}.",
            ) from error
        return group if group.commands else None


def json_option(command: F) -> F:
    """Add `--json` to a command that prints data; it arrives as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_rows(rows: Iterable[Mapping[str, Any]], *, as_json: bool, nothing: str = "") -> None:
    """Print records as JSON, or as columns with a head; `nothing` when there are none."""
    records = list(rows)
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=2, default=str))
        return
    if not records:
        click.echo(nothing)
        return
    heads = list(records[0])
    table = [[_cell(record[head]) for head in heads] for record in records]
    widths = [max(len(row[i]) for row in [heads, *table]) for i in range(len(heads))]
    for row in [heads, *table]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def print_record(record: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one record as JSON, or a line for each field."""
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in record.items():
        click.echo(f"{name}: {_cell(value)}")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def told_waiting(waiting: int) -> str:
    """Return a sentence on texts that other plugins or settings rendered; empty without any."""
    if not waiting:
        return ""
    who = "1 text waits" if waiting == 1 else f"{waiting} texts wait"
    return f"{who} to be rendered again: blogengine post render"


class Progress:
    """How far long work is: a bar on a terminal, a plain line now and then elsewhere.

    Written to standard error, so that `--json` stays clean.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are finished."""
        total = max(total, 1)
        if sys.stderr.isatty():
            filled = done * 30 // total
            bar = "█" * filled + "·" * (30 - filled)
            end = "\n" if done >= total else ""
            sys.stderr.write(f"\r{self._what} {bar} {done}/{total}{end}")
            sys.stderr.flush()
            return
        step = done * PROGRESS_LINES // total
        if step != self._shown:
            self._shown = step
            click.echo(f"{self._what}: {done} of {total}", err=True)
