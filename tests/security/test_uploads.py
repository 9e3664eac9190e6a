"""Classes 9 to 11: what is uploaded, what it is called, and which addresses are asked for.

Every refusal stands beside an upload that is taken: refusing everything is no way to pass.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import read_forms
from tests.conftest import Blog
from tests.core.browser import Browser
from tests.core.identity import make_owner

SCRIPT = b"<script>alert(document.domain)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("attacks") / "blog"
    made = blogengine_workshop.build(folder, plugins=["admin", "media"], required=True)
    make_owner(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def ann(blog: Blog) -> Browser:
    browser = Browser(blog)
    assert browser.sign_in().status_code == 303
    return browser


def upload(browser: Browser, content: bytes, name: str, kind: str = "") -> TestResponse:
    forms = read_forms(browser.get("/admin/media/upload/").text)
    token = next(form["csrf_token"] for form in forms if "csrf_token" in form)
    shown = name.replace("\\", "\\\\").replace('"', "%22").encode("utf-8", "replace")
    body = (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + token.encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + shown
        + b'"\r\nContent-Type: '
        + (kind or "application/octet-stream").encode()
        + b"\r\n\r\n"
        + content
        + b"\r\n--b--\r\n"
    )
    headers = {**JSON, "Content-Type": "multipart/form-data; boundary=b"}
    return browser.post("/admin/media/upload/", data=body, headers=headers)


_shades = iter(range(1, 4000))


def image(kind: str = "PNG", size: tuple[int, int] = (24, 16), **options: object) -> bytes:
    out = io.BytesIO()
    made = Image.new("RGB", size, (next(_shades) % 256, next(_shades) // 16 % 256, 99))
    made.save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_bomb(width: int, height: int) -> bytes:
    """A picture that says it is huge, in a few kilobytes."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(min(2_000_000, (width // 8 + 1) * height)), 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_with_text(size: int) -> bytes:
    """A compressed text of a chunk that unpacks to far more than it is."""
    whole = image("PNG")
    text = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(size), 9))
    return whole[:33] + text + whole[33:]


def gif_bomb() -> bytes:
    """Many frames on a large canvas."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", 4000, 4000, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    return head + frame * 600 + b"\x3b"


def moving(frames: int, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    pictures = [
        Image.new("RGB", size, (shade % 256, shade // 256 * 90, 9)) for shade in range(frames)
    ]
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=20)
    return out.getvalue()


def packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def jpeg_with_comment(text: bytes) -> bytes:
    whole = image("JPEG")
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + whole[2:]


REFUSED = {
    "svg": (SVG, "x.svg"),
    "svg called png": (SVG, "x.png"),
    "svg behind a head of xml": (b'<?xml version="1.0"?>' + SVG, "x.svg"),
    "svg in gzip": (zlib.compress(SVG), "x.svgz"),
    "html": (PAGE, "x.html"),
    "html called jpg": (PAGE, "x.jpg"),
    "html behind a mark of bytes": (b"\xef\xbb\xbf" + PAGE, "x.png"),
    "html in utf-16": (PAGE.decode().encode("utf-16"), "x.png"),
    "html behind spaces": (b" \n\t" + PAGE, "x.gif"),
    "gif that is a script": (b"GIF89a/*" + SCRIPT + b"*/=1;", "x.gif"),
    "gif that is only a head": (b"GIF89a=1;alert(1)//", "x.gif"),
    "jpeg that is a page": (jpeg_with_comment(PAGE), "x.jpg"),
    "jpeg with php": (jpeg_with_comment(b"<?php system($_GET['c']); ?>"), "x.php.jpg"),
    "png with a page behind": (image("PNG") + PAGE, "x.png"),
    "webp with a script": (image("WEBP") + SCRIPT, "x.webp"),
    "pdf with a page": (b"%PDF-1.7\n" + PAGE, "x.pdf"),
    "program": (b"MZ\x90\x00" + bytes(200), "x.png"),
    "elf": (b"\x7fELF" + bytes(200), "x.jpg"),
    "shell script": (b"#!/bin/sh\nid\n", "x.png"),
    "java class": (b"\xca\xfe\xba\xbe" + bytes(99), "x.png"),
    "nothing": (b"", "x.png"),
    "truncated png": (image("PNG")[:60], "x.png"),
    "truncated jpeg": (image("JPEG", (300, 200), quality=95)[:900], "x.jpg"),
    "truncated webp": (image("WEBP")[:40], "x.webp"),
    "png with a wrong sum": (image("PNG").replace(b"IDAT", b"IDAU"), "x.png"),
    "only a head of png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(60), "x.png"),
    "bomb of pixels": (png_bomb(60_000, 60_000), "bomb.png"),
    "bomb of one side": (png_bomb(400_000, 2), "bomb.png"),
    "bomb of text": (png_with_text(90_000_000), "bomb.png"),
    "bomb of frames": (gif_bomb(), "bomb.gif"),
    "bomb of many frames": (moving(520, (8, 8)), "bomb.gif"),
    "font": (b"wOFF" + bytes(99), "x.woff"),
    "tiff": (b"II*\x00" + bytes(99), "x.tif"),
    "bmp": (image("BMP"), "x.png"),
    "icon": (b"\x00\x00\x01\x00" + bytes(99), "x.png"),
    "postscript": (b"%!PS-Adobe-3.0\n", "x.png"),
    "mail": (b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + PAGE, "x.png"),
}
TAKEN = {
    "JPEG": "photo.jpg", "PNG": "photo.png", "GIF": "photo.gif", "WEBP": "photo.webp",
    "AVIF": "photo.avif",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_class_9_what_could_do_harm_is_refused(blog: Blog, ann: Browser, name: str) -> None:
    content, called = REFUSED[name]
    kept = len(list(blog.site.storage.kept()))
    answer = upload(ann, content, called, "image/png")
    assert answer.status_code in (413, 415, 422), (name, answer.status_code, answer.text)
    problem = answer.json
    assert problem["title"] and "Nothing was" in answer.text
    assert len(list(blog.site.storage.kept())) == kept


@pytest.mark.parametrize("kind", TAKEN)
def test_class_9_an_honest_picture_is_taken(blog: Blog, ann: Browser, kind: str) -> None:
    answer = upload(ann, image(kind), TAKEN[kind])
    assert answer.status_code == 201, answer.text
    shown = blog.get(answer.json["url"])
    assert shown.status_code == 200
    assert Image.open(io.BytesIO(shown.data)).format == kind


def test_class_9_a_declared_type_or_name_decides_nothing(blog: Blog, ann: Browser) -> None:
    answer = upload(ann, image("PNG"), "evil.html", "text/html")
    assert answer.status_code == 201 and answer.json["url"].endswith(".png")
    shown = blog.get(answer.json["url"])
    assert shown.content_type == "image/png"


NAMES = (
    "../../etc/passwd.png", "..\\..\\windows\\win.png", "/etc/passwd", "C:\\x.png", "x.php",
    "x.php.png", "x.png.php", "x.png%00.php", "x.png\x00.php", ".htaccess", "..", ".", " ",
    "a" * 4000 + ".png", "x.png\r\nSet-Cookie: a=b", "x\ny.png", "\u202egnp.exe", "\ud800.png",
    "con.png", "x.png;.html", '"><img src=x onerror=alert(1)>.png', "<script>alert(1)</script>.png",
    "{{7*7}}.png", "$(id).png", "ＡＢ／..／x.png", "x.png ", "-rf.png", "%2e%2e%2fx.png",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_class_10_a_name_decides_nothing_and_is_shown_escaped(
    blog: Blog, ann: Browser, name: str
) -> None:
    answer = upload(ann, image("PNG"), name.encode("utf-8", "replace").decode())
    if answer.status_code == 422 and (not name.strip() or "\n" in name):
        return  # a field without a file has an empty name; a line break ends the part's head
    assert answer.status_code == 201, answer.text
    url = answer.json["url"]
    assert url.startswith("/media/") and set(url[7:-4]) <= set("0123456789abcdef-")
    shown = blog.get(url)
    assert shown.status_code == 200 and shown.content_type == "image/png"
    header = shown.headers["Content-Disposition"]
    assert header.startswith('inline; filename="') and "\n" not in header
    assert "Set-Cookie" not in shown.headers
    page = ann.get(f"/admin/media/{answer.json['id']}/").text
    listed = ann.get("/admin/media/").text
    for text in (page, listed):
        assert "<img src=x" not in text and "<script>alert" not in text and "\u202e" not in text
        assert "49.png" not in text
    stored = {item.key for item in blog.site.storage.kept()}
    assert all(key.count("/") == 1 and ".." not in key for key in stored)
    outside = [path for path in blog.folder.rglob("passwd*")]
    assert outside == []


def test_class_11_no_address_leads_out_of_the_library(blog: Blog, ann: Browser) -> None:
    made = upload(ann, image("PNG"), "x.png").json
    assert blog.get(made["url"]).status_code == 200
    stem = made["url"][7:-4]
    key = next(item.key for item in blog.site.storage.kept())
    ups = (
        "..",
        "%2e%2e",
        "..%2f",
        "%2e%2e%2f",
        "..%5c",
        "....//",
        "%c0%ae%c0%ae",
        "..;",
        "%252e%252e",
    )
    targets = ("blog.db", "secret_key", "instance/secret_key", "etc/passwd", "runtime.db")
    paths = [f"{up}/" * depth + target for up in ups for depth in (1, 3) for target in targets]
    paths += [
        key, f"{stem}", f"{stem}.PNG", f"{stem}.png/", f"{stem}.png/..", f"{stem}.png%00",
        f"{stem}.html", f"{stem}.jpg", f"{stem}/480.png", f"{stem}/0.png", f"{stem}/99999.webp",
        f"{stem}/-1.png", f"{stem}/480", f"./{stem}.png/.", ".parts/", ".parts", "", "/",
        "//etc/passwd", "%00", "a" * 5000, "file:///etc/passwd", stem[:15] + ".png", "*", "?",
    ]  # fmt: skip
    for path in paths:
        answer = blog.get(f"/media/{path}")
        for _ in range(2):
            if answer.status_code in (301, 308):
                answer = blog.get(answer.headers["Location"])
        assert answer.status_code in (400, 404, 414), (path, answer.status_code, answer.headers)
        assert b"SQLite format" not in answer.data and b"root:" not in answer.data
    assert blog.get(f"/media/{stem}.png").status_code == 200
