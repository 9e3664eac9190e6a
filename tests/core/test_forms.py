"""Settings as a form and as a file, through a plugin that a stranger could have written."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in

PANEL = """
from dataclasses import dataclass

from blogengine.api import *


@dataclass(frozen=True, slots=True)
class Settings:
    name: str = setting("Ann", title="Your <name>", help="As \'quoted\'.", ge=1, le=10)
    notes: str = setting("", title="Notes", multiline=True, pattern="[a-z ]+", example="abc", le=99)
    size: int = setting(3, title="Size", ge=1, le=9)
    share: float = setting(0.5, title="Share")
    on: bool = setting(True, title="On")
    mood: str = setting("calm", title="Mood", choices=("calm", "wild"))
    key: str = setting("", title="Key", secret=True, le=40)


plugin = Plugin(summary="A panel.", settings=Settings)
routes = Blueprint("panel", __name__)


@routes.get("/panel/", permission="public")
def show():
    return page(None)


@routes.post("/panel/", permission="public")
def save():
    sent = read_form("panel", site.explain(Settings), request.form)
    if sent.errors:
        return page(sent)
    return repr(dict(sent.values))


def page(sent):
    return str(form_fields(site.explain(Settings), sent))


@hookimpl
def register_blueprints():
    return [routes]
"""


class Fields(HTMLParser):
    """Everything with attributes, by its order; refuses what doesn\'t close."""

    VOID = frozenset({"input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        attributes = self.found[-1][1] if self.found else {}
        if name := attributes.get("id"):
            self.texts[name] = self.texts.get(name, "") + data.strip()

    def of(self, name: str) -> dict[str, str | None]:
        return next(a for _tag, a in self.found if a.get("id") == f"setting-{name}")


@pytest.fixture
def blog(make_blog: Callable[..., Blog], tmp_path: Path) -> Blog:
    drop_in(tmp_path / "site", "panel", PANEL)
    made = make_blog(folder=tmp_path / "site", plugins=["panel"])
    assert made.run("plugin", "enable", "panel", "--quiet") == 0
    return made


GOOD = {
    "name": "Ben",
    "notes": " a b \r\n\r\nc\r\n",
    "size": "4",
    "share": "1.5",
    "mood": "wild",
    "key": "",
}


def sound(text: str) -> Fields:
    """Check what a checker of accessibility would: names, references, ids."""
    fields = Fields(text)
    ids = [a["id"] for _tag, a in fields.found if "id" in a]
    assert len(ids) == len(set(ids))
    labels = {a["for"] for tag, a in fields.found if tag == "label"}
    controls = [a for tag, a in fields.found if tag in ("input", "select", "textarea")]
    assert labels == {a["id"] for a in controls}
    for control in controls:
        for name in (control.get("aria-describedby") or "").split():
            assert fields.texts[name]
        error = f"{control['id']}-error"
        invalid = control.get("aria-invalid") == "true"
        assert invalid == (error in ids)
        assert invalid == (error in (control.get("aria-describedby") or "").split())
    assert not any("style" in a or "onclick" in a for _tag, a in fields.found)
    return fields


def test_every_setting_is_a_labelled_field_of_its_kind(blog: Blog) -> None:
    text = blog.get("/panel/").text
    fields = sound(text)
    assert "Your &lt;name&gt;" in text
    assert fields.of("name") == {
        "id": "setting-name",
        "aria-describedby": "setting-name-help",
        "name": "name",
        "required": None,
        "maxlength": "10",
        "type": "text",
        "value": "Ann",
    }
    assert fields.of("size")["type"] == "number"
    assert (fields.of("size")["min"], fields.of("size")["max"]) == ("1", "9")
    assert fields.of("share")["step"] == "any"
    assert fields.of("on")["type"] == "checkbox" and "checked" in fields.of("on")
    assert [tag for tag, a in fields.found if a.get("id") == "setting-notes"] == ["textarea"]
    selected = [a["value"] for tag, a in fields.found if tag == "option" and "selected" in a]
    assert selected == ["calm"]


def test_a_sent_form_becomes_checked_values(blog: Blog) -> None:
    assert blog.send("/panel/", method="POST", data=GOOD).text == repr(
        {"name": "Ben", "notes": "a b\nc", "size": 4, "share": 1.5, "on": False, "mood": "wild"}
    )
    on = blog.send("/panel/", method="POST", data={**GOOD, "on": "true", "key": "s3"}).text
    assert "'on': True" in on and "'key': 's3'" in on


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(blog: Blog) -> None:
    bad = {
        **GOOD,
        "name": "<b>" * 9,
        "notes": "abc\nA1",
        "size": "x",
        "mood": "sad",
        "key": "k" * 41,
    }
    answer = blog.send("/panel/", method="POST", data=bad).text
    fields = sound(answer)
    wrong = {a["name"] for _tag, a in fields.found if a.get("aria-invalid")}
    assert wrong == {"name", "notes", "size", "mood", "key"}
    assert fields.of("name")["value"] == "<b>" * 9
    assert "<b>" not in answer
    assert "must look like abc" in fields.texts["setting-notes-error"]
    assert "k" * 41 not in answer


def test_a_secret_is_never_shown_and_can_be_kept_or_removed(blog: Blog) -> None:
    assert blog.run("plugin", "settings", "panel", "key=t0psecret") == 0
    text = blog.get("/panel/").text
    fields = sound(text)
    assert "t0psecret" not in text
    assert "value" not in fields.of("key")
    assert "key" not in blog.send("/panel/", method="POST", data=GOOD).text
    gone = blog.send("/panel/", method="POST", data={**GOOD, "key-clear": "on"}).text
    assert "'key': ''" in gone


def test_a_locked_setting_names_its_source_and_takes_nothing(
    blog: Blog, make_blog: Callable[..., Blog]
) -> None:
    lines = ["[panel]", 'name = "Eve"', "on = false", 'mood = "wild"', 'key = "hush"']
    (blog.folder / "instance" / "blog.toml").write_text("\n".join(lines) + "\n")
    locked = make_blog(folder=blog.folder, plugins=["panel"])
    text = locked.get("/panel/").text
    fields = sound(text)
    for name, shown in (("name", "Eve"), ("on", "no"), ("mood", "wild"), ("key", "set")):
        control = fields.of(name)
        assert control["value"] == shown and "readonly" in control and "name" not in control
        assert "instance/blog.toml" in fields.texts[f"setting-{name}-locked"]
    assert "hush" not in text
    sent = {**GOOD, "name": "Mallory", "on": "true", "key": "x"}
    answer = locked.send("/panel/", method="POST", data=sent).text
    assert set(ast.literal_eval(answer)) == {"notes", "size", "share"}


def test_settings_move_by_a_file_without_secrets(
    blog: Blog, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert blog.run("plugin", "settings", "panel", "key=t0psecret", "size=7", "notes=a\nb") == 0
    capsys.readouterr()
    assert blog.run("plugin", "settings", "panel", "--export") == 0
    said = capsys.readouterr().out
    assert "t0psecret" not in said
    file = tmp_path / "panel.json"
    file.write_text(said)
    kept = json.loads(said)
    assert (kept["plugin"], kept["settings"]["size"], kept["settings"]["notes"]) == (
        "panel",
        7,
        "a\nb",
    )
    assert blog.run("plugin", "settings", "panel", "size=2", "on=no") == 0
    for options, size in ((("--dry-run",), 2), ((), 7)):
        capsys.readouterr()
        assert (
            blog.run("plugin", "settings", "panel", "--import", str(file), "--json", *options) == 0
        )
        assert json.loads(capsys.readouterr().out) == [
            {"key": "size", "before": 2, "after": 7},
            {"key": "on", "before": False, "after": True},
        ]
        assert blog.run("plugin", "settings", "panel", "--export") == 0
        assert json.loads(capsys.readouterr().out)["settings"]["size"] == size


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"settings": []}',
        '{"plugin": "other", "settings": {"size": 1}}',
        '{"settings": {"size": 4, "colour": 1}}',
        '{"settings": {"size": 4, "share": "x"}}',
        "\udcff",
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(
    blog: Blog, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    file = tmp_path / "panel.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert blog.run("plugin", "settings", "panel", "--import", str(file)) == 65
    capsys.readouterr()
    assert blog.run("plugin", "settings", "panel", "--export") == 0
    assert json.loads(capsys.readouterr().out)["settings"]["size"] == 3


def test_two_wishes_at_once_are_refused(blog: Blog) -> None:
    for options in (("--export", "size=1"), ("--dry-run",), ("--export", "--import", "x")):
        assert blog.run("plugin", "settings", "panel", *options) == 64
