"""Statements, templates and formats in texts; long and odd texts; feeds; many writers at once."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextvars import Context
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import feedparser
import pytest
from markupsafe import escape

from blogengine.db import db
from blogengine.errors import BlogError, UserError
from blogengine.testing.blog import Blog
from tests.security.conftest import BUILT_IN, HERE, Build
from tests.security.sinks import texts

pytestmark = pytest.mark.xdist_group("data")  # one site for all

BOUND = 5.0
"""Seconds that any answer may take: far more than it does, far less than an attack would want."""

FEEDS = ("/feed/", "/feed/atom/", "/feed.json", "/guests.xml")


@pytest.fixture(scope="module")
def blog(build: Build) -> Blog:
    settings = {"comments": {"moderate": False, "most_per_sender": 1000}}
    made = build(*BUILT_IN, naive=True, settings=settings)
    made.post("A post", "About ships.", tags=["Sea"])
    return made


def write(blog: Blog, number: int, **fields: str) -> None:
    data = {"name": "Ann", "website": "/", "text": "Hello.", **fields}
    where = {"REMOTE_ADDR": f"203.{number // 200}.{number % 200}.7"}
    began = time.monotonic()
    answer = blog.send("/guestbook/", method="POST", data=data, headers=HERE, environ_base=where)
    assert time.monotonic() - began < BOUND
    assert answer.status_code == 302, (fields, answer.status_code)


# --- statements -----------------------------------------------------------------------------------

STATEMENTS = (
    "' OR '1'='1",
    "' OR 1=1 --",
    "') OR ('1'='1",
    '" OR ""="',
    "1; DROP TABLE posts; --",
    "' UNION SELECT 1,2,3 --",
    "' UNION SELECT password_hash FROM credentials --",
    "%' OR '%'='",
    "x' AND randomblob(100000000) --",
    "x' AND (SELECT pg_sleep(9)) --",
    "1 AND 1=2",
    "\\' OR 1=1 --",
    "NEAR(",
    '"*',
    "x:y",
    "x AND",
    "NOT",
    "(((",
    "col:*",
    "*",
    "^x",
    "-x",
    "{x}",
    "x\x00y",
    "%",
    "_",
)


def asking(text: str) -> Iterator[str]:
    for path in (
        "/tag/{}/",
        "/author/{}/",
        "/{}/",
        "/2026/{}/",
        "/guestbook/find/{}/",
        "/page/{}/",
    ):
        yield path.format(quote(text, safe=""))
    for path in ("/", "/tag/sea/", "/feed/", "/guestbook/find/x/", "/comments/post/1/"):
        yield f"{path}?{urlencode({'q': text, 's': text, 'page': text, 'id': text, 'order': text})}"


@pytest.mark.parametrize("statement", STATEMENTS, ids=range(len(STATEMENTS)))
def test_a_statement_is_a_text_like_any_other(blog: Blog, statement: str) -> None:
    count = len(blog.site.posts.find())
    for address in asking(statement):
        began = time.monotonic()
        answer = blog.get(address)
        assert time.monotonic() - began < BOUND
        assert answer.status_code in (200, 301, 308, 400, 404, 422), (address, answer.status_code)
        for word in (
            "sqlite",
            "OperationalError",
            "psycopg",
            "syntax error",
            "Traceback",
            "scrypt",
        ):
            assert word not in answer.text, address
    db.end_reading()
    assert len(blog.site.posts.find()) == count


def test_true_and_false_make_no_difference(blog: Blog) -> None:
    for template in ("x' AND '1'='{}", "x' OR '1'='{}", "x) AND (1={}", "sea' AND 1={} --"):
        for path in ("/tag/{}/", "/author/{}/", "/guestbook/find/{}/", "/guestbook/find/x/?q={}"):
            pages = []
            for value in ("1", "2"):
                asked = template.format(value)
                answer = blog.get(path.format(quote(asked, safe="")))
                shown = answer.text.replace(str(escape(asked)), "X")
                shown = re.sub(r"[0-9a-f]{32}", "ID", shown)  # the request's own
                pages.append((answer.status_code, shown))
            assert pages[0] == pages[1]


def test_a_search_finds_what_is_there(blog: Blog) -> None:
    write(blog, 1, name="O'Neil 100%")
    assert "O&#39;Neil 100%" in blog.get("/guestbook/find/x/?q=O'Neil").text


# --- templates and formats ------------------------------------------------------------------------

TEMPLATES = (
    "{{ 7777*7777 }}",
    "${7777*7777}",
    "#{7777*7777}",
    "<%= 7777*7777 %>",
    "{% print(7777*7777) %}",
    "{{ config }}",
    "{{ self.__init__.__globals__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{0.__class__}",
    "{site.config}",
    "%(title)s",
    "%s%s%s%n",
    "{}",
    "{0}",
    "$(id)",
    "`id`",
    "; id",
    "| id",
    "${IFS}",
    "{{ site.config.secret_key }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
)


def test_templates_formats_and_shells_are_shown_as_they_are(blog: Blog) -> None:
    for number, text in enumerate(TEMPLATES):
        author = blog.site.users.create(text)
        post = blog.post(text, text, tags=[text], authors=(author.slug,), excerpt=text)
        write(blog, 1000 + number, name=text, text=text)
        blog.set("site", tagline=text)
        query = urlencode({"greet": text, "who": text})
        for path in (
            post.url,
            "/",
            f"/guestbook/?{query}",
            f"/guestbook/format/?{query}",
            "/feed/",
        ):
            answer = blog.get(path)
            assert answer.status_code == 200, (text, path, answer.text[:300])
            for made in ("60481729", "uid=", "SECRET_KEY", "<class ", "&lt;class ", "Config("):
                assert made not in answer.text.replace(str(blog.folder), ""), (text, path, made)
        shown = texts(blog.get(post.url).text)
        assert text in shown or text.replace("`", "") in shown
    blog.set("site", tagline="")


# --- long and odd texts ---------------------------------------------------------------------------

ODD = (
    "x" * 100_000,
    "é" * 50_000,
    "𝕏" * 30_000,
    "a " * 40_000,
    "\n" * 20_000,
    "<" * 20_000,
    "&" * 20_000,
    "[" * 5_000,
    "*" * 5_000,
    "`" * 5_000,
    "](" * 3_000,
    "> " * 3_000,
    "- " * 3_000,
    "#" * 3_000,
    "\u202eevil\u202c",
    "\u2066\u2067\u2068",
    "\ufeffx",
    "\ufffe\uffff",
    "\ufdd0",
    "\U0001fffe",
    "e\u0301" * 5_000,
    "ﷺ" * 2_000,
    "\u0300" * 3_000,
    "👨‍👩‍👧‍👦" * 500,
    "İıſß" * 500,
    "\x01\x02\x08\x0b\x0c\x1f\x7f",
    "\x85\u2028\u2029",
    "١٢٣",
    "ａｂｃ",
    "\u200b\u200c\u200d\u2060",
    "\t\r\n",
    "NULL",
    "undefined",
    "-1e309",
    "",
)


def test_long_and_odd_texts_are_saved_or_refused_and_never_hurt(blog: Blog) -> None:
    saved = 0
    for text in ODD:
        for field in ("title", "source", "excerpt", "slug", "tags", "name"):
            began = time.monotonic()
            try:
                if field == "name":
                    blog.site.users.create(text)
                elif field == "tags":
                    blog.post("Odd", tags=[text])
                else:
                    post = blog.post(**{"title": "Odd", "source": "Odd.", field: text})  # type: ignore[arg-type]
                    assert blog.get(post.url).status_code == 200
                saved += 1
            except UserError as error:
                assert error.status in (409, 422), error
                assert error.action
            assert time.monotonic() - began < BOUND, (field, text[:20])
    assert saved > len(ODD) * 3
    for path in ("/", "/tags/", *FEEDS):
        assert blog.get(path).status_code == 200


@pytest.mark.parametrize("field", ["author", "email", "website", "text"])
def test_a_comment_of_any_text_is_answered_and_given_back(blog: Blog, field: str) -> None:
    for number, text in enumerate(ODD):
        data = {"author": "Ann", "text": "Hello.", field: text}
        where = {"REMOTE_ADDR": f"198.{20 + len(field)}.{number}.1"}
        began = time.monotonic()
        answer = blog.send(
            "/comments/post/1/", method="POST", data=data, headers=HERE, environ_base=where
        )
        assert time.monotonic() - began < BOUND
        assert answer.status_code in (303, 413, 422), (field, text[:20], answer.status_code)
    assert blog.get("/2026/").status_code in (200, 404)


@pytest.mark.parametrize("field", ["name", "website", "text"])
def test_a_naive_plugin_takes_any_text(blog: Blog, field: str) -> None:
    for number, text in enumerate(ODD):
        write(blog, 3000 + number + 100 * len(field), **{field: text[:20_000]})
    assert blog.get("/guestbook/").status_code == 200


# --- feeds ----------------------------------------------------------------------------------------

PLANTED = (
    "]]>",
    "<![CDATA[",
    "]]><x>",
    "&amp;&nope;",
    "<?xml?>",
    "<!DOCTYPE x>",
    "</item></channel></rss>",
    "a\x01\x08\x0b\x1fb",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\x7f\x80\x9f",
    "\u2028",
    "&#0;",
    "&#xFFFE;",
    "</title><item>",
    '"/><x y="',
    "--><!--",
    "\U0010ffff",
    "é",
    "𝕏",
)


def test_feeds_stay_well_formed_whatever_is_planted(fresh: Build) -> None:
    blog = fresh(*BUILT_IN, naive=True, settings={"site": {"posts_per_page": 100}})
    for number, text in enumerate(PLANTED):
        author = blog.site.users.create(f"x{text}x")
        blog.post(
            f"x{text}x",
            f"x{text}x",
            tags=[f"x{text}x"],
            authors=(author.slug,),
            excerpt=f"x{text}x",
        )
        write(blog, number, name=f"x{text}x", text=f"x{text}x", website=f"/{text}")
    blog.set("site", title="".join(PLANTED)[:200], tagline="".join(PLANTED)[:300])
    for path in FEEDS:
        answer = blog.get(path)
        assert answer.status_code == 200, path
        if path.endswith("json"):
            assert len(json.loads(answer.data)["items"]) == len(PLANTED)
            continue
        ElementTree.fromstring(answer.data)
        read = feedparser.parse(answer.data)
        assert not read.bozo, (path, read.get("bozo_exception"))
        assert len(read.entries) >= len(PLANTED)
        assert len({entry.id for entry in read.entries}) == len(read.entries)


def test_halves_of_surrogate_pairs_are_refused_or_replaced(blog: Blog) -> None:
    for field in ("title", "excerpt", "slug", "language"):
        with pytest.raises(UserError):
            blog.post(**{"title": "x", field: "x\ud800x"})  # type: ignore[arg-type]
    blog.post("Halves", "x\ud800x")  # a text is kept byte for byte
    for path in ("/", *FEEDS):
        answer = blog.get(path)
        assert answer.status_code == 200
        answer.data.decode("utf-8")


# --- many at once ---------------------------------------------------------------------------------


def together(blog: Blog, count: int, what: object) -> list[object]:
    """Call a function in as many threads at one moment; return what each returned or raised."""
    gate = threading.Barrier(count)
    results: list[object] = [None] * count

    def run(number: int) -> None:
        with blog.app.app_context():
            gate.wait()
            try:
                results[number] = what(number)  # type: ignore[operator]
            except BlogError as error:
                results[number] = error

    threads = [
        threading.Thread(target=Context().run, args=(run, number)) for number in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_sixteen_posts_of_one_title_get_sixteen_addresses(blog: Blog) -> None:
    posts = together(blog, 16, lambda number: blog.post("One title", f"Text {number}."))
    assert not [post for post in posts if isinstance(post, BlogError)], posts
    assert len({post.url for post in posts}) == 16  # type: ignore[attr-defined]
    for post in posts:
        assert blog.get(post.url).status_code == 200  # type: ignore[attr-defined]


def test_of_sixteen_people_with_one_address_one_is_made(blog: Blog) -> None:
    made = together(
        blog, 16, lambda number: blog.site.users.create(f"N {number}", email="a@b.example")
    )
    assert sum(not isinstance(one, BlogError) for one in made) == 1
    assert {one.status for one in made if isinstance(one, BlogError)} == {422}


def test_sixteen_forms_at_once_are_all_stored(blog: Blog) -> None:
    def send(number: int) -> int:
        where = {"REMOTE_ADDR": f"192.0.{number}.1"}
        data = {"author": "Ann", "text": f"At once {number}."}
        client = blog.app.test_client(use_cookies=False)
        answer = client.post("/comments/post/1/", data=data, headers=HERE, environ_base=where)
        return answer.status_code

    assert together(blog, 16, send) == [303] * 16
    db.end_reading()
    page = blog.get(blog.site.posts.by_ids([1])[0].url).text
    assert all(f"At once {number}." in page for number in range(16))


def test_a_form_sent_twice_is_one_comment(blog: Blog) -> None:
    data = {"author": "Ann", "text": "Sent by a nervous finger."}
    sent = [
        blog.send("/comments/post/1/", method="POST", data=data, headers=HERE).headers["Location"]
        for _ in range(3)
    ]
    assert len({where.partition("#")[0] for where in sent}) == 1
    page = blog.get(blog.site.posts.by_ids([1])[0].url).text
    assert page.count("Sent by a nervous finger.") == 1


def test_the_second_of_two_editors_is_told_and_neither_text_is_lost(blog: Blog) -> None:
    post = blog.post("Shared", "The first text.")
    seen = post.version
    blog.site.posts.edit(post.id, source="Hers.", expected_version=seen, by="ann")
    mine = blog.site.posts.draft(post.id)
    with pytest.raises(UserError) as caught:
        blog.site.posts.edit(post.id, source="Mine.", expected_version=seen, by="ben")
    assert (caught.value.status, caught.value.code) == (409, "post-changed-meanwhile")
    assert mine.source == "Hers."
    assert [revision.source for revision in blog.site.posts.revisions(post.id)][:2] == [
        "Hers.",
        "The first text.",
    ]


def test_of_sixteen_editors_at_once_one_saves_and_fifteen_are_told(blog: Blog) -> None:
    post = blog.post("Crowded", "The first text.")

    def edit(number: int) -> object:
        return blog.site.posts.edit(post.id, source=f"Of {number}.", expected_version=post.version)

    done = together(blog, 16, edit)
    assert sum(not isinstance(one, BlogError) for one in done) == 1
    assert {one.status for one in done if isinstance(one, BlogError)} == {409}
