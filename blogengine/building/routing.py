"""Last steps: who answers at which address, and what happens around every request."""

from __future__ import annotations

import logging

from blogengine.building.build import Build
from blogengine.host.kinds.admin_pages import add_admin_page
from blogengine.host.kinds.blueprints import add_blueprint
from blogengine.permissions import PUBLIC
from blogengine.posts.previews import PATH as PREVIEW
from blogengine.routes import add_route, undeclared
from blogengine.templating import CORE_TEMPLATES
from blogengine.views.archives import add_archive_routes
from blogengine.views.arrival import add_arrival
from blogengine.views.errors import add_error_handlers
from blogengine.views.feeds import add_stream_routes
from blogengine.views.manual import add_manual
from blogengine.views.measures import refuse_excess
from blogengine.views.people import add_people_routes
from blogengine.views.posts import add_slash, show_path
from blogengine.views.previews import show_link
from blogengine.views.static import ENDPOINT as STATIC
from blogengine.views.static import show_static

log = logging.getLogger(__name__)


def add_people_pages(build: Build) -> None:
    """Signing in, ahead of plugins: none stands in its place."""
    add_people_routes(build.app)


def add_plugin_routes(build: Build) -> None:
    """Put the plugins' blueprints and admin pages on the app, each view behind the guard."""
    for name, blueprint in build.assembled.contributions.blueprints:
        add_blueprint(build.app, name, blueprint, build.guard)
    for name, page in build.assembled.contributions.admin_pages:
        add_admin_page(build.app, name, page, build.site, build.guard)


def add_core_routes(build: Build) -> None:
    """Archives, the icon, plugins' files, and last what is left: posts and pages."""
    add_archive_routes(build.app, build.site)
    add_stream_routes(build.app, build.site)
    app = build.app
    add_route(app, "/healthz", "healthz", say_alive, permission=PUBLIC, cache="no-store")
    add_route(app, "/favicon.ico", "icon", show_icon, permission=PUBLIC, cache="forever")
    add_route(app, "/static/p/<path:path>", STATIC, show_static, permission=PUBLIC, cache="forever")
    add_manual(app)
    add_route(
        app,
        f"{PREVIEW}<token>/",
        "preview_link",
        show_link,
        permission=PUBLIC,
        cache="no-store",
        limit="60/minute",
        methods=["GET"],
    )
    # Posts take the password of a protected one; who may read a private one is asked in the view.
    both = ["GET", "POST"]
    add_route(app, "/<path:path>/", "post", show_path, permission=PUBLIC, methods=both)
    add_route(app, "/<path:path>", "unslashed", add_slash, permission=PUBLIC)


def add_request_steps(build: Build) -> None:
    """What happens around every request, and how failures are told."""
    add_arrival(build.app)
    build.app.before_request(refuse_excess)
    add_error_handlers(build.app)
    for rule in undeclared(build.app):
        module = getattr(build.app.view_functions[rule.endpoint], "__module__", "")
        if module.partition(".")[0] == "blogengine":
            raise RuntimeError(f"The engine's route {rule} declares nothing.")
        log.error("The route %s of %s declares nothing and answers nobody.", rule, module)


def say_alive() -> tuple[str, dict[str, str]]:
    """Say that the process answers: nothing else is asked, so nothing outside can make it fail."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


def show_icon() -> tuple[bytes, dict[str, str]]:
    """Answer with the site's icon."""
    icon = (CORE_TEMPLATES / "icon.svg").read_bytes()
    # Feed readers show it on their own pages.
    return icon, {
        "Content-Type": "image/svg+xml",
        "Cache-Control": "public, max-age=604800",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
