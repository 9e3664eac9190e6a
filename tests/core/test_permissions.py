"""Who may do what: the table, who acts where, and the services that ask."""

from __future__ import annotations

import re
from contextvars import Context
from pathlib import Path

import pytest
from flask import Flask

from blogengine.actors import (
    NOBODY,
    THE_ENGINE,
    Actor,
    acting,
    current_actor,
    may,
    require,
)
from blogengine.errors import Denied
from blogengine.permissions import CORE, ROLES, PermissionTable

ROOT = Path(__file__).resolve().parents[2]


def person(role: str, number: int = 1, **more: object) -> Actor:
    return Actor("person", number, "Ann", role, **more)  # type: ignore[arg-type]


def test_the_manual_holds_the_table_of_permissions() -> None:
    page = (ROOT / "docs" / "plugins" / "permissions.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.*) \|$", page, flags=re.MULTILINE)
    table = PermissionTable()
    told = {name: cells.split(" | ") for name, cells in rows}
    meant = {
        name: [grants.title, *(table.grant(role, name) or "–" for role in ROLES)]
        for name, grants in CORE.items()
    }
    assert told == meant


def test_outside_of_a_request_the_operator_acts_and_inside_nobody_known() -> None:
    app = Flask("trial")
    seen: list[str] = []

    @app.get("/")
    def show() -> str:
        seen.append(current_actor().kind)
        return ""

    with acting(person("owner")):
        assert current_actor().role == "owner"
        app.test_client().get("/")  # the one who acts out here doesn't act in there
        Context().run(app.test_client().get, "/")
    assert seen == ["anonymous", "anonymous"]
    assert current_actor().kind == "operator"


@pytest.mark.parametrize("name", CORE)
def test_nobody_known_may_do_nothing(name: str) -> None:
    with acting(NOBODY), pytest.raises(Denied) as refused:
        require(name)
    assert (refused.value.status, refused.value.exit_code) == (401, 77)


@pytest.mark.parametrize("name", CORE)
def test_the_engine_and_the_owner_may(name: str) -> None:
    for actor in (THE_ENGINE, person("owner")):
        assert may(name, actor=actor)


@pytest.mark.parametrize("actor", [person("admin"), person("gardener")])
def test_a_permission_or_role_that_nobody_declared_is_refused(actor: Actor) -> None:
    assert not may("posts.bake", actor=actor)
    assert not may("posts.edit", actor=person("gardener"))


def test_a_token_has_its_scopes_and_no_more_than_the_role() -> None:
    token = person("author", scopes=frozenset({"posts.create", "settings.edit"}))
    assert may("posts.create", actor=token)
    assert not may("posts.edit", actor=token)
    assert not may("settings.edit", actor=token)
