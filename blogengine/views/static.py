"""The files of plugins, under addresses that hold a hash of them."""

from __future__ import annotations

from flask import Response, abort, request

from blogengine.views.current import current_site

ENDPOINT = "static_file"
FOREVER = "public, max-age=31536000, immutable"


def show_static(path: str) -> Response:
    """Answer with a registered file; nothing else of any folder can be asked for.

    The address is compared with those of the registered files and never joined to a path.
    """
    file = current_site().contributions.files.get(f"/static/p/{path}")
    if file is None:
        abort(404)
    response = Response(file.content, content_type=file.media_type)
    response.set_etag(file.integrity.partition("-")[2][:32])
    response.headers["Cache-Control"] = FOREVER
    response.make_conditional(request)
    return response
