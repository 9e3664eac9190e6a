"""Links between posts follow them to new addresses; what was typed stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogengine.rendering.links import led_to, own_paths
from blogengine.testing.blog import Workshop
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("links_between_posts")  # one site for all


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("links") / "blog"
    settings = {"site": {"base_url": "https://blog.example"}}
    made = blogengine_workshop.build(folder, plugins=["writing_checks"], settings=settings)
    yield made
    made.close()


def test_links_follow_a_post_and_the_text_stays(blog: Blog) -> None:
    target = blog.post("Target", "Here.")
    old = target.url
    source = f"[a]({old}#x) [b](https://blog.example{old}?q=1) [c]({old}) `{old}` [d]({old}more/)"
    source += f"\n\n<!--more-->\n\n[e](https://other.example{old})"
    linking = blog.post("Linking", source, tags=["Linked"])
    moved = blog.site.posts.edit(target.id, slug="somewhere-else")
    assert moved.url != old
    for path in (linking.url, "/tag/linked/"):
        html = blog.get(path).text
        for rest in ('#x"', '?q=1"', '"'):
            assert f'href="{moved.url}{rest}' in html
        assert f"<code>{old}</code>" in html
        assert f'href="{old}more/"' in html
        assert f'href="https://other.example{old}"' in html
    assert blog.site.posts.draft(linking.id).source == source
    assert blog.site.posts.get(linking.id).version == linking.version
    again = blog.site.posts.edit(linking.id, source=source + "\n\nMore.")
    assert f'href="{moved.url}#x"' in again.html
    third = blog.site.posts.edit(target.id, slug="third")
    assert f'href="{third.url}#x"' in blog.site.posts.get(linking.id).html
    assert blog.get(old).headers["Location"].endswith(third.url)


def test_pages_below_a_moved_page_are_followed_too_and_a_post_to_itself(blog: Blog) -> None:
    above = blog.post("Above", "x", kind="page")
    below = blog.post("Below", "y", kind="page", parent_id=above.id)
    linking = blog.post("To below", f"[b]({below.url})")
    own = blog.post("Own", "z")
    own = blog.site.posts.edit(own.id, source=f"[me]({own.url}#top)")
    blog.site.posts.edit(above.id, slug="high")
    blog.site.posts.edit(own.id, slug="own-2")
    assert 'href="/high/below/"' in blog.site.posts.get(linking.id).html
    own = blog.site.posts.get(own.id)
    assert f'href="{own.url}#top"' in own.html


def test_a_link_to_a_deleted_post_is_forgotten(blog: Blog) -> None:
    target = blog.post("Gone soon", "x")
    linking = blog.post("Still here", f"[x]({target.url})")
    blog.site.posts.purge(target.id)
    assert f'href="{target.url}"' in blog.site.posts.get(linking.id).html
    assert blog.site.posts.edit(linking.id, title="Here still").title == "Here still"


def test_a_save_with_many_links_takes_few_statements(
    blog: Blog, statements: Callable[..., object]
) -> None:
    few = blog.post("Few", "[a](/2020/01/a/)")
    many = blog.post("Many", " ".join(f"[a](/2020/01/a{n}/)" for n in range(300)))
    counts = []
    for post in (few, many):
        with statements(blog.app) as seen:  # type: ignore[attr-defined]
            blog.site.posts.edit(post.id, source=blog.site.posts.draft(post.id).source + "\n\nz")
        counts.append(len(seen))
    assert counts[0] == counts[1]


@given(st.text(alphabet='/ab"<>&?#% =é\\', max_size=60))
def test_only_links_of_this_site_are_touched(text: str) -> None:
    html = f'<p>href="/a/" {text.replace("<", "&lt;")}</p><a title=">" href="/a/#b">href="/a/"</a>'
    assert "/a/" in own_paths(html, "")
    assert led_to(html, "", lambda _path: None) == html
    led = led_to(html, "", {"/a/": "/é/"}.get)
    assert led.startswith('<p>href="/a/"')
    assert led.endswith('<a title=">" href="/%C3%A9/#b">href="/a/"</a>')


def test_what_leads_to_no_post_is_told_before_publishing(blog: Blog) -> None:
    target = blog.post("Known", "x", tags=["Known"])
    draft = blog.post("Draft later", "x")
    blog.site.posts.unpublish(draft.id)
    good = f"[a]({target.url}) [b](/tag/known/) [c](/tags/) [d](/media/x.png) [e](https://x.example/y/)"
    bad = f"[f](/2020/01/nothing/) [g](https://blog.example/nowhere) [h]({draft.url})"
    post = blog.post("Checked", f"{good}\n\n{bad}")
    lost = ("/2020/01/nothing/", draft.url, "/nowhere/")
    assert sorted(blog.site.links.lost(post.html)) == sorted(lost)
    (check,) = [c for _, c in blog.site.contributions.publish_checks if c.name == "targets"]
    assert len(list(check.run(blog.site, post))) == 3
    assert [one.id for one in blog.site.links.to(target.id)] == [post.id]
