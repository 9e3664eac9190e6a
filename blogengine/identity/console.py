"""What a starting server prints: a link for whoever reads its console, which works once."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from sqlalchemy import select

from blogengine.config import Config
from blogengine.db import db
from blogengine.identity.first_run import FirstRun
from blogengine.identity.links import Links
from blogengine.identity.values import OneUse
from blogengine.models import SettingRow
from blogengine.settings import SITE


def console_link(config: Config, served: str, *, demo: bool) -> OneUse | None:
    """Return a link to the first owner's form, or for a demo into the site; None without need.

    It begins with the site's public address; a demo's with the one it is served at. Needs a
    context with the database open.
    """
    address = by_name(served) if demo else public_address(config) or by_name(served)
    first_run = FirstRun(Links(lambda: address))
    return first_run.demo_link() if demo else first_run.link()


def public_address(config: Config) -> str:
    """Return the address that the owner stored or fixed; nothing when nobody said it."""
    override = config.overrides.get((SITE, "base_url"))
    if override is not None:
        return str(override.value)
    query = select(SettingRow.value).where(SettingRow.owner == SITE, SettingRow.key == "base_url")
    stored = db.reading().execute(query).scalar()
    return str(json.loads(stored)) if stored else ""


def by_name(address: str) -> str:
    """Return an address of this machine with its name: browsers make passkeys for that alone."""
    parts = urlsplit(address)
    if parts.hostname not in ("127.0.0.1", "::1"):
        return address
    return f"{parts.scheme}://localhost:{parts.port}"
