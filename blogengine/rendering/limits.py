"""How much one text may cost, and what is raised when it costs more."""

from __future__ import annotations

from ..errors import Retryable, UserError

MAX_SOURCE_BYTES = 512 * 1024
TIME_LIMIT = 3.0
MEMORY_LIMIT = 512 * 1024 * 1024

# Seconds that all tries with plugins may take together; what comes after is one try without any.
PLUGINS_LIMIT = 4.0
# How long the plugins' modules may take to be imported in a fresh child.
LOAD_LIMIT = 5.0
# A plugin that costs a text this often is left out by this renderer from then on.
OVERRUNS_ALLOWED = 2

# A fresh child imports its libraries before it takes texts; a loaded machine may need long.
START_LIMIT = 20.0
# How long a text waits for the texts before it.
QUEUE_LIMIT = 20.0


class TextTooCostly(UserError):
    """The text is too long or too knotty to turn into a page."""

    status = 422

    def __init__(self, message: str, *, action: str = "") -> None:
        super().__init__(
            message,
            code="text-too-costly",
            action=action
            or "Look for long runs of brackets, quotes or tags that are never closed, or split "
            "the text; nothing was lost.",
            field="body",
            status=422,
        )


class RendererUnavailable(Retryable):
    """The helper process that renders texts can't be started or is busy for too long."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Texts can't be turned into pages right now: {reason}.",
            code="renderer-unavailable",
            action="Try again in a few seconds; the text is kept.",
        )


def check_size(source: str) -> None:
    """Refuse a text that is longer than any post needs to be."""
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > MAX_SOURCE_BYTES:
        raise TextTooCostly(
            f"The text has {size // 1024} kB; at most {MAX_SOURCE_BYTES // 1024} kB can be shown.",
            action="Split it into several posts, or link to the long part as a file.",
        )
