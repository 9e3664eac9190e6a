"""Languages: what pages say, how they write dates, and what a bad catalogue does to them."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError

from blogengine.contributions import Contributions
from blogengine.languages import (
    CORE,
    Languages,
    Place,
    Tongue,
    direction,
    read_catalogue,
    speaking,
    translator,
)
from blogengine.templating import CORE_TEMPLATES, make_environment
from blogengine.testing import messages
from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins" / "blogengine_plugins"
CATALOGUES = [*ROOT.glob("blogengine/locale/*/*/*.po"), *PLUGINS.glob("*/locale/*/*/*.po")]
SPOKEN = ("comments", "archive_widgets", "related")


@pytest.fixture(scope="module")
def german_and_arabic(
    blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("languages") / "blog"
    blog = blogengine_workshop.build(folder, plugins=[*SPOKEN, "theme_paper"])
    for number in range(12):
        moment = datetime(2026, 3, 1 + number, 12, tzinfo=UTC)
        blog.post(f"Beitrag {number}", published_at=moment, tags=["Wetter"])
    yield blog
    blog.close()


def speak(blog: Blog, language: str) -> None:
    blog.set("site", language=language)


def test_a_german_page(german_and_arabic: Blog) -> None:
    speak(german_and_arabic, "de")
    html = german_and_arabic.get("/tag/wetter/").text
    assert '<html lang="de">' in html
    for said in ("Schlagwort: Wetter", "12 Beiträge", "Seite 1 von 2", "12. März 2026"):
        assert said in html
    for said in ("Zum Inhalt springen", "Ältere Beiträge", "Alle Schlagwörter", "Lesezeit"):
        assert (
            said
            in german_and_arabic.get("/tag/wetter/").text
            + german_and_arabic.get("/2026/03/beitrag-3/").text
        )
    assert "März 2026" in german_and_arabic.get("/2026/03/").text
    for english in ("Newest posts", "Skip to", "All tags", " of 2", "March", "min read"):
        assert english not in html


def test_an_arabic_page_runs_from_right_to_left(german_and_arabic: Blog) -> None:
    speak(german_and_arabic, "ar")
    html = german_and_arabic.get("/tag/wetter/").text
    assert '<html lang="ar" dir="rtl">' in html
    for said in ("وسم: Wetter", "12 منشورًا", "الصفحة 1 من 2", "12 مارس 2026"):
        assert said in html
    sign_in = german_and_arabic.get("/admin/login").text
    assert '<html lang="ar" dir="rtl">' in sign_in
    assert "تسجيل الدخول" in sign_in
    assert "Password" not in sign_in


def test_errors_are_said_in_the_language_and_stay_english_for_programs(
    german_and_arabic: Blog,
) -> None:
    speak(german_and_arabic, "de")
    html = german_and_arabic.get("/nix/da/").text
    assert "<title>Nicht gefunden</title>" in html
    assert "Unter dieser Adresse ist nichts." in html
    program = german_and_arabic.get("/nix/da/", headers={"Accept": "application/json"})
    assert program.get_json()["detail"] == "There is nothing at this address."


def test_a_comment_form_that_fails_says_so_in_the_language(german_and_arabic: Blog) -> None:
    speak(german_and_arabic, "de")
    archives = german_and_arabic.site.archives
    (post,) = archives.posts(archives.home(), limit=1)
    sent = german_and_arabic.send(
        f"/comments/post/{post.id}/", method="POST", data={"author": "", "text": ""}
    )
    assert sent.status_code in (200, 422)
    assert "Gib einen Namen an" in sent.text
    assert "Schreibe zuerst deinen Kommentar." in sent.text


def test_a_language_without_catalogue_is_english_with_its_own_dates(
    german_and_arabic: Blog,
) -> None:
    speak(german_and_arabic, "fr")
    html = german_and_arabic.get("/tag/wetter/").text
    assert '<html lang="fr">' in html
    assert "12 mars 2026" in html
    assert "Newest posts" in html
    speak(german_and_arabic, "x-nonsense")
    assert "12 March 2026" in german_and_arabic.get("/tag/wetter/").text


def test_a_region_falls_back_to_its_language() -> None:
    tongue = Languages(list).tongue("de-AT")
    assert tongue.find("All tags") == "Alle Schlagwörter"
    assert tongue.date(date(2026, 1, 2)) == "2. Jänner 2026"


def test_arabic_has_six_plurals() -> None:
    tongue = Languages(list).tongue("ar")
    said = [tongue.find_plural("%(num)s post", "%(num)s posts", n) for n in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 6


@pytest.mark.parametrize(
    ("code", "way"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("de", "ltr"), ("az-Arab", "rtl"), ("ur-Latn", "ltr")],
)
def test_directions(code: str, way: str) -> None:
    assert direction(code) == way


def test_names_stand_in_the_order_of_the_language() -> None:
    assert Tongue("de").sorted(["Zebra", "Äpfel", "Apfel", "öl"]) == [
        "Apfel",
        "Äpfel",
        "öl",
        "Zebra",
    ]
    assert Tongue("sv").sorted(["Ö", "Z", "Å", "A"]) == ["A", "Z", "Å", "Ö"]
    assert Tongue("sv").letter("Åsna") == "Å"
    assert Tongue("de").letter("Äpfel") == "A"
    assert Tongue("ar").letter("الأخبار") == "ا"
    assert Tongue("de").letter("2026") == "#"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=8), st.sampled_from(["de", "ar", "sv", "ja"]))
def test_letters_of_an_index_never_come_back(names: list[str], code: str) -> None:
    tongue = Tongue(code)
    letters = [tongue.letter(name) for name in tongue.sorted(n for n in names if n.strip())]
    seen = [letter for letter in letters if letter != "#"]
    kept = [letter for place, letter in enumerate(seen) if place == 0 or seen[place - 1] != letter]
    assert len(kept) == len(set(kept))


def write(folder: Path, language: str, domain: str, content: bytes, suffix: str = ".mo") -> None:
    file = folder / language / "LC_MESSAGES" / f"{domain}{suffix}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def po(*pairs: tuple[str, str]) -> bytes:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    return (head + "".join(f'\nmsgid "{a}"\nmsgstr "{b}"\n' for a, b in pairs)).encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"nothing of the kind", struct.pack("<7I", 0x950412DE, 0, 10**6, 28, 28, 0, 0)],
)
def test_a_broken_catalogue_is_an_empty_one_that_is_told_of(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, "de", "greeting", content)
    found = read_catalogue(tmp_path, "greeting", "de")
    assert found is not None
    assert not found.sentences
    assert found.misfits[0].domain == "greeting"


def test_a_sentence_with_foreign_places_is_left_out(tmp_path: Path) -> None:
    source = po(
        ("Hello %(name)s", "Hallo %(nmae)s"),
        ("Bye %(name)s", "Tschüs %(name)s, 100% sicher"),
        ("Good day %(name)s", "Guten Tag, %(name)s"),
    )
    write(tmp_path, "de", "greeting", source, ".po")
    place = Place("greeting", "greeting", tmp_path)
    languages = Languages(lambda: [place])
    _ = translator("greeting.pages")
    with speaking(languages.tongue("de")):
        assert _("Hello %(name)s", name="Ann") == "Hello Ann"
        assert _("Bye %(name)s", name="Ann") == "Bye Ann"
        assert _("Good day %(name)s", name="Ann") == "Guten Tag, Ann"
    assert {misfit.domain for misfit in languages.misfits()} == {"greeting"}
    assert len(languages.misfits()) == 2


def test_each_plugin_has_sentences_of_its_own(tmp_path: Path) -> None:
    for name, word in (("one", "Beitrag"), ("two", "Pfosten")):
        write(tmp_path / name, "de", name, po(("Post", word)), ".po")
    languages = Languages(lambda: [Place(n, n, tmp_path / n) for n in ("one", "two")])
    later = translator("two").lazy_gettext("Post")
    assert f"{later}" == "Post"
    with speaking(languages.tongue("de")):
        assert translator("one.deep.down")("Post") == "Beitrag"
        assert f"{later}" == str(later) == "Pfosten"
        assert translator("one")("All tags") == "Alle Schlagwörter"


def test_templates_escape_values_and_translations_that_bring_markup(tmp_path: Path) -> None:
    write(tmp_path, "de", "one", po(("Name", "<b>Name</b>")), ".po")
    languages = Languages(lambda: [Place("one", "one", tmp_path)])
    environment = make_environment(Contributions(), None)
    page = environment.from_string(
        "{{ _('Name') }}|{{ _('by %(authors)s', authors=x) }}|{{ _('<i>%(a)s</i>', a=x) }}|"
        "{{ x|translate }}|{{ 1200|number }}"
    )
    environment.globals["_theme"] = "one"
    with speaking(languages.tongue("de")):
        assert page.render(x="<s>") == (
            "&lt;b&gt;Name&lt;/b&gt;|von &lt;s&gt;|<i>&lt;s&gt;</i>|&lt;s&gt;|1.200"
        )


@pytest.mark.parametrize("said", ["{{ _(x) }}", "{{ gettext(x) }}", "{{ ngettext(a, 'b', 1) }}"])
def test_what_is_not_written_in_a_template_is_no_sentence(said: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="translate"):
        make_environment(Contributions(), None).from_string(said)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.stem}-{file.parts[-3]}")
def test_catalogues_are_whole_and_compiled(file: Path) -> None:
    language = file.parts[-3]
    catalogue = messages.read(file, language, file.stem)
    assert messages.untranslated(catalogue) == []
    assert file.with_suffix(".mo").read_bytes() == messages.compiled(catalogue)
    read = read_catalogue(file.parents[2], file.stem, language)
    assert read is not None
    assert read.misfits == ()


def test_every_marked_sentence_is_in_the_catalogues() -> None:
    lacking = []
    folders = [ROOT / "blogengine", *{file.parents[3] for file in CATALOGUES if file.stem != CORE}]
    for folder in folders:
        domain = messages.domain_at(folder)
        said = {one if isinstance(one, str) else one[0] for one in messages.messages_of(domain)}
        for language in ("de", "ar"):
            file = domain.locale / language / "LC_MESSAGES" / f"{domain.name}.po"
            known = {
                entry.id if isinstance(entry.id, str) else entry.id[0]
                for entry in messages.read(file, language, domain.name)
            }
            lacking += [f"{domain.name} {language}: {one}" for one in sorted(said - known)]
    assert lacking == [], "make messages, then translate them"


PUBLIC = [
    *sorted(CORE_TEMPLATES.rglob("*.html")),
    *(
        file
        for name in sorted({file.parents[3].name for file in CATALOGUES if file.stem != CORE})
        for file in sorted((PLUGINS / name).rglob("*.html"))
    ),
]
NAMES = frozenset({"blogengine", "Atom", "RSS", "UTC"})


def bare_texts(text: str) -> Iterator[str]:
    """Yield words of a template that stand outside of tags and expressions."""
    text = re.sub(
        r"<code>.*?</code>|\{#.*?#\}|<style>.*?</style>|<script.*?</script>", "", text, flags=re.S
    )
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\x00", text, flags=re.S)
    for name, value in re.findall(r'\s(aria-label|title|alt|placeholder)="([^"]*)"', text):
        if re.fullmatch(r"[a-z]+[.:][\w:., ]*", value):
            continue  # an example, which reads the same everywhere
        yield from (f"{name}={word}" for word in re.findall(r"[A-Za-z]{2,}", value))
    text = re.sub(r'<[^>]*>|[a-z-]+="[^"]*"', "\x00", text)
    yield from re.findall(r"[A-Za-z][A-Za-z’' ]*[A-Za-z]", text.replace("&amp;", "&"))


@pytest.mark.parametrize("file", PUBLIC, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_no_template_has_words_that_nobody_can_translate(file: Path) -> None:
    found = [word for word in bare_texts(file.read_text(encoding="utf-8")) if word not in NAMES]
    known = {"kind", "has", "sidebar"} if file.name == "_body_class.html" else {"writing", "wide"}
    assert [word for word in found if not known & {*word.split("-"), *word.split()}] == []


def test_the_doctor_names_the_plugin_whose_catalogue_is_broken(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog(plugins=[])
    blog.run("settings", "set", "language", "de")
    folder = blog.folder / "plugins" / "greeting"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(
        '"""Greet."""\nfrom blogengine.api import Plugin\nplugin = Plugin(summary=__doc__)\n'
    )
    write(folder / "locale", "de", "greeting", b"nothing of the kind")
    assert blog.run("plugin", "enable", "greeting", "--quiet") == 0
    capsys.readouterr()
    blog.run("doctor")
    said = capsys.readouterr().out
    assert "The catalogue de of greeting" in said


def test_a_person_chooses_the_language_of_the_admin(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["admin"])
    owner = arrive(Visitor(blog.app), blog.site.identity, "owner")
    assert "Abmelden" not in owner.get("/admin/profile").text

    def choose(code: str) -> None:
        form = owner.form("/admin/profile", "/admin/profile/language")
        sent = owner.post("/admin/profile/language", data={**form, "language": code})
        assert sent.status_code == 303

    choose("de")
    page = owner.get("/admin/").text
    assert '<html lang="de">' in page
    assert "Website ansehen" in page
    assert '<html lang="en"' in owner.get("/").text
    choose("ar")
    assert '<html lang="ar" dir="rtl">' in owner.get("/admin/posts/").text
    choose("../../etc")
    assert '<html lang="en"' in owner.get("/admin/").text
