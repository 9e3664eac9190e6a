"""A plugin's data as a zip: a line of JSON for each row, and a manifest that says what is there.

It works from the database alone, so that it also saves what a plugin left whose files are gone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, select

from blogengine import __version__
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.host import find_plugins
from blogengine.lifecycle.looking import secrets_of
from blogengine.lifecycle.switching import unknown
from blogengine.lifecycle.tables import count, real_tables, revision_of, tables_of
from blogengine.models import PluginRow, SettingRow
from blogengine.starting import bare_app

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Owned:
    """What the database holds of a plugin: rows by table, settings, its revision and its row."""

    name: str
    tables: dict[str, int] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    revision: str | None = None
    enabled: bool = False
    version: str = ""

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def owned_by(connection: Connection, name: str, others: list[str]) -> Owned | None:
    """Look up all that a plugin has in the database; None when it has nothing there."""
    row = connection.execute(
        select(PluginRow.enabled, PluginRow.version).where(PluginRow.name == name)
    ).first()
    stored = connection.execute(
        select(SettingRow.key, SettingRow.value)
        .where(SettingRow.owner == name)
        .order_by(SettingRow.key)
    )
    settings = {key: json.loads(value) for key, value in stored}
    tables = real_tables(connection, tables_of(connection, name, others))
    counts = {table: count(connection, table) for table in tables}
    revision = revision_of(connection, name)
    if row is None and not settings and not counts and revision is None:
        return None
    enabled, version = (row.enabled, row.version) if row else (False, "")
    return Owned(name, counts, settings, revision, enabled, version)


def export(config: Config, name: str, file: Path | None = None) -> tuple[Path, Owned]:
    """Write all of a plugin's rows and its settings without secrets; read it back and compare.

    Raises UserError for an unknown plugin, OperatorError when the file can't be written or isn't
    what was written.
    """
    found = find_plugins(config.plugin_folder)
    secrets = secrets_of(config, name) if name in found else None
    with bare_app(config):
        connection = db.reading()
        owned = owned_by(connection, name, sorted(found))
        if owned is None and name not in found:
            raise unknown(name)
        owned = owned or Owned(name)
        path = file or _free_path(config, name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            _write(connection, path, owned, secrets)
            _verify(path, owned)
        except (OSError, zipfile.BadZipFile, ValueError) as error:
            raise OperatorError(
                f"The export {path} can't be written: {error}.",
                code="export-failed",
                action="Nothing was removed. Free some space or name another file, and try again.",
                exit_code=74,
            ) from error
    return path, owned


def _free_path(config: Config, name: str) -> Path:
    folder = config.instance / "exports"
    stem, number = f"{name}-{utcnow():%Y-%m-%d}", 1
    path = folder / f"{stem}.zip"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.zip"
    return path


def _write(connection: Connection, path: Path, owned: Owned, secrets: set[str] | None) -> None:
    left_out = sorted(key for key in owned.settings if secrets is None or key in secrets)
    manifest: dict[str, Any] = {
        "format": 1,
        "plugin": owned.name,
        "version": owned.version,
        "revision": owned.revision,
        "blogengine": __version__,
        "made_at": utcnow().isoformat(),
        "settings": {key: value for key, value in owned.settings.items() if key not in left_out},
        "settings_left_out": left_out,
        "tables": {},
    }
    asked = inspect(connection)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in owned.tables:
            columns = asked.get_columns(table)
            digest, rows = hashlib.sha256(), 0
            with archive.open(f"tables/{table}.jsonl", "w") as lines:
                for line in _lines(connection, table):
                    lines.write(line)
                    digest.update(line)
                    rows += 1
            manifest["tables"][table] = {
                "columns": [{"name": c["name"], "type": str(c["type"])} for c in columns],
                "rows": rows,
                "sha256": digest.hexdigest(),
            }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2, default=str))


def _lines(connection: Connection, table: str) -> Iterator[bytes]:
    quoted = connection.dialect.identifier_preparer.quote(table)
    # What the driver gives, so that a value no type of ours can read is still saved.
    for row in connection.exec_driver_sql(f"SELECT * FROM {quoted}").mappings():
        text = json.dumps(dict(row), ensure_ascii=False, default=_plain)
        yield text.encode("utf-8", "surrogatepass") + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _verify(path: Path, owned: Owned) -> None:
    """Read the file back; raises ValueError when a table isn't whole."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        for table, rows in owned.tables.items():
            digest, lines = hashlib.sha256(), 0
            with archive.open(f"tables/{table}.jsonl") as file:
                for line in file:
                    json.loads(line.decode("utf-8", "surrogatepass"))
                    digest.update(line)
                    lines += 1
            if lines != rows or digest.hexdigest() != manifest["tables"][table]["sha256"]:
                raise ValueError(f"{table} has {rows} rows, {lines} were read back")
