"""What readers see of the plugin."""

from datetime import datetime

import pytest


@pytest.fixture
def older(make_post, plugin_settings):
    """Three older posts, and a newest one that is left out."""
    plugin_settings(skip=1)
    return [
        make_post(title=title, published_at=datetime(2020, 1, day))
        for day, title in enumerate(["Sea", "Ships", "Sand", "The newest"], start=1)
    ][:3]


def shown(client):
    return client.get("/tags/").text.partition('id="w-post_of_the_day"')[2].partition("</p>")[0]


def test_every_older_post_has_its_day(client, older, freeze):
    seen = []
    for day in ("2030-03-01", "2030-03-02", "2030-03-03"):
        freeze(f"{day}T10:00")
        morning = shown(client)
        freeze(f"{day}T20:00")
        assert shown(client) == morning
        seen += [post.title for post in older if post.url in morning]
    assert sorted(seen) == ["Sand", "Sea", "Ships"]


def test_titles_come_out_escaped(client, make_post, plugin_settings):
    plugin_settings(skip=0)
    make_post(title="Sea & <sun>")
    assert ">Sea &amp; &lt;sun&gt;</a>" in shown(client)


def test_with_too_few_posts_it_takes_no_space(client, make_post):
    make_post()
    assert 'id="w-post_of_the_day"' not in client.get("/").text


def test_it_costs_the_same_with_many_posts(client, make_post, plugin_settings, count_queries):
    plugin_settings(skip=0)
    make_post()
    with count_queries() as few:
        client.get("/tags/")
    for number in range(8):
        make_post(title=f"Post {number}")
    with count_queries() as many:
        client.get("/tags/")
    assert len(many) <= len(few)
