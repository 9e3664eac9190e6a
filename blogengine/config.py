"""What must be known before the database is open: folders, URLs, the secret key.

Read once per process from the environment and `instance/blog.toml`; the environment wins. Values
of settings fixed there are kept as overrides for `settings`, which knows their types.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blogengine.errors import OperatorError
from blogengine.logs.lines import FORMATS

PREFIX = "BLOGENGINE_"

START_UP = {
    "database_url": "SQLAlchemy URL of the database; a SQLite file in `instance/` when empty.",
    "trusted_proxies": "Number of reverse proxies in front whose headers are believed.",
    "secret_key": "Signing key; written to `instance/secret_key` on the first run when empty.",
    "mail_url": "Server that sends mails, such as `smtp+starttls://user:password@host:587`; "
    "without one mails are kept and shown.",
    "media_url": "Where uploads lie, such as `s3://bucket/prefix`; the folder `instance/media` "
    "when empty.",
    "log_format": "`console` or `json`; console on a terminal, else json.",
    "cache_url": "Valkey or Redis that all machines of a site share, such as "
    "`valkey://host:6379/0`; limits are counted there. Empty: the database's machine.",
    "jobs_url": "Valkey or Redis that brings jobs from machine to machine, such as "
    "`valkey://host:6379/1`; a file in `instance/` when empty.",
    "patience": "How many times longer than usual a plugin may take before it counts as slow or "
    "hung; `1` when empty. More for a machine that is often busy with other things.",
    "safe": "`1` starts without any plugin but the admin.",
    "only_plugins": "Names with commas between: of the enabled plugins only these are loaded, "
    "none for `-`. `blogengine plugin bisect` sets it.",
}
"""Names of start-up values, as environment variables behind the prefix and as keys of the file."""

NO_PLUGIN = "-"
LEAST_PATIENCE, MOST_PATIENCE = 1.0, 100.0

NOT_SETTINGS = frozenset({"site", "test_corpora", "admin_password", *START_UP})


@dataclass(frozen=True, slots=True)
class Override:
    """A setting fixed outside the database, and where: `environment` or `instance/blog.toml`."""

    value: object
    source: str


@dataclass(frozen=True, slots=True)
class Config:
    """Start-up configuration of one site. `folder` is the site, `instance` holds its state.

    `strict` lets the errors of plugins through; a `trial` build publishes nothing.
    """

    folder: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    cache_url: str = field(default="", repr=False)
    mail_url: str = field(default="", repr=False)
    jobs_url: str = field(default="", repr=False)
    media_url: str = ""
    trusted_proxies: int = 0
    log_format: str = ""
    patience: float = 1.0
    safe: bool = False
    strict: bool = False
    trial: bool = False
    only_plugins: frozenset[str] | None = None
    overrides: Mapping[tuple[str, str], Override] = field(default_factory=dict)

    @property
    def instance(self) -> Path:
        return self.folder / "instance"

    @property
    def plugin_folder(self) -> Path:
        """Drop-in plugins of this site."""
        return self.folder / "plugins"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def load_config(
    folder: Path | str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    safe: bool = False,
    strict: bool = False,
    create: bool = True,
) -> Config:
    """Read the configuration of the site in `folder`, else `BLOGENGINE_SITE`, else here.

    Makes `instance/` and the secret key where they are missing; without `create` a missing site is
    an OperatorError, so that a mistyped name makes no folder. Raises OperatorError naming the file
    or variable that can't be used.
    """
    env = os.environ if environ is None else environ
    site = Path(folder or env.get(f"{PREFIX}SITE") or ".").resolve()
    instance = site / "instance"
    if create:
        _make_folder(instance)
    elif not instance.is_dir():
        raise OperatorError(
            f"There is no blog in {site} yet.",
            code="site-not-initialised",
            action="Make one with `blogengine init`, or name another folder with --site.",
        )
    table = _read_file(instance / "blog.toml")
    start_up = {name: _start_up_value(name, env, table) for name in START_UP}
    return Config(
        folder=site,
        database_url=_database_url(start_up["database_url"], instance),
        cache_url=start_up["cache_url"],
        secret_key=start_up["secret_key"] or _secret_key(instance / "secret_key"),
        mail_url=start_up["mail_url"],
        jobs_url=start_up["jobs_url"],
        media_url=start_up["media_url"],
        trusted_proxies=_number("trusted_proxies", start_up["trusted_proxies"]),
        log_format=_log_format(start_up["log_format"]),
        patience=_patience(start_up["patience"]),
        safe=safe or start_up["safe"].lower() in {"1", "true", "yes"},
        strict=strict,
        only_plugins=_names(start_up["only_plugins"]),
        overrides=_overrides(table, env),
    )


def _make_folder(instance: Path) -> None:
    try:
        if not instance.is_dir():
            instance.mkdir(parents=True, mode=0o700)
            # A site may stand in a checkout: keys and addresses must not be committed with it.
            (instance / ".gitignore").write_text("*\n", encoding="ascii")
    except OSError as error:
        raise OperatorError(
            f"The folder {instance} can't be made: {error.strerror}.",
            code="instance-not-writable",
            action="Choose another site folder with --site, or give this user the right to write.",
            exit_code=73,
        ) from error


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise OperatorError(
            f"The configuration file {path} can't be read: {error}.",
            code="configuration-unreadable",
            action="Mend the line it names, or move the file away to start with the defaults.",
        ) from error


def _start_up_value(name: str, env: Mapping[str, str], table: Mapping[str, Any]) -> str:
    return str(env.get(PREFIX + name.upper(), table.get(name, "")))


def _number(name: str, text: str) -> int:
    try:
        return int(text or 0)
    except ValueError:
        raise OperatorError(
            f"{PREFIX}{name.upper()} must be a whole number, but it is {text!r}.",
            code="configuration-not-a-number",
            action="Correct it in the environment or in instance/blog.toml.",
        ) from None


def _patience(text: str) -> float:
    with suppress(ValueError):
        if LEAST_PATIENCE <= (patience := float(text or LEAST_PATIENCE)) <= MOST_PATIENCE:
            return patience
    raise OperatorError(
        f"{PREFIX}PATIENCE must be a number from {LEAST_PATIENCE:g} to {MOST_PATIENCE:g}, "
        f"but it is {text!r}.",
        code="configuration-invalid",
        action="Correct it in the environment or in instance/blog.toml.",
    )


def _log_format(text: str) -> str:
    if text not in ("", *FORMATS):
        raise OperatorError(
            f"{PREFIX}LOG_FORMAT must be one of {', '.join(FORMATS)}, but it is {text!r}.",
            code="configuration-invalid",
            action="Correct it in the environment or in instance/blog.toml.",
        )
    return text


def _names(text: str) -> frozenset[str] | None:
    names = frozenset(name.strip() for name in text.split(","))
    return names - {NO_PLUGIN} if text.strip() else None


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'blog.db'}"
    # psycopg 3 is the driver we ship; "postgres://" is what hosting services still print.
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _secret_key(path: Path) -> str:
    """Return the site's key, written once with mode 0600; two first runs at once agree on one."""
    if path.exists() and not path.stat().st_size:
        path.unlink()  # left by a first run that was cut off
    if not path.exists():
        handle, made = tempfile.mkstemp(dir=path.parent, prefix=".secret_key")  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        with suppress(FileExistsError):
            os.link(made, path)  # whole or not at all; the first one counts
        os.unlink(made)
    return path.read_text(encoding="ascii").strip()


def _overrides(table: Mapping[str, Any], env: Mapping[str, str]) -> dict[tuple[str, str], Override]:
    """Collect fixed settings: top level belongs to the site, tables and `__` to plugins."""
    found: dict[tuple[str, str], Override] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            for key, inner in value.items():
                found[name, key] = Override(inner, "instance/blog.toml")
        elif name not in NOT_SETTINGS:
            found["site", name] = Override(value, "instance/blog.toml")
    for variable, text in env.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        owner, _, key = name.partition("__")
        if key:
            found[owner, key] = Override(text, "environment")
        elif name not in NOT_SETTINGS:
            found["site", name] = Override(text, "environment")
    return found
