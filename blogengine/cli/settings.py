"""`blogengine settings …`: the site's own settings."""

from __future__ import annotations

from typing import Any

import click

from blogengine.cli.session import Progress, Session, json_option, print_record, print_rows
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.schema import SettingField, check_together, setting_fields
from blogengine.settings import SITE, SettingValue, SiteSettings, checked, store_setting
from blogengine.site import Site


@click.group()
def settings() -> None:
    """Show and change the site's settings."""


@settings.command("list")
@json_option
@click.pass_obj
def list_settings(session: Session, as_json: bool) -> None:
    """List all settings with their values and where these come from."""
    rows = (setting_row(item) for item in session.site.store.explain(SITE, SiteSettings))
    print_rows(rows, as_json=as_json)


@settings.command("get")
@click.argument("key")
@json_option
@click.pass_obj
def get(session: Session, key: str, as_json: bool) -> None:
    """Print the value of one setting."""
    field(SiteSettings, key)
    value = getattr(session.site.settings(SiteSettings), key)
    if as_json:
        print_record({"key": key, "value": value}, as_json=True)
    else:
        click.echo(value)


@settings.command("set")
@click.argument("key")
@click.argument("value")
@click.pass_obj
def set_setting(session: Session, key: str, value: str) -> None:
    """Set one setting; a changed address pattern moves all posts, with redirects."""
    if key == "theme":
        from blogengine.cli.theme import wear

        wear(session, value)
        return
    assign(session.site, SITE, SiteSettings, key, value)
    click.echo(f"{key} is now {getattr(session.site.settings(SiteSettings), key)!r}.")


def field(schema: type[Any], key: str) -> SettingField:
    """Return a declared setting; raises NotFound naming those there are."""
    fields = {item.name: item for item in setting_fields(schema)}
    if key not in fields:
        raise NotFound(
            f"There is no setting {key!r}.",
            code="setting-unknown",
            action=f"Use one of: {', '.join(fields)}.",
        )
    return fields[key]


def assign(site: Site, owner: str, schema: type[Any], key: str, text: str) -> None:
    """Check and store one setting, in one transaction; a worker sees it at its next request."""
    item = field(schema, key)
    value = checked(owner, item, text)
    source = site.store.locked(owner, key)
    if source is not None:
        raise UserError(
            f"The setting {key} is fixed by the {source}.",
            code="setting-locked",
            action="Change it there.",
            status=409,
        )
    known = {one.field.name: one.value for one in site.store.explain(owner, schema)}
    check_together(schema, {**known, key: value})
    with db.write() as session:
        store_setting(session, owner, key, value, secret=item.rules.secret)
    site.store.reload(db.reading())
    if (owner, key) == (SITE, "permalink"):
        moved = site.posts.repath()
        click.echo(f"{moved} posts have a new address; the old ones redirect.", err=True)
    if (owner, key) == (SITE, "smart_quotes"):
        count = site.posts.render_stale(Progress("Rendering"))
        click.echo(f"{count} texts were rendered again.", err=True)


def setting_row(item: SettingValue) -> dict[str, Any]:
    """Return what is shown of a setting; a secret only as dots."""
    secret = item.field.rules.secret and item.value
    return {
        "key": item.field.name,
        "value": "••••••" if secret else item.value,
        "source": item.source,
        "title": item.field.rules.title,
    }
