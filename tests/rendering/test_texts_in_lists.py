"""Whatever stands in texts: on a list no id stands twice, and links stay within their own post."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blogengine.rendering import RenderJob, place
from blogengine.rendering.pipeline import Pipeline
from blogengine.testing.blog import Workshop
from tests.rendering.test_finishing import TEXTS, Facts

PIPELINE = Pipeline()
LEVEL = 3

HOSTILE = (
    "# Same\n\n", "## Same\n\n", "### Notes\n\n", "[to same](#same)\n\n", "[to notes](#notes)\n\n",
    "Said[^1].\n\n[^1]: Why\n\n", "Said[^note].\n\n[^note]: Why, [again](#same)\n\n",
    '<a id="p2-same">x</a>\n\n', '<a id="p1-title">x</a> [up](#p1-title)\n\n',
    '<h2 id="main">Main</h2>\n\n[skip](#main)\n\n', '<i id="site-description-same">x</i>\n\n',
    '<b id="w-comments-thread">x</b> [c](#w-comments-thread)\n\n', '<u id="together">x</u>\n\n',
    '<a name="same">x</a>\n\n', "[lost](#nowhere)\n\n", "[other](#p3-same)\n\n", "Text.\n\n",
    "## Ünïcode 日本\n\n[u](#ünïcode-日本)\n\n", "<!--more-->\n\n",
    "## Same\n\n<div id='same'>y</div>\n\n",
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(TEXTS, st.lists(st.sampled_from(HOSTILE)).map("".join)), max_size=4))
def test_texts_one_below_the_other_share_no_id(texts: list[str]) -> None:
    seen: Counter[str] = Counter()
    for number, text in enumerate(texts, start=1):
        prefix = f"p{number}-"
        facts = Facts(place(PIPELINE.render(RenderJob(text)).html, prefix=prefix, level=LEVEL))
        own = set(facts.ids)
        seen.update(facts.ids)
        assert all(one.startswith(prefix) for one in own)
        assert {link for link in facts.links if link.startswith("#")} <= {f"#{i}" for i in own}
    assert all(count == 1 for count in seen.values()), seen.most_common(2)


def test_the_lists_of_a_site_hold_together(
    tmp_path_factory: object, blogengine_workshop: Workshop
) -> None:
    """The whole pages: articles, description of the tag, widgets, whatever is shown of posts."""
    folder = tmp_path_factory.mktemp("lists") / "blog"  # type: ignore[attr-defined]
    blog = blogengine_workshop.build(folder, plugins=None)
    dice = random.Random(4)
    day = datetime(2025, 3, 1, 9)
    for number in range(12):
        text = "".join(dice.choices(HOSTILE, k=9))
        moment = day + timedelta(days=number)
        blog.post("Same", text, tags=["Same", f"T{number % 3}"], published_at=moment)
    blog.site.terms.describe("same", "## Same\n\n[x](#same)[^1]\n\n[^1]: Note\n")
    for display in ("full", "excerpt", "titles"):
        blog.set("site", list_display=display)
        for path in ("/", "/page/2/", "/tag/same/", "/tag/same/page/2/", "/tag/same+t1/", "/2025/"):
            html = blog.get(path).text
            facts = Facts(html)
            assert [one for one, n in Counter(facts.ids).items() if n > 1] == [], (path, display)
            for article in re.findall(r"<article.*?</article>", html, re.DOTALL):
                inside = Facts(article)
                links = {link[1:] for link in inside.links if link.startswith("#")}
                assert links <= set(inside.ids), (path, display)
            links = {link[1:] for link in facts.links if link.startswith("#")}
            assert links <= set(facts.ids), (path, display)
    blog.close()
