"""Throw-away sites: built as a worker builds them, each in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any
from unittest import mock

from flask import Flask
from flask.ctx import AppContext
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import update
from werkzeug.test import TestResponse

from blogengine import audit
from blogengine.app import create_app
from blogengine.clock import utcnow
from blogengine.config import Config, load_config
from blogengine.db import db
from blogengine.host import find_plugins
from blogengine.host.loading import Unfit, load_one
from blogengine.models import PluginRow
from blogengine.rendering import Renderer
from blogengine.schema import setting_fields
from blogengine.settings import SITE, SiteSettings, checked, store_setting
from blogengine.site import Site
from blogengine.starting import DEFAULT_PLUGINS, bare_app, initialise, migrate_plugins
from blogengine.values import Post, PostDraft

ADDRESS = "https://blog.example"
PLAIN: Mapping[str, Mapping[str, object]] = {}
PATIENCE = "BLOGENGINE_PATIENCE"
PATIENT = "20"
"""A test isn't about the machine's speed unless it says so, by setting the variable to 1."""


@dataclass(frozen=True)
class Blog:
    """A site in a folder of its own. `plugins` are those under test."""

    folder: Path
    app: Flask
    site: Site
    plugins: tuple[str, ...] = ()
    context: AppContext | None = None

    def send(self, path: str, **options: Any) -> TestResponse:
        """Send a request as a fresh visitor.

        It runs outside of the test's own application context, whose database snapshot it would
        share otherwise.
        """
        client = self.app.test_client(use_cookies=False)
        return Context().run(lambda: client.open(path, **options))

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask for a page as a fresh visitor."""
        return self.send(path, **options)

    def post(self, title: str = "A post", source: str = "Text.", **fields: Any) -> Post:
        """Make a published post (or what `fields` say) outside of any request."""
        tags = fields.pop("tags", ())
        draft = PostDraft(**{"title": title, "source": source, "status": "published", **fields})
        return self.site.posts.create(draft.with_tags(*tags) if tags else draft)

    def run(self, *arguments: str) -> int:
        """Run the command line on this site; return its exit code."""
        from blogengine.cli.main import run

        code = Context().run(run, ["--site", str(self.folder), *arguments])
        db.end_reading()  # what the command wrote is to be seen by the test
        return code

    def set(self, owner: str, **values: object) -> None:
        """Store settings of a plugin, or of the owner "site", as the command line would.

        Raises UserError for a value that doesn't fit, LookupError for a setting that isn't there.
        """
        schema = SiteSettings if owner == SITE else self.site.host.loaded[owner].manifest.settings
        fields = {item.name: item for item in setting_fields(schema)} if schema else {}
        with db.write() as session:
            for key, value in values.items():
                if key not in fields:
                    raise LookupError(f"{owner} has no setting {key!r}.")
                secret = fields[key].rules.secret
                fit = checked(owner, fields[key], value)
                store_setting(session, owner, key, fit, secret=secret)
        self.site.store.reload(db.reading())

    def reason(self, name: str) -> str:
        """Return why a plugin isn't running; nothing when it is."""
        status = self.site.host.status(name)
        return "" if status.state == "running" else f"{status.state}: {status.reason}"

    def close(self) -> None:
        """Close the database and leave the application context."""
        self.site.jobs.close()
        db.close()
        if self.context is not None:
            self.context.pop()


class SharedRenderer(Renderer):
    """The real renderer with its real child, kept from site to site: starting one takes long."""

    def close(self) -> None:
        """Leave the child to the next site."""


class CompiledTemplates(BytecodeCache):
    """What templates were compiled to, kept from site to site by their text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what the same text was compiled to."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a text was compiled to."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


class Workshop:
    """Builds sites quickly: one is migrated, the others are copies of it."""

    def __init__(self, folder: Path) -> None:
        self._fresh = folder / "fresh"
        self._renderers: dict[str, SharedRenderer] = {}
        self._environment = partial(Environment, bytecode_cache=CompiledTemplates())

    def build(
        self,
        folder: Path,
        *,
        plugins: Sequence[str] | None = (),
        settings: Mapping[str, Mapping[str, object]] = PLAIN,
        database_url: str = "",
        strict: bool = True,
        required: bool = False,
    ) -> Blog:
        """Build a site in `folder` and enter its application context.

        `plugins` None takes what a new site has; `required` adds what they need and switches all
        of them on, and only them, so that the command line has their commands too. Settings go by
        owner. A folder that is there already is taken as it is.
        """
        copied = not database_url and not folder.exists()
        if copied:
            shutil.copytree(self.fresh(), folder)
        if database_url:
            (folder / "instance").mkdir(parents=True, exist_ok=True)
            line = f"database_url = {json.dumps(database_url)}\n"
            (folder / "instance" / "blog.toml").write_text(line, encoding="utf-8")
        config = load_config(folder, environ=_patient(), strict=strict)
        if not copied:
            initialise(config, {"base_url": ADDRESS})
        _store(config, settings)
        if plugins is not None:
            plugins = with_required(config, plugins) if required else tuple(plugins)
            if not copied or not set(plugins) <= set(DEFAULT_PLUGINS):
                migrate_plugins(config, plugins)
            if required:
                _switch_on(config, plugins)
        with (
            mock.patch("blogengine.building.services.Renderer", self._renderer),
            mock.patch("blogengine.templating.Environment", self._environment),
        ):
            app = create_app(config, plugins=plugins)
        context = app.app_context()
        context.push()
        return Blog(folder, app, app.extensions["blogengine"], tuple(plugins or ()), context)

    def fresh(self) -> Path:
        """Return a new site without a secret, migrated once."""
        if not self._fresh.exists():
            initialise(load_config(self._fresh, environ=_patient()), {"base_url": ADDRESS})
            (self._fresh / "instance" / "secret_key").unlink()
        return self._fresh

    def close(self) -> None:
        """End the renderers' children."""
        for renderer in self._renderers.values():
            Renderer.close(renderer)

    def _renderer(self, *arguments: Any, **words: Any) -> SharedRenderer:
        key = repr((arguments, sorted(words.items())))
        if key not in self._renderers:
            self._renderers[key] = SharedRenderer(*arguments, **words)
        return self._renderers[key]


def _patient() -> Mapping[str, str]:
    return {PATIENCE: os.environ.get(PATIENCE, PATIENT)}


def _store(config: Config, settings: Mapping[str, Mapping[str, object]]) -> None:
    """Store settings before the app is built."""
    if settings:
        with bare_app(config), db.write() as session:
            for owner, values in settings.items():
                for key, value in values.items():
                    store_setting(session, owner, key, value)


def _switch_on(config: Config, plugins: Iterable[str]) -> None:
    """Let these be the enabled plugins, as if the owner had chosen them."""
    with bare_app(config), db.write() as session:
        audit.no_act(session, "plugins")
        session.execute(update(PluginRow).values(enabled=False))
        for name in plugins:
            session.merge(PluginRow(name=name, enabled=True, changed_at=utcnow()))


def with_required(config: Config, names: Iterable[str]) -> tuple[str, ...]:
    """Return the plugins and all that they require."""
    found, order = find_plugins(config.plugin_folder), list(names)
    for name in order:
        if name in found:
            with suppress(Unfit):  # the app tells what is wrong with it
                needed = load_one(found[name]).manifest.requires
                order += [other for other in needed if other not in order]
    return tuple(order)


def put_in(folder: Path, plugin: str, start: Path) -> str:
    """Let a plugin given by its path stand in the site's own plugins; return its name.

    A name is returned as it is. `start` is where relative paths begin.
    """
    if "/" not in plugin and not plugin.endswith(".py"):
        return plugin
    source = (start / plugin).resolve()
    if not source.exists():
        raise FileNotFoundError(f"There is no plugin at {source}.")
    target = folder / "plugins" / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(source)
    return source.stem
