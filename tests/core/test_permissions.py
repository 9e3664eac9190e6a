"""Who may do what: the table, who acts where, and the services that ask."""

from __future__ import annotations

import re
from collections.abc import Callable
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
from blogengine.clock import utcnow
from blogengine.errors import Denied, UserError
from blogengine.lifecycle.switching import disable, enable
from blogengine.permissions import CORE, ROLES, PermissionTable
from blogengine.values import Post, PostDraft
from tests.conftest import Blog

ROOT = Path(__file__).resolve().parents[2]


def person(role: str, number: int = 1, **more: object) -> Actor:
    return Actor("person", number, "Ann", role, **more)  # type: ignore[arg-type]


def test_the_manual_holds_the_table_of_permissions() -> None:
    page = (ROOT / "docs" / "plugins" / "permissions.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.*) \|$", page, flags=re.MULTILINE)
    table = PermissionTable()
    told = {name: cells.split(" | ") for name, cells in rows if "." in name}
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


# --- the services ask ---------------------------------------------------------------------------


def somebody(blog: Blog, role: str) -> Actor:
    """Make a person of this role and return the actor that they are."""
    made = blog.site.users.create(f"{role} {len(blog.site.users.all())}", role=role)
    return Actor("person", made.id, made.name, role, confirmed_at=utcnow())


ACTS: dict[str, Callable[[Blog, Post], object]] = {
    "edit": lambda blog, post: blog.site.posts.edit(post.id, title="Other"),
    "publish": lambda blog, post: blog.site.posts.publish(post.id),
    "unpublish": lambda blog, post: blog.site.posts.unpublish(post.id),
    "trash": lambda blog, post: blog.site.posts.trash(post.id),
    "purge": lambda blog, post: blog.site.posts.purge(post.id),
    "older text": lambda blog, post: blog.site.posts.restore_revision(post.id, 1),
    "rename a tag": lambda blog, _post: blog.site.terms.rename("sea", "Ocean"),
    "describe a tag": lambda blog, _post: blog.site.terms.describe("sea", "Salt."),
    "delete tags": lambda blog, _post: blog.site.terms.delete_unused(["Sea"]),
    "make a person": lambda blog, _post: blog.site.users.create("Zoe"),
    "make an owner": lambda blog, _post: blog.site.users.create("Zoe", role="owner"),
    "delete people": lambda blog, _post: blog.site.users.delete_unused([]),
    "hide a widget": lambda blog, _post: blog.site.widgets.hide("comments-thread"),
    "place a widget": lambda blog, _post: blog.site.widgets.place("comments-thread", "footer"),
    "forget widgets": lambda blog, _post: blog.site.widgets.reset(),
    "render again": lambda blog, _post: blog.site.posts.render_stale(),
    "new addresses": lambda blog, _post: blog.site.posts.repath(),
    "a setting": lambda blog, _post: blog.set("site", title="Ours"),
    "enable": lambda blog, _post: enable(blog.site.config, "nothing_of_this_name"),
    "disable": lambda blog, _post: disable(blog.site.config, "nothing_of_this_name"),
}
OF_OTHERS = {"edit", "publish", "unpublish", "trash", "purge", "older text"}
TAGS = {"rename a tag", "describe a tag", "delete tags"}
OF_OWNERS = {"make an owner", "enable", "disable"}

MAY = {
    "owner": set(ACTS),
    "admin": set(ACTS) - OF_OWNERS,
    "editor": OF_OTHERS | TAGS,
    "author": set(),
    "contributor": set(),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_service_refuses_whoever_may_not(make_blog: Callable[..., Blog], act: str) -> None:
    """Each act on somebody else's published post, and those that have no owner."""
    blog = make_blog(plugins=["comments"])
    post = blog.post("Waves", tags=["Sea"])
    people = {role: somebody(blog, role) for role in ROLES}
    refused = set()
    for role in ("", *reversed(ROLES)):
        actor = people[role] if role else NOBODY
        before = blog.site.posts.get(post.id)
        try:
            with acting(actor):
                ACTS[act](blog, post)
        except Denied:
            refused.add(role)
            assert blog.site.posts.get(post.id) == before
        except UserError as error:
            assert error.code in ("plugin-unknown", "tag-unknown"), error  # it got that far
        if act == "purge" and role not in refused:
            break
        ACTS["publish"](blog, post)
    asked = ("", *reversed(ROLES)) if act != "purge" else ("", "contributor", "author")
    assert refused == {role for role in asked if not role or act not in MAY[role]}


def test_an_author_has_their_own_posts_and_a_contributor_only_drafts(
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog()
    author, contributor = somebody(blog, "author"), somebody(blog, "contributor")
    posts = blog.site.posts
    with acting(author):
        post = posts.create(PostDraft(title="Mine", source="Text."))
        assert [one.id for one in post.authors] == [author.id]
        assert posts.publish(post.id).public
        posts.edit(post.id, title="Still mine")
        assert [one.by for one in posts.revisions(post.id)] == [author.name] * 3
        with pytest.raises(Denied) as given_away:
            posts.edit(post.id, authors=())
        assert given_away.value.field == "authors"
        posts.trash(post.id)
        assert posts.restore(post.id).public
        posts.purge(post.id)
    with acting(contributor):
        draft = posts.create(PostDraft(title="Mine", source="Text."))
        posts.edit(draft.id, title="Better")
        for act in ("publish", "trash", "restore"):
            if act == "publish":
                with pytest.raises(Denied):
                    posts.publish(draft.id)
            else:
                getattr(posts, act)(draft.id)
        with pytest.raises(Denied):
            posts.create(PostDraft(title="At once", source="Text.", status="published"))
    posts.publish(draft.id)
    with acting(contributor):
        for change in ({"title": "Sneaked in"}, {"status": "draft"}, {"status": "trashed"}):
            with pytest.raises(Denied):
                posts.edit(draft.id, **change)
        with pytest.raises(Denied):
            posts.purge(draft.id)
    assert posts.get(draft.id).title == "Better"
