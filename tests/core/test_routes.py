"""What routes declare, and the guards that read it: permissions, forms, limits, caches, hosts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from blogengine.actors import Actor, acting, may
from blogengine.csrf import csrf_token
from blogengine.permissions import ROLES
from blogengine.routes import RoutePolicy, declare, policies, undeclared
from tests.conftest import Blog

PANEL = """
from blogengine.api import *

plugin = Plugin(summary="A panel, whose author thought of nothing but its purpose.")
routes = Blueprint("panel", __name__)


@hookimpl
def register_permissions():
    return [Permission("panel.use", "use the panel", roles=("editor",))]


@hookimpl
def register_blueprints():
    return [routes]


@hookimpl
def register_widgets():
    return [Widget("who", "Who", lambda ctx: ctx.viewer.name or "nobody", pages={"terms"})]


@routes.get("/panel/", permission="panel.use")
def show():
    return f"<p>The panel of {current_actor().name}</p>"


@routes.post("/panel/", permission="panel.use")
def change():
    return "changed"


@routes.get("/words/", permission="public")
def words():
    return "<p>Words</p>"


@routes.post("/words/", permission="public")
def say():
    return "said " + request.form.get("word", "")


@routes.post("/machine/", permission="public", csrf="none")
def machine():
    return current_actor().kind


@routes.get("/seldom/", permission="public", limit="2/minute")
def seldom():
    return "now"


@routes.get("/careless/<int:number>/", permission="public")
def careless(number):
    return site.posts.edit(number, title="Taken over").title


@routes.get("/mine/", permission="public")
def mine():
    answer = Response("for one")
    answer.set_cookie("seen", "1")
    answer.headers["Cache-Control"] = "public, max-age=600"
    return answer
"""


def with_plugin(make_blog: Callable[..., Blog], folder: Path, text: str = PANEL) -> Blog:
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "panel.py").write_text(text)
    return make_blog(folder=folder, plugins=["panel"], strict=False)


@pytest.fixture
def blog(make_blog: Callable[..., Blog], tmp_path: Path) -> Blog:
    made = with_plugin(make_blog, tmp_path / "site")
    assert made.reason("panel") == ""
    return made


# --- declarations ---------------------------------------------------------------------------------


def test_register_permissions_makes_names_that_only_some_roles_have(blog: Blog) -> None:
    people = {role: Actor("person", 1, "Ann", role) for role in ROLES}
    having = {role for role, actor in people.items() if may("panel.use", actor=actor)}
    assert having == {"owner", "editor"}


def test_what_a_route_does_not_say_follows_from_its_permission() -> None:
    assert declare("/x/", permission="public") == RoutePolicy("public", "same-origin", "revalidate")
    assert declare("/x/", permission="posts.edit") == RoutePolicy("posts.edit", "token", "private")


@pytest.mark.parametrize(
    "said",
    [
        {"permission": None},
        {"permission": "everybody"},
        {"permission": "posts.edit", "cache": "revalidate"},
        {"permission": "posts.edit", "csrf": "same-origin"},
        {"permission": "public", "csrf": "perhaps"},
        {"permission": "public", "cache": "for a while"},
        {"permission": "public", "limit": "often"},
        {"permission": "public", "limit": 5},
        {"permission": "public", "methods": ["TRACE"]},
    ],
    ids=str,
)
def test_a_wrong_declaration_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="The route /x/"):
        declare("/x/", **said)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('@routes.get("/more/")\ndef more():\n    return ""', "must declare a permission"),
        (
            'inner = __import__("flask").Blueprint("inner", __name__)\n'
            'inner.add_url_rule("/more/", "more", lambda: "")\nroutes.register_blueprint(inner)',
            "Its route /more/ declares no permission",
        ),
        (
            'routes.static_folder = "/"\nroutes.static_url_path = "/more"',
            "declares no permission",
        ),
        (
            '@routes.get("/more/", permission="panel.paint")\ndef more():\n    return ""',
            "wants the permission 'panel.paint'",
        ),
        (
            '@routes.get("/a/", permission="public")\n'
            '@routes.get("/b/", permission="panel.use")\ndef more():\n    return ""',
            "declares something else",
        ),
        (
            "@hookimpl\ndef register_assets():\n    from flask import current_app\n"
            '    current_app.add_url_rule("/more/", "more", lambda: "in")\n    return []',
            "added routes to the app itself",
        ),
    ],
)
def test_a_route_without_a_declaration_fails_its_plugin_and_answers_nobody(
    make_blog: Callable[..., Blog], tmp_path: Path, line: str, sentence: str
) -> None:
    blog = with_plugin(make_blog, tmp_path / "site", f"{PANEL}\n\n{line}\n")
    assert blog.reason("panel").startswith("failed: ")
    assert sentence in blog.reason("panel")
    assert blog.get("/more/").status_code == 404
    assert blog.get("/more/etc/passwd/").status_code == 404
    assert blog.get("/").status_code == 200


def test_every_route_of_the_site_declares_and_a_planted_one_answers_nobody(blog: Blog) -> None:
    assert undeclared(blog.app) == ()
    blog.app._got_first_request = False  # what Flask itself has against late routes isn't meant
    blog.app.add_url_rule("/planted/", "planted", lambda: "in")
    assert [rule.rule for rule in undeclared(blog.app)] == ["/planted/"]
    assert blog.get("/planted/").status_code == 404


# --- forms ----------------------------------------------------------------------------------------

HERE = {"Sec-Fetch-Site": "same-origin"}
OTHER_SITES = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://["},
]


@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
def test_a_form_of_another_site_is_refused_and_shown_without_a_button(
    blog: Blog, headers: dict[str, str]
) -> None:
    data = {"word": "a long <text>", "password": "hunter2"}
    answer = blog.send("/words/", method="POST", data=data, headers=headers)
    assert answer.status_code == 403
    assert "a long &lt;text&gt;</textarea>" in answer.text
    assert "hunter2" not in answer.text
    assert "<button" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_guests_form_of_this_site_passes(blog: Blog) -> None:
    for headers in (HERE, {"Origin": "http://localhost"}, {}):
        answer = blog.send("/words/", method="POST", data={"word": "hi"}, headers=headers)
        assert answer.text == "said hi"
        assert answer.headers["Cache-Control"] == "no-store"


# --- plugins act as their visitor -----------------------------------------------------------------


def test_a_careless_plugin_changes_nothing_for_a_stranger(blog: Blog) -> None:
    post = blog.post("Mine")
    answer = blog.get(f"/careless/{post.id}/")
    assert answer.status_code == 401
    assert blog.get(post.url).text.count("Taken over") == 0
    assert blog.reason("panel") == ""  # it is the visitor who may not; the plugin is sound


def test_a_limit_counts_reading_where_a_route_only_reads(blog: Blog) -> None:
    assert [blog.get("/seldom/").status_code for _ in range(4)] == [200, 200, 429, 429]
    assert 0 < int(blog.get("/seldom/").headers["Retry-After"]) <= 60
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert blog.get("/seldom/", environ_base=elsewhere).status_code == 200


# --- caches ---------------------------------------------------------------------------------------


def test_a_plugins_public_page_is_revalidated(blog: Blog) -> None:
    first = blog.get("/words/")
    assert first.headers["Cache-Control"] == "no-cache"
    again = blog.get("/words/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_answer_that_sets_a_cookie_is_kept_by_nobody(blog: Blog) -> None:
    answer = blog.get("/mine/")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_a_page_that_asks_who_reads_says_so_to_caches(blog: Blog) -> None:
    blog.post("A post", tags=["Sea"])
    assert blog.get("/tags/").headers["Vary"] == "Cookie"
    assert "Vary" not in blog.get("/").headers
    assert blog.get("/nothing/").headers["Vary"] == "Accept"


# --- hosts ----------------------------------------------------------------------------------------

OWN_NAMES = [
    "localhost", "localhost:8000", "LOCALHOST", "blog.localhost", "127.0.0.1:8000", "[::1]:8000",
    "192.168.1.20", "10.0.0.5:80", "[fd00::1]", "100.64.1.1", "blog.example", "blog.example:443",
    "named.example", "a.below.example",
]  # fmt: skip
OTHER_NAMES = [
    ("evil.example", 421),
    ("blog.example.evil.example", 421),
    ("evil-blog.example", 421),
    ("below.example", 421),
    ("93.184.216.34", 421),
    ("blog.example@evil.example", 400),
    ("blog.example, evil.example", 400),
    ("blog.example/evil", 400),
    ("blog.example:80:80", 400),
    ("[::1", 400),
    ("<script>", 400),
    ("", 400),
]


@pytest.fixture
def named(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(settings={"allowed_hosts": "named.example, *.below.example"}, plugins=[])


@pytest.mark.parametrize("host", OWN_NAMES)
def test_the_site_answers_to_its_own_names(named: Blog, host: str) -> None:
    assert named.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("host", "status"), OTHER_NAMES)
def test_the_site_answers_to_no_other_name(named: Blog, host: str, status: int) -> None:
    answer = named.get("/", headers={"Host": host})
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host", "X-Forwarded-Server", "X-Forwarded-Proto", "X-Forwarded-Port",
        "X-Forwarded-Prefix", "X-Forwarded-For", "Forwarded", "X-Original-URL", "X-Rewrite-URL",
        "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Host",
    ],
)  # fmt: skip
def test_headers_of_a_proxy_that_is_not_there_change_nothing(named: Blog, header: str) -> None:
    plain = named.get("/")
    answer = named.get("/", headers={header: "evil.example/admin/"})
    assert answer.data == plain.data
    assert answer.headers.get("Strict-Transport-Security") is None


def test_of_forwarded_headers_only_what_the_trusted_proxy_added_counts(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    """The visitor may have written the others; the last one is the nearest proxy's."""
    folder = tmp_path / "site"
    (folder / "instance").mkdir(parents=True)
    (folder / "instance" / "blog.toml").write_text("trusted_proxies = 1\n")
    blog = make_blog(folder=folder, plugins=[])
    said = {"X-Forwarded-Proto": "http, https", "X-Forwarded-Host": "evil.example, blog.example"}
    answer = blog.get("/", headers=said)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    swapped = {"X-Forwarded-Host": "blog.example, evil.example"}
    assert blog.get("/", headers=swapped).status_code == 421


# --- headers --------------------------------------------------------------------------------------


def all_answers(blog: Blog) -> list[TestResponse]:
    post = blog.post("A post", tags=["Sea"])
    paths = ["/", post.url, "/tags/", "/nothing/", "/favicon.ico", "/words/", "/panel/"]
    return [blog.get(path) for path in paths] + [blog.send("/words/", method="POST")]


def test_every_answer_has_the_headers_that_keep_browsers_careful(blog: Blog) -> None:
    for answer in all_answers(blog):
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors "):
            assert directive in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
        assert re.fullmatch(r"[^;]+; charset=utf-8", answer.headers["Content-Type"])
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "DEBUG", "PUT", "PROPFIND"])
def test_methods_that_no_route_declares_are_refused(blog: Blog, method: str) -> None:
    assert blog.send("/", method=method).status_code in (403, 405)


def test_a_token_fits_its_session_only(blog: Blog) -> None:
    from blogengine.csrf import token_fits

    ann, bob = (Actor("person", 1, name, "editor", session=name) for name in ("ann", "bob"))
    app: Flask = blog.app
    with app.test_request_context("/panel/"), acting(ann):
        token = csrf_token()
        assert token != csrf_token()
    for actor, fits in ((ann, True), (bob, False)):
        for given in (token, token[:-1], "", ".", "é.é", f"{token}x"):
            form = {"csrf_token": given}
            with app.test_request_context("/panel/", method="POST", data=form), acting(actor):
                assert token_fits() is (fits and given == token)


def test_policies_name_endpoints_that_exist(blog: Blog) -> None:
    assert set(policies(blog.app)) == set(blog.app.view_functions)
