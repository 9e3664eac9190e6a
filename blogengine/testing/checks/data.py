"""Checks of tables and settings."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, inspect

from blogengine.db import db
from blogengine.errors import BlogError
from blogengine.schema import parse_value, setting_fields
from blogengine.starting import migrate_plugins
from blogengine.tables import table_metadata
from blogengine.testing.checks.check import Bench, Check, NotNeeded, fill


def migrations(bench: Bench) -> Iterator[str]:
    metadata = table_metadata(bench.name, bench.loaded.module)
    owner = bench.loaded.owner
    if owner is None:
        if metadata is not None and metadata.tables:
            yield "It has tables and no folder `migrations`."
            return
        raise NotNeeded("It has no tables.")
    for filled in (False, True):
        folder = bench.new_folder()
        with bench.site(on=False, folder=folder) as blog:
            if filled:
                fill(blog, posts=5)
            before = _tables(db.engine)
        where = "a filled" if filled else "an empty"
        failures = migrate_plugins(blog.site.config, [bench.name]).failures
        if failures:
            yield f"Its migrations fail on {where} site: {failures[0].message}"
            return
        with bench.site(folder=folder):
            strangers = _tables(db.engine) - before - {owner.version_table}
            for table in sorted(strangers):
                if not table.startswith(f"{bench.name}_"):
                    yield f"Uninstalling leaves {table}: its name must begin with {bench.name}_."
            if metadata is not None and not filled:
                yield from _differences(db.engine, bench)


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def _differences(engine: Engine, bench: Bench) -> Iterator[str]:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    owner = bench.loaded.owner
    assert owner is not None and owner.metadata is not None
    with engine.connect() as connection:
        virtual = _virtual_tables(connection)
        options = {
            "include_name": lambda name, kind, _parents: (
                kind != "table" or (owner.owns(name) and name not in virtual)
            ),
            "compare_type": False,
        }
        context = MigrationContext.configure(connection, opts=options)
        for difference in compare_metadata(context, owner.metadata):
            what = difference[0] if isinstance(difference, tuple) else difference[0][0]
            yield f"Models and migrations differ: {what}. Run `blogengine migrate make`."


def _virtual_tables(connection: Connection) -> set[str]:
    """Return SQLite's full-text tables and what it keeps for them, which no model can describe."""
    kinds = "SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')"
    return set(connection.exec_driver_sql(kinds).scalars())


def settings(bench: Bench) -> Iterator[str]:
    schema = bench.loaded.manifest.settings
    if schema is None:
        raise NotNeeded("It has no settings.")
    for item in setting_fields(schema):
        rules = item.rules
        try:
            parse_value(item, item.default)
        except BlogError as error:
            yield f"The default of {item.name} doesn't fit: {error.message}"
        if not rules.title.strip():
            yield f"The setting {item.name} has no title."
        if not rules.help.strip():
            yield f"The setting {item.name} has no help."
        if rules.ge is not None and rules.le is not None and rules.ge > rules.le:
            yield f"The bounds of {item.name} leave nothing: {rules.ge:g} to {rules.le:g}."


CHECKS = (
    Check(
        "BE08",
        "Migrations make what the models say",
        "starter",
        "The migrations run on an empty and on a filled site, make only tables with the plugin's "
        "name, and leave no difference to the models.",
        "Else a site breaks when it is upgraded, or keeps tables of a plugin that is gone.",
        "Run `blogengine migrate make NAME TEXT` and read what it wrote.",
        migrations,
    ),
    Check(
        "BE09",
        "Settings explain themselves",
        "good",
        "Every setting has a title and a help; its default fits its own bounds.",
        "The owner sees these words and nothing else.",
        "Give `setting()` a `title` and a `help`, and bounds that hold the default.",
        settings,
    ),
)
