"""What isn't a post, what is hostile, what is odd."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.plugins.markdown_folder.conftest import HELLO, LEFT_OUT, Place


def test_what_is_no_post_is_named_and_left_out(place: Place, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text(HELLO)
    (place.source / "link.md").symlink_to(tmp_path / "outside" / "secret.md")
    (place.source / "folder-link").symlink_to(tmp_path / "outside")
    (place.source / "loop").symlink_to(place.source)
    os.mkfifo(place.source / "pipe.md")
    pelican = "Title: Pelican\nDate: 2012-10-31\n\nText\n"
    report = place.take(
        {
            "good.md": HELLO + "Text",
            "_index.md": "---\ntitle: Section\n---\n",
            "part/_index.fr.md": "---\ntitle: Section\n---\n",
            "part/photo.PNG": b"\x89PNG",
            "part/old.rst": "Title\n=====\n",
            "part/page.html": "<p>",
            "part/no-ending": "x",
            ".git/config": "x",
            "node_modules/x/README.md": "# X\n",
            "latest.md": '+++\ntemplate = "latest.html"\n+++\n',
            "empty.md": "",
            "bom.md": b"\xef\xbb\xbf",
            "moved.md": "---\ntitle: Moved\nredirect_to: /x/\n---\n",
            "pelican.md": pelican,
            "bundle/index.md": HELLO.replace("Hello", "Bundle"),
            "bundle/part.md": "# A part\n",
            "latin.md": HELLO.encode() + "caf\xe9".encode("latin-1"),
            "long.md": HELLO + "x" * 1_000_001,
            "title.md": f"---\ntitle: {'x' * 301}\ndate: 2024-05-06\n---\n",
            "yaml.md": "---\ntitle: a\nother: b: c\n---\n",
            "list.md": "---\n- a\n---\n",
            "toml.md": '+++\ntitle = "a"\nb = \n+++\n',
            "json.md": '{\n "title": "a"\n "b": 1\n}\n',
            "open.md": "---\ntitle: a\n\nText\n",
            "control.md": "---\ntitle: a\x01\n---\n",
        }
    )
    expected = {
        "_index.md": "section",
        "part/_index.fr.md": "section",
        "part/photo.PNG": "Pictures aren't imported yet",
        "part/old.rst": "isn't Markdown",
        "part/page.html": "isn't Markdown",
        "part/no-ending": "isn't Markdown",
        ".git": "hidden",
        "node_modules": "another program",
        "latest.md": "neither a title nor a date",
        "empty.md": "neither a title nor a date",
        "bom.md": "neither a title nor a date",
        "moved.md": "another address",
        "pelican.md": "`Title: …`",
        "bundle/part.md": "another post",
        "latin.md": "isn't UTF-8 (line 5)",
        "long.md": "larger than 1 MB",
        "title.md": "The title has 301 characters",
        "yaml.md": "in line 3: ",
        "list.md": "fields",
        "toml.md": "in line 3: ",
        "json.md": "in line 3: ",
        "open.md": "begins in line 1 never ends",
        "control.md": "in line 2: ",
        "link.md": "links aren't followed",
        "folder-link": "links aren't followed",
        "loop": "links aren't followed",
        "pipe.md": "isn't an ordinary file",
    }
    assert report.code == LEFT_OUT
    assert sorted(report.left_out) == sorted(expected)
    wrong = {
        item: report.left_out[item]
        for item, part in expected.items()
        if part not in report.left_out[item]
    }
    assert wrong == {}
    assert set(place.posts()) == {"Hello", "Bundle"}


def test_an_empty_folder_and_a_file_instead_of_one(place: Place, tmp_path: Path) -> None:
    report = place.take()
    assert (report.code, report.created) == (0, [])
    assert "no Markdown file" in report.notes
    (tmp_path / "a.md").write_text(HELLO)
    assert place.run("import", "markdown", str(tmp_path / "a.md")) == LEFT_OUT
    assert "isn't a folder" in place.output.readouterr().err


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


HOSTILE = [
    f"---\n{BOMB}tags: *i\ntitle: *i\n---\n",
    f"---\na: {'[' * 10_000}\n---\n",
    f"---\na: {'{a: ' * 7_000}\n---\n",
    f"---\n{'- ' * 10_000}\n---\n",
    f"---\n{'? ' * 10_000}\n---\n",
    "---\n" + "".join(f"{' ' * n}a:\n" for n in range(200)) + "---\n",
    "---\na: &a [*a]\n---\n",
    "---\na: &a {b: *a}\ntags: *a\n---\n",
    f"---\na: {'&a ' * 9_000}x\n---\n",
    f"---\na: {'!' * 30_000}\n---\n",
    "---\n!!python/object/apply:os.system [exit 1]\n---\n",
    f"---\n{'a: b' * 9_000}\n---\n",
    f"---\na: {'x' * 40_000}\n---\n",
    f"+++\n{'a.' * 15_000}a = 1\n+++\n",
    f"+++\na = {'[' * 15_000}\n+++\n",
    f"+++\na = {'9' * 15_000}\n+++\n",
    '{"a": ' + "[" * 100_000,
    '{"a": ' + "9" * 10_000 + "}",
    "\n" * 900_000,
    "# " + " " * 900_000 + "x",
    "---\n" * 240_000,
    " \t" * 450_000 + "---",
    HELLO + "[" * 5_000,
    '{"title": "\\ud800\\u0000", "date": "2024-05-06", "tags": ["\\udfff"]}',
]


def test_hostile_files_end_soon_and_harm_no_other(place: Place) -> None:
    started = time.monotonic()
    good = "---\ntitle: Good\ndate: 2020-01-01\n---\n"
    report = place.take({f"{n}.md": text for n, text in enumerate(HOSTILE)} | {"z.md": good})
    assert time.monotonic() - started < 30
    assert report.created[-1] == "/2020/01/z/"
    assert len(report.created) + len(report.left_out) == len(HOSTILE) + 1
    with place.browser() as get:
        assert get("/").status_code == 200


def test_odd_file_names(place: Place) -> None:
    odd = ["a\nb.md", "\x1b[31m.md", "#1 50%.md", "...dots...md", "?.md", "@0.md", "\u202egnp.md"]
    odd += ["-rf.md", "con.md", "ä" * 120 + ".md", "a b/../index.md".replace("..", "c")]
    files: dict[str, str | bytes] = {name: HELLO for name in odd if not name.startswith(".")}
    place.write(files)
    raw = os.fsencode(place.source) + b"/caf\xe9.md"
    Path(os.fsdecode(raw)).write_bytes(HELLO.encode())
    report = place.take()
    assert len(report.created) == len(set(report.created)) == len(files) + 1
    assert place.take().unchanged == report.created
    with place.browser() as get:
        assert {get(path).status_code for path in report.created} == {200}


def test_names_in_the_report_play_no_tricks(place: Place) -> None:
    report = place.take({"\x1b[31m\n.md": "", "\u202egnp.exe": ""})
    assert set(report.left_out) == {"\\x1b[31m\\n.md", "\\u202egnp.exe"}


def test_markup_in_fields_is_inert(place: Place) -> None:
    evil = "<script>alert(1)</script>"
    fields = f"title: '{evil}'\ntags: ['{evil}']\nauthor: '{evil} x'\ndescription: '{evil}'"
    report = place.take({"a.md": f"---\n{fields}\ndate: 2024-05-06\n---\n{evil}\n"})
    with place.browser() as get:
        for path in ("/", report.created[0], "/tags/"):
            assert evil not in get(path).text


def test_posts_that_want_one_address_are_kept_apart(place: Place) -> None:
    same = "---\ntitle: Same\ndate: 2024-05-06\nslug: same\n---\n"
    report = place.take({f"{name}/a.md": same + name for name in ("one", "two", "three")})
    assert report.created == [f"/2024/05/same{end}/" for end in ("", "-2", "-3")]
    assert place.take().unchanged == report.created


def test_too_many_and_too_long_names(place: Place) -> None:
    tags = ", ".join([f"t{n}" for n in range(60)] + ["x" * 201])
    head = f"---\ntitle: T\ndate: 2024-05-06\ntags: [{tags}]\nauthors: [{'y' * 201}, Ann]\n---\n"
    report = place.take({"a.md": head})
    post, _ = place.only()
    assert (len(post.tags), [author.name for author in post.authors]) == (50, ["Ann"])
    assert "More than 50 tags" in report.notes and "too long" in report.notes


def test_what_is_not_done_yet_is_counted(place: Place) -> None:
    report = place.take(
        {
            "a.md": HELLO.replace("title", "aliases: [/old/]\ncategories: [c]\ntitle")
            + "{{< gallery >}}\n",
            "b.md": "+++\ntitle='b'\ndate=2020-01-01\n[taxonomies]\ncategories=['c']\n+++\n"
            "{% raw %}",
        }
    )
    assert "Categories, which aren't imported yet: 2 (a.md, b.md)" in report.notes
    assert "Former addresses, which don't lead to the post yet: 1 (a.md)" in report.notes
    assert "Instructions of the old program" in report.notes
    assert all(post.tags == () for post, _ in place.posts().values())
