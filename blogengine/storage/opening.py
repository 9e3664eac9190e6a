"""Which storage a site has: `BLOGENGINE_MEDIA_URL` says it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from blogengine.config import Config
from blogengine.errors import OperatorError
from blogengine.storage.local import LocalStorage
from blogengine.storage.s3 import S3Storage
from blogengine.storage.storage import KEY, Storage

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def open_storage(config: Config) -> Storage:
    """Return the site's storage; nothing is made or asked before the first file.

    Raises OperatorError for an address that can't be used.
    """
    if not config.media_url:
        return LocalStorage(config.instance / "media")
    parts = urlsplit(config.media_url)
    prefix = parts.path.strip("/")
    named = BUCKET.fullmatch(parts.netloc) and (not prefix or KEY.fullmatch(prefix))
    if parts.scheme != "s3" or not named or parts.query or parts.fragment:
        raise OperatorError(
            "BLOGENGINE_MEDIA_URL must look like s3://bucket/prefix.",
            code="configuration-invalid",
            action="Correct it in the environment or in instance/blog.toml; leave it away for the "
            "folder instance/media.",
        )
    return S3Storage(parts.netloc, prefix)
