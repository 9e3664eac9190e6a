"""`/media/…`: uploads for readers. An address is looked up and never joined to a path."""

from __future__ import annotations

import io
import re

from werkzeug.wsgi import FileWrapper

from blogengine.api import Response, Site, abort, content_disposition, request, site
from blogengine_plugins.media.queries import by_stem
from blogengine_plugins.media.values import SUFFIXES, MediaFile, storage_key

PATH = re.compile(r"([0-9a-f]{16}(?:-[0-9]{1,4})?)(?:/([1-9][0-9]{0,4}))?(\.[a-z0-9]{3,4})")
FOREVER = "public, max-age=31536000, immutable"
POLICY = "default-src 'none'; style-src 'none'; frame-ancestors 'none'; sandbox"
PIECE = 64 * 1024
TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}


def show_file(path: str) -> Response:
    """Answer with a file or a copy of it; 404 for whatever isn't one."""
    running: Site = site
    match = PATH.fullmatch(path)
    file = by_stem(running, match[1]) if match else None
    if match is None or file is None:
        abort(404)
    key, media_type = _asked_for(file, int(match[2] or 0), match[3])
    found = running.storage.find(key)
    if found is None:
        abort(404)
    stream = StoredFile(running, key, found.size)
    response = Response(
        FileWrapper(stream, PIECE),  # type: ignore[arg-type]
        content_type=media_type,
        direct_passthrough=True,
    )
    response.content_length = found.size
    response.set_etag(key.replace("/", "-"))
    response.last_modified = found.at
    fresh = request.args.get("v") == file.content[:8]
    response.headers["Cache-Control"] = FOREVER if fresh else "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Content-Disposition"] = content_disposition(
        file.name, attachment=not file.is_picture
    )
    response.make_conditional(request, accept_ranges=True, complete_length=found.size)
    return response


def _asked_for(file: MediaFile, width: int, suffix: str) -> tuple[str, str]:
    """Return key and type of what an address names; 404 for a copy that there isn't."""
    if not width:
        if suffix != file.suffix:
            abort(404)
        return file.key, file.media_type
    media_type = TYPES.get(suffix, "")
    if width not in file.sizes.get(media_type, ()):
        abort(404)
    return storage_key(file.content, suffix, width), media_type


class StoredFile(io.RawIOBase):
    """A kept file that is opened where the first byte is wanted, for a part of it."""

    def __init__(self, running: Site, key: str, size: int) -> None:
        super().__init__()
        self._storage, self._key, self._size = running.storage, key, size
        self._at = 0
        self._opened: object = None

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset != self._at:
            self._let_go()
        self._at = start + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        if self._opened is None:
            self._opened = self._storage.open(self._key, self._at)
        piece: bytes = self._opened.read(size)  # type: ignore[attr-defined]
        self._at += len(piece)
        return piece

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._opened is not None:
            self._opened.close()  # type: ignore[attr-defined]
            self._opened = None
