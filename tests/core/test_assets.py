"""Plugins' files and sources: what `register_assets` adds to pages, and what it may not."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urljoin

import pytest

from blogengine.policy import OPEN_DIRECTIVES, fault_of
from tests.conftest import Blog
from tests.core.test_plugin_host import status

FACE = """
from blogengine.api import *

plugin = Plugin(summary="A sonde.")


@hookimpl
def register_assets(site):
    return [{values}]
"""

LONG = "b{color:red}\n" * 600


@pytest.fixture
def dressed(make_blog: Callable[..., Blog], tmp_path: Path) -> Callable[..., Blog]:
    """Make a blog with a plugin `sonde` that registers these values and has these files."""

    def make(values: str, files: Mapping[str, bytes | str] = {}, **others: str) -> Blog:
        folder = tmp_path / "site"
        for name, text in {"sonde": FACE.format(values=values), **others}.items():
            place = folder / "plugins" / name
            (place / "static").mkdir(parents=True, exist_ok=True)
            (place / "__init__.py").write_text(text)
        for path, content in files.items():
            file = folder / "plugins" / "sonde" / "static" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return make_blog(folder=folder, plugins=["sonde", *others], strict=False)

    return make


def policy_of(blog: Blog, path: str) -> dict[str, list[str]]:
    policy = blog.get(path).headers["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in policy.split("; ")}


def test_register_assets_links_files_that_never_change(dressed: Callable[..., Blog]) -> None:
    blog = dressed(
        'Asset("look.css", inline=False), Asset("act.js", "js"), Asset("img/dot.svg", "image"), '
        'Asset("letters.woff2", "font")',
        {
            "look.css": "b{background:url(img/dot.svg)}",
            "act.js": "console.log(1)",
            "img/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "letters.woff2": b"\0\1",
        },
    )
    html = blog.get("/").text
    (script, script_sum), (sheet, sheet_sum) = re.findall(
        r'(?:href|src)="(/static/[^"]*)" integrity="([^"]*)"', html
    )
    assert f'<link rel="stylesheet" href="{sheet}"' in html
    assert f'<script src="{script}" integrity="{script_sum}" defer></script>' in html
    answer = blog.get(script)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for address, integrity in ((sheet, sheet_sum), (script, script_sum)):
        digest = hashlib.sha384(blog.get(address).data).digest()
        assert integrity == f"sha384-{base64.b64encode(digest).decode()}"
    again = blog.get(script, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    picture = blog.get(urljoin(sheet, "img/dot.svg"))
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert blog.get(urljoin(sheet, "letters.woff2")).headers["Content-Type"] == "font/woff2"
    policy = policy_of(blog, "/")
    assert policy["script-src"] == ["'self'"]
    assert policy["font-src"] == ["'self'"]
    assert "'self'" in policy["style-src"]


def test_nothing_but_registered_files_is_served(dressed: Callable[..., Blog]) -> None:
    blog = dressed('Asset("a.css", inline=False)', {"a.css": "b{}", "secret.css": "i{}"})
    address = blog.site.static("sonde", "a.css")
    assert blog.get(address).status_code == 200
    folder = address.rpartition("/")[0]
    for path in (
        f"{folder}/secret.css",
        f"{folder}/../__init__.py",
        f"{folder}/%2e%2e/__init__.py",
        f"{folder}//a.css",
        f"{folder}/a.css/",
        address.replace(folder.rpartition("/")[2], "0" * 16),
        address.replace("sonde", "other"),
        "/static/p/",
    ):
        assert blog.get(path).status_code in (404, 308), path
        assert b"i{}" not in blog.get(path, follow_redirects=True).data
    assert blog.site.static("sonde", "secret.css") == ""


def test_a_file_is_served_without_asking_the_database(
    dressed: Callable[..., Blog], statements: Callable[..., object]
) -> None:
    blog = dressed('Asset("a.css", inline=False)', {"a.css": "b{}"})
    with statements(blog.app) as seen:  # type: ignore[attr-defined]
        assert blog.get(blog.site.static("sonde", "a.css")).status_code == 200
    assert seen == []


def test_a_small_style_sheet_stands_in_the_page_by_its_hash(dressed: Callable[..., Blog]) -> None:
    blog = dressed(
        'Asset("small.css", pages={"home"}), Asset("long.css"), Asset("urls.css")',
        {"small.css": "b{color:#010203}</style>", "long.css": LONG, "urls.css": "b{src:url(x)}"},
    )
    html = blog.get("/").text
    inside = [text for text in re.findall(r"<style>(.*?)</style>", html) if "#010203" in text]
    assert inside == ["b{color:#010203}<\\/style>"]
    digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy_of(blog, "/")["style-src"]
    assert f"'sha256-{digest}'" not in policy_of(blog, "/tags/")["style-src"]
    assert len(re.findall(r'<link rel="stylesheet"', html)) == 2
    assert "#010203" not in blog.get("/tags/").text


def test_what_isnt_linked_is_served_and_allowed_and_in_no_head(
    dressed: Callable[..., Blog],
) -> None:
    values = 'Asset("act.js", "js", linked=False), Asset("look.css", linked=False)'
    blog = dressed(values, {"act.js": "1;", "look.css": "b{}"})
    page = blog.get("/")
    assert "sonde" not in page.text and "b{}" not in page.text
    policy = policy_of(blog, "/")
    assert "'self'" in policy["script-src"] and "'self'" in policy["style-src"]
    for address in blog.site.contributions.files:
        assert blog.get(address).status_code == 200


def test_a_page_has_the_sources_declared_for_its_kind_and_no_other(
    dressed: Callable[..., Blog],
) -> None:
    plain = policy_of(dressed(""), "/")
    assert set(plain) == {
        "default-src",
        "style-src",
        "img-src",
        "media-src",
        "connect-src",
        "form-action",
        "base-uri",
        "frame-ancestors",
    }
    blog = dressed(
        'ContentSource({"frame-src": ("https://b.example", "https://a.example/x/")}, '
        'pages={"post"}), Asset("a.js", "js", csp={"connect-src": ["https://api.example"]})',
        {"a.js": "1"},
    )
    home, post = policy_of(blog, "/"), policy_of(blog, blog.post("One").url)
    assert {*home} - {*plain} == {"script-src"}
    assert home["connect-src"] == [*plain.pop("connect-src"), "https://api.example"]
    assert post["frame-src"] == ["https://a.example/x/", "https://b.example"]
    assert {name: home[name] for name in plain} == plain


@pytest.mark.parametrize("directive", sorted(OPEN_DIRECTIVES))
@pytest.mark.parametrize(
    "source",
    [
        "*",
        "'unsafe-inline'",
        "'unsafe-eval'",
        "'unsafe-hashes'",
        "'strict-dynamic'",
        "'nonce-abc'",
        "'none'",
        "http:",
        "http://a.example",
        "https://*",
        "https://a.example; script-src *",
        "https://a.example *",
        "https://a.example\n",
        "javascript:",
        "a.example",
        "",
        7,
    ],
)
def test_no_directive_takes_such_a_source(directive: str, source: object) -> None:
    assert fault_of(directive, source)


@pytest.mark.parametrize("source", ["data:", "blob:", "https:"])
def test_what_runs_or_frames_takes_no_scheme_alone(source: str) -> None:
    strict = OPEN_DIRECTIVES - {"img-src", "media-src", "font-src"}
    assert all(fault_of(directive, source) for directive in strict)
    assert not fault_of("img-src", source)


WRONG = {
    'Asset("gone.css")': "isn't in the plugin's folder static/",
    'Asset("../__init__.py", "js")': "must be a path below",
    'Asset("/etc/passwd", "js")': "must be a path below",
    'Asset("link.css")': "leads out of the folder",
    'Asset("latin.css")': "isn't UTF-8",
    'Asset("a.css", "js")': "ends in .js",
    'Asset("a.css", "video")': "kind must be one of",
    'Asset("a.js", "js", inline=True)': "only a style sheet can stand in the page",
    'Asset("urls.css", inline=True)': "names other files",
    'Asset("a.css", inline=True, linked=False)': "what isn't linked can't be inline",
    'Asset("big.css")': "larger than 1024 kB",
    'Asset("a.css"), Asset("a.css")': "registered twice",
    'Asset("a.css", pages="post")': "pages must be a set",
    'Asset("a.css", pages={"pots"})': "no kind of page 'pots'",
    'Asset("a.css", csp={"script-src": ("*",)})': "can't be a source",
    'Asset("a.css", csp={"base-uri": ("\'self\'",)})': "can't add to the directive",
    'Asset("a.css", csp={"frame-src": "https://a.example"})': "must be a tuple",
    "Asset(None)": "path must be a text",
    'Asset("a.css", order="x")': "order must be a number",
    "ContentSource(None)": "csp must be a mapping",
    '"a.css"': "must return Asset or ContentSource values, not str",
}


@pytest.mark.parametrize("values", WRONG)
def test_a_wrong_asset_fails_its_plugin_with_a_sentence(
    dressed: Callable[..., Blog], tmp_path: Path, values: str
) -> None:
    static = tmp_path / "site" / "plugins" / "sonde" / "static"
    static.mkdir(parents=True)
    (static / "link.css").symlink_to(tmp_path / "site" / "plugins" / "sonde" / "__init__.py")
    files = {
        "a.css": "b{}",
        "a.js": "1",
        "urls.css": "b{src:url(x)}",
        "latin.css": "b{content:'é'}".encode("latin-1"),
        "big.css": "b{}" * 400_000,
    }
    blog = dressed(values, files)
    assert status(blog, "sonde").state == "failed"
    assert WRONG[values] in status(blog, "sonde").reason
    assert blog.get("/").status_code == 200


def test_a_theme_may_ask_for_the_address_of_a_file(
    dressed: Callable[..., Blog], tmp_path: Path
) -> None:
    theme = FACE.format(values="") + (
        "\nfrom pathlib import Path\n\n\n@hookimpl\ndef register_themes():\n"
        '    return [Theme("bare", "Bare", Path(__file__).parent / "templates")]\n'
    )
    templates = tmp_path / "site" / "plugins" / "bare" / "templates"
    templates.mkdir(parents=True)
    (templates / "list.html").write_text(
        '<img src="{{ static("sonde", "dot.svg") }}" alt="">'
        '{% if static("gone", "x") %}!{% endif %}'
    )
    blog = dressed('Asset("dot.svg", "image")', {"dot.svg": "<svg/>"}, bare=theme)
    for name in ("sonde", "bare"):
        assert blog.run("plugin", "enable", name) == 0
    assert blog.run("theme", "use", "bare") == 0
    from tests.core.test_hooks import sonde_again

    html = sonde_again(blog).get("/").text
    assert html == f'<img src="{blog.site.static("sonde", "dot.svg")}" alt="">'


@pytest.mark.parametrize(
    ("styles", "said"),
    [
        ('(HERE / "gone.css",)', "isn't there"),
        ('(HERE / "latin.css",)', "isn't UTF-8"),
        ("None", "styles must be a tuple"),
    ],
)
def test_a_theme_whose_style_sheet_cannot_be_read_fails_alone(
    dressed: Callable[..., Blog], tmp_path: Path, styles: str, said: str
) -> None:
    place = tmp_path / "site" / "plugins" / "bare"
    place.mkdir(parents=True)
    (place / "latin.css").write_bytes("b{content:'é'}".encode("latin-1"))
    theme = FACE.format(values="") + (
        "\nfrom pathlib import Path\n\nHERE = Path(__file__).parent\n\n\n@hookimpl\n"
        f'def register_themes():\n    return [Theme("bare", "Bare", HERE, {styles})]\n'
    )
    blog = dressed("", bare=theme)
    assert status(blog, "bare").state == "failed"
    assert said in status(blog, "bare").reason
    assert status(blog, "sonde").state == "running"
    assert blog.get("/").status_code == 200


def test_plugin_info_names_files_and_sources(
    dressed: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = dressed(
        'Asset("a.js", "js", csp={"connect-src": ("https://api.example",)}), '
        'ContentSource({"frame-src": ("https://b.example",)}, pages={"post"})',
        {"a.js": "1"},
    )
    assert blog.run("plugin", "enable", "sonde") == 0
    capsys.readouterr()
    assert blog.run("plugin", "info", "sonde", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == ["a.js (js)"]
    assert told["sources"] == [
        "connect-src https://api.example",
        "frame-src https://b.example (post)",
        "script-src 'self'",
    ]
