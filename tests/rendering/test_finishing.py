"""What leaves the pipeline: safe, valid, with ids and headings that fit into any page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blogengine.rendering import RenderJob, place
from blogengine.rendering.pipeline import Pipeline
from blogengine.rendering.sanitiser import sanitise

PIPELINE = Pipeline()

WORDS = st.sampled_from(
    [
        "# Same\n",
        "## Same\n",
        "#### Deep\n",
        "[x](#same)",
        "[x](#user-1)",
        "[^a]",
        "\n\n[^a]: Note\n",
        '<a id="same">y</a>',
        '<h6 id="p1-x">z</h6>',
        '<b id="main">m</b>',
        '<div id="\x02x">',
        "</div>",
        "<ul><p>stray</p></ul>",
        "<figure><a href='#same'>",
        "<figcaption>c</figcaption>",
        "</figure>",
        "- item\n",
        "> quote\n",
        "```\ncode\n```\n",
        "| a | b |\n|---|---|\n| c | d |\n",
        "<details><summary>s</summary>\n\n",
        "</details>\n",
        "<!--more-->",
        "&#2; &#x11;",
        "<table><tr><td>",
        "text ",
        "\n\n",
    ]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=25).map("".join)


class Facts(HTMLParser):
    """Ids, in-page links and heading levels of a piece of html, by the standard parser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.levels: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_ = dict(attrs)
        if given_.get("id"):
            self.ids.append(str(given_["id"]))
        if (given_.get("href") or "").startswith("#"):
            self.links.append(str(given_["href"])[1:])
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))


def rendered(source: str, form: str = "markdown") -> str:
    return PIPELINE.render(RenderJob(source, form)).html


@pytest.mark.parametrize("form", ["markdown", "html"])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=TEXTS)
def test_whatever_comes_in_the_promises_hold(form: str, source: str) -> None:
    html = rendered(source, form)
    in_list = place(html, prefix="p7-", level=3)
    alone = place(html)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", in_list + alone)
    facts = Facts(in_list)
    assert len(facts.ids) == len(set(facts.ids))
    assert all(name.startswith("p7-") for name in facts.ids)
    assert set(facts.links) <= set(facts.ids)
    level = 2
    for found in facts.levels:
        assert 3 <= found <= min(level + 1, 6)
        level = found
    assert not set(facts.ids) & set(Facts(place(html, prefix="p8-")).ids)
    reserved = re.compile(r"main|(site-|w-|comment-|p\d+-).*", re.IGNORECASE)
    assert not [name for name in Facts(alone).ids if reserved.fullmatch(name)]


@settings(max_examples=100, deadline=None)
@given(source=TEXTS)
def test_sanitising_twice_changes_nothing(source: str) -> None:
    once = sanitise(source)
    assert sanitise(once) == once


def test_equal_headings_are_numbered_as_on_github() -> None:
    html = place(rendered("## Key Considerations\n\n## Key Considerations\n\n## Größe & Maß!\n"))
    assert Facts(html).ids == ["key-considerations", "key-considerations-1", "größe--maß"]


def test_headings_are_levelled_by_their_nesting_not_their_numbers() -> None:
    source = "### A\n\n##### B\n\n#### C\n\n# D\n\n<h4>E</h4>\n\n###### F\n"
    assert Facts(place(rendered(source), level=2)).levels == [2, 3, 3, 2, 3, 4]
    assert Facts(place(rendered("# a\n## b\n### c\n#### d\n##### e\n"), level=3)).levels == [
        3,
        4,
        5,
        6,
        6,
    ]


def test_a_link_follows_its_target_and_a_dangling_one_is_inert() -> None:
    html = place(rendered('[to](#here) [off](#nowhere) [main](#main)\n\n<a name="here">x</a>'))
    assert Facts(html).links == ["here"]
    assert ">off</a>" in html
    hostile = place(rendered("## Main\n\n[x](#main)\n"))
    assert Facts(hostile).ids == Facts(hostile).links == ["main-here"]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "![x](javascript:alert(1))",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><script>alert(1)</script></mtext></math>",
        "<iframe src=javascript:alert(1)></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=x></object><embed src=x>",
        "<form action=//evil><input name=password><button>x</button></form>",
        "<style>*{display:none}</style>",
        "<p style='position:fixed'>x</p>",
        "<base href=//evil><meta http-equiv=refresh content=0>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<div onclick=alert(1) id=x>y</div>",
        "```<img onerror=alert(1)>\nx\n```",
        "[^<script>alert(1)</script>]\n\n[^<script>alert(1)</script>]: x",
        "| <script>alert(1)</script> |\n|---|\n| x |",
        '<http://x.y/"onclick=alert(1)>',
    ],
)
def test_nothing_that_runs_or_loads_a_page_gets_through(source: str) -> None:
    for form in ("markdown", "html"):
        html = place(rendered(source, form))
        tags = re.findall(r"<[^>]*>", html)
        allowed_script = [
            tag for tag in tags if re.match(r"</?(script|style|form|object|svg)", tag)
        ]
        assert not allowed_script
        assert not [tag for tag in tags if re.search(r"\son\w+\s*=|style=", tag)]
        links = re.findall(r'(?:href|src)="([^"]*)"', html)
        assert not [a for a in links if re.match(r"\s*(java|vb|data)", a, re.IGNORECASE)]


def test_a_frame_becomes_a_link() -> None:
    html = place(rendered('<iframe src="https://video.example/embed/1"></iframe>'))
    assert '<a href="https://video.example/embed/1" class="embed">' in html


def test_images_boxes_and_tables_are_complete() -> None:
    html = place(rendered("<img src=a.png>\n\n- [x] done\n- [ ] open\n\n| a |\n|:-:|\n| b |\n"))
    assert '<img src="a.png" alt="">' in html
    assert html.count('type="checkbox"') == html.count("aria-label=") - 1 == 2
    assert '<div class="table-scroll" tabindex="0" role="group" aria-label="Table">' in html
    assert 'class="align-center"' in html
    assert "style=" not in html


def test_a_caption_stands_directly_in_its_figure() -> None:
    inside = "<figure><a href=x><img src=y><figcaption>A <b>c</b></figcaption></a></figure><p>z</p>"
    assert place(rendered(inside, "html")) == (
        '<figure><a href="x"><img src="y" alt=""></a>'
        "<figcaption>A <b>c</b></figcaption></figure><p>z</p>"
    )
    assert place(rendered("<figcaption>lone</figcaption>", "html")) == "<div>lone</div>"


def test_addresses_are_made_valid() -> None:
    html = place(rendered("[a](<x y.html>) [b](http://h/?q=100%) [c](http://[)\n"))
    assert 'href="x%20y.html"' in html
    assert 'href="http://h/?q=100%25"' in html
    assert "http://[" not in re.findall(r'href="([^"]*)"', html)


def test_the_excerpt_ends_with_a_sentence_or_the_marker() -> None:
    sentence = "This sentence has exactly seven words indeed. "
    made = PIPELINE.render(RenderJob(f"# Title\n\n{sentence * 12}\n\n```\ncode\n```\n"))
    assert made.excerpt == (sentence * 7).strip()
    assert made.excerpt_html == ""
    marked = PIPELINE.render(RenderJob("Before *this*.\n\n<!-- more -->\n\nAfter.\n"))
    assert (marked.excerpt, "Before" in marked.excerpt_html) == ("Before this.", True)
    assert "After" not in marked.excerpt_html
    assert "more" not in place(marked.html)


def test_plain_text_keeps_blocks_apart() -> None:
    made = PIPELINE.render(RenderJob("# One\n\nTwo *three*four.\n\n- five\n- six\n"))
    assert made.text == "One Two threefour. five six"
    assert made.words == 5
