"""What statuses of HTTP mean here, as errors of the engine: never raised, only told."""

from __future__ import annotations

from blogengine.errors import BlogError, Denied, NotFound, Retryable, UserError

FATAL = 500

TOLD: tuple[BlogError, ...] = (
    UserError(
        "The request can't be understood.",
        code="bad-request",
        action="Check the address, or go back and try again.",
    ),
    Denied(
        "You aren't signed in.",
        code="sign-in-needed",
        action="Sign in, then open this page again.",
        status=401,
    ),
    Denied(
        "This isn't allowed.",
        code="not-allowed",
        action="Open the page of this site again and repeat it there.",
    ),
    NotFound(
        "There is nothing at this address.",
        code="not-found",
        action="It may have moved, or the address is mistyped.",
    ),
    UserError(
        "This address can't be used that way.",
        code="method-not-allowed",
        action="Open it as an ordinary page.",
        status=405,
    ),
    UserError(
        "What was here has been deleted.",
        code="gone",
        action="Look through the newest posts instead.",
        status=410,
    ),
    UserError(
        "What was sent is too large.",
        code="too-large",
        action="Shorten it and send it again.",
        status=413,
    ),
    UserError(
        "The address is too long.",
        code="address-too-long",
        action="Shorten it.",
        status=414,
    ),
    UserError(
        "This kind of file or data can't be used here.",
        code="media-type-unsupported",
        action="Send it in one of the kinds that the page names.",
        status=415,
    ),
    UserError(
        "Something in what was sent can't be used.",
        code="input-invalid",
        action="Mend it and send it again.",
        status=422,
    ),
    UserError(
        "That was too often in a short time.",
        code="too-many-requests",
        action="Wait a little, then try again.",
        status=429,
    ),
    Retryable(
        "The site can't answer just now.",
        code="unavailable",
        action="Try again in a little while.",
    ),
    BlogError(
        "Something went wrong on our side.",
        code="internal-error",
        action="Try again; tell the owner if it goes on.",
    ),
)
BY_STATUS = {error.status: error for error in TOLD}


def told(status: int, name: str) -> BlogError:
    """Return the error that stands for a status; `name` is HTTP's own word for it."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status < FATAL:
        action = "Go back and try again."
        return UserError(f"{name}.", code="request-refused", action=action, status=status)
    return BlogError(
        f"{name}.", code="internal-error", action="Try again in a little while.", status=status
    )
