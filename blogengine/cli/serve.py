"""`blogengine serve` and `blogengine init`."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogengine.cli.migrate import FOUND_SOMETHING
from blogengine.cli.session import Session
from blogengine.config import Config, Override, load_config
from blogengine.errors import OperatorError, UserError

if TYPE_CHECKING:
    from blogengine.identity import OneUse

log = logging.getLogger(__name__)

ADMIN_PASSWORD = "BLOGENGINE_ADMIN_PASSWORD"
DEMO_PLUGINS = ("alerts", "copy_code", "duplicates", "figures", "math", "toc")
"""What a sample post shows besides the plugins of every new site."""

DEMO_TITLE = "Field Notes"
DEMO_TAGLINE = "What worked, what didn’t, and what it cost"


@click.command()
@click.option("--demo", is_flag=True, help="Load the sample blog first, once.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes."
)
@click.option("--reload", is_flag=True, help="For development: restart when a file changes.")
@click.pass_obj
def serve(
    session: Session, *, demo: bool, host: str, port: int, workers: int, reload: bool
) -> None:
    """Serve the site by gunicorn; tables are brought up to date first."""
    from blogengine.serving import ServeOptions, already_serving, master_pid
    from blogengine.serving import serve as serve_site
    from blogengine.starting import is_initialised

    config = session.new_config()
    as_json = session.log_as_server(config) == "json"
    say = log.info if as_json else click.echo
    if master_pid(config) is not None:
        raise already_serving(config)
    _check_port(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if not is_initialised(config):
        if not demo:
            say("This folder holds no blog yet; an empty one is made.")
        _make_site(config, demo=demo, aside=as_json)
    _run(config, "migrate", accept=(0, FOUND_SOMETHING), aside=as_json)
    if demo:
        _run(config, "plugin", "enable", "demo", "--quiet", aside=as_json)
        _run(config, "demo", "load", "--once", aside=as_json)
    config = load_config(config.folder, safe=config.safe, strict=reload)
    link = _console_link(config, address, demo=demo)
    config = with_address(config, address)

    def tell(words: str) -> None:
        """Say something to whoever started this, and to the log where that is another stream."""
        if as_json:
            log.info(words)
        click.echo(words, err=as_json)

    def ready() -> None:
        tell(f"Your blog: {address}/")
        if demo:
            tell(f"The tag archive: {address}/tag/ecommerce/")
        if link is not None:
            what = "Sign in" if demo else "Nobody owns this site yet. Become its owner"
            until = f"{link.expires_at:%Y-%m-%d %H:%M} UTC"
            # Printed, not logged: logs are kept and read by others.
            told = f"{what} (this link works once, until {until}): {link.address}"
            click.echo(told, err=as_json)
        tell("Stop with Ctrl-C.")

    # gunicorn reads the command line of its program; ours isn't meant for it.
    sys.argv = sys.argv[:1]
    serve_site(config, ServeOptions(host, port, workers, reload, ready))


def _console_link(config: Config, address: str, *, demo: bool) -> OneUse | None:
    from blogengine.identity.console import console_link
    from blogengine.starting import bare_app

    with bare_app(config):
        return console_link(config, address, demo=demo)


def with_address(config: Config, address: str) -> Config:
    """Return the configuration with the served address as the public one, unless one is set.

    What the owner stored or fixed wins, and the Host header of a request is never believed.
    """
    from sqlalchemy import select

    from blogengine.db import db
    from blogengine.models import SettingRow
    from blogengine.settings import SITE
    from blogengine.starting import bare_app

    key = (SITE, "base_url")
    query = select(SettingRow.value).where(SettingRow.owner == SITE, SettingRow.key == key[1])
    with bare_app(config):
        stored = db.reading().execute(query).scalar()
    if key in config.overrides or stored not in (None, '""'):
        return config
    return replace(config, overrides={**config.overrides, key: Override(address, "address served")})


def _make_site(config: Config, *, demo: bool, aside: bool) -> None:
    """Make the site; one for the demo also shows what isn't switched on in others."""
    _run(config, "init", "--no-input", "--quiet", *_demo_titles(demo), aside=aside)
    if demo:
        _run(config, "plugin", "enable", "series", "--quiet", aside=aside)


def _demo_titles(demo: bool) -> tuple[str, ...]:
    if not demo:
        return ()
    shown = [part for name in DEMO_PLUGINS for part in ("--plugin", name)]
    return ("--title", DEMO_TITLE, "--tagline", DEMO_TAGLINE, *shown)


def _known(config: Config, names: Sequence[str]) -> Sequence[str]:
    """Return the names; raises UserError for one that no plugin has."""
    from blogengine.host import find_plugins

    there = find_plugins(config.plugin_folder) if names else {}
    for name in names:
        if name not in there:
            raise UserError(
                f"There is no plugin {name!r}.",
                code="plugin-unknown",
                action="See all with `blogengine plugin list` in any site.",
                field="plugin",
            )
    return names


def _run(
    config: Config,
    *arguments: str,
    accept: tuple[int, ...] = (0,),
    aside: bool = False,
    given: str | None = None,
) -> None:
    """Run another command in a process of its own: the serving one must not run plugins.

    `aside` sends what it prints to standard error, where standard output holds log lines only.
    `given` is what it reads.
    """
    safe = ("--safe",) if config.safe else ()
    command = [sys.executable, "-m", "blogengine", "--site", str(config.folder), *safe, *arguments]
    out = sys.stderr.fileno() if aside else None
    done = subprocess.run(command, check=False, env=os.environ, stdout=out, input=given, text=True)
    if done.returncode not in accept:
        raise click.exceptions.Exit(done.returncode)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OperatorError(
                f"Nothing can listen on {host} port {port}: {error.strerror}.",
                code="port-taken",
                action="Choose another with --port (make demo PORT=8001), or stop what uses it.",
                exit_code=69,
            ) from error


@click.command()
@click.argument("directory", required=False)
@click.option("--title", help="Title of the blog.")
@click.option("--tagline", help="A line under the title.")
@click.option("--base-url", help="Public address, such as https://example.org.")
@click.option("--timezone", help="Time zone of dates and permalinks, such as Europe/Berlin.")
@click.option("--author", help="Your name, as readers see it.")
@click.option("--admin-email", metavar="E", help="E-mail address the owner signs in by.")
@click.option(
    "--admin-password",
    metavar="P",
    envvar=ADMIN_PASSWORD,
    help="The owner's password; `-` reads it from standard input. Others may see arguments of a "
    f"process: better leave it out and be asked, or set {ADMIN_PASSWORD}.",
)
@click.option(
    "--plugin", "also", multiple=True, metavar="NAME", help="Switch this plugin on too; repeatable."
)
@click.option("--no-input", is_flag=True, help="Ask nothing; take the defaults.")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.pass_obj
def init(
    session: Session,
    /,
    directory: str | None,
    *,
    also: tuple[str, ...],
    no_input: bool,
    quiet: bool,
    **given: str | None,
) -> None:
    """Make a site in DIRECTORY (else --site, else here)."""
    from blogengine.starting import initialise, is_initialised

    config = load_config(directory, safe=session.safe) if directory else session.new_config()
    if is_initialised(config):
        initialise(config, {})
        click.echo(f"There is a blog in {config.folder} already; its tables are up to date.")
        return
    author = given.pop("author")
    email, password = given.pop("admin_email"), given.pop("admin_password")
    answers: dict[str, Any] = dict(given)
    if not no_input:
        answers["title"] = answers["title"] or click.prompt("Title of the blog", "My blog")
        answers["base_url"] = answers["base_url"] or click.prompt(
            "Public address (empty if you don't know it yet)", "", show_default=False
        )
        answers["timezone"] = answers["timezone"] or click.prompt("Time zone", "UTC")
        author = author or click.prompt("Your name, as readers see it", "", show_default=False)
    if not no_input and not email:
        prompt = "E-mail address you will sign in by (empty: a link is printed when you serve)"
        email = click.prompt(prompt, "", show_default=False)
    password = _checked_password(password, author, email, ask=not no_input)
    checked = {name: _checked(name, value) for name, value in answers.items() if value}
    initialise(config, checked, _known(config, also))
    config.plugin_folder.mkdir(exist_ok=True)
    if author or email:
        known = ("--email", email) if email else ()
        name = author or str(email).partition("@")[0]
        _run(config, "user", "create", name, *known, "--role", "owner", "--quiet")
    if email and password:
        _run(config, "user", "passwd", email, "--stdin", "--quiet", given=password + "\n")
    if quiet:
        return
    click.echo(f"A blog was made in {config.folder}.")
    where = "" if config.folder == Path.cwd() else f"--site {config.folder} "
    click.echo(f"Serve it with: blogengine {where}serve")


def _checked_password(
    password: str | None, author: str | None, email: str | None, *, ask: bool
) -> str:
    """Return the owner's password; raises UserError for an unfit one before anything is made."""
    from blogengine.cli.user import new_password
    from blogengine.identity.passwords import check_password

    if password is None and not (ask and email):
        return ""
    typed = new_password(from_stdin=password == "-") if password in (None, "-") else password
    if not email:
        raise click.UsageError("--admin-password needs --admin-email.")
    check_password(str(typed), own_words=(author or "", email, email.partition("@")[0]))
    return str(typed)


def _checked(name: str, value: object) -> object:
    from blogengine.schema import setting_fields
    from blogengine.settings import SITE, SiteSettings, checked

    field = next(item for item in setting_fields(SiteSettings) if item.name == name)
    return checked(SITE, field, value)
