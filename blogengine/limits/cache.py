"""Counts on a Valkey or Redis server, for sites on several machines."""

from __future__ import annotations

from typing import Any, cast

from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string

from blogengine.errors import OperatorError

PATIENCE_SECONDS = 0.25
"""How long a request waits for the server, for connecting and for each answer."""


def cache_storage(url: str) -> Storage:
    """Return the library's storage on a server; nothing is connected yet.

    Valkey speaks Redis's protocol, so one client serves both. Raises OperatorError when that isn't
    installed or the address is none.
    """
    address = url.replace("valkey", "redis", 1) if url.startswith("valkey") else url
    try:
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # Its own retries wait for seconds, whatever the time-outs say.
        options: dict[str, Any] = {"retry": Retry(NoBackoff(), 0)}
        options |= dict.fromkeys(("socket_timeout", "socket_connect_timeout"), PATIENCE_SECONDS)
        return cast(Storage, storage_from_string(address, **options))
    except (ImportError, ConfigurationError, ValueError) as error:
        raise OperatorError(
            f"BLOGENGINE_CACHE_URL can't be used: {error}.",
            code="cache-unusable",
            action="Write redis://host:6379/0, and install blogengine[redis].",
        ) from error
