"""Last steps: who answers at which address, and what happens around every request."""

from __future__ import annotations

from blogengine.building.build import Build
from blogengine.host.kinds.blueprints import add_blueprint
from blogengine.templating import CORE_TEMPLATES
from blogengine.views.archives import add_archive_routes
from blogengine.views.arrival import add_arrival
from blogengine.views.errors import add_error_handlers
from blogengine.views.manual import add_manual
from blogengine.views.posts import add_slash, show_path
from blogengine.views.static import ENDPOINT as STATIC
from blogengine.views.static import show_static


def add_plugin_routes(build: Build) -> None:
    """Put the plugins' blueprints on the app, each view behind the guard."""
    for name, blueprint in build.assembled.contributions.blueprints:
        add_blueprint(build.app, name, blueprint, build.guard)


def add_core_routes(build: Build) -> None:
    """Archives, the icon, plugins' files, and last what is left: posts and pages."""
    add_archive_routes(build.app, build.site)
    build.app.add_url_rule("/favicon.ico", "icon", show_icon)
    build.app.add_url_rule("/static/p/<path:path>", STATIC, show_static)
    add_manual(build.app)
    build.app.add_url_rule("/<path:path>/", "post", show_path, methods=["GET", "POST"])
    build.app.add_url_rule("/<path:path>", "unslashed", add_slash)


def add_request_steps(build: Build) -> None:
    """What happens around every request, and how failures are told."""
    add_arrival(build.app)
    add_error_handlers(build.app)


def show_icon() -> tuple[bytes, dict[str, str]]:
    """Answer with the site's icon."""
    icon = (CORE_TEMPLATES / "icon.svg").read_bytes()
    return icon, {"Content-Type": "image/svg+xml", "Cache-Control": "public, max-age=604800"}
