"""Who may do what: one table of roles and permissions, for pages, the command line and the API.

A grant is "any" (everybody's), "own" (what the person wrote or is) or "" (not at all).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ANY, OWN, NO = "any", "own", ""

PUBLIC = "public"
"""What a route declares that everybody may call."""

ROLES = ("owner", "admin", "editor", "author", "contributor")

NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a role may do. A plugin's is called `NAME.verb`, with the plugin's name.

    `title` completes the sentence "may …". `roles` have it from the start; the owner always has.
    """

    name: str
    title: str
    roles: tuple[str, ...] = ("admin", "editor")


@dataclass(frozen=True, slots=True)
class Grants:
    """A permission of the core and what each role has of it; who isn't named has nothing."""

    title: str
    admin: str = NO
    editor: str = NO
    author: str = NO
    contributor: str = NO
    owner: str = ANY


CORE: Mapping[str, Grants] = {
    "admin.enter": Grants("enter the admin pages", ANY, ANY, ANY, ANY),
    "posts.create": Grants("write new posts", ANY, ANY, ANY, ANY),
    "posts.edit": Grants("change posts", ANY, ANY, OWN, OWN),
    "posts.publish": Grants("make posts public, and change public ones", ANY, ANY, OWN),
    "posts.delete": Grants("move posts to the trash, bring them back, delete", ANY, ANY, OWN, OWN),
    "posts.read_private": Grants("read private posts and drafts", ANY, ANY, OWN, OWN),
    "terms.edit": Grants("rename and describe tags", ANY, ANY),
    "people.read": Grants("see the list of people", ANY, ANY),
    "people.manage": Grants("invite people, change their roles, switch them off", ANY),
    "people.manage_owners": Grants("make and unmake owners"),
    "settings.edit": Grants("change settings", ANY),
    "plugins.switch": Grants("switch plugins on and off"),
    "widgets.edit": Grants("place widgets", ANY),
    "menus.edit": Grants("make the menu of the site", ANY),
    "audit.read": Grants("read who changed what", ANY),
    "jobs.manage": Grants("look after jobs and mails", ANY),
    "tokens.own": Grants("make API tokens of one's own", OWN, OWN, OWN, OWN, owner=OWN),
    "profile.own": Grants("change one's own profile and sessions", OWN, OWN, OWN, OWN, owner=OWN),
}
"""The core's permissions. Switching plugins is the owner's: it lets any code run."""


class PermissionTable:
    """The core's permissions, and those that the running plugins registered."""

    def __init__(self, plugins: Iterable[Permission] = ()) -> None:
        self._titles = {name: grants.title for name, grants in CORE.items()}
        self._grants: dict[tuple[str, str], str] = {
            (role, name): getattr(grants, role) for name, grants in CORE.items() for role in ROLES
        }
        for one in plugins:
            self._titles[one.name] = one.title
            for role in ROLES:
                given = role == "owner" or role in one.roles
                self._grants[role, one.name] = ANY if given else NO

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all permissions."""
        return tuple(self._titles)

    def title(self, permission: str) -> str:
        """Return what completes the sentence "may …"."""
        return self._titles.get(permission, permission)

    def grant(self, role: str, permission: str) -> str:
        """Return what a role has of a permission: "any", "own" or "" for nothing.

        A role or permission that nobody declared has nothing.
        """
        return self._grants.get((role, permission), NO)


CORE_TABLE = PermissionTable()
