"""Archives, XML, uploads and redirects from outside: what is taken, what isn't, what is left."""

from __future__ import annotations

import io
import re
import stat
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogengine.api import UserError, own_address
from blogengine.doors.archives import ArchiveBounds, open_archive
from blogengine.doors.names import content_disposition, path_problem, shown_name
from blogengine.doors.uploads import IMAGES, KINDS, accept_upload
from blogengine.doors.xml import XmlBounds, iterparse, parse

# --- archives -------------------------------------------------------------------------------------

Packer = Callable[[zipfile.ZipFile], None]
SMALL = ArchiveBounds(entries=50, total=2_000_000, single=1_500_000)


def zipped(*names: str, content: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def linked(mode: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system = 3
        info.external_attr = (mode | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def tarred(*members: tuple[str, bytes], pack: str = "w:gz", content: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=pack) as archive:
        for name, kind in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, "/etc/passwd", len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def patched(archive: bytes, before: bytes, after: bytes) -> bytes:
    assert before in archive
    return archive.replace(before, after)


PLAIN = tarfile.REGTYPE
BAD_NAMES = [
    "../up", "a/../../up", "/etc/passwd", "C:/x", "c:x", "..\\up", "a\\b", "a/./b", "a//b", ".",
    "x" * 4000, "n" * 130, "/".join("d" * 20), "a\x1b[31m", "a\u202egnp.exe", "a\u200b", "con",
    "NUL.txt", "a/aux", "dot.", "space ", " space", "a:b", 'q"', "a\nb", "a|b", "\ufeffx",
]  # fmt: skip
ABC = zipped("a", content=b"abc")
BAD_ARCHIVES = {
    **{f"name {name[:20]!r}": zipped("fine", name) for name in BAD_NAMES},
    **{f"tar name {name[:20]!r}": tarred(("fine", PLAIN), (name, PLAIN)) for name in BAD_NAMES[:8]},
    "a NUL": patched(zipped("fine", "aXb"), b"aXb", b"a\0b"),
    "a link": linked(stat.S_IFLNK),
    "a device": linked(stat.S_IFCHR),
    "a pipe": linked(stat.S_IFIFO),
    "a symbolic link": tarred(("link", tarfile.SYMTYPE)),
    "a hard link": tarred(("link", tarfile.LNKTYPE)),
    "a tar device": tarred(("null", tarfile.CHRTYPE)),
    "a tar pipe": tarred(("pipe", tarfile.FIFOTYPE)),
    "a sparse file": tarred(("holes", tarfile.GNUTYPE_SPARSE)),
    "twins": zipped("a/B", "A/b"),
    "twins in Unicode": zipped("é", "e\u0301"),
    "a file as a folder": zipped("a", "a/b"),
    "a folder as a file": zipped("a/b", "a"),
    "too many": zipped(*(f"f{number}" for number in range(60))),
    "too many in a tar": tarred(*((f"f{number}", PLAIN) for number in range(60))),
    "one that is too large": zipped("big", content=b"0" * 1_600_000),
    "all that is too large": zipped("a", "b", "c", content=bytes(range(256)) * 3_000),
    "a bomb": zipped("bomb", content=b"0" * 1_400_000),
    "a tar bomb": tarred(("bomb", PLAIN), content=b"0" * 1_600_000),
    "encrypted": patched(
        patched(zipped("secret"), b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01"),
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01",
    ),
    "cut off": zipped("a", content=bytes(9000))[:-30],
    "a broken tar": tarred(("a", PLAIN))[:40],
    "no archive": b"SQLite format 3\x00" + bytes(1000),
    "nothing": b"",
    "a wrong checksum": patched(ABC, ABC[14:18], b"\1\2\3\4"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", BAD_ARCHIVES)
@pytest.mark.parametrize("by_path", [False, True])
def test_class_18_nothing_of_a_bad_archive_is_written(
    tmp_path: Path, name: str, by_path: bool
) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(BAD_ARCHIVES[name])
    source = packed if by_path else io.BytesIO(BAD_ARCHIVES[name])
    with (
        pytest.raises(UserError) as caught,
        open_archive(source, SMALL) as archive,
    ):
        archive.extract(tmp_path / "out")
    assert caught.value.status == 422
    assert caught.value.code in ("archive-unsafe", "archive-unreadable")
    assert re.fullmatch(r"[ -~]+", caught.value.message), "it can be shown anywhere"
    assert len(caught.value.message) < 300
    assert list(tmp_path.iterdir()) == [packed]


@pytest.mark.parametrize(
    "packed",
    [
        zipped("a.txt", "sub/", "sub/Ünï code (1).txt", "sub/deep/x", content=b"hello"),
        *(
            tarred(
                ("a.txt", PLAIN), ("sub/Ünï code (1).txt", PLAIN), ("sub/deep/x", PLAIN),
                pack=pack, content=b"hello",
            )
            for pack in ("w", "w:gz", "w:bz2", "w:xz")
        ),
    ],
)  # fmt: skip
def test_a_good_archive_arrives_whole(tmp_path: Path, packed: bytes) -> None:
    with open_archive(io.BytesIO(packed), SMALL) as archive:
        assert [entry.name for entry in archive.entries if entry.name != "sub/"] == [
            "a.txt", "sub/Ünï code (1).txt", "sub/deep/x",
        ]  # fmt: skip
        assert archive.read("a.txt") == b"hello"
        archive.extract(tmp_path / "out")
        with pytest.raises(FileExistsError):
            archive.extract(tmp_path / "out")
    found = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {"out/a.txt", "out/sub/Ünï code (1).txt", "out/sub/deep/x"}
    assert (tmp_path / "out" / "sub" / "deep" / "x").read_bytes() == b"hello"


@given(st.text(max_size=60))
def test_a_path_that_is_taken_stays_in_its_folder(name: str) -> None:
    if path_problem(name) == "":
        base = Path("/base/folder")
        assert Path(str(base.joinpath(*name.split("/")))).resolve().is_relative_to(base)


# --- XML ------------------------------------------------------------------------------------------


LOL = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BAD_XML = {
    "an external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a remote entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1/">]><a>&x;</a>',
    "a parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]><a/>',
    "a remote DTD": b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
    "many laughs": b'<!DOCTYPE a [<!ENTITY l0 "ha">' + LOL + b"]><a>&l9;</a>",
    "one long entity": b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 99_999 + b'">]><a>' + b"&x;" * 9999,
    "a plain doctype": b"<!DOCTYPE html><a/>",
    "depth": b"<a>" * 200_000,
    "an attribute of 8 MB": b'<a b="' + b"x" * 8_500_000 + b'"/>',
    "many attributes": b"<a " + b" ".join(b'a%d="1"' % n for n in range(5000)) + b"/>",
    "a text of 9 MB": b"<a>" + b"x" * 9_000_000 + b"</a>",
    "many elements": b"<a>" + b"<b/>" * 200_000 + b"</a>",
    "UTF-7": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "EBCDIC": b'<?xml version="1.0" encoding="cp037"?><a/>',
    "no encoding there is": b'<?xml version="1.0" encoding="klingon"?><a/>',
    "another encoding than it says": b'<?xml version="1.0" encoding="utf-16"?><a/>',
    "cut off": b"<a><b>text",
    "NUL": b"<a>\x00</a>",
    "control characters": b"<a>\x1b</a>",
    "nothing": b"",
    "no XML": b"PK\x03\x04 no xml",
    "two roots": b"<a/><b/>",
    "an unknown entity": b"<a>&nbsp;</a>",
    "wrong order": b"<a><b></a></b>",
    "broken UTF-8": b"<a>\xff\xfe\xfd</a>",
}


@pytest.mark.parametrize("name", BAD_XML)
def test_class_16_and_17_bad_xml_is_refused_in_bounds(name: str) -> None:
    began = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(UserError) as caught:
            parse(BAD_XML[name])
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()
    assert (caught.value.code, caught.value.status) == ("xml-refused", 422)
    assert "root:" not in str(caught.value)
    assert time.monotonic() - began < 15


def test_elements_come_one_by_one_as_elementtree_has_them() -> None:
    from xml.etree import ElementTree

    item = '<i:item xmlns:i="urn:x" k="&lt;1"> a <b>c<d/>e</b> f <![CDATA[<g>]]></i:item>'
    text = f'<?xml version="1.0"?><rss>pre<channel>{item * 3}</channel>post</rss>'
    found = list(iterparse(text.encode("utf-16"), {"{urn:x}item"}))
    assert len(found) == 3
    wanted = ElementTree.tostring(ElementTree.fromstring(item))
    assert {ElementTree.tostring(element) for element in found} == {wanted}
    whole = ElementTree.tostring(parse(text.encode()))
    assert whole == ElementTree.tostring(ElementTree.fromstring(text))
    latin = '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1")
    assert parse(latin).text == "é"


def test_a_long_document_is_read_without_being_held() -> None:
    item = b"<item>" + b"<p>words</p>" * 20 + b"</item>"
    stream = io.BytesIO(b"<rss>" + item * 20_000 + b"</rss>")
    tracemalloc.start()
    try:
        assert sum(len(element) for element in iterparse(stream, {"item"})) == 400_000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    with pytest.raises(UserError, match="more than 1000 bytes"):
        list(iterparse(b"<a>" + b" " * 2000, {"a"}, XmlBounds(size=1000)))
    with pytest.raises(UserError, match="more than 0 seconds"):
        list(iterparse(b"<a/>", {"a"}, XmlBounds(seconds=0)))


# --- uploads --------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(60)
GOOD = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(60),
    "image/gif": b"GIF89a" + bytes(9),
    "image/webp": b"RIFF\x01\x02\x03\x04WEBPVP8 " + bytes(9),
    "image/avif": b"\x00\x00\x00\x20ftypavif" + bytes(9),
}  # fmt: skip
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD_UPLOADS = {
    "svg": (415, SVG), "svg with a head": (415, b'<?xml version="1.0"?>' + SVG),
    "html": (415, b"<!doctype html><script>1</script>"), "php": (415, b"<?php system('id');"),
    "program": (415, b"MZ" + bytes(99)), "script": (415, b"#!/bin/sh\n"), "zip": (415, zipped("a")),
    "pdf": (415, b"%PDF-1.7"), "text": (415, b"hello"),
    "byte order mark": (415, b"\xef\xbb\xbf" + PNG),
    "space before": (415, b" " + PNG), "nothing": (422, b""), "png then script": (422, PNG + SVG),
    "gif that is a script": (422, b"GIF89a/*<script>*/=1;alert(1)"),
    "jpeg with php": (422, b"\xff\xd8\xff\xfe\x00\x20<?PHP x ?>"),
    "across two pieces": (422, PNG + bytes(256 * 1024 - len(PNG) - 3) + b"<script>"),
    "too large": (413, PNG + bytes(400_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_UPLOADS)
def test_class_9_what_is_no_picture_is_refused_whatever_it_is_called(name: str) -> None:
    status, content = BAD_UPLOADS[name]
    for called in ("photo.jpg", "photo.svg", "x.php.png", "../../x.png"):
        with pytest.raises(UserError) as caught:
            accept_upload(io.BytesIO(content), called, largest=300_000)
        assert caught.value.status == status


@pytest.mark.parametrize("media_type", GOOD)
def test_a_picture_gets_a_name_of_ours(media_type: str) -> None:
    assert media_type in IMAGES
    taken = accept_upload(io.BytesIO(GOOD[media_type]), "../a/Grüße\r\n\u202egnp.exe")
    with taken.stream:
        assert taken.stream.read() == GOOD[media_type]
    assert taken.kind.media_type == media_type
    assert re.fullmatch(r"[0-9a-f]{24}\.[a-z]{3,4}", taken.name)
    assert (taken.shown, taken.size) == ("Grüße gnp.exe", len(GOOD[media_type]))
    assert len({kind.media_type for kind in KINDS}) == len(KINDS)


NAMES = [
    "a.jpg", 'q"uote.jpg', "semi;colon.jpg", "a\r\nSet-Cookie: x", "Grüße.png",
    "日本.png", "x" * 4000,
    "\x00", "", "..", "a\\b\\c.gif", "%00.png", "\ud800.png", "\u202egnp.exe",
    "é\u0301.png", "a%22b",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_line_5_4_1_names_in_headers_follow_rfc_6266(name: str) -> None:
    header = content_disposition(name)
    assert re.fullmatch(
        r'attachment; filename="[\w .()+,=@!-]+"(; filename\*=UTF-8\'\'[\w!#$&+.^`|~%-]+)?',
        header,
        re.ASCII,
    )
    if "filename*" in header:
        assert unquote(header.rpartition("''")[2]) == shown_name(name)
    else:
        assert f'filename="{shown_name(name)}"' in header
    assert content_disposition(name, attachment=False).startswith("inline; ")


# --- redirects ------------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example/", "/\\evil.example", "\\\\evil.example",
    "/\\/evil.example", "\\/evil.example", "https://evil.example", "http:evil.example",
    "https:/evil.example", "HTTPS://evil.example", "javascript:alert(1)", "java\nscript:alert(1)",
    "data:text/html,x", "vbscript:x", "/\t/evil.example", "/\n/evil.example", "\t//evil.example",
    " //evil.example", "/%2f/evil.example", "/%2Fevil.example", "/%5cevil.example",
    "/%252f%252fevil.example", "/%0d%0aLocation:%20//evil.example", "/\r\nSet-Cookie: a=b",
    "/x\x00", "//evil.example@blog.example", "https://blog.example@evil.example", "//[::1]/",
    "http://[", "/．．/x", "／／evil.example", "/／evil.example", "/\u2044evil.example",
    "/..//evil.example",
    "/a/../..//evil.example", "/.//evil.example", "/a//evil.example", "evil.example", "?next=x",
    "#x",
    "", "/" + "a" * 3000, "/\u202e", "/%ff", "https://blog.example/", None, 7,
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE, ids=ascii)
def test_class_15_and_line_3_7_2_nobody_is_sent_elsewhere(address: object) -> None:
    assert own_address(address) == "/"
    assert own_address(address, otherwise="/admin/") == "/admin/"


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/", "/"),
        ("/tag/sea/?page=2#top", "/tag/sea/?page=2#top"),
        ("/search/?q=a%20b%2F%2Fc%5C&x=http://y/", "/search/?q=a%20b%2F%2Fc%5C&x=http://y/"),
        ("/2026/03/grüße/", "/2026/03/gr%C3%BC%C3%9Fe/"),
        ("/a%20b/", "/a%20b/"),
        ("/%E6%97%A5/", "/%E6%97%A5/"),
    ],
)
def test_own_addresses_are_kept(address: str, own: str) -> None:
    assert own_address(address) == own


@given(st.text(alphabet=st.sampled_from(list("/\\.:@%?#[]ae2f5c\t\n ／．")), max_size=12))
def test_what_is_returned_never_leaves_the_site(address: str) -> None:
    got = own_address(address)
    assert got.startswith("/") and not got.startswith(("//", "/\\")) and got.isascii()
    assert urlsplit(urljoin("https://blog.example/x", got)).netloc == "blog.example"
    assert re.search(r"[\x00-\x20\\]", got) is None
