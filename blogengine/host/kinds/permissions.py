"""Permissions of a plugin's own: who of the people may do what it offers."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_text, must_be, unique
from blogengine.permissions import NAME, ROLES, Permission


def check(plugin: str, values: list[Permission], others: list[Owned[Permission]]) -> None:
    for permission in values:
        what = f"The permission {permission.name!r}"
        check_text(what, name=permission.name, title=permission.title)
        own = NAME.fullmatch(permission.name) and permission.name.startswith(f"{plugin}.")
        must_be(own, f"{what} must be called {plugin}.VERB.")
        for role in permission.roles:
            must_be(role in ROLES, f"{what}: there is no role {role!r}.")
    unique("permission", values, others)


def guarded(plugin: str, permission: Permission, guard: Guard) -> Permission:  # noqa: ARG001
    return permission


def gather(owned: list[Owned[Permission]]) -> Mapping[str, object]:
    return {"permissions": tuple(permission for _plugin, permission in owned)}


PERMISSIONS = Kind("register_permissions", Permission, check, guarded, gather)
