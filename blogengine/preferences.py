"""`site.preferences`: all settings of all owners in one place, and changing several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from blogengine.actors import require
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.host import Host
from blogengine.jobs import Jobs
from blogengine.looks import find_look
from blogengine.posts import Posts
from blogengine.schema import check_together, setting_fields
from blogengine.settings import SITE, SettingsStore, SettingValue, SiteSettings, store_setting

REPATH, RENDER = "core.repath", "core.render"


@dataclass(frozen=True, slots=True)
class OwnedSettings:
    """The settings of one owner: the site itself or a running plugin."""

    owner: str
    title: str
    values: tuple[SettingValue, ...]


class Preferences:
    """Looking at settings and changing them. Every method needs `settings.edit`."""

    def __init__(
        self,
        store: SettingsStore,
        host: Host,
        jobs: Jobs,
        posts: Posts,
        themes: Callable[[], Mapping[str, Any]],
    ) -> None:
        self._store = store
        self._host = host
        self._jobs = jobs
        self._posts = posts
        self._themes = themes

    def all(self) -> tuple[OwnedSettings, ...]:
        """Return every owner that has settings, the site first."""
        require("settings.edit")
        found = []
        for owner, schema in self._schemas().items():
            title = "The site" if owner == SITE else owner.replace("_", " ").capitalize()
            found.append(OwnedSettings(owner, title, self._store.explain(owner, schema)))
        return tuple(found)

    def theme(self) -> str:
        """Return the name of the theme that is stored; "" for the engine's plain pages."""
        return self._store.get(SITE, SiteSettings).theme

    def of(self, owner: str) -> OwnedSettings:
        """Return one owner's settings; raises NotFound."""
        found = next((one for one in self.all() if one.owner == owner), None)
        if found is None:
            raise NotFound(
                f"There are no settings of {owner!r}.",
                code="settings-unknown",
                action="A plugin's settings are there while it runs.",
            )
        return found

    def change(self, owner: str, values: Mapping[str, object]) -> tuple[str, ...]:
        """Store checked values in one transaction; return the names of those that differ.

        Locked ones are passed over. What follows from a change (other addresses, texts to render
        again) is done by jobs. A secret asks for the password once more.
        """
        before = {item.field.name: item for item in self.of(owner).values}
        changed = {
            name: value
            for name, value in values.items()
            if name in before and not before[name].locked and before[name].value != value
        }
        if owner == SITE and changed.get("theme"):
            try:
                find_look(self._themes(), str(changed["theme"]))
            except UserError as error:
                raise UserError(
                    error.message, code=error.code, action=error.action, field="theme"
                ) from error
        together = {name: changed.get(name, item.value) for name, item in before.items()}
        check_together(self._schemas()[owner], together)
        if any(before[name].field.rules.secret for name in changed):
            require_confirmed()
        with db.write() as session:
            for name, value in changed.items():
                secret = before[name].field.rules.secret
                store_setting(session, owner, name, value, secret=secret)
            if owner == SITE and "permalink" in changed:
                self._jobs.enqueue(session, REPATH, {}, key="all")
        self._store.reload(db.reading())
        if changed and self._posts.waiting():
            with db.write() as session:
                self._jobs.enqueue(session, RENDER, {"after": 0, "done": 0}, key="stale")
        return tuple(changed)

    def reset(self, owner: str, name: str) -> None:
        """Let a setting be its default again."""
        item = next((one for one in self.of(owner).values if one.field.name == name), None)
        if item is not None and item.source == "database":
            with db.write() as session:
                store_setting(session, owner, name, None, secret=item.field.rules.secret)
                if (owner, name) == (SITE, "permalink"):
                    self._jobs.enqueue(session, REPATH, {}, key="all")
            self._store.reload(db.reading())

    def _schemas(self) -> dict[str, type[Any]]:
        found: dict[str, type[Any]] = {SITE: SiteSettings}
        for name, plugin in sorted(self._host.loaded.items()):
            schema = plugin.manifest.settings
            if schema is not None and setting_fields(schema):
                found[name] = schema
        return found
