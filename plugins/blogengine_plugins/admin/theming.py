"""The theme: which one is worn, and its settings beside real pages that wear what isn't saved."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response as AnyResponse

from blogengine.api import (
    AdminPage,
    Link,
    NotFound,
    OwnedSettings,
    Response,
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
HERE = "/admin/theme/"
DEFAULTS = "defaults"
LARGEST_FILE = 100_000

blueprint = admin_blueprint("theme")

PAGES = (AdminPage("theme", "Theme", path=HERE, permission=EDIT, section="look", order=10),)


@blueprint.get(HERE, permission=EDIT)
def index() -> Response:
    """Show the themes, the settings of the worn one, and a page that wears them."""
    return answer()


@blueprint.post(HERE, permission=EDIT)
def store() -> Response:
    """Store the settings, all of them or nothing; else show the form as it was sent."""
    owned = chosen()
    submitted = read_form(owned.owner, owned.values, request.form)
    try:
        refuse(submitted)
        changed = site.preferences.change(owned.owner, submitted.values)
    except UserError as error:
        said = {name: sentence for name, _code, sentence in error.errors}
        wrong = Submitted(submitted.values, {**submitted.errors, **said}, submitted.given)
        return answer(wrong, error)
    return redirect_saying(HERE, "Saved." if changed else "Nothing was changed.")


@blueprint.post(f"{HERE}try/", permission=EDIT)
def try_on() -> AnyResponse:
    """Answer with a page of the site as these settings would make it; nothing is stored."""
    owned = chosen()
    submitted = read_form(owned.owner, owned.values, request.form)
    stored = {value.field.name: value.value for value in owned.values}
    tried = {owned.owner: {**stored, **submitted.values}}
    return site.themes.try_on(request.form.get("path", "/"), tried)


@blueprint.post(f"{HERE}wear/", permission=EDIT)
def wear() -> Response:
    """Give the site another theme; the workers take it over one after the other."""
    name = request.form.get("theme", "")
    try:
        changed = site.preferences.change("site", {"theme": name})
    except UserError as error:
        return answer(error=error)
    if changed:
        site.operating.wear(name)
    return redirect_saying(HERE, "The site wears it in a moment." if changed else "It is worn.")


@blueprint.post(f"{HERE}{DEFAULTS}/", permission=EDIT)
def reset() -> Response:
    """Let all settings of the theme be their defaults again."""
    owned = chosen()
    for value in owned.values:
        site.preferences.reset(owned.owner, value.field.name)
    return redirect_saying(HERE, "All settings of the theme are back at their defaults.")


@blueprint.get(f"{HERE}export/", permission=EDIT)
def export() -> Response:
    """Hand out the settings as a file, as `blogengine plugin settings NAME --export` does."""
    owned = chosen()
    values = {one.field.name: one.value for one in owned.values if not one.field.rules.secret}
    text = json.dumps({"plugin": owned.owner, "settings": values}, ensure_ascii=False, indent=2)
    answered = Response(text + "\n", content_type="application/json; charset=utf-8")
    answered.headers["Content-Disposition"] = f'attachment; filename="{owned.owner}.json"'
    return answered


@blueprint.post(f"{HERE}import/", permission=EDIT)
def bring_in() -> Response:
    """Set what such a file says, all of it or nothing."""
    owned = chosen()
    try:
        given = read_file(owned)
        known = {one.field.name: text_of(one.value) for one in owned.values}
        submitted = read_form(owned.owner, owned.values, {**known, **given})
        refuse(submitted)
        changed = site.preferences.change(owned.owner, submitted.values)
    except UserError as error:
        return answer(error=error)
    return redirect_saying(HERE, f"{len(changed)} settings were changed by the file.")


def read_file(owned: OwnedSettings) -> Mapping[str, str]:
    """Return what an uploaded file sets; raises UserError for one that isn't such a file."""
    file = request.files.get("file")
    try:
        found = json.loads(file.read(LARGEST_FILE)) if file else None
    except (ValueError, RecursionError):
        found = None
    found = found if isinstance(found, dict) else {}
    settings = found.get("settings")
    known = {one.field.name for one in owned.values}
    if not isinstance(settings, dict) or found.get("plugin") != owned.owner:
        problem = f"This is no file with settings of {owned.owner}."
    elif unknown := sorted(str(name) for name in settings if name not in known):
        problem = f"The file sets {unknown[0][:60]!r}, which there isn't."
    else:
        return {name: text_of(value) for name, value in settings.items()}
    raise UserError(
        problem,
        code="settings-file-unusable",
        action="Export one here to see how it looks. Nothing was changed.",
        status=422,
    )


def text_of(value: object) -> str:
    """Return a value as a form would send it."""
    return ("true" if value else "") if isinstance(value, bool) else str(value)


def refuse(submitted: Submitted) -> None:
    """Raise UserError when a field can't be used."""
    if submitted.errors:
        raise UserError(
            "Some of it can't be used, so nothing was stored.",
            code="setting-invalid",
            action="Correct the fields that are marked.",
            status=422,
            errors=[(name, "setting-invalid", said) for name, said in submitted.errors.items()],
        )


def chosen() -> OwnedSettings:
    """Return the settings of the worn theme, or those of a parent that the address names."""
    owners = site.themes.owners()
    wanted = request.values.get("of", "")
    owner = wanted if wanted in owners else next(iter(owners), "")
    if not owner:
        raise NotFound(
            "The theme that is worn has no settings.",
            code="settings-unknown",
            action="Choose another theme, or change its plugin.",
        )
    return site.preferences.of(owner)


def answer(submitted: Submitted | None = None, error: UserError | None = None) -> Response:
    """Answer with the page; the preview shows what was sent, where something was."""
    owners = site.themes.owners()
    owned = chosen() if owners else None
    return site.admin_page(
        "Theme",
        "admin/theme/index.html",
        error=error,
        themes=site.themes.all(),
        owned=owned,
        others=[one for one in owners if owned and one != owned.owner],
        fields=form_fields(owned.values, submitted, prefix="f") if owned else "",
        places=places(),
    )


def places() -> list[Link]:
    """Return pages to look at: one of each kind that there is."""
    found = [Link("/", "Home")]
    if newest := site.archives.posts(site.archives.home(), limit=1):
        found.append(Link(newest[0].url, "The newest post"))
    if terms := site.terms.all():
        most = max(terms, key=lambda term: term.count)
        found.append(Link(most.url, f"Tag: {most.name}"))
    return [*found, Link("/tags/", "All tags"), Link("/search/", "Search")][:4]
