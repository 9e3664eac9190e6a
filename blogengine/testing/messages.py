"""Catalogues from the source: `python -m blogengine.testing.messages [FOLDER…] [--check]`.

Reads the sentences out of Python files and templates, puts new ones into each language's `.po`,
takes out those that are gone, and compiles `.mo`. Without a folder, the engine's own catalogues.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from blogengine.languages import CORE

ENGINE = Path(__file__).parent.parent

SAID = frozenset({"_", "gettext", "lazy_gettext"})
COUNTED = frozenset({"ngettext"})

SHOWN: dict[str, set[int | str]] = {
    "Field": {1, "label", "hint"},
    "Form": {"heading", "button", "intro", "notice"},
    "Link": {1},
    "Problem": {0, "action"},
    "Permission": {1, "title"},
    "AdminPage": {1},
    "EditorPanel": {1},
    "admin_page": {0},
    "redirect_saying": {1},
}
"""Values whose texts pages translate when they show them: positions and names of arguments."""

SPOKEN = frozenset({"ADMIN_SECTIONS", "STATES", "ACTS"})
"""Constants whose texts pages translate when they show them."""

ERRORS = frozenset(
    "BlogError UserError Denied NotFound Gone TooMany Retryable OperatorError Reject".split()
)
"""Errors are made in English, for logs and programs; their page translates both sentences."""

UNSAID = frozenset("testing migrations cli lifecycle serving starting.py config.py".split())
"""Parts of the engine that speak to its operator at the command line, in English."""

OUTWARD = frozenset("views identity actors.py confirming.py answers.py db.py state.py".split())
"""Parts of the core whose errors readers meet, or whoever signs in."""

Message = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Domain:
    """The sentences of one owner: where they are said, and where their catalogues stand."""

    name: str
    sources: tuple[Path, ...]
    locale: Path


def domain_at(path: Path) -> Domain:
    """Return the domain of a plugin's folder or file, or the core's."""
    if path == ENGINE:
        return Domain(CORE, (ENGINE,), ENGINE / "locale")
    folder = path if path.is_dir() else path.parent
    return Domain(path.stem, (path,), folder / "locale")


def messages_of(domain: Domain) -> dict[Message, None]:
    """Return the sentences of a domain in the order in which they are said."""
    found: dict[Message, None] = {}
    for source in domain.sources:
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if UNSAID & set(file.relative_to(source.parent).parts):
                continue
            if file.suffix == ".py":
                errors = domain.name != CORE or OUTWARD & set(file.relative_to(source).parts)
                text = file.read_text(encoding="utf-8")
                found.update(dict.fromkeys(in_python(text, errors=bool(errors))))
            elif file.suffix in (".html", ".txt") and "templates" in file.parts:
                found.update(dict.fromkeys(in_template(file.read_text(encoding="utf-8"))))
    return found


def in_python(text: str, *, errors: bool = True) -> Iterator[Message]:
    """Yield what Python code says to readers."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id in SPOKEN for one in targets):
                yield from _words_in(node.value)
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else name
        if name in SAID:
            yield from _texts(node.args[:1])
        elif name in COUNTED and len(texts := list(_texts(node.args[:2]))) == 2:
            yield (texts[0], texts[1])
        elif name in ERRORS and errors:
            yield from _texts(node.args[:1])
            yield from _texts(one.value for one in node.keywords if one.arg == "action")
        elif name in SHOWN:
            wanted = SHOWN[name]
            yield from _texts(one for place, one in enumerate(node.args) if place in wanted)
            yield from _texts(one.value for one in node.keywords if one.arg in wanted)


def _words_in(value: ast.expr) -> Iterator[str]:
    """Yield the texts in a constant that begin as a title does."""
    for one in ast.walk(value):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value[:1].isupper():
            yield one.value


def _texts(found: Iterable[ast.expr]) -> Iterator[str]:
    for one in found:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.strip():
            yield one.value
        elif isinstance(one, ast.Tuple):
            yield from _texts(one.elts)
        elif isinstance(one, ast.IfExp):
            yield from _texts((one.body, one.orelse))


def in_template(text: str) -> Iterator[Message]:
    """Yield what a template says: `_`, `ngettext`, `{% trans %}`, and nouns of `|plural`."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    wanted: tuple[type[Any], ...] = (nodes.Call, nodes.Filter)
    for node in environment.parse(text).find_all(wanted):
        if isinstance(node, nodes.Filter):
            if node.name == "plural":
                one, many = (arg.as_const() for arg in node.args[:2])
                yield (f"%(num)s {one}", f"%(num)s {many}")
            continue
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        texts = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
        if name in SAID and texts:
            yield str(texts[0])
        elif name in COUNTED and len(texts) >= 2:
            yield (str(texts[0]), str(texts[1]))


def languages_of(locale: Path, domain: str) -> list[str]:
    """Return the languages that a folder has catalogues of a domain for."""
    return sorted(file.parent.parent.name for file in locale.glob(f"*/LC_MESSAGES/{domain}.po"))


def read(file: Path, language: str, domain: str) -> Catalog:
    """Return a catalogue's source, an empty one where there is no file."""
    if not file.exists():
        return Catalog(locale=language, domain=domain, charset="utf-8")
    with file.open("rb") as opened:
        return read_po(opened, locale=language, domain=domain)


def updated(old: Catalog, messages: Iterable[Message], domain: str) -> Catalog:
    """Return a catalogue with these sentences and no others; translations are kept."""
    new = Catalog(
        locale=old.locale, domain=domain, charset="utf-8", header_comment=f"# {domain}", fuzzy=False
    )
    new.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Language", str(old.locale)),
        ("Plural-Forms", new.plural_forms),
    ]
    forms = new.num_plurals
    for message in messages:
        key = message if isinstance(message, str) else message[0]
        known = old.get(key)
        text: Any = known.string if known else ""
        if isinstance(message, tuple) and not (isinstance(text, tuple) and len(text) == forms):
            text = ("",) * forms
        if isinstance(message, str) and not isinstance(text, str):
            text = ""
        earlier = new.get(key)
        if earlier is not None and isinstance(earlier.id, tuple):
            continue
        if earlier is not None:
            new.delete(key)
        new.add(message, text)
    return new


def source_of(catalogue: Catalog) -> bytes:
    """Return the text of a `.po`; the same catalogue always gives the same bytes."""
    made = io.BytesIO()
    write_po(made, catalogue, width=100, omit_header=False, sort_output=True)
    return made.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return the bytes of a `.mo`."""
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the sentences that lack a translation, or a form of it."""
    lacking = []
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(texts):
            lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking


def refresh(domain: Domain, languages: Iterable[str], *, write: bool) -> Iterator[Path]:
    """Yield the files that aren't in step with the source, after mending them if asked."""
    messages = messages_of(domain)
    for language in languages if messages else ():
        file = domain.locale / language / "LC_MESSAGES" / f"{domain.name}.po"
        new = updated(read(file, language, domain.name), messages, domain.name)
        for path, made in ((file, source_of(new)), (file.with_suffix(".mo"), compiled(new))):
            if path.exists() and path.read_bytes() == made:
                continue
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(made)
            yield path


def main(arguments: list[str]) -> int:
    """Bring catalogues in step, or with `--check` only say which aren't; `--add=fr` begins one."""
    check = "--check" in arguments
    added = [one.removeprefix("--add=") for one in arguments if one.startswith("--add=")]
    folders = [Path(one).resolve() for one in arguments if not one.startswith("--")]
    domains = [domain_at(folder) for folder in folders or [ENGINE]]
    stale: list[Path] = []
    for domain in domains:
        known = languages_of(domain.locale, domain.name)
        wanted = sorted({*known, *added})
        stale += refresh(domain, wanted, write=not check)
        for language in wanted:
            file = domain.locale / language / "LC_MESSAGES" / f"{domain.name}.po"
            lacking = untranslated(read(file, language, domain.name)) if file.exists() else []
            if lacking:
                print(f"{domain.name} {language}: {len(lacking)} of its sentences lack", end="")
                print(f" a translation, such as “{lacking[0]:.60}”")
    for path in stale:
        print(f"{'not in step' if check else 'written'}: {path}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
