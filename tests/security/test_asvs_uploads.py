"""Lines of the checklist about files, tried by the pages that take and show them."""

from __future__ import annotations

# ruff: noqa: F811 - fixtures of another module are arguments here
import re

from PIL import Image

from tests.conftest import Blog
from tests.core.browser import Browser
from tests.security.test_uploads import (  # noqa: F401 - two are fixtures
    PAGE,
    ann,
    blog,
    image,
    jpeg_with_comment,
    packed,
    png_with_text,
    upload,
)


def test_asvs_3_2_1_a_file_is_inert_when_it_is_opened(blog: Blog, ann: Browser) -> None:
    page = packed("index.html", PAGE)
    for content, name, disposition in (
        (image("PNG"), "x.png", "inline"),
        (page, "x.zip", "attachment"),
        (b"%PDF-1.7\n" + bytes(99), "x.pdf", "attachment"),
        (b"ID3\x04" + bytes(99), "x.mp3", "attachment"),
    ):
        made = upload(ann, content, name)
        assert made.status_code == 201, made.text
        answer = blog.get(made.json["url"])
        policy = answer.headers["Content-Security-Policy"]
        assert "sandbox" in policy and "default-src 'none'" in policy and "allow" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith(disposition)
        assert "text/html" not in answer.content_type and "Set-Cookie" not in answer.headers
    for method in ("PUT", "DELETE", "POST"):
        assert blog.send(made.json["url"], method=method).status_code in (308, 404, 405)


def test_asvs_5_2_1_too_large_is_413_and_a_large_one_is_taken(ann: Browser) -> None:
    too_large = image("PNG") + bytes(21 * 1024 * 1024)
    assert upload(ann, too_large, "x.png").status_code == 413
    large = image("PNG") + bytes(3 * 1024 * 1024)
    assert upload(ann, large, "x.png").status_code == 201


def test_asvs_5_2_2_what_hides_in_an_honest_picture_does_not_come_out_again(
    blog: Blog, ann: Browser
) -> None:
    secret = b"HIDDEN-javascript:alert(1)-HIDDEN"
    exif = Image.Exif()
    exif[0x010E] = secret.decode()
    hidden = {
        "exif": image("JPEG", exif=exif),
        "comment": jpeg_with_comment(secret),
        "behind the end": image("PNG") + secret,
        "archive behind": image("PNG") + packed("x.html", secret),
        "profile": image("JPEG", icc_profile=bytes(128) + secret),
        "chunk": png_with_text(10).replace(b"Comment", b"HIDDEN-"),
    }
    for name, content in hidden.items():
        answer = upload(ann, content, "photo.jpg")
        assert answer.status_code in (201, 422), (name, answer.text)
        if answer.status_code == 201:
            shown = blog.get(answer.json["url"]).data
            assert b"HIDDEN" not in shown and b"PK\x03\x04" not in shown, name
    assert upload(ann, hidden["exif"], "photo.jpg").status_code == 200


def test_asvs_5_3_1_files_lie_under_names_of_ours_and_run_nowhere(blog: Blog, ann: Browser) -> None:
    made = upload(ann, image("PNG"), "shell.php")
    assert made.status_code == 201
    keys = [item.key for item in blog.site.storage.kept()]
    assert keys and all(
        re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}\.[a-z0-9]{3,4}", key) for key in keys
    )
    folder = blog.folder / "instance" / "media"
    modes = [path.stat().st_mode & 0o111 for path in folder.rglob("*") if path.is_file()]
    assert modes and not any(modes)
    assert blog.get(f"/media/{keys[0]}").status_code == 404
    assert blog.get("/media/shell.php").status_code == 404
