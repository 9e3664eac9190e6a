"""Every route × nobody and five roles × own and other: what happens is what the tables say.

Made from the app's own map of routes with all built-in plugins on, and a plugin whose author wrote
no line for safety. What is expected comes from the declarations and the table of permissions alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path

import pytest
from werkzeug.routing import BaseConverter, Rule
from werkzeug.test import TestResponse

from blogengine.actors import NOBODY, TABLE, VISITOR, Actor, acting
from blogengine.clock import utcnow
from blogengine.csrf import csrf_token
from blogengine.db import db
from blogengine.permissions import ANY, CORE, NO, OWN, PUBLIC, ROLES, PermissionTable
from blogengine.routes import SAFE_METHODS, policies
from blogengine.values import Post
from tests.conftest import Blog
from tests.test_docs import build

NAIVE = """
from blogengine.api import *

plugin = Plugin(summary="Says nothing of safety anywhere.")
routes = Blueprint("naive", __name__)


@hookimpl
def register_permissions():
    return [Permission("naive.rest", "rest here", roles=("author",))]


@hookimpl
def register_blueprints():
    return [routes]


@routes.post("/naive/<int:number>/rename/", permission="public")
def rename(number):
    return site.posts.edit(number, title=request.values["title"]).title


@routes.post("/naive/<int:number>/publish/", permission="admin.enter")
def publish(number):
    return site.posts.publish(number).title


@routes.post("/naive/<int:number>/trash/", permission="posts.edit")
def trash(number):
    return site.posts.trash(number).title


@routes.post("/naive/<int:number>/purge/", permission="posts.delete")
def purge(number):
    return site.posts.purge(number).title


@routes.route("/naive/careless/", methods=["GET", "POST"], permission="public")
def careless():
    if request.method == "GET":
        return Response("a form", headers={"X-Was": "shown"})
    return Response("stored", headers={"X-Was": "stored"})


@routes.get("/naive/rest/", permission="naive.rest")
def rest():
    return "resting"

"""
ROUTE = """
@routes.route("/naive/{name}/", methods=["GET", "POST"], permission="{permission}")
def {name}():
    return "in"
"""
DENIED = {"sign-in-needed", "not-allowed", "author-not-you"}
UNFRESH = {"form-not-fresh", "form-from-elsewhere"}
VALUES = {"IntegerConverter": 1, "YearConverter": 2026, "MonthConverter": 3}


class Matrix:
    """A site with people of all roles, and requests as any of them."""

    def __init__(self, blog: Blog) -> None:
        self.blog = blog
        self.people = {"": NOBODY}
        self.slugs = {}
        for role in ROLES:
            made = blog.site.users.create(f"The {role}", role=role)
            self.slugs[role] = made.slug
            self.people[role] = Actor(
                "person",
                made.id,
                made.name,
                role,
                session=f"s-{role}",
                confirmed_at=utcnow(),
                second_factor=True,  # the plugin of that name is on, as all are
            )

    def send(self, who: str, path: str, method: str = "GET", token: bool = True) -> TestResponse:
        """Send a request as somebody, as their browser does."""
        actor = self.people[who]
        headers = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
        if token and method not in SAFE_METHODS and actor.id is not None:
            with self.blog.app.test_request_context("/"), acting(actor):
                headers["X-CSRF-Token"] = csrf_token()
        client = self.blog.app.test_client(use_cookies=False)
        environ = {VISITOR: actor}
        data = {"title": "Another title"} if method == "POST" else None
        answer = Context().run(
            lambda: client.open(
                path, method=method, headers=headers, environ_overrides=environ, data=data
            )
        )
        db.end_reading()
        return answer

    def post_of(self, role: str) -> Post:
        """Make a draft of somebody's."""
        return self.blog.post("Mine", status="draft", authors=(self.slugs[role],))

    @property
    def table(self) -> PermissionTable:
        table: PermissionTable = self.blog.app.extensions[TABLE]
        return table

    def rules(self) -> Iterator[tuple[Rule, str, str]]:
        """Yield every route with an address that fits it, and each of its methods."""
        adapter = self.blog.app.url_map.bind("localhost")
        for rule in self.blog.app.url_map.iter_rules():
            converters = rule._converters
            values = {
                name: value_for(converter)
                for name, converter in converters.items()
                if name not in (rule.defaults or {})
            }
            for method in sorted(rule.methods or ()):
                yield rule, adapter.build(rule.endpoint, values, append_unknown=False), method


def value_for(converter: BaseConverter) -> object:
    """Return something that stands in a part of an address; of a choice the first."""
    choices = sorted(getattr(converter, "items", ()))
    return choices[0] if choices else VALUES.get(type(converter).__name__, "x")


def code_of(answer: TestResponse) -> str:
    if answer.mimetype != "application/problem+json" or not answer.data:
        return ""
    return str(json.loads(answer.data)["code"])


def refused(answer: TestResponse) -> bool:
    """Whether an answer says that this person may not."""
    sent_on = answer.headers.get("Location", "").startswith("/admin/login?next=")
    silent = not answer.data and answer.status_code in (401, 403)  # to HEAD
    return sent_on or silent or code_of(answer) in DENIED


@pytest.fixture(scope="module")
def every_built_in() -> list[str]:
    with build.every_built_in() as site:
        return sorted(site.host.loaded)


@pytest.fixture
def matrix(make_blog: Callable[..., Blog], tmp_path: Path, every_built_in: list[str]) -> Matrix:
    folder = tmp_path / "site"
    (folder / "plugins").mkdir(parents=True)
    pages = "".join(ROUTE.format(name=name.replace(".", "_"), permission=name) for name in CORE)
    (folder / "plugins" / "naive.py").write_text(NAIVE + pages)
    blog = make_blog(folder=folder, plugins=[*every_built_in, "naive"], strict=False)
    assert {blog.reason(name) for name in (*every_built_in, "naive")} == {""}
    return Matrix(blog)


def test_every_route_lets_in_whom_its_declaration_names_and_nobody_else(matrix: Matrix) -> None:
    declared, table, wrong, seen = policies(matrix.blog.app), matrix.table, [], 0
    for rule, path, method in matrix.rules():
        permission = declared[rule.endpoint].permission
        for who in matrix.people:
            expected = permission == PUBLIC or bool(table.grant(who, permission))
            answer = matrix.send(who, path, method)
            seen += 1
            if refused(answer) is expected or answer.status_code >= 500:
                if answer.status_code < 500 and _by_service(rule, answer):
                    continue
                wrong.append(f"{who or 'nobody'} {method} {path}: {answer.status_code}")
            if permission != PUBLIC and not expected:
                assert answer.status_code in (303, 401, 403), path
                assert "no-store" in answer.headers["Cache-Control"]
    assert wrong == []
    assert seen > 6 * 100


def _by_service(rule: Rule, answer: TestResponse) -> bool:
    """Whether the service stopped what the route let in.

    So it does behind the back of the naive plugin, and where an address names a post or a person:
    whoever may only work on their own, or not on owners, gets there, and not to this one.
    """
    named = rule.arguments & {"post_id", "person_id"}
    stopped = rule.endpoint.startswith("naive.") or bool(named)
    silent = not answer.data and answer.status_code == 403  # to HEAD
    return stopped and (silent or code_of(answer) in DENIED)


def test_no_changing_route_of_signed_in_people_goes_without_the_token(matrix: Matrix) -> None:
    declared = policies(matrix.blog.app)
    for rule, path, method in matrix.rules():
        policy = declared[rule.endpoint]
        if method in SAFE_METHODS or policy.csrf != "token":
            continue
        for who in ("", "owner"):
            answer = matrix.send(who, path, method, token=False)
            assert code_of(answer) in UNFRESH | DENIED, f"{who} {method} {path}"
            assert answer.status_code in (401, 403)


NEEDED = {
    "rename": ("posts.edit",),
    "publish": ("admin.enter", "posts.edit", "posts.publish"),
    "trash": ("posts.edit", "posts.delete"),
    "purge": ("posts.delete",),
}


@pytest.mark.parametrize("act", NEEDED)
def test_a_naive_plugin_does_to_posts_what_its_visitor_may(matrix: Matrix, act: str) -> None:
    table = matrix.table
    for who in matrix.people:
        for owner in dict.fromkeys((who, "editor")):
            if not owner:
                continue
            post = matrix.post_of(owner)
            grants = [table.grant(who, permission) for permission in NEEDED[act]]
            allowed = NO not in grants and (OWN not in grants or owner == who)
            answer = matrix.send(who, f"/naive/{post.id}/{act}/", "POST")
            told = f"{who or 'nobody'} {act} of {owner}'s: {answer.status_code} {answer.text[:200]}"
            assert (answer.status_code == 200) is allowed, told
            assert refused(answer) is not allowed, told
            if not allowed:
                assert matrix.blog.site.posts.get(post.id) == post


def test_a_private_post_is_there_for_whom_the_table_names(matrix: Matrix) -> None:
    for who in matrix.people:
        for owner in dict.fromkeys((who or "editor", "editor")):
            words = {"visibility": "private", "authors": (matrix.slugs[owner],)}
            post = matrix.blog.post("For few", **words)
            grant = matrix.table.grant(who, "posts.read_private")
            allowed = grant == ANY or (grant == OWN and who == owner)
            answer = matrix.send(who, post.url)
            assert answer.status_code == (200 if allowed else 404)
            if allowed:
                assert answer.headers["Cache-Control"] == "private, no-store"
                assert answer.headers["Vary"] == "Cookie"


TRICKS = [
    "/naive/settings_edit", "/naive//settings_edit/", "//naive/settings_edit/",
    "/./naive/settings_edit/", "/x/../naive/settings_edit/", "/naive/settings_edit/.",
    "/naive/settings_edit/%2e", "/naive/%73ettings_edit/", "/NAIVE/settings_edit/",
    "/naive/settings_edit/?x", "/naive/settings_edit;x/", "/naive/settings_edit%2f",
    "/naive/settings_edit/%20", "/naive/settings_edit%00/", "\\naive\\settings_edit\\",
]  # fmt: skip
HEADERS = [
    {"X-Original-URL": "/naive/settings_edit/"},
    {"X-Rewrite-URL": "/naive/settings_edit/"},
    {"X-HTTP-Method-Override": "GET"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-User": "owner"},
    {"Authorization": "Basic b3duZXI6b3duZXI="},
    {"Authorization": "Bearer be_000000000000_x"},
    {"Cookie": "__Host-blogengine=x; blogengine=x"},
]


def test_no_spelling_of_an_address_and_no_header_passes_a_guard(matrix: Matrix) -> None:
    for path in TRICKS:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "FOO"):
            answer = matrix.send("author", path, method)
            assert answer.text != "in", f"{method} {path}"
    for headers in HEADERS:
        for path in ("/", "/naive/settings_edit/"):
            answer = matrix.blog.get(path, headers={**headers, "Accept": "application/json"})
            assert answer.text != "in"
            assert answer.status_code == (200 if path == "/" else 401), headers


def test_head_is_no_way_around_the_token(matrix: Matrix) -> None:
    """A view that takes all but GET for a sent form would store something."""
    answer = matrix.send("owner", "/naive/careless/", "HEAD", token=False)
    assert (answer.headers["X-Was"], answer.data) == ("shown", b"")
    assert "Set-Cookie" not in matrix.send("owner", "/admin/logout", "HEAD", token=False).headers
