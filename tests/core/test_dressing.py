"""What plugins add to the head and to templates: `page_meta`, `template_context`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in, status

HEAD = "from blogengine.api import *\n\nplugin = Plugin(summary='A sonde.')\n\n\n"

META = "@hookimpl\ndef page_meta(site, page):\n    return [{tags}]\n"

CONTEXT = "@hookimpl\ndef template_context(page):\n    return {values}\n"


@pytest.fixture
def built(make_blog: Callable[..., Blog], tmp_path: Path) -> Callable[..., Blog]:
    """Make a blog with drop-ins of these hooks; `page` is the text of a theme's list.html."""

    def make(page: str = "", **plugins: str) -> Blog:
        folder = tmp_path / "site"
        if page:
            (folder / "templates").mkdir(parents=True, exist_ok=True)
            (folder / "templates" / "list.html").write_text(page)
            plugins["bare"] = (
                "from pathlib import Path\n\n\n@hookimpl\ndef register_themes():\n"
                '    templates = Path(__file__).parents[1] / "templates"\n'
                '    return [Theme("bare", "Bare", templates)]\n'
            )
        for name, text in plugins.items():
            drop_in(folder, name, HEAD + text)
        settings = {"theme": "bare"} if page else {}
        blog = make_blog(folder=folder, plugins=list(plugins), settings=settings, strict=False)
        assert {status(blog, name).state for name in plugins} == {"running"}
        return blog

    return make


def faults(blog: Blog) -> list[tuple[str, str]]:
    return [(fault.plugin, fault.hook) for fault in blog.site.guard.faults]


def test_page_meta_adds_escaped_tags(built: Callable[..., Blog]) -> None:
    tags = (
        "MetaTag('og:title', '\"><script>', property=True), LinkTag('me', 'https://a.example/?a&b'),"
        "LinkTag('alternate', '/x/', type='text/plain', title='<x>'),"
        "StructuredData({'name': '</script>'})"
    )
    blog = built(sonde=META.format(tags=tags))
    html = blog.get("/").text
    assert '<meta property="og:title" content="&#34;&gt;&lt;script&gt;">' in html
    assert '<link rel="me" href="https://a.example/?a&amp;b">' in html
    assert (
        '<link rel="alternate" href="https://blog.example/x/" type="text/plain" '
        'title="&lt;x&gt;">' in html
    )
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert {"name": "</script>"} in [json.loads(script) for script in scripts]
    assert faults(blog) == []


def test_page_meta_shows_one_of_each_name(built: Callable[..., Blog]) -> None:
    one = "MetaTag('description', 'of one', order={order}), LinkTag('canonical', '/{path}/')"
    blog = built(
        first=META.format(tags=one.format(order=100, path="first")),
        other=META.format(tags=one.format(order=100, path="other")),
        upper=META.format(tags="MetaTag('Description', 'of upper', order=101)"),
        below=META.format(tags="MetaTag('description', 'of below', order=-1)"),
    )
    html = blog.get(blog.post("One", "Words of the post.").url).text
    assert re.findall(r'<meta name="\w*escription" content="([^"]*)"', html) == ["of upper"]
    assert re.findall(r'<link rel="canonical" href="([^"]*)"', html) == [
        "https://blog.example/first/"
    ]


def test_page_meta_cannot_open_what_the_engine_keeps_from_search(
    built: Callable[..., Blog],
) -> None:
    blog = built(sonde=META.format(tags="MetaTag('robots', 'index', order=9999)"))
    assert re.findall(r'<meta name="robots" content="(\w+)"', blog.get("/gone/").text) == [
        "noindex"
    ]
    assert '<meta name="robots" content="index">' in blog.get("/").text


BAD_TAGS = [
    "'<meta>'",
    "None",
    "MetaTag('x', None)",
    "MetaTag('x y', 'z')",
    "MetaTag('viewport', 'width=1')",
    "MetaTag('referrer', 'unsafe-url')",
    "MetaTag('x', '\\ud800')",
    "MetaTag('x', 'y', order='z')",
    "LinkTag('stylesheet', '/x.css')",
    "LinkTag('preconnect', 'https://a.example')",
    "LinkTag('me', 'javascript:alert(1)')",
    "LinkTag('me', '//a.example/')",
    "LinkTag('me', 'a b')",
    "StructuredData('x')",
    "StructuredData({'a': {1, 2}})",
]


@pytest.mark.parametrize("tag", [*BAD_TAGS, "1 / 0", "*iter(5)"])
def test_page_meta_that_is_wrong_costs_the_plugin_its_tags_alone(
    built: Callable[..., Blog], tag: str
) -> None:
    blog = built(
        sonde=META.format(tags=f"MetaTag('lost', 'x'), {tag}"),
        sound=META.format(tags="MetaTag('kept', 'x')"),
    )
    answer = blog.get("/")
    assert answer.status_code == 200
    assert '<meta name="kept" content="x">' in answer.text
    assert "lost" not in answer.text
    assert faults(blog) == [("sonde", "page_meta")]


def test_template_context_is_read_under_the_plugins_name(built: Callable[..., Blog]) -> None:
    page = (
        "{{ plugins.sonde.items }}|{{ plugins.sonde.kind }}|"
        "{% if plugins.gone %}!{% endif %}{% if plugins.quiet %}!{% endif %}"
        "{{ plugins.gone.x|default('none') }}|{{ plugins.sonde.x is defined }}"
    )
    blog = built(
        page,
        sonde=CONTEXT.format(values="{'items': '<b>', 'kind': page.kind}"),
        quiet=CONTEXT.format(values="None"),
    )
    assert blog.get("/").text == "&lt;b&gt;|home|none|False"


@pytest.mark.parametrize("values", ["1 / 0", "'text'", "7", "{1: 2}", "{'a b': 1}", "[1]"])
def test_template_context_that_is_wrong_is_empty(built: Callable[..., Blog], values: str) -> None:
    page = "{% if plugins.sonde %}full{% else %}empty{% endif %} {{ plugins.sound.x }}"
    blog = built(
        page,
        sonde=CONTEXT.format(values=values),
        sound=CONTEXT.format(values="{'x': 'kept'}"),
    )
    answer = blog.get("/")
    assert (answer.status_code, answer.text) == (200, "empty kept")
    assert faults(blog) == [("sonde", "template_context")]


def test_a_misspelled_name_in_a_theme_is_still_an_error(built: Callable[..., Blog]) -> None:
    """Then the plain page answers, as for any theme that fails."""
    blog = built("{{ plugins.sonde.nmae }}", sonde=CONTEXT.format(values="{'name': 'x'}"))
    answer = blog.get("/")
    assert answer.status_code == 200
    assert "There are no posts here yet" in answer.text
    assert faults(blog)[0][0] == "bare"


def test_a_page_nobody_dresses_asks_nobody(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["related", "feeds"])
    maker = blog.app.extensions["blogengine.pages"]
    assert (maker.meta, maker.context) == ((), ())


HELPER = "@hookimpl\ndef register_template_helpers(site):\n    return [{values}]\n"


def test_register_template_helpers_offers_filters_tests_and_functions(
    built: Callable[..., Blog],
) -> None:
    helpers = (
        "TemplateHelper('sonde_twice', lambda text, by=2: text * by), "
        "TemplateHelper('sonde_odd', lambda number: number % 2, 'test'), "
        "TemplateHelper('sonde', lambda: Markup('<i>'), 'global')"
    )
    page = (
        "{{ '<b>'|sonde_twice }}{{ 'x'|sonde_twice(by=3) }}"
        "{{ 3 is sonde_odd }}{{ 2 is sonde_odd }}{{ sonde() }}"
    )
    blog = built(page, sonde=HELPER.format(values=helpers))
    assert blog.get("/").text == "&lt;b&gt;&lt;b&gt;xxxTrueFalse<i>"


def test_a_failing_helper_gives_nothing_and_a_fault(built: Callable[..., Blog]) -> None:
    helpers = (
        "TemplateHelper('sonde_f', lambda value: 1 / 0), "
        "TemplateHelper('sonde_t', lambda value: 1 / 0, 'test'), "
        "TemplateHelper('sonde_g', lambda: '\\ud800', 'global')"
    )
    page = "[{{ 1|sonde_f }}][{{ 1 is sonde_t }}][{{ sonde_g() }}]"
    blog = built(page, sonde=HELPER.format(values=helpers))
    assert blog.get("/").text == "[][False][]"
    assert faults(blog) == [
        ("sonde", "filter sonde_f"),
        ("sonde", "test sonde_t"),
        ("sonde", "global sonde_g"),
    ]


def test_a_helper_gets_nothing_of_jinjas(built: Callable[..., Blog]) -> None:
    text = (
        "from jinja2 import pass_environment\n\n\n@pass_environment\n"
        "def show(*given):\n    return len(given)\n\n\n"
    )
    values = "TemplateHelper('sonde', show, 'global')"
    blog = built("{{ sonde() }}", sonde=text + HELPER.format(values=values))
    assert blog.get("/").text == "0"


WRONG_HELPERS = {
    "TemplateHelper('other', str)": "must be called sonde or begin with sonde_",
    "TemplateHelper('sonde_x y', str)": "can't be written in a template",
    "TemplateHelper('sonde', 'str')": "must be a function",
    "TemplateHelper('sonde', str, 'macro')": "kind must be one of",
    "TemplateHelper('sonde', str), TemplateHelper('sonde', str)": "already a filter called",
    "TemplateHelper(None, str)": "must be called sonde",
}


@pytest.mark.parametrize("values", WRONG_HELPERS)
def test_a_wrong_helper_fails_its_plugin(
    make_blog: Callable[..., Blog], tmp_path: Path, values: str
) -> None:
    drop_in(tmp_path / "site", "sonde", HEAD + HELPER.format(values=values))
    blog = make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=False)
    assert status(blog, "sonde").state == "failed"
    assert WRONG_HELPERS[values] in status(blog, "sonde").reason
    drop_in(
        tmp_path / "other", "upper", HEAD + HELPER.format(values="TemplateHelper('upper', str)")
    )
    other = make_blog(folder=tmp_path / "other", plugins=["upper"], strict=False)
    assert "would replace one that every template has" in status(other, "upper").reason
