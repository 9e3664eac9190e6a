"""The engine's own exceptions: each says what happened, whose turn it is and what to do.

The classes map to HTTP statuses and to exit codes of the command line (BSD sysexits), so that a
view, a command and a log line tell the same story about one failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class BlogError(Exception):
    """Base of everything the engine raises on purpose.

    `message` says what happened and `action` what to do about it; both are complete sentences fit
    for a reader's eyes. `code` is stable and names the error's page in the manual. `errors` are
    the single fields that can't be used, each as (field, code, message). `kind` is the class a log
    line gives it: user, denied, retryable, operator, plugin or bug.
    """

    turn: ClassVar[str] = "fatal"
    kind: ClassVar[str] = "bug"
    status: int = 500
    exit_code: int = 70

    def __init__(
        self,
        message: str,
        *,
        code: str,
        action: str,
        field: str | None = None,
        status: int | None = None,
        exit_code: int | None = None,
        errors: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.action = action
        self.field = field
        self.errors = tuple(errors) or (((field, code, message),) if field else ())
        if status is not None:
            self.status = status
        if exit_code is not None:
            self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message} {self.action}".strip()


class UserError(BlogError):
    """The input can't be used; whoever sent it can mend it. Nothing was stored."""

    turn = "user"
    kind = "user"
    status = 400
    exit_code = 65


class Reject(UserError):
    """A plugin refuses what a writer wants to do. The message is for the writer; nothing is stored.

    Only hooks whose description says so may raise it; elsewhere it is a failure like any other.
    Without an `action`, the writer is told which plugin wants it so.
    """

    status = 422

    def __init__(self, message: str, *, action: str = "", field: str | None = None) -> None:
        super().__init__(message, code="rejected", action=action, field=field)
        self.plugin = ""

    def name(self, plugin: str) -> None:
        """Say which plugin refuses; the first one that is named stays."""
        if not self.plugin:
            self.plugin = plugin
            again = f"The plugin {plugin} wants it so; change that, then try again."
            self.action = self.action or again


class Denied(UserError):
    """Who acts isn't allowed to: 401 when nobody known acts, else 403, or 404 for what they may
    not even know of. Nothing was changed.

    `action` says how to go on: sign in, open the page again, ask somebody who may.
    """

    kind = "denied"
    status = 403
    exit_code = 77


class NotFound(UserError):
    """There is nothing under the given name or address."""

    status = 404


class Gone(UserError):
    """What was at an address has been deleted on purpose.

    `pointer` is where something like it stands, as address and title.
    """

    status = 410

    def __init__(self, message: str, *, code: str, action: str, pointer: tuple[str, str]) -> None:
        super().__init__(message, code=code, action=action)
        self.pointer = pointer


class Lost(NotFound):
    """There is nothing at an address, but something like it elsewhere.

    `pointer` is where that stands, as address and title.
    """

    def __init__(self, message: str, *, code: str, action: str, pointer: tuple[str, str]) -> None:
        super().__init__(message, code=code, action=action)
        self.pointer = pointer


class TooMany(UserError):
    """Somebody has done something too often; it goes through again after `retry_after` seconds."""

    status = 429
    exit_code = 75

    def __init__(self, message: str, *, code: str, action: str, retry_after: int) -> None:
        super().__init__(message, code=code, action=action)
        self.retry_after = max(1, retry_after)


class Retryable(BlogError):
    """Something was busy or away for a moment; the same call may go through in a little while."""

    turn = "retryable"
    kind = "retryable"
    status = 503
    exit_code = 75
    retry_after: int = 5
    """Seconds after which it is worth trying."""


class OperatorError(BlogError):
    """The installation needs its operator: disk, rights, configuration, schema version."""

    turn = "operator"
    kind = "operator"
    status = 503
    exit_code = 78


class PluginFault(BlogError):
    """A plugin failed on its own ground; the engine and the other plugins went on."""

    turn = "operator"
    kind = "plugin"
    status = 502
    exit_code = 70
