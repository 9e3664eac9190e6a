"""The library's pages in a browser without scripts: who may do what, and nothing typed is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from blogengine_plugins.media.queries import get
from blogengine_plugins.media.values import MediaFile
from PIL import Image
from werkzeug.test import TestResponse

from blogengine.db import db
from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import read_forms
from blogengine.testing.working_off import work_off
from tests.conftest import Blog
from tests.core.browser import Browser
from tests.core.identity import OTHER_PASSWORD, make_owner, member
from tests.plugins.test_media import picture

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def library(
    blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blog]:
    made = blogengine_workshop.build(
        tmp_path_factory.mktemp("pages") / "blog", plugins=["admin", "media"], required=True
    )
    make_owner(made)
    for name, role in (("Max", "author"), ("Eve", "author"), ("Coe", "contributor")):
        member(made, name, role)
    yield made
    made.close()


@pytest.fixture(scope="module")
def ann(library: Blog) -> Browser:
    browser = Browser(library)
    assert browser.sign_in().status_code == 303
    return browser


@pytest.fixture(scope="module")
def max_(library: Blog) -> Browser:
    return signed_in(library, "max")


def signed_in(blog: Blog, name: str) -> Browser:
    browser = Browser(blog)
    browser.sign_in(email=f"{name}@example.org", password=OTHER_PASSWORD)
    return browser


def token(browser: Browser, page: str = "/admin/media/upload/") -> str:
    form = next(form for form in read_forms(browser.get(page).text) if "csrf_token" in form)
    return form["csrf_token"]


def upload(
    browser: Browser, *files: tuple[bytes, str], json: bool = False, **fields: Any
) -> TestResponse:
    data = {
        "csrf_token": token(browser),
        "file": [(io.BytesIO(content), name) for content, name in files],
        **fields,
    }
    return browser.post("/admin/media/upload/", data=data, headers=JSON if json else {})


def put(browser: Browser, **fields: Any) -> int:
    answer = upload(browser, (picture(), "photo.jpg"), json=True, **fields)
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])


def now(blog: Blog, number: int) -> MediaFile:
    db.end_reading()
    return get(blog.site, number)


def test_the_editor_gets_what_it_puts_into_a_text(ann: Browser) -> None:
    content = picture()
    answer = upload(ann, (content, "a [b].jpg"), json=True, alt="A [red] square")
    assert answer.status_code == 201
    body = answer.json
    assert body["markdown"] == f"![A \\[red\\] square]({body['url']})"
    assert (body["width"], body["height"], body["alt"]) == (640, 480, "A [red] square")
    again = upload(ann, (content, "again.jpg"), json=True, alt="Something red")
    assert again.status_code == 200
    assert again.json["markdown"] == f"![Something red]({body['url']})"
    picked = ann.get("/admin/media/picker/?q=red", headers=JSON).json
    assert [file["id"] for file in picked["files"]] == [body["id"]]
    page = ann.get("/admin/media/picker/?q=red")
    assert "text/html" in page.content_type and "\\[red\\]" in page.text


def test_one_form_without_a_script_takes_several_files(ann: Browser) -> None:
    answer = upload(ann, (picture(), "one.jpg"), (picture("PNG"), "two.png"), alt="Not said of two")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/media/")
    page = ann.get("/admin/media/").text
    assert "2 files are in the library. 2 of them need a description." in page
    assert page.count("No description") >= 2
    one = upload(ann, (picture(), "three.jpg"))
    assert "or that it is decoration" in ann.get(one.headers["Location"]).text


def test_a_refused_file_leaves_the_others_and_gives_the_words_back(ann: Browser) -> None:
    good, bad = (picture(), "good.jpg"), (b"<svg onload=alert(1)>", "bad.svg")
    answer = upload(ann, bad, good, (b"plain text", "b.txt"), alt="Kept words")
    assert answer.status_code == 415
    assert "good.jpg" in answer.text and "Kept words" in answer.text
    assert answer.text.count("bad.svg") >= 1 and "b.txt" in answer.text
    none = upload(ann, alt="Kept")
    assert none.status_code == 422 and "No file came." in none.text and "Kept" in none.text
    program = upload(ann, bad, json=True)
    assert program.status_code == 415
    assert program.content_type == "application/problem+json"


def test_what_is_said_of_a_file_is_saved_and_never_overwritten(library: Blog, ann: Browser) -> None:
    number = put(ann)
    page = f"/admin/media/{number}/"
    first, second = ann.get(page), ann.get(page)
    done = ann.send(first, page, alt="A lamp", title="Lamp", caption="At night", focus_x="20")
    assert done.status_code == 303
    file = now(library, number)
    assert (file.alt, file.title, file.caption, file.focus) == (
        "A lamp",
        "Lamp",
        "At night",
        (20, 50),
    )
    late = ann.send(second, page, alt="Too late")
    assert late.status_code == 409 and "Too late" in late.text
    assert now(library, number).alt == "A lamp"
    wrong = ann.send(ann.get(page), page, focus_x="101", alt="Mine")
    assert wrong.status_code == 422 and "Mine" in wrong.text and 'id="f-focus_x"' in wrong.text
    lines = library.site.audit.find(subject=f"media:{number}")
    assert [line.act for line in lines] == ["media.described", "media.uploaded"]
    assert lines[0].after["alt"] == "A lamp" and lines[0].actor_name == "Ann Lee"


def test_replacing_keeps_the_address_and_tells_browsers(library: Blog, ann: Browser) -> None:
    number = put(ann, alt="A square")
    before = now(library, number)
    post = library.post("Shows it", f"![]({before.url})", featured_image=before.url)
    work_off(library.site.jobs)
    page = f"/admin/media/{number}/replace/"

    def replace(content: bytes, name: str = "new.jpg") -> TestResponse:
        data = {"csrf_token": token(ann), "file": [(io.BytesIO(content), name)]}
        return ann.post(page, data=data)

    assert replace(picture("PNG"), "x.png").status_code == 422
    assert replace(b"no picture").status_code == 415
    assert replace(picture(size=(900, 300))).status_code == 303
    work_off(library.site.jobs)
    after = now(library, number)
    assert after.url == before.url and after.fresh_url != before.fresh_url
    assert (after.width, after.alt, after.uses) == (900, "A square", 1)
    assert Image.open(io.BytesIO(library.get(after.url).data)).size == (900, 300)
    html = library.get(post.url).text
    assert html.count(after.fresh_url) >= 3 and before.fresh_url not in html
    trash = ann.get("/admin/media/?trashed=1").text
    assert "Earlier: photo.jpg" in trash
    assert replace(library.get(after.url).data).status_code in (303, 409)


def test_a_used_file_is_asked_about_and_comes_back_by_undo(library: Blog, ann: Browser) -> None:
    number = put(ann)
    file = now(library, number)
    library.post("Its harbour", f"![x]({file.url})")
    question = ann.get(f"/admin/media/{number}/trash/")
    assert "Its harbour" in question.text and "1 post uses it" in question.text
    assert "Its harbour" in ann.get(f"/admin/media/{number}/").text
    done = ann.send(question, f"/admin/media/{number}/trash/")
    assert done.status_code == 303 and library.get(file.url).status_code == 404
    listed = ann.get("/admin/media/")
    assert f'href="/admin/media/{number}/"' not in listed.text
    assert ann.send(listed, f"/admin/media/{number}/restore/").status_code == 303
    assert library.get(file.url).status_code == 200
    delete = f"/admin/media/{number}/delete/"
    assert ann.send(ann.get(delete), delete).status_code == 409
    ann.send(ann.get(f"/admin/media/{number}/trash/"), f"/admin/media/{number}/trash/")
    assert ann.send(ann.get(delete), delete).status_code == 303
    assert ann.get(f"/admin/media/{number}/").status_code == 404


def test_authors_look_after_their_own_files_and_others_after_none(
    library: Blog, ann: Browser, max_: Browser
) -> None:
    number = put(ann)
    own = put(max_)
    page = max_.get("/admin/media/").text
    assert f"/admin/media/{own}/" in page and f'"/admin/media/{number}/"' not in page
    for path in ("", "trash/", "delete/"):
        assert max_.get(f"/admin/media/{number}/{path}").status_code == 403
        assert max_.get(f"/admin/media/{own}/{path}").status_code == 200
    sent = {"csrf_token": token(max_)}
    for path in ("", "trash/", "restore/", "delete/", "replace/"):
        files = {"file": [(io.BytesIO(picture()), "x.jpg")]} if path == "replace/" else {}
        answer = max_.post(f"/admin/media/{number}/{path}", data={**sent, **files})
        assert answer.status_code == 403, path
    assert now(library, number).alt == "" and not now(library, number).trashed
    assert ann.get(f"/admin/media/{own}/").status_code == 200
    coe = signed_in(library, "coe")
    for path in ("", "upload/", "picker/", f"{own}/"):
        assert coe.get(f"/admin/media/{path}").status_code == 403
    nobody = Browser(library)
    assert nobody.get("/admin/media/").status_code == 303
    refused = nobody.post("/admin/media/upload/", data={"file": (io.BytesIO(picture()), "x.jpg")})
    assert refused.status_code == 401
    without = max_.post("/admin/media/upload/", data={"file": (io.BytesIO(picture()), "x.jpg")})
    assert without.status_code == 403


def test_a_quota_and_a_full_disk_are_told_and_leave_nothing(
    library: Blog, ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> set[str]:
        return {item.key for item in library.site.storage.kept()}

    before, content = kept(), picture()
    library.set("media", quota=1)
    try:
        monkeypatch.setattr("blogengine_plugins.media.receiving.room_taken", lambda _: 1024 * 1024)
        answer = upload(ann, (content, "large.jpg"), json=True)
        assert answer.status_code == 507 and "no room" in answer.text
        page = upload(ann, (content, "large.jpg"), alt="My words")
        assert page.status_code == 507 and "My words" in page.text
    finally:
        library.set("media", quota=0)
    assert kept() == before
    assert upload(ann, (content, "large.jpg"), json=True).status_code == 201


def test_page_meta_and_widget_show_a_post_s_own_picture(library: Blog, ann: Browser) -> None:
    number = put(ann, alt="A pier")
    file = now(library, number)
    post = library.post("Pier", "Text.", featured_image=file.url)
    html = library.get(post.url).text
    assert '<figure class="featured">' in html and 'alt="A pier"' in html
    assert f'property="og:image" content="https://blog.example{file.fresh_url}"' in html
    assert 'property="og:image:alt" content="A pier"' in html
    assert now(library, number).uses == 1
    other = library.post("Else", "Text.", featured_image="https://x.example/a.jpg?b&c")
    html = library.get(other.url).text
    assert 'src="https://x.example/a.jpg?b&amp;c"' in html
    assert 'content="https://x.example/a.jpg?b&amp;c"' in html


def test_the_library_s_page_costs_the_same_however_much_it_holds(
    library: Blog, ann: Browser, statements: Any
) -> None:
    counted = []
    for _ in range(2):
        with statements(library.app) as seen:
            assert ann.get("/admin/media/?q=photo").status_code == 200
        counted.append(len(seen))
        for _ in range(3):
            put(ann)
    assert counted[0] == counted[1] and counted[0] <= 8
