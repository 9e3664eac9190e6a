"""The addresses of the library."""

from __future__ import annotations

import json

from blogengine.api import Blueprint, Response, UserError, request, site
from blogengine_plugins.media.receiving import Received, receive
from blogengine_plugins.media.rights import UPLOAD
from blogengine_plugins.media.serving import show_file
from blogengine_plugins.media.storing import Words

LARGEST_UPLOADS = 64 * 1024 * 1024
MOST_AT_ONCE = 20
UPLOADS_LIMIT = "120/hour"

blueprint = Blueprint("media", __name__)
blueprint.add_url_rule("/media/<path:path>", "file", show_file, permission="public")


@blueprint.post(
    "/admin/media/upload/", permission=UPLOAD, body=LARGEST_UPLOADS, limit=UPLOADS_LIMIT
)
def upload() -> Response:
    """Take the files of a form."""
    files = [item for item in request.files.getlist("file") if item.filename]
    if not files or len(files) > MOST_AT_ONCE:
        raise UserError(
            "No file came." if not files else f"{len(files)} files came at once.",
            code="media-no-file",
            action=f"Choose one to {MOST_AT_ONCE} files.",
            field="file",
            status=422,
        )
    words = Words(alt=request.form.get("alt", ""), decorative="decorative" in request.form)
    received = [receive(site, item.stream, item.filename or "", words) for item in files]  # type: ignore[arg-type]
    return as_json(received)


def as_json(received: list[Received]) -> Response:
    """Return what the editor gets."""
    first, *_ = received
    body = {**first.file.as_json(), "new": first.new}
    return Response(
        json.dumps(body, ensure_ascii=False),
        status=201 if first.new else 200,
        mimetype="application/json",
    )
