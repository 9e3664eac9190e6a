"""What a request may measure, through the app: a clear refusal with the limit and what came."""

from __future__ import annotations

import gzip
import json

import pytest

from blogengine.bodies import LARGEST_REQUEST
from blogengine.testing.blog import Blog
from blogengine.views.measures import DEEPEST_JSON, MOST_FORM_FIELDS, json_depth

FORM = "application/x-www-form-urlencoded"


def parts(count: int) -> bytes:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    return part * count + b"--x--\r\n"


@pytest.fixture
def form(blog: Blog) -> str:
    """The address of something that reads forms: the password of a protected post."""
    post = blog.post("Secret", visibility="password", password="sesame")
    return post.url


@pytest.mark.parametrize(
    ("status", "said", "body", "headers"),
    [
        (413, f"{MOST_FORM_FIELDS} fields; 50000 came", b"&".join([b"a=b"] * 50_000), {}),
        (413, f"{LARGEST_REQUEST} bytes; 3000000 came", b"a" * 3_000_000, {}),
        (413, "too large", parts(20_000), {"Content-Type": "multipart/form-data; boundary=x"}),
        (415, "compressed", gzip.compress(b"a=b", mtime=0), {"Content-Encoding": "gzip"}),
        (422, "50000 levels deep", b"[" * 50_000, {"Content-Type": "application/json"}),
        (422, f"{DEEPEST_JSON} are", b'{"a":' * 65, {"Content-Type": "application/ld+json"}),
    ],
    ids=["fields", "bytes", "parts", "compressed", "levels", "levels named otherwise"],
)
def test_class_20_odd_requests_are_refused_with_a_sentence(
    blog: Blog, form: str, status: int, said: str, body: bytes, headers: dict[str, str]
) -> None:
    words = {"Content-Type": FORM, **headers}
    answer = blog.send(form, method="POST", data=body, headers=words)
    assert answer.status_code == status
    assert said in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    wanted = {"Accept": "application/problem+json", **words}
    problem = blog.send(form, method="POST", data=body, headers=wanted)
    assert json.loads(problem.text)["status"] == status


def test_what_is_within_the_limits_gets_through(blog: Blog, form: str) -> None:
    fields = "&".join(["a=b"] * (MOST_FORM_FIELDS - 1)) + "&password=sesame"
    answer = blog.send(form, method="POST", data=fields, headers={"Content-Type": FORM})
    assert answer.status_code in (200, 302, 303)
    assert blog.get("/?page=9e99").status_code == 200
    assert blog.get("/page/9e99/").status_code == 404


def test_depth_of_json_is_read_without_reading_json() -> None:
    deep = b"[" * 70 + b"]" * 70
    assert json_depth(deep) == 70
    assert json_depth(b'{"a": "' + b"[" * 70 + b'\\"]"}') == 1
    assert json_depth(b"[1]" * 70) == 1
    assert json_depth(b'{"a": [1, {"b": 2}]}') == 0  # not looked at: it can't be too deep
