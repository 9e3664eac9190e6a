"""Expressions are made harmless by where they stand in a template."""

from __future__ import annotations

import pytest
from jinja2 import Environment, StrictUndefined, TemplateSyntaxError
from markupsafe import Markup

from blogengine.escaping import EscapingByPlace

SCRIPT = "javascript:alert(1)"
ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, extensions=[EscapingByPlace])


def render(template: str, x: object) -> str:
    return ENVIRONMENT.from_string(template).render(x=x, site={"name": x})


@pytest.mark.parametrize(
    "address",
    [
        "/tag/sea/", "/x?a=1&b=2#c", "#there", "", "page/2/", "https://a.example/", "HTTP://a.example",
        "mailto:ann@a.example", "//a.example/x", "?page=2", 7, "/a:b", "x/javascript:1", "#a:b",
        "/x y", "/größe/", Markup("/a?b=1&amp;c=2"),
    ],
)  # fmt: skip
def test_addresses_to_follow_stand_as_they_are(address: object) -> None:
    shown = address if isinstance(address, Markup) else Markup.escape(str(address))
    assert render('<a href="{{ x }}">', address) == f'<a href="{shown}">'


@pytest.mark.parametrize(
    "address",
    [
        SCRIPT, "JavaScript:1", " javascript:1", "\tjavascript:1", "java\nscript:1", ":x",
        "\x01javascript:1", "data:text/html,x", "vbscript:1", "feed:javascript:1", "blob:x",
        "view-source:x", "file:///x", "\u200bjavascript:1", "javascript\u200b:1",
        Markup("java&#115;cript:1"), Markup("java&Tab;script&colon;1"), "data:image/png;base64,AA",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "template",
    [
        '<a href="{{ x }}">', "<a href='{{ x }}'>", '<a\n HREF = "{{ x }}">', '<q cite="{{ x }}">',
        '<a title="a > b" href="{% if x %}{{ x }}{% endif %}">', '<a href=" {{ x }}">',
        '<svg><a xlink:href="{{ x }}">', '<a hreflang=en href="{{ x|trim }}">',
        '<a href="{{ site.name }}">',
    ],
)  # fmt: skip
def test_other_addresses_become_a_mark(template: str, address: object) -> None:
    shown = render(template, address)
    assert "#" in shown
    assert "script" not in shown.replace("description", "")


@pytest.mark.parametrize("attribute", ["action", "formaction"])
@pytest.mark.parametrize("address", [SCRIPT, "//evil.example/", "https://evil.example/", "/\\evil"])
def test_forms_go_to_this_site(attribute: str, address: str) -> None:
    assert render(f'<form {attribute}="{{{{ x }}}}">', address) == f'<form {attribute}="#">'
    assert render(f'<form {attribute}="{{{{ x }}}}">', "/here/?a=1") == (
        f'<form {attribute}="/here/?a=1">'
    )


def test_code_is_loaded_from_this_site() -> None:
    assert render('<script src="{{ x }}">', "https://evil.example/x.js") == '<script src="#">'
    own = "/static/p/demo/0123456789abcdef/x.js"
    assert render('<script src="{{ x }}">', own) == f'<script src="{own}">'


def test_pictures_may_be_written_out() -> None:
    picture = "data:image/png;base64,iVBORw0KGgo="
    assert render('<img src="{{ x }}">', picture) == f'<img src="{picture}">'
    assert render('<img src="{{ x }}">', "data:image/svg+xml;base64,AAAA") == '<img src="#">'


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("<p class={{ x }} id=a>", "a b", '<p class="" id=a>'),
        ("<p class={{ x }} id=a>", "", '<p class="" id=a>'),
        ("<p class={{ x }} id=a>", "x onclick=alert(1)", '<p class="" id=a>'),
        ("<p class={{ x }} id=a>", "one-two", "<p class=one-two id=a>"),
        ("<p class=a{{ x }}>", " onclick=alert(1)", "<p class=a>"),
        ("<td colspan={{ x }}>", 2, "<td colspan=2>"),
        ("<a href={{ x }}>", SCRIPT, '<a href="">'),
        ("<a href={{ x }}>", "/tags/", '<a href="">'),
        ("<option {{ x }}>", "selected", "<option selected>"),
        ("<option {{ x }}>", "onclick=alert(1)", "<option >"),
        ("<option {{ x }}>", Markup('title="a"'), '<option title="a">'),
        ("<p data-{{ x }}=1>", "a b=c", "<p data-=1>"),
        ("<b>{{ x }}</b>", "<i>", "<b>&lt;i&gt;</b>"),
        ("<!-- <a href=\" -->{{ x }}", SCRIPT, f"<!-- <a href=\" -->{SCRIPT}"),
        ('<a href="/t/{{ x }}">', SCRIPT, f'<a href="/t/{SCRIPT}">'),
        ('<a href="/x">{{ x }}</a>', SCRIPT, f'<a href="/x">{SCRIPT}</a>'),
        ("<style>{{ x }}</style>", "p{}", "<style></style>"),
        ("<style>{{ x }}</style>", Markup("p{}"), "<style>p{}</style>"),
        ('<script type="application/ld+json">{{ x }}</script>', Markup("{}"), None),
    ],
)  # fmt: skip
def test_values_fit_where_they_stand(template: str, value: object, shown: str | None) -> None:
    wanted = template.replace("{{ x }}", str(value)) if shown is None else shown
    assert render(template, value) == wanted


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("<p onclick=\"f('{{ x }}')\">", "the attribute onclick"),
        ('<iframe srcdoc="{{ x }}">', "the attribute srcdoc"),
        ("<script>var a = {{ x }}</script>", "no script of their own"),
    ],
)
def test_where_nothing_can_be_made_harmless_a_template_is_refused(
    template: str, sentence: str
) -> None:
    with pytest.raises(TemplateSyntaxError, match=sentence):
        render(template, "x")
