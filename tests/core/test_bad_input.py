"""Bad input ends in a clear answer within five seconds, nothing lost, never a 5xx."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in

BOUND_SECONDS = 5

HOSTILE_PATHS = [
    "/tag/nothing/",
    "/tag/alpha/page/2/",
    "/tag/alpha/page/0/",
    "/tag/alpha/page/-1/",
    "/tag/alpha/page/9e99/",
    "/tag/alpha/page/" + "9" * 400 + "/",
    "/tag/alpha/page/٣/",
    "/tag/alpha/page/01/",
    "/tag/" + "a" * 5000 + "/",
    "/tag/" + "+".join(["alpha"] * 50) + "/",
    "/tag/+/",
    "/tag/,/",
    "/tag/alpha+/",
    "/tag/%00/",
    "/tag/alpha%00/",
    "/tag/%ff%fe/",
    "/tag/%ed%a0%80/",
    "/tag/..%2f..%2fetc/",
    "/" + "b" * 9000 + "/",
    "/%00/",
    "/%ff/",
    "/%c0%ae%c0%ae/etc/passwd",
    "/../../etc/passwd",
    "/2026/13/",
    "/2026/02/31/",
    "/0000/",
    "/9999/99/",
    "/author/nobody/",
    "/author/%00/",
    "/tag/' OR 1=1 --/",
    "/<script>alert(1)</script>/",
    "/{{7777*7777}}/",
    "/\u202eevil/",
    "/.git/config",
    "/instance/blog.db",
    "/.env",
]


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    made = make_blog(strict=False)
    made.post("Here", "Still here.", tags=["Alpha"])
    return made


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=range(len(HOSTILE_PATHS)))
def test_a_hostile_address_is_not_found(blog: Blog, path: str) -> None:
    began = time.monotonic()
    answer = blog.get(quote(path, safe="/%+,<>{}'"))
    assert time.monotonic() - began < BOUND_SECONDS
    if answer.status_code in (301, 308):
        answer = blog.get(answer.headers["Location"])
    assert answer.status_code in (400, 404), answer.status_code
    assert "Traceback" not in answer.text
    assert "<script>alert" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Still here." in blog.get("/").text


def test_unknown_query_parameters_are_ignored(blog: Blog) -> None:
    for query in ("page=9e99", "page=-1", "utm_source=x&utm_source=y", "a" * 20_000, "%00=%ff"):
        assert blog.get(f"/tag/alpha/?{query}").status_code == 200


def test_programs_get_problem_json(blog: Blog) -> None:
    answer = blog.get("/nothing/", headers={"Accept": "application/json"})
    body = json.loads(answer.data)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (body["status"], body["turn"]) == (404, "user")
    assert body["action"]
    assert body["request_id"] == answer.headers["X-Request-Id"]


def test_people_get_a_page_that_says_what_to_do(blog: Blog) -> None:
    answer = blog.get("/nothing/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "There is nothing at this address." in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods_are_refused(blog: Blog, method: str) -> None:
    assert blog.send("/", method=method).status_code in (403, 405)


def test_a_post_request_to_an_ordinary_page_is_refused(blog: Blog) -> None:
    (post,) = blog.site.posts.find()
    assert blog.send(post.url, method="POST", data={"password": "x"}).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_another_sites_page_cannot_send_forms_here(blog: Blog, headers: dict[str, str]) -> None:
    post = blog.post("Locked", visibility="password", password="x")
    answer = blog.send(post.url, method="POST", data={"password": "x"}, headers=headers)
    assert answer.status_code == 403
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = blog.send(post.url, method="POST", data={"password": "x"}, headers=own)
    assert answer.status_code == 303


def test_a_huge_form_is_refused(blog: Blog) -> None:
    post = blog.post("Locked", visibility="password", password="x")
    answer = blog.send(post.url, method="POST", data={"password": "x" * 3_000_000})
    assert answer.status_code == 413


def test_every_answer_carries_the_safe_headers(blog: Blog) -> None:
    for path in ("/", "/tag/alpha/", "/nothing/", "/favicon.ico", "/tag/alpha"):
        answer = blog.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"]
        assert answer.headers["X-Request-Id"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7777*7777 }}",
        "</title><script>x</script>",
        "]]></script><script>x</script>",
        "\u202e\u2066rtl",
        "</style><script>x</script>",
    ],
)
def test_a_hostile_title_tag_and_author_are_shown_not_run(blog: Blog, hostile: str) -> None:
    author = blog.site.users.create(hostile)
    post = blog.post(hostile, hostile, tags=[hostile], authors=(author.slug,))
    (tag,) = post.tags
    for path in (post.url, "/", tag.url, author.url, "/tags/"):
        html = blog.get(path).text
        scripts = html.count("<script")
        assert scripts == html.count('<script type="application/ld+json">')
        assert "<img src=x" not in html
        assert "60481729" not in html.partition("<body")[2].partition("</body")[0].replace(
            "2049", ""
        )


def test_a_database_without_a_blog_says_what_to_do(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog()
    (blog.folder / "instance" / "blog.db").unlink()
    assert blog.run("post", "list") == 78


def test_a_broken_configuration_names_its_file(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog()
    (blog.folder / "instance" / "blog.toml").write_text("title = [broken")
    assert blog.run("post", "list") == 78
    assert "blog.toml" in capsys.readouterr().err


def test_the_type_of_a_problem_is_an_address_that_explains_it(blog: Blog) -> None:
    answer = blog.get("/nothing/", headers={"Accept": "application/problem+json"})
    body = json.loads(answer.data)
    assert (body["type"], body["code"]) == ("/errors/not-found/", "not-found")
    entry = blog.get(body["type"])
    assert (entry.status_code, "Whoever sent it can mend it." in entry.text) == (200, True)
    assert "it may have moved" in entry.text
    assert blog.get("/errors/there-is-no-such-code/").status_code == 404
    page = blog.post("Errors", kind="page", slug="errors")
    mine = blog.post("Mine", kind="page", slug="mine", parent_id=page.id)
    assert (mine.url, blog.get("/errors/mine/").status_code) == ("/errors/mine/", 200)


FAILING = """
from blogengine.api import *
plugin = Plugin(summary="Fails in every way.")
blueprint = Blueprint("failing", __name__)
ERRORS = {
    "user": UserError("No.", code="x", action="Do it.", status=422, errors=[("a", "b", "C.")]),
    "denied": Denied("No.", code="not-allowed", action="Ask."),
    "retryable": Retryable("Not now.", code="x", action="Wait."),
    "operator": OperatorError("Full.", code="disk-full", action="Mend.", status=507),
    "bug": LookupError("nobody thought of it"),
}


@blueprint.route("/failing/<how>/", methods=["GET", "POST"], permission="public")
def fail(how):
    raise ERRORS[how]


@hookimpl
def register_blueprints():
    return [blueprint]
"""


@pytest.mark.parametrize(
    ("how", "status", "turn"),
    [
        ("user", 422, "user"),
        ("denied", 403, "user"),
        ("retryable", 503, "retryable"),
        ("operator", 507, "operator"),
        ("bug", 502, "operator"),
    ],
)
def test_every_class_of_error_is_a_page_and_a_problem_and_keeps_the_text(
    make_blog: Callable[..., Blog], tmp_path: Path, how: str, status: int, turn: str
) -> None:
    drop_in(tmp_path / "site", "failing", FAILING)
    blog = make_blog(folder=tmp_path / "site", plugins=["failing"], strict=False)
    sent = {"text": "An hour's <work>", "password": "planted-form-7", "empty": " "}
    own = {"Sec-Fetch-Site": "same-origin"}
    page = blog.send(f"/failing/{how}/", method="POST", data=sent, headers=own)
    assert page.status_code == status
    assert "An hour&#39;s &lt;work&gt;</textarea>" in page.text
    assert "planted" not in page.text and "Traceback" not in page.text
    assert page.text.count("<textarea") == 1
    json_ = {"Accept": "application/problem+json", **own}
    answer = blog.send(f"/failing/{how}/", method="POST", data=sent, headers=json_)
    body = json.loads(answer.data)
    assert (answer.status_code, body["status"], body["turn"]) == (status, status, turn)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "no-store" in page.headers["Cache-Control"]
    assert body["action"] and body["type"] == f"/errors/{body['code']}/"
    if how == "user":
        assert body["errors"] == [{"field": "a", "code": "b", "message": "C."}]
        assert "a: C." in page.text
    if how == "retryable":
        assert body["retry_after"] == int(answer.headers["Retry-After"]) > 0
