"""Values of settings: where they come from, in which order, and how they are changed.

default < database < `instance/blog.toml` < environment. A value fixed by file or environment is
shown with its source and can't be set here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from blogengine import audit, changes
from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.config import Config, Override
from blogengine.confirming import require_confirmed
from blogengine.errors import OperatorError, UserError
from blogengine.mailboxes import mailbox
from blogengine.models import SettingRow
from blogengine.schema import SettingField, parse_value, setting, setting_fields
from blogengine.trail import SHORTEST_DAYS

SITE = "site"

S = TypeVar("S")

PERMALINKS = {
    "/{year}/{month}/{slug}/": "2026/03/my-post",
    "/{year}/{month}/{day}/{slug}/": "2026/03/17/my-post",
    "/{slug}/": "my-post",
}


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The core's own settings."""

    title: str = setting("My blog", title="Title of the blog", ge=1, le=200)
    tagline: str = setting("", title="Tagline", help="A line under the title.", le=300)
    base_url: str = setting(
        "",
        title="Public address",
        help="Used in feeds, canonical links and mails, such as https://example.org.",
        le=300,
    )
    allowed_hosts: str = setting(
        "",
        title="More host names",
        help="Names under which the site answers besides its public address, with spaces between.",
        le=1000,
    )
    timezone: str = setting("UTC", title="Time zone", help="A name such as Europe/Berlin.", le=60)
    language: str = setting("en", title="Language", help="A code such as en or pt-BR.", ge=2, le=35)
    posts_per_page: int = setting(10, title="Posts a page", ge=1, le=100)
    list_display: str = setting(
        "full",
        title="What lists show",
        help="Of each post: its whole text, an excerpt, or its title. A tag may have its own.",
        choices=("full", "excerpt", "titles"),
    )
    stable_pages: bool = setting(
        False,
        title="Number pages from the oldest",
        help="A page that somebody cites keeps its posts; the first page then grows up to twofold.",
    )
    thin_tags: int = setting(
        2,
        title="Posts that make a tag worth finding",
        help="Search engines are asked to leave out tags with fewer, and the sitemap omits them.",
        ge=0,
        le=1000,
    )
    permalink: str = setting(
        "/{year}/{month}/{slug}/",
        title="Address of posts",
        help="Older addresses go on working by redirects.",
        choices=tuple(PERMALINKS),
    )
    smart_quotes: bool = setting(
        False,
        title="Typographic quotes",
        help="Turn straight quotes and double hyphens into typographic ones when rendering.",
    )
    mail_from: str = setting(
        "",
        title="Sender of mails",
        help="Such as blog@example.org; empty: blog@ and the host of the public address.",
        le=320,
    )
    mails_per_hour: int = setting(
        200,
        title="Mails an hour",
        help="What is more waits for the next hour.",
        ge=1,
        le=100_000,
    )
    log_requests: bool = setting(
        True,
        title="Log requests",
        help="A line for each request; what was refused or failed is logged in any case.",
    )
    log_addresses: bool = setting(
        False,
        title="Log whole addresses",
        help="Visitors' network addresses as they are; off, only the network they belong to.",
    )
    audit_days: int = setting(
        365,
        title="Days the audit trail is kept",
        help="Who changed what; see the page on the audit trail.",
        ge=SHORTEST_DAYS,
        le=3650,
    )
    outgoing_ports: str = setting(
        "",
        title="Ports of other sites",
        help="Beside 80 and 443, with spaces between: where plugins may ask other machines.",
        pattern="([0-9]{1,5}( [0-9]{1,5})*)?",
        le=60,
    )
    theme: str = setting("paper", title="Theme", help="Empty: the engine's plain pages.", le=40)


@dataclass(frozen=True, slots=True)
class SettingValue:
    """A setting with its value and source: default, database, file or environment."""

    field: SettingField
    value: object
    source: str

    @property
    def locked(self) -> bool:
        return self.source not in ("default", "database")


@dataclass(frozen=True, slots=True)
class Known:
    """What one reload read, and the dataclasses made from it so far."""

    stored: Mapping[tuple[str, str], str]
    instances: dict[tuple[str, type[Any]], object]


_NOTHING: Mapping[str, object] = MappingProxyType({})
_TRIED: ContextVar[Mapping[str, object]] = ContextVar("settings_tried", default=_NOTHING)


@contextmanager
def trying(tried: Mapping[str, object]) -> Iterator[None]:
    """Let the reads of this context find other settings than the stored ones, by owner."""
    token = _TRIED.set(tried)
    try:
        yield
    finally:
        _TRIED.reset(token)


class SettingsStore:
    """The stored settings of all owners as one process knows them.

    `reload()` after the site's settings revision moved; `get()` is a dictionary look-up.
    """

    def __init__(self, config: Config) -> None:
        self._overrides = config.overrides
        self._known = Known({}, {})

    def reload(self, connection: Connection) -> None:
        rows = connection.execute(select(SettingRow.owner, SettingRow.key, SettingRow.value))
        self._known = Known({(owner, key): value for owner, key, value in rows}, {})

    def get(self, owner: str, schema: type[S]) -> S:
        """Return the owner's settings as an instance of its dataclass.

        A stored value that no longer fits its field is passed over for the default, so that a
        downgrade or a changed bound never stops a site.
        """
        if (tried := _TRIED.get().get(owner)) is not None and isinstance(tried, schema):
            return tried
        known = self._known  # another thread may put a newer one in its place meanwhile
        found = known.instances.get((owner, schema))
        if found is None:
            items = [self._resolve(owner, item, known.stored) for item in setting_fields(schema)]
            values = {item.field.name: item.value for item in items}
            found = known.instances[owner, schema] = schema(**values)
        return cast(S, found)

    def explain(self, owner: str, schema: type[Any]) -> tuple[SettingValue, ...]:
        """Return every setting of an owner with its value and where that comes from."""
        stored = self._known.stored
        return tuple(self._resolve(owner, item, stored) for item in setting_fields(schema))

    def _resolve(
        self, owner: str, item: SettingField, known: Mapping[tuple[str, str], str]
    ) -> SettingValue:
        override = self._overrides.get((owner, item.name))
        if override is not None:
            return SettingValue(item, fixed_value(owner, item, override), override.source)
        stored = known.get((owner, item.name))
        if stored is not None:
            try:
                return SettingValue(item, checked(owner, item, json.loads(stored)), "database")
            except UserError:
                pass
        return SettingValue(item, item.default, "default")

    def secrets(self, owner: str, schema: type[Any]) -> tuple[str, ...]:
        """Return the values of an owner's secret settings, for whoever has to keep them quiet."""
        stored = self._known.stored
        return tuple(
            str(value)
            for item in setting_fields(schema)
            if item.rules.secret and (value := self._resolve(owner, item, stored).value)
        )

    def unknown(self) -> tuple[str, ...]:
        """Return names of the site's settings that file or environment give but nobody knows."""
        known = {item.name for item in setting_fields(SiteSettings)}
        return tuple(
            f"{key} ({override.source})"
            for (owner, key), override in self._overrides.items()
            if owner == SITE and key not in known
        )

    def locked(self, owner: str, key: str) -> str | None:
        """Return the source that fixes a setting, or None when it may be set."""
        override = self._overrides.get((owner, key))
        return override.source if override else None


def fixed_value(owner: str, item: SettingField, override: Override) -> object:
    """Parse a value from file or environment; a bad one is the operator's turn."""
    try:
        return checked(owner, item, override.value)
    except UserError as error:
        raise OperatorError(
            f"{error.message[:-1]} (fixed by the {override.source}).",
            code="configuration-invalid",
            action=f"Correct it in the {override.source}.",
        ) from error


def checked(owner: str, item: SettingField, value: object) -> object:
    """Parse a value and check what a bound can't say: time zones and addresses."""
    parsed = parse_value(item, value)
    if (owner, item.name) == (SITE, "timezone"):
        try:
            ZoneInfo(str(parsed))
        except (KeyError, ValueError, OSError):
            raise _invalid(item, f"There is no time zone {parsed!r}.", "Europe/Berlin") from None
    if (owner, item.name) == (SITE, "mail_from") and parsed:
        mailbox(str(parsed), item.name)
    if (owner, item.name) == (SITE, "base_url"):
        address = str(parsed).rstrip("/")
        if address and not address.startswith(("http://", "https://")):
            raise _invalid(item, f"{address!r} isn't a web address.", "https://example.org")
        return address
    return parsed


def _invalid(item: SettingField, message: str, example: str) -> UserError:
    return UserError(
        message,
        code="setting-invalid",
        action=f"Give one such as {example}.",
        field=item.name,
        status=422,
    )


def store_setting(
    session: Session, owner: str, key: str, value: object | None, *, secret: bool = True
) -> None:
    """Write one setting (None: back to the default) in the caller's transaction.

    The audit trail tells the value only of one that is said to be no `secret`. Raises Denied
    unless who acts may change settings.
    """
    require("settings.edit")
    if secret:
        require_confirmed()
    here = (SettingRow.owner == owner, SettingRow.key == key)
    stored = session.execute(select(SettingRow.value).where(*here)).scalar()
    wanted = None if value is None else json.dumps(value)
    if stored == wanted:
        return
    audit.record(
        session,
        "setting.reset" if wanted is None else "setting.changed",
        subject=f"setting:{owner}.{key}",
        title=key,
        before={"value": _told(stored, "set" if secret else "")},
        after={"value": _told(wanted, audit.CHANGED if secret else "")},
    )
    session.execute(delete(SettingRow).where(*here))
    if wanted is not None:
        session.add(SettingRow(owner=owner, key=key, value=wanted, at=utcnow()))
    changes.settings_changed(session)
    changes.record(session, [f"settings:{owner}"])


def _told(stored: str | None, instead: str) -> object:
    return None if stored is None else instead or json.loads(stored)
