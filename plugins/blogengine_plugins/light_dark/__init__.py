"""Light or dark: readers choose it in the footer, for all pages and without a script."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    Asset,
    Blueprint,
    Markup,
    Plugin,
    Widget,
    WidgetContext,
    hookimpl,
    own_address,
    redirect,
    remember,
    remembered,
    request,
    translator,
)

_ = translator(__name__)

plugin = Plugin(summary=__doc__, api=1)

CHOICE = "scheme"
SCHEMES = {
    "": _.lazy_gettext("Automatic"),
    "light": _.lazy_gettext("Light"),
    "dark": _.lazy_gettext("Dark"),
}
SEE_OTHER = 303

blueprint = Blueprint("light_dark", __name__)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The address that takes the choice."""
    return [blueprint]


@hookimpl
def register_widgets() -> list[Widget]:
    """The form below every page."""
    return [Widget("light_dark", _.lazy_gettext("Appearance"), show, region="footer", order=200)]


@hookimpl
def register_assets() -> list[Asset]:
    """The form's look, on any theme."""
    return [Asset("light_dark.css", inline=True)]


@hookimpl
def template_context() -> dict[str, str]:
    """Tell the theme what was chosen: "light", "dark", or "" for what the system says."""
    return {"chosen": chosen()}


def chosen() -> str:
    """Return the visitor's choice."""
    scheme = remembered(CHOICE)
    return scheme if scheme in SCHEMES else ""


def show(ctx: WidgetContext) -> Markup:
    """Return the form."""
    return ctx.render("light_dark/form.html", schemes=SCHEMES, chosen=chosen())


@blueprint.post("/light-dark/", permission="public")
def choose() -> AnyResponse:
    """Keep the choice in a cookie and go back to where the reader was."""
    scheme = request.form.get("scheme", "")
    came_from = urlsplit(request.referrer or "")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    there = own_address(path) if came_from.netloc == request.host else "/"
    answer = redirect(there, SEE_OTHER)
    remember(answer, CHOICE, scheme if scheme in SCHEMES else "")
    return answer
