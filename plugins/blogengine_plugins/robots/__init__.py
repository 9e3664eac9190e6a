"""robots.txt with a choice about AI crawlers, and llms.txt for those who want it."""

from __future__ import annotations

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import Blueprint, Plugin, Response, abort, hookimpl, request, site
from blogengine_plugins.robots.settings import RobotsSettings
from blogengine_plugins.robots.texts import llms_txt, robots_txt

plugin = Plugin(summary=__doc__, api=1, settings=RobotsSettings)

blueprint = Blueprint("robots", __name__)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """`/robots.txt` and `/llms.txt`."""
    return [blueprint]


@blueprint.get("/robots.txt", permission="public")
def show_robots() -> AnyResponse:
    """Ask programs what to leave alone."""
    return _answer(robots_txt(site))


@blueprint.get("/llms.txt", permission="public")
def show_llms() -> AnyResponse:
    """Describe the site for language models, if the owner wants that."""
    if not site.settings(RobotsSettings).llms:
        abort(404)
    return _answer(llms_txt(site))


def _answer(text: str) -> AnyResponse:
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)
