"""Posts through their states, addresses and texts, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.values import PostDraft
from tests.conftest import Blog

SOON = datetime.now(UTC) + timedelta(days=2)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def blog(request: pytest.FixtureRequest, make_blog: Callable[..., Blog]) -> Iterator[Blog]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    yield make_blog(plugins=[], database_url=url)
    db.close()


def listed(blog: Blog, path: str = "/") -> list[str]:
    """Return the titles an archive shows."""
    import re

    html = blog.get(path).text
    return re.findall(r'<a class="p-name u-url"[^>]*>([^<]*)</a>', html)


def test_a_post_goes_through_its_states(blog: Blog) -> None:
    posts = blog.site.posts
    post = posts.create(PostDraft(title="One", source="Text.").with_tags("Alpha"))
    assert (post.status, post.url, listed(blog)) == ("draft", "", [])
    post = posts.publish(post.id)
    assert post.status == "published"
    assert listed(blog) == listed(blog, "/tag/alpha/") == ["One"]
    address = post.url
    assert posts.unpublish(post.id).status == "draft"
    assert blog.get(address).status_code == 404
    assert posts.publish(post.id).url == address
    assert posts.trash(post.id).status == "trashed"
    assert (listed(blog), blog.get(address).status_code) == ([], 404)
    assert posts.restore(post.id).status == "published"
    assert listed(blog, "/tag/alpha/") == ["One"]
    posts.purge(post.id)
    assert (listed(blog), blog.get("/tag/alpha/").status_code) == ([], 404)
    with pytest.raises(NotFound):
        posts.get(post.id)


def test_counts_follow_every_change_of_state(blog: Blog) -> None:
    def counts() -> dict[str, int]:
        return {term.slug: term.count for term in blog.site.terms.all()}

    one, two = (blog.post(title, tags=["Alpha", title]) for title in ("One", "Two"))
    assert counts() == {"alpha": 2, "one": 1, "two": 1}
    blog.site.posts.edit(one.id, visibility="private")
    assert counts() == {"alpha": 1, "two": 1}
    blog.site.posts.edit(one.id, visibility="public", terms={"tag": ("Beta",)})
    assert counts() == {"alpha": 1, "beta": 1, "two": 1}
    blog.site.posts.trash(two.id)
    assert counts() == {"beta": 1}
    assert blog.site.archives.home().count == 1


def test_a_scheduled_post_waits_for_its_time_and_needs_no_cron(blog: Blog) -> None:
    post = blog.post("Later", status="draft", tags=["Alpha"])
    post = blog.site.posts.publish(post.id, at=SOON)
    assert post.status == "scheduled"
    assert (listed(blog), blog.get(post.url).status_code) == ([], 404)
    assert blog.site.posts.publish_due() == ()
    assert blog.site.posts.get(post.id).status == "scheduled"


def test_the_first_request_after_its_time_shows_a_scheduled_post(blog: Blog) -> None:
    from sqlalchemy import update

    from blogengine.audit import no_act
    from blogengine.models import PostRow, SiteStateRow

    post = blog.post("Later", status="scheduled", published_at=SOON)
    past = datetime.now(UTC) - timedelta(seconds=1)
    with blog.site.db.write() as session:
        no_act(session, "posts")
        session.execute(update(PostRow).where(PostRow.id == post.id).values(published_at=past))
        session.execute(update(SiteStateRow).values(next_due=past))
    assert listed(blog) == ["Later"]
    assert blog.get(blog.site.posts.get(post.id).url).status_code == 200


def test_every_save_is_a_revision_and_can_be_restored(blog: Blog) -> None:
    post = blog.post("One", "First text.")
    blog.site.posts.edit(post.id, source="Second text.", by="ann")
    blog.site.posts.edit(post.id, source="Third text.")
    assert [r.source for r in blog.site.posts.revisions(post.id)] == [
        "Third text.",
        "Second text.",
        "First text.",
    ]
    restored = blog.site.posts.restore_revision(post.id, 1)
    assert "First text." in restored.html
    assert [r.version for r in blog.site.posts.revisions(post.id)] == [4, 3, 2, 1]
    with pytest.raises(NotFound):
        blog.site.posts.restore_revision(post.id, 99)


def test_the_second_of_two_writers_is_told(blog: Blog) -> None:
    post = blog.post("One", "Text.")
    blog.site.posts.edit(post.id, source="Mine.", expected_version=post.version)
    with pytest.raises(UserError) as caught:
        blog.site.posts.edit(post.id, source="Yours.", expected_version=post.version)
    assert caught.value.status == 409
    assert "Mine." in blog.site.posts.get(post.id).html


def test_a_changed_slug_redirects_in_one_hop(blog: Blog) -> None:
    post = blog.post("One", slug="first")
    old = post.url
    middle = blog.site.posts.edit(post.id, slug="second").url
    new = blog.site.posts.edit(post.id, slug="third").url
    for address in (old, middle):
        answer = blog.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
    other = blog.post("Two", slug="first")
    assert other.url == old
    assert blog.get(old).status_code == 200


def test_equal_titles_get_addresses_of_their_own(blog: Blog) -> None:
    urls = [blog.post("Same title").url for _ in range(3)]
    assert len(set(urls)) == 3
    assert [url.rstrip("/").rpartition("/")[2] for url in urls] == [
        "same-title",
        "same-title-2",
        "same-title-3",
    ]


def test_the_guid_survives_everything(blog: Blog) -> None:
    post = blog.post("One")
    changed = blog.site.posts.edit(post.id, title="Two", slug="new", terms={"tag": ("X",)})
    assert changed.guid == post.guid
    assert blog.site.posts.id_of(post.guid) == post.id


def test_a_text_is_kept_byte_for_byte(blog: Blog) -> None:
    source = "\ufeffA\r\nB\tC \u2028 e\u0301 \ud800 end\x00\x1b\n\n"
    post = blog.post("One", source)
    assert blog.site.posts.draft(post.id).source == source
    assert "\x00" not in post.html


def test_a_private_post_is_nowhere(blog: Blog) -> None:
    post = blog.post("Private", "Secret.", visibility="private", tags=["Alpha"])
    assert blog.get(post.url).status_code == 404
    assert listed(blog) == []
    assert blog.get("/tag/alpha/").status_code == 404


def test_a_password_post_shows_its_text_to_who_knows_it(blog: Blog) -> None:
    post = blog.post("Locked", "Secret.", visibility="password", password="open sesame")
    asked = blog.get(post.url)
    assert (asked.status_code, "Secret." in asked.text) == (200, False)
    assert "no-store" in asked.headers["Cache-Control"]
    wrong = blog.send(post.url, method="POST", data={"password": "no"})
    assert (wrong.status_code, "Secret." in wrong.text) == (403, False)
    right = blog.send(post.url, method="POST", data={"password": "open sesame"})
    assert right.status_code == 303
    cookie = right.headers["Set-Cookie"].split(";")[0]
    shown = blog.get(post.url, headers={"Cookie": cookie})
    assert "Secret." in shown.text
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in shown.headers
    assert listed(blog) == []
    forged = blog.get(post.url, headers={"Cookie": cookie[:-3] + "xyz"})
    assert "Secret." not in forged.text


def test_pages_stand_below_each_other_and_in_the_menu(blog: Blog) -> None:
    top = blog.post("About us", kind="page")
    child = blog.post("Our team", kind="page", parent_id=top.id)
    assert (top.url, child.url) == ("/about-us/", "/about-us/our-team/")
    assert blog.get(child.url).status_code == 200
    assert '<a href="/about-us/">About us</a>' in blog.get("/").text
    assert listed(blog) == []
    moved = blog.site.posts.edit(top.id, slug="who")
    assert moved.url == "/who/"
    assert blog.get("/about-us/our-team/").headers["Location"] == "/who/our-team/"
    with pytest.raises(UserError):
        blog.site.posts.edit(top.id, parent_id=child.id)


def test_pages_may_not_take_the_engines_addresses(blog: Blog) -> None:
    assert blog.post("Tag", kind="page").url == "/tag-2/"
    assert blog.post("2026", kind="page").url == "/2026-2/"


def test_the_date_in_an_address_is_local_and_frozen(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=[], settings={"timezone": "Pacific/Auckland"})
    moment = datetime(2025, 12, 31, 20, 0, tzinfo=UTC)
    post = blog.post("New year", published_at=moment)
    assert post.url == "/2026/01/new-year/"
    assert listed(blog, "/2026/01/01/") == ["New year"]
    assert blog.run("settings", "set", "timezone", "UTC") == 0
    edited = blog.site.posts.edit(post.id, title="Changed", published_at=moment)
    assert edited.url == "/2026/01/new-year/"


def test_another_address_pattern_moves_all_posts_with_redirects(blog: Blog) -> None:
    old = blog.post("One", published_at=datetime(2025, 3, 4, tzinfo=UTC)).url
    assert old == "/2025/03/one/"
    assert blog.run("settings", "set", "permalink", "/{slug}/") == 0
    answer = blog.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, "/one/")
    assert blog.get("/one/").status_code == 200


def test_native_scripts_stay_in_addresses(blog: Blog) -> None:
    post = blog.post("影師嗎 und Größe", tags=["日本語"])
    assert blog.get(post.url).status_code == 200
    assert blog.get("/tag/日本語/").status_code == 200
    emoji = blog.post("🎉🎉")
    assert emoji.url.endswith(f"/{emoji.id}/")


def test_bad_fields_are_refused_with_their_name(blog: Blog) -> None:
    for fields in (
        {"title": "x" * 301},
        {"slug": "x" * 201},
        {"status": "nonsense"},
        {"status": "scheduled"},
        {"authors": ("nobody",)},
        {"terms": {"tag": tuple(f"t{n}" for n in range(51))}},
        {"terms": {"tag": ("y" * 201,)}},
    ):
        with pytest.raises(UserError) as caught:
            blog.site.posts.create(PostDraft(source="Text.", **fields))  # type: ignore[arg-type]
        assert caught.value.field
        assert caught.value.action
    assert blog.site.posts.find() == ()


def test_a_text_that_cannot_be_rendered_is_kept_as_a_draft(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blogengine.rendering import TextTooCostly
    from blogengine.rendering.renderer import Renderer

    def refuse(_self: Renderer, *_given: object) -> None:
        raise TextTooCostly("It took too long.")

    shown = blog.post("Old", "Old text.")
    monkeypatch.setattr(Renderer, "render", refuse)
    with pytest.raises(TextTooCostly) as caught:
        blog.post("New", "Costly text.")
    (draft, _) = blog.site.posts.find()
    assert (draft.status, blog.site.posts.draft(draft.id).source) == ("draft", "Costly text.")
    assert f"post {draft.id}" in caught.value.action
    with pytest.raises(TextTooCostly):
        blog.site.posts.edit(shown.id, source="Costly edit.")
    assert "Old text." in blog.get(shown.url).text
    assert blog.site.posts.revisions(shown.id)[0].source == "Costly edit."


def test_two_writes_inside_each_other_are_refused_at_once(blog: Blog) -> None:
    site_db = blog.site.db
    with site_db.write(), pytest.raises(RuntimeError, match="inside another"), site_db.write():
        pass


def test_the_change_log_names_what_became_stale(blog: Blog) -> None:
    from blogengine import changes

    def seen(after: int) -> set[str]:
        return {key for _, key in changes.since(blog.site.db.reading(), after)}

    def last() -> int:
        return max((seq for seq, _ in changes.since(blog.site.db.reading(), 0)), default=0)

    post = blog.post("One", tags=["Alpha"], published_at=datetime(2025, 3, 4, tzinfo=UTC))
    (term,) = blog.site.terms.all()
    start = last()
    blog.site.posts.edit(post.id, source="New.")
    places = {"home:0", f"term:{term.id}", "year:2025", "month:202503", "day:20250304"}
    assert seen(start) == {f"post:{post.id}"} | places
    start = last()
    blog.post("Draft", status="draft")
    assert not seen(start) & places


def test_another_setting_for_quotes_renders_all_texts_again(blog: Blog) -> None:
    post = blog.post("One", 'She said "yes" -- twice.')
    assert "&quot;yes&quot;" in post.html or '"yes"' in post.html
    assert blog.run("settings", "set", "smart_quotes", "yes") == 0
    again = blog.site.posts.get(post.id)
    assert "“yes”" in again.html
    assert (again.version, again.updated_at) == (post.version, post.updated_at)
    assert len(blog.site.posts.revisions(post.id)) == 1
    assert blog.get("/").status_code == 200  # a worker reads changed settings at its next request
    assert blog.site.posts.render_stale() == 0
