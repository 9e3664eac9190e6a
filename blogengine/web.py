"""What a plugin's own addresses are made with: a blueprint whose routes declare a permission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
from werkzeug.routing import BaseConverter

from blogengine.routes import SAID, RoutePolicy, declare

View = Callable[..., Any]

FOR_THE_WHOLE_APP = (
    "app_context_processor app_errorhandler app_template_filter app_template_global "
    "app_template_test app_url_defaults app_url_value_preprocessor after_app_request "
    "before_app_request teardown_app_request"
).split()
"""What Flask lets a blueprint do to all other addresses. A plugin has hooks for that."""


class YearConverter(BaseConverter):
    """Four digits in an address, as a number."""

    regex = r"[1-9][0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)


class MonthConverter(YearConverter):
    """Two digits in an address, as a number from 1 on."""

    regex = r"0[1-9]|[1-3][0-9]"


CONVERTERS = {"year": YearConverter, "month": MonthConverter}


class Blueprint(flask.Blueprint):
    """A Flask blueprint whose every route says who may call it: `permission="public"`.

    The permission is "public", one of the core's (`posts.edit`) or one that the plugin registered.
    `csrf`, `cache` and `limit` follow from it and can be said too. `limit="10/minute"` counts
    changing requests, or all where none changes anything. `csrf="token"` wants the token of
    `csrf_field()`; `csrf="none"` is for programs, and the visitor's cookies count for nothing.
    `cache="no-store"` keeps a page out of all caches. `confirm=True` asks for the password before
    what would be worst in a thief's hands. `body` is how many bytes a request may have, where
    uploads need more than the usual 2 MB; only on routes that aren't public. A route without a
    permission, or with a wrong declaration, raises ValueError when it is declared, which marks its
    plugin failed. The core checks all of it before any view runs.
    """

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.policies: dict[str, RoutePolicy] = {}
        for refused in FOR_THE_WHOLE_APP:
            setattr(self, refused, _refused(refused))

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Declare a route; `permission` is required."""
        said = {name: options.pop(name, None) for name in ("permission", *SAID)}
        methods = options.get("methods") or getattr(view_func, "methods", None)
        policy = declare(rule, **said, methods=methods)
        name = f"{self.name}.{endpoint or getattr(view_func, '__name__', rule)}"
        if self.policies.setdefault(name, policy) != policy:
            raise ValueError(
                f"The route {rule} declares something else than another of the same function."
            )
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def _refused(name: str) -> Callable[..., Any]:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError(
            f"A plugin's blueprint is for its own addresses; it can't use {name}. "
            "The hooks of the reference reach every page."
        )

    return refuse
