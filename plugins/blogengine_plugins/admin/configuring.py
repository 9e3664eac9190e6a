"""Settings: every owner's, searched, with default and source, and a form for each owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from blogengine.api import (
    AdminPage,
    Link,
    OwnedSettings,
    Response,
    SettingValue,
    Submitted,
    UserError,
    form_fields,
    read_form,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.admin.entering import admin_blueprint

EDIT = "settings.edit"
HOME = "/admin/settings/"
SITE = "site"
DOTS = "••••••"

blueprint = admin_blueprint("settings")

PAGES = (AdminPage("settings", "Settings", path=HOME, permission=EDIT, order=10),)


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as a line: texts only, a secret as dots."""

    name: str
    title: str
    help: str
    value: str
    default: str
    source: str
    locked: bool
    url: str


@blueprint.get(HOME, permission=EDIT)
def index() -> Response:
    """List the owners; with a question, the settings that answer it."""
    query = request.args.get("q", "").strip()[:100]
    owners = site.preferences.all()
    found = []
    for owned in owners:
        lines = [shown(owned, value) for value in owned.values]
        matching = [line for line in lines if query and fits(query, owned, line)]
        changed = sum(line.source != "default" for line in lines)
        found.append({"owned": owned, "lines": matching, "changed": changed})
    return site.admin_page("Settings", "admin/settings/index.html", query=query, owners=found)


@blueprint.get("/admin/settings/<owner>/", permission=EDIT)
def form(owner: str) -> Response:
    """Show the form of one owner."""
    return answer(site.preferences.of(owner))


@blueprint.post("/admin/settings/<owner>/", permission=EDIT)
def store(owner: str) -> Response:
    """Store what can be stored, all of it or nothing; else show the form as it was sent."""
    owned = site.preferences.of(owner)
    if name := request.form.get("reset", ""):
        site.preferences.reset(owner, name)
        follow(owner, {name})
        return redirect_saying(f"{HOME}{owner}/", "The setting is back at its default.")
    submitted = read_form(owner, choosable(owned), request.form)
    if submitted.errors:
        error = UserError(
            "Some of it can't be used, so nothing was stored.",
            code="setting-invalid",
            action="Correct the fields that are marked.",
            status=422,
            errors=[(name, "setting-invalid", said) for name, said in submitted.errors.items()],
        )
        return answer(owned, submitted, error)
    changed = set(site.preferences.change(owner, submitted.values))
    follow(owner, changed)
    said = "Nothing was changed." if not changed else "Saved."
    return redirect_saying(f"{HOME}{owner}/", said)


def follow(owner: str, changed: set[str]) -> None:
    """Let the workers wear another theme: they were built with the old one."""
    if owner == SITE and "theme" in changed:
        site.operating.wear(site.preferences.theme())


def answer(
    owned: OwnedSettings, submitted: Submitted | None = None, error: UserError | None = None
) -> Response:
    """Answer with the form of one owner."""
    values = choosable(owned)
    return site.admin_page(
        owned.title,
        "admin/settings/form.html",
        error=error,
        trail=(Link(HOME, "Settings"),),
        owned=owned,
        fields=form_fields(values, submitted, prefix="f"),
        changed=[shown(owned, value) for value in values if value.source == "database"],
    )


def choosable(owned: OwnedSettings) -> tuple[SettingValue, ...]:
    """Return the settings, the theme as a choice of those there are."""
    return tuple(themed(value) if owned.owner == SITE else value for value in owned.values)


def themed(value: SettingValue) -> SettingValue:
    """Return the setting `theme` with its choices, any other as it is."""
    if value.field.name != "theme":
        return value
    themes = ("", *site.contributions.themes)
    return replace(
        value, field=replace(value.field, rules=replace(value.field.rules, choices=themes))
    )


def shown(owned: OwnedSettings, value: SettingValue) -> Shown:
    """Return a setting as a line."""
    item, secret = value.field, value.field.rules.secret
    return Shown(
        item.name,
        item.rules.title,
        item.rules.help,
        (DOTS if value.value else "not set") if secret else words(value.value),
        words(item.default) if not secret else "",
        value.source,
        value.locked,
        f"{HOME}{owned.owner}/#f-{item.name}",
    )


def words(value: object) -> str:
    """Return a value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "empty" if value == "" else str(value)


def fits(query: str, owned: OwnedSettings, line: Shown) -> bool:
    """Whether every word of a question stands in a setting's words."""
    text = " ".join((owned.title, owned.owner, line.name, line.title, line.help)).casefold()
    return all(word in text for word in query.casefold().split())


def settings_of(plugin: str) -> Iterator[OwnedSettings]:
    """Yield a plugin's settings if it has some."""
    yield from (owned for owned in site.preferences.all() if owned.owner == plugin)
