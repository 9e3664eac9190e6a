"""Running the import again, running it dry, and what the command says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.plugins.markdown_folder.conftest import HELLO, LEFT_OUT, Place

THREE = {
    f"{name}.md": f"---\ntitle: {name}\ndate: 2024-05-06\ntags: [GSoC]\nauthor: Ann\n---\n{name}\n"
    for name in ("one", "two", "three")
} | {"2024-05-06-x.md": "---\ntags: gsoc\nupdated: 2025-01-01\n---\nDated\n"}


def test_a_second_run_changes_nothing(place: Place) -> None:
    first = place.take(THREE)
    before = place.dump()
    second = place.take()
    assert (second.code, second.created, second.left_out) == (0, [], {})
    assert second.unchanged == first.created
    assert place.dump() == before
    for post, draft in place.posts().values():
        assert draft.guid.startswith("urn:blogengine:import:markdown:"), post.guid


def test_only_a_changed_file_is_written_again(place: Place) -> None:
    place.take(THREE)
    before = {title: post.version for title, (post, _) in place.posts().items()}
    place.write({"two.md": THREE["two.md"].replace("[GSoC]", "[New]") + "More.\n"})
    dry = place.take(None, "--dry-run")
    assert len(dry.updated) == 1
    report = place.take()
    assert (report.created, len(report.unchanged)) == ([], 3)
    assert report.updated == dry.updated
    posts = place.posts()
    after = {title: post.version for title, (post, _) in posts.items()}
    assert after == before | {"two": before["two"] + 1}
    assert posts["two"][1].source == "two\nMore.\n"
    assert [tag.name for tag in posts["two"][0].tags] == ["New"]
    assert len(place.take().unchanged) == 4


def test_a_new_slug_moves_the_post_and_keeps_the_old_address(place: Place) -> None:
    place.take({"a.md": HELLO})
    place.take({"a.md": HELLO.replace("title", "slug: other\ntitle")})
    with place.browser() as get:
        assert get("/2024/05/other/").status_code == 200
        assert get("/2024/05/a/").headers["Location"].endswith("/2024/05/other/")


def test_what_was_changed_here_is_left_alone(place: Place) -> None:
    place.take(THREE)
    with place.site() as site:
        ids = {post.title: post.id for post in site.posts.find()}
        site.posts.edit(ids["one"], source="Written here.", note="Mine")
        site.posts.trash(ids["two"])
    before = place.dump()
    report = place.take({"one.md": THREE["one.md"] + "From the file.\n"})
    assert "Changed here after the import and left as it is: 2 (one.md, two.md)" in report.notes
    assert (report.code, report.created, len(report.unchanged)) == (0, [], 4)
    assert place.dump() == before


def test_a_file_of_the_same_name_from_another_blog_overwrites_nothing(place: Place) -> None:
    place.take({"a.md": HELLO + "Mine.\n"})
    before = place.dump()
    report = place.take({"a.md": "---\ntitle: Other\ndate: 2020-01-01\n---\nTheirs.\n"})
    assert report.left_out["a.md"].startswith("Another post was imported from a file of this name")
    assert place.dump() == before


def test_the_source_keeps_its_own_permanent_id_once(place: Place) -> None:
    own = HELLO.replace("title", "id: tag:x.example,2024:1\ntitle")
    place.take({"a.md": own, "b.md": own.replace("Hello", "Copy"), "c.md": HELLO})
    guids = {title: draft.guid for title, (_, draft) in place.posts().items()}
    assert guids["Copy"] == "urn:blogengine:import:markdown:b.md"
    assert len(place.take().unchanged) == 3


def test_a_long_place_still_makes_an_id(place: Place) -> None:
    report = place.take({f"{'ä' * 100}/{'ö' * 100}.md": HELLO, f"{'ä' * 100}/x.md": HELLO})
    assert len(report.created) == 2
    assert len(place.take().unchanged) == 2


def test_a_dry_run_writes_nothing_and_says_what_would_happen(place: Place) -> None:
    before = place.dump()
    report = place.take(THREE | {"x.png": b""}, "--dry-run")
    assert (report.code, report.created) == (LEFT_OUT, sorted(THREE))
    assert place.dump() == before
    place.take()
    before = place.dump()
    again = place.take({"new.md": HELLO}, "--dry-run")
    assert (again.created, len(again.unchanged)) == (["new.md"], 4)
    assert place.dump() == before


def test_a_text_too_costly_to_show_is_kept(place: Place) -> None:
    report = place.take({"a.md": HELLO + "word " * 120_000, "b.md": HELLO.replace("Hello", "B")})
    assert re.fullmatch(r"a\.md \(draft \d+\)", report.created[0])
    assert report.created[1:] == ["/2024/05/b/"]
    assert "Too costly to show" in report.notes
    post, draft = place.posts()["Hello"]
    assert (post.status, draft.source) == ("draft", "word " * 120_000)
    before = place.dump()
    second = place.take()
    assert (second.created, len(second.unchanged)) == ([], 2)
    assert "Too costly to show" in second.notes
    # Known already, so it costs nothing again; the same when a shown post becomes too costly.
    assert place.dump() == before
    place.take({"b.md": HELLO.replace("Hello", "B") + "word " * 120_000})
    before = place.dump()
    third = place.take()
    assert (third.created, len(third.unchanged)) == ([], 2)
    assert "Too costly to show" in third.notes and place.dump() == before


def test_people_without_a_post_are_not_left_behind(place: Place) -> None:
    place.take({"a.md": f"---\ntitle: {'x' * 301}\nauthor: Nobody\ndate: 2024-05-06\n---\n"})
    with place.site() as site:
        assert site.users.all() == ()


def test_progress_and_report_file(place: Place, tmp_path: Path) -> None:
    place.write(THREE)
    file = tmp_path / "report.json"
    assert place.run("import", "markdown", str(place.source), "--report", str(file)) == 0
    said = place.output.readouterr()
    assert "4 of 4" in said.err and "4 imported" in said.out
    assert len(json.loads(file.read_text())["created"]) == 4


def test_register_importers_makes_a_command(place: Place) -> None:
    assert place.run("import", "--help") == 0
    assert "markdown" in place.output.readouterr().out
    assert place.run("--safe", "import", "markdown", str(place.source)) == 64
