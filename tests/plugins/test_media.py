"""`media`: uploads written anew, copies, the library, and what strangers may send without harm."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from blogengine_plugins.media.models import File, Use
from blogengine_plugins.media.queries import Wanted, find, get
from blogengine_plugins.media.receiving import Received, receive
from blogengine_plugins.media.storing import Words, describe, purge, restore, trash
from blogengine_plugins.media.values import MediaFile
from PIL import Image
from sqlalchemy import select

from blogengine.db import db
from blogengine.storage.s3 import S3Storage
from blogengine.testing.blog import Workshop
from blogengine.testing.temporary import temporary_hook
from blogengine.testing.working_off import work_off
from tests.conftest import Blog
from tests.core.test_storage import s3_server  # noqa: F401 - a fixture

pytestmark = pytest.mark.xdist_group("media")  # one site for all


@pytest.fixture(scope="module")
def library(
    blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blog]:
    """A blog with `media`, shared by the tests of this module."""
    made = blogengine_workshop.build(
        tmp_path_factory.mktemp("media") / "blog", plugins=["media"], required=True
    )
    yield made
    made.close()


_shade = iter(range(1, 10_000))


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, mode: str = "RGB", **options: Any
) -> bytes:
    """Return a picture that no other test uploads."""
    number = next(_shade)
    image = Image.new("RGB", size, (90, 120, 150))
    for bit in range(12):
        if number >> bit & 1:
            left = bit * size[0] // 12
            image.paste((200, 40, 40), (left, 0, left + size[0] // 12, size[1] // 2))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def put(blog: Blog, content: bytes, name: str = "photo.jpg", **words: Any) -> Received:
    return receive(blog.site, io.BytesIO(content), name, Words(**words))


def shown(blog: Blog, url: str) -> Image.Image:
    answer = blog.get(url)
    assert answer.status_code == 200, url
    image = Image.open(io.BytesIO(answer.data))
    image.load()
    return image


def copies(blog: Blog, file: MediaFile) -> MediaFile:
    """Have the copies made, and return the file as it is then."""
    work_off(blog.site.jobs)
    db.end_reading()
    return get(blog.site, file.id)


def test_a_picture_is_written_anew_without_what_the_camera_said(library: Blog) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "TELLTALE"
    exif.get_ifd(0x8825)[1] = "N"
    received = put(library, picture(size=(640, 480), exif=exif, comment=b"TELLTALE"))
    file = received.file
    assert received.new and (file.width, file.height) == (480, 640)
    answer = library.get(file.url)
    assert b"TELLTALE" not in answer.data and b"Exif" not in answer.data
    image = shown(library, file.url)
    assert image.size == (480, 640) and not image.getexif() and "icc_profile" not in image.info


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "AVIF"])
def test_pictures_of_every_kind_stay_of_their_kind(library: Blog, kind: str) -> None:
    file = put(library, picture(kind), f"x.{kind.lower()}").file
    assert shown(library, file.url).format == kind
    assert library.get(file.url).content_type == f"image/{kind.lower()}"


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_moving_pictures_go_on_moving(library: Blog, kind: str) -> None:
    frames = [
        Image.new("RGB", (60, 40), (next(_shade) * 20 % 256, 9, shade)) for shade in (0, 99, 200)
    ]
    out = io.BytesIO()
    more = frames[1:]
    frames[0].save(out, kind, save_all=True, append_images=more, duration=[50, 70, 90], loop=0)
    file = put(library, out.getvalue(), "moving.gif").file
    assert file.frames == 3
    image = shown(library, file.url)
    assert getattr(image, "n_frames", 1) == 3


def test_the_same_bytes_are_one_file_and_come_out_of_the_trash(library: Blog) -> None:
    content = picture()
    first = put(library, content, "one.jpg").file
    second = put(library, content, "two.jpg", alt="A square")
    assert (second.new, second.file.id, second.file.alt) == (False, first.id, "A square")
    trash(library.site, first.id)
    assert library.get(first.url).status_code == 404
    assert put(library, content).file.id == first.id
    assert library.get(first.url).status_code == 200


def test_register_picture_sources_completes_pictures_when_a_text_is_saved(library: Blog) -> None:
    """`register_picture_sources` says sizes and files; the core writes them into the html."""
    file = put(library, picture(size=(1000, 500)), alt="Two squares").file
    file = copies(library, file)
    assert file.sizes["image/jpeg"] == (480, 800)
    post = library.post("Squares", f"![]({file.url})\n\n![Seen](https://blog.example{file.url})")
    html = library.get(post.url).text
    first, second = html.split("<picture>")[1:]
    for part in (first, second):
        assert f'src="{file.fresh_url}"' in part and 'width="1000" height="500"' in part
        assert 'decoding="async"' in part and "480w" in part and "sizes=" in part
        assert part.index("image/avif") < part.index("image/webp") < part.index("<img")
    assert 'alt="Two squares"' in first and 'loading="lazy"' not in first
    assert 'alt="Seen"' in second and 'loading="lazy"' in second
    assert library.get("/").text.count('loading="lazy"') == 2
    widths = {800: 400, 480: 240}
    for width, height in widths.items():
        for media_type in ("image/jpeg", "image/avif", "image/webp"):
            copy = library.get(file.copy_url(width, media_type))
            assert copy.content_type == media_type
            assert Image.open(io.BytesIO(copy.data)).size == (width, height)
            assert "immutable" in copy.headers["Cache-Control"]
    assert library.get(f"/media/{file.stem}/481.jpg").status_code == 404


def test_a_text_saved_before_the_copies_are_made_gets_them(library: Blog) -> None:
    file = put(library, picture(size=(1000, 700)), alt="Early").file
    post = library.post("Early", f"![]({file.url})")
    assert "srcset" not in library.get(post.url).text
    version = post.version
    copies(library, file)
    assert "srcset" in library.get(post.url).text
    assert library.site.posts.get(post.id).version == version


def test_on_post_saving_keeps_which_posts_use_a_file(library: Blog) -> None:
    file = put(library, picture()).file
    posts = library.site.posts
    post = library.post("Used", f"![]({file.url}) [and]({file.url})")
    other = library.post("Also", f'<img src="{file.url}">', format="html")
    assert get(library.site, file.id).uses == 2
    posts.edit(post.id, source="Nothing.")
    db.end_reading()
    assert get(library.site, file.id).uses == 1
    posts.trash(other.id)
    posts.purge(other.id)
    db.end_reading()
    assert get(library.site, file.id).uses == 0
    assert not db.reading().execute(select(Use).where(Use.file_id == file.id)).all()


def test_serving_is_inert_cached_and_in_parts(library: Blog) -> None:
    content = b"%PDF-1.7\n" + bytes(range(256)) * 40 + str(next(_shade)).encode()
    file = put(library, content, 'Größe "x".pdf').file
    whole = library.get(file.url)
    assert whole.data == content and whole.headers["Accept-Ranges"] == "bytes"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Content-Disposition"].startswith("attachment; ")
    assert "UTF-8''Gr%C3%B6%C3%9Fe" in whole.headers["Content-Disposition"]
    assert whole.headers["Cache-Control"] == "no-cache"
    assert "immutable" in library.get(file.fresh_url).headers["Cache-Control"]
    assert library.get(f"{file.url}?v=00000000").headers["Cache-Control"] == "no-cache"
    part = library.get(file.url, headers={"Range": "bytes=9-18"})
    assert (part.status_code, part.data) == (206, content[9:19])
    assert part.headers["Content-Range"] == f"bytes 9-18/{len(content)}"
    last = library.get(file.url, headers={"Range": "bytes=-5"})
    assert last.data == content[-5:]
    assert library.get(file.url, headers={"Range": "bytes=99999999-"}).status_code == 416
    tag = {"If-None-Match": whole.headers["ETag"]}
    assert library.get(file.url, headers=tag).status_code == 304
    since = {"If-Modified-Since": whole.headers["Last-Modified"]}
    assert library.get(file.url, headers=since).status_code == 304
    assert library.send(file.url, method="HEAD").headers["Content-Length"] == str(len(content))


def test_what_is_deleted_is_gone_with_its_copies(library: Blog) -> None:
    file = copies(library, put(library, picture(size=(900, 600))).file)
    assert len(file.keys) > 3
    assert all(library.site.storage.find(key) for key in file.keys)
    trash(library.site, file.id)
    assert library.get(file.copy_url(480, "image/webp")).status_code == 404
    restore(library.site, file.id)
    assert library.get(file.copy_url(480, "image/webp")).status_code == 200
    trash(library.site, file.id)
    purge(library.site, file.id)
    assert not any(library.site.storage.find(key) for key in file.keys)


def test_on_media_changed_tells_of_every_act_after_its_commit(
    library: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bool]] = []

    def on_media_changed(site: Any, change: Any) -> None:
        db.end_reading()
        told.append((change.act, bool(change.gone)))
        assert change.act == "deleted" or get(site, change.id).url == change.url

    with temporary_hook(library.site, on_media_changed):
        file = put(library, picture(size=(30, 20))).file
        describe(library.site, file.id, Words(alt="Told"))
        describe(library.site, file.id, Words(alt="Told"))
        trash(library.site, file.id)
        trash(library.site, file.id)
        restore(library.site, file.id)
        trash(library.site, file.id)
        purge(library.site, file.id)
    acts = ["uploaded", "described", "trashed", "restored", "trashed", "deleted"]
    assert told == [(act, act == "deleted") for act in acts]


def test_the_library_is_searched_by_the_beginnings_of_words(library: Blog) -> None:
    one = put(library, picture(), "harbour_at_dawn.jpg", alt="Boats, Größe").file
    two = put(library, picture(), "harbour.png", alt="Nets").file
    found = find(library.site, Wanted("harb")).files
    assert [file.id for file in found] == [two.id, one.id]
    assert [file.id for file in find(library.site, Wanted("HARB gröss")).files] == [one.id]
    assert not find(library.site, Wanted("arbour")).files
    assert find(library.site, Wanted(unused=True), 1).more
    assert [file.id for file in find(library.site, Wanted("harb", before=two.id)).files] == [one.id]


def test_the_command_line_adds_lists_and_checks(
    library: Blog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work_off(library.site.jobs)
    (tmp_path / "lamp.png").write_bytes(picture("PNG"))
    assert library.run("media", "add", str(tmp_path / "lamp.png"), "--alt", "A lamp", "--json") == 0
    (record,) = json.loads(capsys.readouterr().out)
    assert record["markdown"] == f"![A lamp]({record['url']})" and record["width"] == 640
    assert library.run("media", "list", "--search", "lamp", "--json") == 0
    assert [item["id"] for item in json.loads(capsys.readouterr().out)] == [record["id"]]
    (tmp_path / "bad.png").write_bytes(b"<svg/>")
    assert library.run("media", "add", str(tmp_path / "bad.png")) == 65
    work_off(library.site.jobs)
    capsys.readouterr()
    assert library.run("media", "check", "--json") == 0, capsys.readouterr().out
    capsys.readouterr()
    file = get(library.site, record["id"])
    library.site.storage.delete(file.key)
    assert library.run("media", "check", "--json") == 1
    assert json.loads(capsys.readouterr().out)["missing"] == [file.id]
    trash(library.site, file.id)
    purge(library.site, file.id)


def test_nothing_is_left_of_an_upload_that_could_not_be_stored(
    library: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no row")

    kept = {item.key for item in library.site.storage.kept()}
    monkeypatch.setattr("blogengine_plugins.media.receiving.store_file", fail)
    with pytest.raises(RuntimeError):
        put(library, picture())
    assert {item.key for item in library.site.storage.kept()} == kept


def test_the_library_costs_the_same_however_large_it_is(
    library: Blog, statements: Callable[..., Any]
) -> None:
    counts = []
    for number in range(3):
        put(library, picture(size=(40, 30 + number)))
        db.end_reading()
        with statements(library.app) as seen:
            find(library.site, Wanted("photo", kind="picture", unused=True))
        counts.append(len(seen))
    assert counts[0] == counts[-1] <= 3
    assert db.reading().execute(select(File.id)).all()


def test_the_library_lies_in_a_bucket_as_well(
    s3_server: str,  # noqa: F811
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog(plugins=["media"], required=True)
    object.__setattr__(blog.site, "storage", S3Storage("uploads", "blog"))
    file = copies(blog, put(blog, picture(size=(900, 400)), alt="In a bucket").file)
    assert len(file.keys) > 3
    whole = blog.get(file.url)
    assert whole.status_code == 200 and Image.open(io.BytesIO(whole.data)).size == (900, 400)
    part = blog.get(file.url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    tag = {"If-None-Match": whole.headers["ETag"]}
    assert blog.get(file.url, headers=tag).status_code == 304
    assert blog.get(file.copy_url(480, "image/webp")).status_code == 200
    trash(blog.site, file.id)
    purge(blog.site, file.id)
    assert not list(blog.site.storage.kept())


@pytest.mark.postgres
def test_the_library_works_on_postgresql(
    postgres_url: str, make_blog: Callable[..., Blog], statements: Callable[..., Any]
) -> None:
    blog = make_blog(plugins=["media"], required=True, database_url=postgres_url)
    one = put(blog, picture(), "Größe_one.jpg", alt="Boats").file
    two = put(blog, picture(), "harbour.png").file
    db.end_reading()
    assert [file.id for file in find(blog.site, Wanted("GRÖ boa")).files] == [one.id]
    assert [file.id for file in find(blog.site, Wanted("harb", unused=True)).files] == [two.id]
    post = blog.post("Uses", f"![]({one.url})", featured_image=two.url)
    file = copies(blog, one)
    assert file.uses == 1 and file.sizes
    assert "srcset" in blog.get(post.url).text
    assert put(blog, picture(), "again.jpg").new
    trash(blog.site, one.id)
    purge(blog.site, one.id)
    work_off(blog.site.jobs)
    blog.site.posts.trash(post.id)
    blog.site.posts.purge(post.id)
    db.end_reading()
    assert get(blog.site, two.id).uses == 0
