"""`blogengine plugin new`: a whole plugin from the templates in `scaffold/`."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blogengine import __version__
from blogengine.clock import utcnow
from blogengine.deprecations import version_of
from blogengine.errors import OperatorError, UserError
from blogengine.host.finding import NAME, RESERVED_NAMES, find_plugins

SCAFFOLD = Path(__file__).parent / "scaffold"
SUFFIX = ".template"

KINDS = {
    "widget": "Show some words in the sidebar of every page.",
    "pages": "Show the titles of all newer posts on a page of their own.",
    "table": "Let readers press a button below a post, and count.",
    "filter": "Turn words such as :wave: into signs when a text is rendered.",
    "markdown": "Teach Markdown to mark inserted text.",
    "theme": "A narrow, quiet look for reading, light and dark.",
}
"""What `--kind` may say, each with the summary of the plugin that comes out."""


@dataclass(frozen=True, slots=True)
class Written:
    """A new plugin: where it stands and what to do next."""

    folder: Path
    files: tuple[Path, ...]
    commands: tuple[str, ...]


def write_distribution(name: str, kind: str, folder: Path | None) -> Written:
    """Write a package that can be installed; raises UserError for a bad name or a taken folder."""
    check_new_name(name)
    words = words_for(name, kind)
    target = folder or Path(words["DISTRIBUTION"])
    refuse_taken(target)
    files = list(templates("distribution", target, words))
    inside = target / "src" / words["PACKAGE"]
    files += templates(f"{kind}/package", inside, words)
    files += templates(f"{kind}/tests", target / "tests", words)
    commands = (
        f"pip install --editable {target}",
        f"python -m pytest {target}",
        f"blogengine plugin check {name}",
    )
    return Written(target, tuple(write(files)), commands)


def write_drop_in(name: str, kind: str, plugin_folder: Path) -> Written:
    """Write a plugin straight into a site: one file where that is enough, else a folder."""
    check_new_name(name)
    if name in find_plugins(plugin_folder):
        raise taken(f"There is already a plugin called {name}.")
    words = words_for(name, kind)
    files = list(templates(f"{kind}/package", plugin_folder / name, words))
    if len(files) == 1:
        files = [(plugin_folder / f"{name}.py", files[0][1])]
    target = files[0][0] if len(files) == 1 else plugin_folder / name
    refuse_taken(target)
    commands = (
        f"blogengine plugin check {name}",
        f"blogengine plugin enable {name}",
        "blogengine serve --reload",
    )
    return Written(target, tuple(write(files)), commands)


def check_new_name(name: str) -> None:
    """Refuse a name that a plugin can't have."""
    if not NAME.fullmatch(name) or name in RESERVED_NAMES or keyword.iskeyword(name):
        raise UserError(
            f"{name!r} can't be a plugin's name.",
            code="plugin-name-invalid",
            action="Use 2 to 31 small letters, digits and underscores, and no command's name.",
            field="name",
        )


def words_for(name: str, kind: str) -> dict[str, str]:
    """Return what stands for the marks of the templates."""
    dashed = name.replace("_", "-")
    major, minor = version_of(__version__)
    return {
        "NAME": name,
        "PATH": dashed,
        "PACKAGE": f"blog_{name}",
        "DISTRIBUTION": f"blog-{dashed}",
        "TITLE": name.replace("_", " ").strip().capitalize(),
        "SUMMARY": KINDS[kind],
        "VERSION": f"{major}.{minor}",
        "YEAR": str(utcnow().year),
    }


def templates(part: str, target: Path, words: dict[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield the files of a part of the scaffold with their texts, filled in."""
    root = SCAFFOLD / part
    for file in sorted(root.rglob(f"*{SUFFIX}")):
        place = fill(file.relative_to(root).as_posix(), words).removesuffix(SUFFIX)
        if place == "gitignore":
            place = ".gitignore"
        yield target / place, fill(file.read_text(encoding="utf-8"), words)


def fill(text: str, words: dict[str, str]) -> str:
    """Put the words where their marks stand."""
    for mark, word in words.items():
        text = text.replace(f"@{mark}@", word)
    return text


def write(files: list[tuple[Path, str]]) -> Iterator[Path]:
    """Write the files."""
    try:
        for file, text in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            yield file
    except OSError as error:
        raise OperatorError(
            f"{error.filename} can't be written: {error.strerror}.",
            code="plugin-not-written",
            action="Name another folder with --folder.",
            exit_code=73,
        ) from error


def refuse_taken(target: Path) -> None:
    """Refuse to write where something stands."""
    if target.is_symlink() or target.exists():
        if target.is_dir() and not any(target.iterdir()):
            return
        raise taken(f"There is something at {target} already.")


def taken(message: str) -> UserError:
    """The error of a place or a name that is taken."""
    return UserError(
        message,
        code="plugin-place-taken",
        action="Choose another name, or another folder with --folder. Nothing was written.",
        status=409,
    )
