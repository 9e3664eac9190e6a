"""Embedded videos: which links become one, and only with the owner's consent."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape

import pytest
from blogengine_plugins.embeds.addresses import find_video
from blogengine_plugins.embeds.filter import embed_videos
from blogengine_plugins.embeds.settings import EmbedSettings

from tests.conftest import Blog

HOSTS = frozenset({"tube.example"})
ID = "dQw4w9WgXcQ"
PLAYER = f"https://www.youtube-nocookie.com/embed/{ID}"


@pytest.mark.parametrize(
    ("address", "player"),
    [
        (f"https://www.youtube.com/watch?v={ID}", PLAYER),
        (f"https://youtube.com/watch?app=x&v={ID}&t=1h2m3s", f"{PLAYER}?start=3723"),
        (f"https://youtu.be/{ID}?t=90", f"{PLAYER}?start=90"),
        (f"http://m.youtube.com/shorts/{ID}", PLAYER),
        (f"https://www.youtube.com/live/{ID}/", PLAYER),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://vimeo.com/1/abcdef01", "https://player.vimeo.com/video/1?dnt=1&h=abcdef01"),
        ("https://tube.example/w/9c9de5e8-0a1e", "https://tube.example/videos/embed/9c9de5e8-0a1e"),
        (
            "https://tube.example/videos/watch/abcdefghij",
            "https://tube.example/videos/embed/abcdefghij",
        ),
    ],
)
def test_addresses_of_videos_are_known(address: str, player: str) -> None:
    video = find_video(address, HOSTS)
    assert video is not None
    assert video.player == player


NO_VIDEOS = [
    "",
    "/watch?v=" + ID,
    "https://www.youtube.com/",
    "https://www.youtube.com/watch?v=short",
    f"https://www.youtube.com/watch?v={ID}%22onload=x",
    f'https://www.youtube.com/watch?v={ID}"><script>',
    f"https://www.youtube.com.evil.example/watch?v={ID}",
    f"https://evil.example/?u=https://youtu.be/{ID}",
    f"https://youtu.be@evil.example/{ID}",
    f"https://user@youtu.be/{ID}",
    f"https://youtu.be:8443/{ID}",
    f"javascript:https://youtu.be/{ID}",
    f"ftp://youtu.be/{ID}",
    f"https://youtu.be/{ID}/more",
    "https://vimeo.com/channels/staffpicks",
    "https://vimeo.com/１２３",
    "https://other.example/w/abcdefghij",
    "https://tube.example/w/abc/../../admin",
    "https://[::1",
]


@pytest.mark.parametrize("address", NO_VIDEOS)
def test_other_and_hostile_addresses_stay_links(address: str) -> None:
    assert find_video(address, HOSTS) is None
    html = f'<p><a href="{escape(address)}">words</a></p>'
    assert embed_videos(html, EmbedSettings("tube.example")) == html


@pytest.mark.parametrize(
    "html",
    [
        f'<p>See <a href="https://youtu.be/{ID}">this</a></p>',
        f'<p><a href="https://youtu.be/{ID}">this</a> and that</p>',
        f'<p><a href="https://youtu.be/{ID}"><img alt="" src="/a.png"></a></p>',
        f'<li><a href="https://youtu.be/{ID}">this</a></li>',
    ],
)
def test_only_a_link_alone_in_its_paragraph_is_replaced(html: str) -> None:
    assert embed_videos(html, EmbedSettings()) == html


def test_a_hook_s_filter_needs_consent(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog(plugins=[])
    post = blog.post("One", f"[A *song*](https://youtu.be/{ID})\n\n[Song](https://youtu.be/{ID})")
    assert blog.run("plugin", "enable", "embeds") != 0
    said = capsys.readouterr().err
    assert "filter embeds" in said
    assert "blogengine plugin enable embeds --trust" in said
    assert blog.run("plugin", "enable", "embeds", "--trust") == 0
    assert "1 text waits to be rendered again" in capsys.readouterr().out
    assert blog.run("plugin", "info", "embeds", "--json") == 0
    known = json.loads(capsys.readouterr().out)
    assert (known["trusted_filters"], known["trusted"]) == (["embeds"], True)
    assert blog.run("post", "render") == 0
    shown = make_blog(folder=blog.folder, plugins=["embeds"]).get(post.url)
    link = f'href="https://youtu.be/{ID}" data-player="{PLAYER}" class="embed-play">Song</a>'
    assert link in shown.text
    assert shown.text.count("data-player") == 1
    assert "<iframe" not in shown.text
    assert "<img" not in shown.text
    policy = shown.headers["Content-Security-Policy"]
    assert "frame-src https://player.vimeo.com https://www.youtube-nocookie.com" in policy
    assert "frame-src" not in blog.get(post.url).headers["Content-Security-Policy"]
    capsys.readouterr()
    assert blog.run("plugin", "disable", "embeds") == 0
    assert blog.run("post", "render") == 0
    assert "data-player" not in blog.get(post.url).text
    assert blog.run("plugin", "enable", "embeds") != 0


def test_without_consent_the_filter_doesn_t_run(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["embeds"])
    post = blog.post("One", f"https://youtu.be/{ID}")
    assert "data-player" not in blog.get(post.url).text
    assert blog.site.posts.left_out(post.id) == ()
