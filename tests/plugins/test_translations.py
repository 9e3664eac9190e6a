"""`translations`: readers and search engines find the versions of a post in other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from blogengine_plugins.translations.families import link_posts, versions

from blogengine.errors import UserError
from blogengine.testing.blog import Workshop
from blogengine.values import Post
from tests.conftest import Blog


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("translations") / "blog"
    made = blogengine_workshop.build(folder, plugins=["translations", "theme_paper"])
    assert made.run("plugin", "enable", "translations", "--quiet") == 0
    made.set("site", base_url="https://blog.example")
    yield made
    made.close()


def alternates(html: str) -> dict[str, str]:
    found = re.findall(r'<link rel="alternate" href="([^"]*)" hreflang="([^"]*)">', html)
    return {language: address for address, language in found}


def three(blog: Blog) -> tuple[Post, Post, Post]:
    return (
        blog.post("Rain", language="en"),
        blog.post("Regen", language="de"),
        blog.post("مطر", language="ar"),
    )


def test_each_version_names_all_of_them(blog: Blog) -> None:
    posts = three(blog)
    assert blog.run("translations", "link", *(str(post.id) for post in posts)) == 0
    english, german, arabic = (f"https://blog.example{post.url}" for post in posts)
    wanted = {"ar": arabic, "de": german, "en": english, "x-default": english}
    for post in posts:
        html = blog.get(post.url).text
        assert alternates(html) == wanted
        read = re.search(r'<p class="translations">(.*?)</p>', html, re.S)
        assert read is not None
        assert "Read this in:" in read[1]
        assert f'href="{post.url}"' not in read[1]
    assert (
        'hreflang="ar" lang="ar" dir="auto" rel="alternate">العربية</a>'
        in blog.get(posts[1].url).text
    )
    assert alternates(blog.get("/").text) == {}


def test_drafts_are_not_named_and_one_alone_names_nothing(blog: Blog) -> None:
    english, german, arabic = three(blog)
    link_posts(blog.site, [english, german, arabic])
    blog.site.posts.unpublish(arabic.id)
    assert set(alternates(blog.get(english.url).text)) == {"en", "de", "x-default"}
    blog.site.posts.unpublish(german.id)
    html = blog.get(english.url).text
    assert alternates(html) == {}
    assert "Read this in" not in html


def test_two_of_one_language_are_refused(blog: Blog) -> None:
    one, two = blog.post("One"), blog.post("Two")
    with pytest.raises(UserError, match="both in en"):
        link_posts(blog.site, [one, two])
    assert versions(blog.site, one) == ()


def test_families_join_and_members_leave(blog: Blog) -> None:
    english, german, arabic = three(blog)
    link_posts(blog.site, [english, german])
    link_posts(blog.site, [german, arabic])
    assert [language for language, _post in versions(blog.site, english)] == ["ar", "de", "en"]
    assert blog.run("translations", "unlink", str(german.id)) == 0
    assert [language for language, _post in versions(blog.site, english)] == ["ar", "en"]
    blog.site.posts.trash(arabic.id)
    blog.site.posts.purge(arabic.id)
    assert versions(blog.site, english) == ()


def test_sister_tags_name_each_other(blog: Blog) -> None:
    blog.post("Sun", tags=["Weather"])
    blog.post("Sonne", tags=["Wetter"])
    assert blog.run("translations", "tags", "en:weather", "de:wetter") == 0
    root = "https://blog.example/tag/"
    assert alternates(blog.get("/tag/wetter/").text) == {
        "de": f"{root}wetter/",
        "en": f"{root}weather/",
        "x-default": f"{root}weather/",
    }
    assert blog.run("translations", "tags", "en:weather") == 65
