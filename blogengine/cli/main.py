"""The root of the command line: global options, the core's commands, and the plugins' groups."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from blogengine import __version__
from blogengine.cli.session import Session
from blogengine.db import explained
from blogengine.errors import BlogError

COMMANDS = {
    "serve": "blogengine.cli.serve:serve",
    "init": "blogengine.cli.serve:init",
    "post": "blogengine.cli.post:post",
    "tag": "blogengine.cli.tag:tag",
    "user": "blogengine.cli.user:user",
    "token": "blogengine.cli.token:token",
    "plugin": "blogengine.cli.plugin:plugin",
    "import": "blogengine.cli.imports:import_content",
    "migrate": "blogengine.cli.migrate:migrate",
    "settings": "blogengine.cli.settings:settings",
    "audit": "blogengine.cli.audit:audit",
    "widget": "blogengine.cli.widget:widget",
    "menu": "blogengine.cli.menu:menu",
    "doctor": "blogengine.cli.doctor:doctor",
    "probe": "blogengine.cli.doctor:probe",
    "logs": "blogengine.cli.logs:logs",
    "theme": "blogengine.cli.theme:theme",
    "jobs": "blogengine.cli.jobs:jobs",
    "mail": "blogengine.cli.mail:mail",
}
"""Each command and where it lives; its module is imported when it is used."""

USAGE_ERROR = 64
BUG = 70
INTERRUPTED = 130


class Root(click.Group):
    """The core's commands by the table above, and a group for each enabled plugin that has one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is not None:
            module, _, name = place.partition(":")
            found: click.Command = getattr(import_module(module), name)
            return found
        return session_of(ctx).plugin_group(cmd_name)


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Enabled plugins bring commands of their own: blogengine NAME --help.",
)
@click.option("--site", metavar="DIR", help="Folder of the site; else BLOGENGINE_SITE, else here.")
@click.option("--safe", is_flag=True, help="Start without any plugin.")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.version_option(__version__, prog_name="blogengine")
@click.pass_context
def root(ctx: click.Context, /, **_options: object) -> None:
    """A blog engine to host yourself."""
    session_of(ctx)


def session_of(ctx: click.Context) -> Session:
    """Return the run's session, made at the first need: a plugin's name is looked up in it."""
    if ctx.obj is None:
        given = ctx.params
        session = Session(given.get("site"), safe=given["safe"], debug=given["debug"])
        ctx.obj = ctx.with_resource(session)
    found: Session = ctx.obj
    return found


def told(error: BlogError, arguments: list[str]) -> int:
    """Print an error's sentence and what to do; return its exit code."""
    if "--debug" in arguments:
        raise error
    click.echo(f"Error: {error.message}", err=True)
    click.echo(f"  {error.action}", err=True)
    return error.exit_code


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with an exit code of BSD's sysexits."""
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(run(given))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors are told in a line and a hint."""
    try:
        result: Any = root.main(arguments, prog_name="blogengine", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE_ERROR
    except BlogError as error:
        return told(error, arguments)
    except DBAPIError as error:
        return told(explained(error), arguments)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception as error:
        if "--debug" in arguments:
            raise
        click.echo(f"Error: {type(error).__name__}: {error}", err=True)
        click.echo("  This is a fault of blogengine; --debug shows where.", err=True)
        return BUG
