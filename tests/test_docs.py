"""The manual against the code, both ways: all there is is told, and nothing told is missing."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import importlib.util
import keyword
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from inspect import signature
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any, get_type_hints
from xml.etree import ElementTree

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from blogengine import api, errors
from blogengine.app import create_app
from blogengine.cli.main import root
from blogengine.config import PREFIX, START_UP, load_config
from blogengine.contributions import PAGE_KINDS
from blogengine.db import Base, db
from blogengine.runtime import RuntimeBase
from blogengine.schema import setting_fields
from blogengine.settings import SiteSettings
from blogengine.site import Site, SiteDatabase, WidgetContext
from blogengine.starting import DEFAULT_PLUGINS, initialise, migrate_plugins
from blogengine.templating import CORE_TEMPLATES, SiteView
from blogengine.values import Archive, Author, Page, Post, PostDraft, Term

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SOURCES = sorted([*(ROOT / "blogengine").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

pytestmark = pytest.mark.xdist_group("docs")


def load(name: str, file: Path) -> ModuleType:
    """Import a script that isn't in a package."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


build = load("blogengine_docs_build", DOCS / "build.py")
make_targets = set(load("blogengine_dev", ROOT / "dev.py").COMMANDS)


def within(file: Path) -> str:
    return file.relative_to(ROOT if file.is_relative_to(ROOT) else file.parent).as_posix()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site with every built-in plugin on."""
    with build.every_built_in() as found:
        yield found


# --- what a page says -------------------------------------------------------------------------


@dataclass(frozen=True)
class Fence:
    """A fenced block: its language, its text and where it begins."""

    language: str
    text: str
    line: int


@dataclass
class Said:
    """What the tests want to know of a page."""

    file: Path
    fences: list[Fence] = field(default_factory=list)
    codes: list[tuple[int, str]] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[tuple[int, str]] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def at(self, line: int) -> str:
        return f"{within(self.file)}:{line}"

    def of_others(self, line: int, text: str) -> bool:
        """Whether a name is somebody else's: in the first cell of a comparison with us."""
        row = self.file.read_text("utf-8").splitlines()[line - 1]
        return self.file.name == "coming-from.md" and f"`{text}`" in row.split(" | ")[0]


@cache
def read(file: Path) -> Said:
    """Parse a page."""
    said = Said(file)
    tokens = MarkdownIt("commonmark").enable("table").parse(file.read_text("utf-8"))
    line = 0
    for position, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "fence":
            said.fences.append(Fence(token.info.strip(), token.content, line))
        elif token.type == "inline":
            collect(said, line, token.children or [])
            if tokens[position - 1].type == "heading_open":
                said.anchors.add(anchor(token.children or [], said.anchors))
    return said


def collect(said: Said, line: int, children: list[Token]) -> None:
    for child in children:
        if child.type == "code_inline":
            said.codes.append((line, " ".join(child.content.split())))
        elif child.type == "link_open":
            said.links.append((line, str(child.attrGet("href"))))
        elif child.type == "image":
            said.pictures.append((line, str(child.attrGet("src"))))


def anchor(children: list[Token], taken: set[str]) -> str:
    """Return the id that GitHub gives a heading."""
    text = "".join(child.content for child in children if child.type in ("text", "code_inline"))
    name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
    number, found = 0, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def spans() -> Iterator[tuple[Said, int, str]]:
    """Yield every piece of inline code of every page."""
    for file in PAGES:
        said = read(file)
        yield from ((said, line, text) for line, text in said.codes)


def fences(*languages: str) -> Iterator[tuple[Said, Fence]]:
    for file in PAGES:
        said = read(file)
        yield from ((said, block) for block in said.fences if block.language in languages)


# --- the reference ----------------------------------------------------------------------------


def test_the_reference_is_what_the_code_says(site: Site) -> None:
    assert build.not_running(site) == []
    written = {file.name: file.read_text("utf-8") for file in (DOCS / "reference").glob("*.md")}
    stale = [name for name, text in build.reference(site).items() if written.get(name) != text]
    assert stale == [], "run `make docs` and commit what it writes"
    assert set(written) == set(build.reference(site)), "docs/reference holds only written pages"


def test_two_runs_write_the_same(site: Site) -> None:
    assert build.reference(site) == build.reference(site)


def test_every_name_of_the_api_has_its_place(site: Site) -> None:
    told = {
        name
        for page in ("values.md", "api.md")
        for name in re.findall(r"^(?:#+ |\| `)(\w+)\b", build.reference(site)[page], re.MULTILINE)
    }
    assert set(api.__all__) - told == set()
    assert list(api.__all__) == sorted(api.__all__, key=api_order)


def api_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as ruff sorts `__all__`."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("hook", build.hooks())
def test_a_hook_tells_its_six_facts_in_order(hook: str) -> None:
    first, facts = build.facts(build.hooks()[hook].__doc__)
    assert first.endswith("."), "the first line says what the hook is for"
    assert [label for label, _ in facts] == list(build.FACTS)
    assert all(text.endswith(".") for _, text in facts)


@pytest.mark.parametrize("hook", build.hooks())
def test_a_hook_is_used_by_a_built_in_plugin(site: Site, hook: str) -> None:
    assert build.users_of(site, hook) != []


@pytest.mark.parametrize("hook", build.hooks())
def test_a_hook_has_a_test_that_names_it(hook: str) -> None:
    tests = [file for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__)]
    assert any(re.search(rf"{hook}\b", file.read_text("utf-8")) for file in tests)


def test_every_setting_has_words(site: Site) -> None:
    schemas = [SiteSettings]
    schemas += [plugin.manifest.settings for plugin in site.host.loaded.values()]
    for schema in filter(None, schemas):
        for item in setting_fields(schema):
            assert item.rules.title, f"{schema.__name__}.{item.name} has no title"


def test_every_command_and_option_has_words(site: Site) -> None:
    for name, command in [("blogengine", root), *build.commands(site)]:
        assert command.help, f"{name} has no help"


def test_templates_use_only_what_the_page_templates_lists(site: Site) -> None:
    known = {"site", "page", "head", "region", "post", "term", "sidebar", "plugins"}
    for file in CORE_TEMPLATES.glob("*.html"):
        assert set(build.expected_variables(site, file.name)) <= known, file.name
    listed = build.reference(site)["templates.md"]
    kinds = re.findall(r"`(\w+)`", listed.split("## Kinds of page")[1].split("## Regions")[0])
    assert set(PAGE_KINDS) <= set(kinds)


# --- errors -----------------------------------------------------------------------------------


class Codes(ast.NodeVisitor):
    """Collects error codes with the class that carries them."""

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = {}
        self._classes: list[ast.ClassDef] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        if name == "super().__init__" and self._classes:
            name = ast.unparse(self._classes[-1].bases[0])
        given = [word.value for word in node.keywords if word.arg == "code"]
        if name == "_answer" and len(node.args) > 1:
            name, given = "BlogError", [node.args[1]]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                self.found.setdefault(value.value, set()).add(name)
        self.generic_visit(node)


def error_codes() -> dict[str, set[str]]:
    codes = Codes()
    for file in SOURCES:
        codes.visit(ast.parse(file.read_text("utf-8")))
    return codes.found


def documented_errors() -> dict[str, str]:
    """Return the entries of docs/errors.md by code."""
    parts = re.split(r"^### (\S+)\n", (DOCS / "errors.md").read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_error_code_is_explained_and_every_explained_one_exists() -> None:
    assert set(error_codes()) == set(documented_errors())


def test_an_error_entry_says_whose_turn_it_is() -> None:
    entries = documented_errors()
    wrong = []
    for code, names in error_codes().items():
        turns = {getattr(errors, name).turn for name in names if hasattr(errors, name)}
        said = re.match(r"\s*Turn: `(\w+)`\. \S", entries.get(code, ""))
        if turns and (said is None or said[1] not in turns):
            wrong.append(f"{code}: {sorted(turns)}")
    assert wrong == []


# --- links and pictures -----------------------------------------------------------------------


def targets(said: Said) -> Iterator[tuple[int, str, Path, str]]:
    """Yield line, address, file and anchor of every link within the repository."""
    for line, address in said.links:
        if not re.match(r"[a-z]+:", address):
            path, _, name = address.partition("#")
            yield line, address, (said.file.parent / path).resolve() if path else said.file, name


@pytest.mark.parametrize("file", PAGES, ids=within)
def test_links_lead_somewhere(file: Path) -> None:
    said = read(file)
    dead = []
    for line, address, target, name in targets(said):
        if not target.exists() or (name and name not in read(target).anchors):
            dead.append(f"{said.at(line)}: {address}")
    assert dead == []


@pytest.mark.parametrize("file", PAGES, ids=within)
def test_pictures_exist(file: Path) -> None:
    said = read(file)
    gone = [name for _, name in said.pictures if not (file.parent / name).is_file()]
    assert gone == []


def test_every_page_is_linked_from_another() -> None:
    linked = {target for file in PAGES for _, _, target, _ in targets(read(file)) if target != file}
    assert {within(file) for file in PAGES[1:] if file not in linked} == set()


# --- plugins shown in the manual --------------------------------------------------------------

PLACE = re.compile(r"\s*(?:#|\{#|<!--|/\*|//)\s*((?:plugins|blog-[\w-]+/src)/[\w./-]+)")
PACKAGE = re.compile(r"blog-[\w-]+/src/blog_(\w+)/")
"""The code of a distribution, which may as well stand in a site's plugins."""


@dataclass(frozen=True)
class Stage:
    """The files of the plugins that a page has shown so far, ready to be tried."""

    page: Path
    number: int
    files: Mapping[str, str]

    @property
    def names(self) -> set[str]:
        return {PurePosixPath(path).parts[1].removesuffix(".py") for path in self.files}

    def __str__(self) -> str:
        return f"{within(self.page)}-{self.number}"


def stages(file: Path) -> list[Stage]:
    """Return a page's plugins, once more each time a file that was shown is shown again.

    The page of an example distribution is its README, and its plugin the code beside it.
    """
    if (file.parent / "src").is_dir():
        return [Stage(file, 1, dict(example_files(file.parent)))]
    done: list[Stage] = []
    files: dict[str, str] = {}
    fresh: set[str] = set()
    for block in read(file).fences:
        place = PLACE.match(block.text)
        if place is None:
            continue
        path = PACKAGE.sub(r"plugins/\1/", place[1])
        if path in fresh:
            done.append(Stage(file, len(done) + 1, dict(files)))
            fresh = set()
        files[path] = block.text
        fresh.add(path)
    if fresh:
        done.append(Stage(file, len(done) + 1, dict(files)))
    return done


def example_files(project: Path) -> Iterator[tuple[str, str]]:
    """Yield the files of an example's plugin as they would stand in a site."""
    points = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    for name, package in points["entry-points"]["blogengine.plugins"].items():
        folder = project / "src" / package
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                yield f"plugins/{name}/{file.relative_to(folder).as_posix()}", file.read_text()


STAGES = [stage for file in PAGES for stage in stages(file)]


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with one post, to be copied."""
    folder = tmp_path_factory.mktemp("seed")
    config = load_config(folder, environ={})
    initialise(config, {"base_url": "https://blog.example"})
    app = create_app(config, plugins=[])
    with app.app_context(), closing_database():
        services: Site = app.extensions["blogengine"]
        draft = PostDraft("A post", "One *two* three", status="published").with_tags("One", "Two")
        services.posts.create(draft)
        services.posts.renderer.close()
    return folder


@contextmanager
def closing_database() -> Iterator[None]:
    try:
        yield
    finally:
        db.end_reading()
        for engine in db.engines.values():
            engine.dispose()


@dataclass
class Tried:
    """What became of the plugins of a stage."""

    states: dict[str, str]
    answers: dict[str, int]
    commands: dict[str, click.Command]
    settings: dict[str, set[str]]


def try_out(stage: Stage, seed: Path, folder: Path) -> Tried:
    """Put a stage's plugins into a copy of the site, switch them on and ask for pages."""
    shutil.copytree(seed, folder)
    for path, text in stage.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    names = [*DEFAULT_PLUGINS, *sorted(stage.names)]
    config = load_config(folder, environ={}, strict=True)
    migrate_plugins(config, names)
    app = create_app(config, plugins=names)
    with app.app_context(), closing_database():
        services: Site = app.extensions["blogengine"]
        states = {name: reason_of(services, name) for name in stage.names}
        loaded = {
            name: services.host.loaded[name] for name in stage.names & {*services.host.loaded}
        }
        commands = {
            name: command
            for name, command in build.commands(services)
            if name.split()[1] in stage.names | {"import"}
        }
        schemas = {name: plugin.manifest.settings for name, plugin in loaded.items()}
        addresses = [*addresses_of(app, stage.names), "/", "/tags/", "/tag/one/", "/missing/"]
        addresses += [f"/{feed.suffix}" for feed in services.contributions.feeds]
        addresses += [post.url for post in services.posts.find()]
        client = app.test_client()
        answers = {address: client.get(address).status_code for address in addresses}
    known = {name: names_of(schema) for name, schema in schemas.items() if schema is not None}
    return Tried(states, answers, commands, known)


def reason_of(services: Site, name: str) -> str:
    status = services.host.status(name)
    return status.state if status.state == "running" else f"{status.state}: {status.reason}"


def addresses_of(app: Any, names: set[str]) -> list[str]:
    """Return the plain addresses that plugins added."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in names and "GET" in rule.methods and not rule.arguments
    ]


def names_of(schema: type[Any]) -> set[str]:
    return {item.name for item in setting_fields(schema)}


@pytest.fixture(scope="module")
def tried(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tried]:
    """Every stage, tried once."""
    results = {}
    for stage in STAGES:
        try:
            folder = tmp_path_factory.mktemp("stage") / "site"
            results[str(stage)] = try_out(stage, seed, folder)
        except Exception as error:  # told by the stage's own test, not by all of them
            results[str(stage)] = Tried({"all": f"{type(error).__name__}: {error}"}, {}, {}, {})
    return results


@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_a_plugin_of_the_manual_runs(stage: Stage, tried: dict[str, Tried]) -> None:
    result = tried[str(stage)]
    assert set(result.states.values()) == {"running"}, result.states
    failed = {address: code for address, code in result.answers.items() if code >= 400}
    assert failed == {"/missing/": 404}


# --- tests shown in the manual ----------------------------------------------------------------

TEST_PLACE = re.compile(r"#\s*(?:blog-[\w-]+/)?(tests/[\w./-]+\.py)\n")

CONFTEST = '''
"""Each folder is a page: its tests run with its plugins, and paths begin in it."""

import pytest


def pytest_collection_modifyitems(config, items):
    for item in items:
        page = config.rootpath / item.path.relative_to(config.rootpath).parts[0]
        found = item.get_closest_marker("blogengine")
        words = dict(found.kwargs) if found else {}
        names = words.get("plugins", ["./plugins/*"])
        words["plugins"] = [str(path) for name in names for path in paths(page, name)]
        item.add_marker(pytest.mark.blogengine(**words), append=False)


def paths(page, name):
    if not name.startswith("./"):
        return [name]
    return sorted(path for path in page.glob(name) if path.name != "__pycache__")
'''


def shown_tests(file: Path) -> dict[str, str]:
    """Return the test files that a page shows."""
    found = {}
    for block in read(file).fences:
        if place := TEST_PLACE.match(block.text):
            found[place[1]] = block.text
    return found


TESTED = [file for file in PAGES if shown_tests(file)]


def of_page(file: Path) -> str:
    """Return a folder's name for a page."""
    return within(file).removesuffix(".md").replace("/", "-")


@pytest.fixture(scope="module")
def test_reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Run the tests of all pages in one go; return what failed by page, and what passed."""
    root = tmp_path_factory.mktemp("pages")
    (root / "pytest.ini").write_text("[pytest]\nblogengine_plugins =\nfilterwarnings = error\n")
    (root / "conftest.py").write_text(CONFTEST)
    for file in TESTED:
        shown = dict(shown_tests(file))
        for stage in stages(file):
            shown |= stage.files
        for path, text in shown.items():
            target = root / of_page(file) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    report = root / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*command, "--import-mode=importlib", f"--junitxml={report}", "-o", "junit_family=xunit1"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    results: dict[str, list[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        page = PurePosixPath(case.attrib["file"]).parts[0]
        bad = [f"{case.attrib['name']}: {part.text}" for part in case if part.tag != "skipped"]
        results.setdefault(page, []).extend(bad or [""])
    return results


@pytest.mark.parametrize("file", TESTED, ids=within)
def test_the_tests_of_a_page_pass(file: Path, test_reports: dict[str, list[str]]) -> None:
    results = test_reports.get(of_page(file), [])
    asked = sum(
        text.count("\ndef test_") for text in ("\n" + t for t in shown_tests(file).values())
    )
    assert len(results) >= asked > 0
    assert [text for text in results if text] == []


# --- the guide for plugin authors -------------------------------------------------------------

GUIDE = DOCS / "plugins"
NO_EXTENSION_POINT = {"index.md", "tutorial.md", "checks.md", "coming-from.md"}


def test_every_hook_has_its_page_in_the_guide() -> None:
    """With a sample that answers the hook, and a test of it; both are run above."""
    pages = build.guide_pages()
    assert set(pages) == set(build.hooks()), "a page names its hooks below its heading"
    wrong = []
    for hook, name in pages.items():
        answered = [re.findall(r"^def (\w+)\(", b.text, re.M) for b in read(GUIDE / name).fences]
        if hook not in {word for words in answered for word in words}:
            wrong.append(f"{name} has no sample of {hook}")
        if not shown_tests(GUIDE / name):
            wrong.append(f"{name} has no test of {hook}")
    assert wrong == []


def test_the_overview_links_every_page_of_the_guide() -> None:
    linked = {target for _, _, target, _ in targets(read(GUIDE / "index.md"))}
    assert [file.name for file in sorted(GUIDE.glob("*.md")) if file not in linked] == ["index.md"]


def test_no_sample_for_authors_is_left_untried() -> None:
    """Each says where it stands: in plugins/ or tests/, whose files are run."""
    untried = [
        said.at(block.line)
        for said, block in fences("python", "jinja", "css", "js")
        if said.file.parent == GUIDE
        and not (PLACE.match(block.text) or TEST_PLACE.match(block.text))
    ]
    assert untried == []


def test_python_of_the_manual_can_be_parsed() -> None:
    wrong = []
    for said, block in fences("python"):
        try:
            tree = ast.parse(block.text)
        except SyntaxError as error:
            wrong.append(f"{said.at(block.line)}: {error}")
            continue
        wrong += [f"{said.at(block.line)}: {problem}" for problem in unknown_names(tree)]
    assert wrong == []


def unknown_names(tree: ast.Module) -> Iterator[str]:
    """Yield imports from the api that aren't there, and functions marked as hooks that are none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "blogengine.api":
            yield from (alias.name for alias in node.names if alias.name not in api.__all__)
        elif isinstance(node, ast.FunctionDef):
            marks = {ast.unparse(mark) for mark in node.decorator_list}
            if "hookimpl" in marks and node.name not in build.hooks():
                yield f"there is no hook {node.name}"


# --- commands shown in the manual -------------------------------------------------------------


@pytest.fixture(scope="module")
def commands(site: Site) -> dict[str, click.Command]:
    return {"blogengine": root, **dict(build.commands(site))}


def commands_on(
    page: Path, commands: dict[str, click.Command], tried: dict[str, Tried]
) -> dict[str, click.Command]:
    """Return the commands that somebody who has followed the page has."""
    found = dict(commands)
    for stage in STAGES:
        if stage.page == page:
            found |= tried[str(stage)].commands
    return found


def wrong_command(words: list[str], commands: dict[str, click.Command]) -> str:
    """Return what is wrong with `blogengine …`; words in capitals stand for something."""
    name, rest = "blogengine", words[1:]
    while True:
        command = commands[name]
        try:
            _, rest, _ = command.make_parser(click.Context(command)).parse_args(rest)
        except click.UsageError as error:
            return error.format_message()
        if not isinstance(command, click.Group):
            return f"too much: {' '.join(rest)}" if rest else ""
        if not rest or stands_for_something(rest[0]):
            return ""
        name = f"{name} {rest.pop(0)}"
        if name not in commands:
            return f"there is no command {name}"


def stands_for_something(word: str) -> bool:
    return word.isupper() or "…" in word or "<" in word


def shell_lines(block: Fence) -> Iterator[list[str]]:
    """Yield the words of each command of a console block."""
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            words = shlex.split(line[2:], comments=True)
            ends = [index for index, word in enumerate(words) if word in (">", "|", "&&", "<")]
            yield words[: ends[0]] if ends else words


def test_commands_shown_in_the_manual_exist(
    commands: dict[str, click.Command], tried: dict[str, Tried]
) -> None:
    wrong = []
    for said, block in fences("console", "sh", "shell"):
        known = commands_on(said.file, commands, tried)
        for words in shell_lines(block):
            problem = ""
            if words and words[0].rpartition("/")[2] == "blogengine":
                problem = wrong_command(words, known)
            elif words and words[0] == "make" and set(words[1:2]) - make_targets:
                problem = f"make has no target {words[1]}"
            if problem:
                wrong.append(f"{said.at(block.line)}: {' '.join(words)}: {problem}")
    assert wrong == []


def test_a_wrong_command_is_found(commands: dict[str, click.Command]) -> None:
    right = "blogengine --site x post new --title T", "blogengine import NAME", "blogengine migrate"
    wrong = "blogengine pots", "blogengine post nwe", "blogengine post new --titel T"
    assert [wrong_command(line.split(), commands) for line in right] == ["", "", ""]
    assert all(wrong_command(line.split(), commands) for line in wrong)


def test_commands_named_in_prose_exist(
    commands: dict[str, click.Command], tried: dict[str, Tried]
) -> None:
    wrong = []
    for said, line, text in spans():
        words = text.split()
        if words[:1] == ["blogengine"]:
            problem = wrong_command(words, commands_on(said.file, commands, tried))
            if problem:
                wrong.append(f"{said.at(line)}: `{text}`: {problem}")
        if words[:1] == ["make"] and words[1:2] and words[1] not in {*make_targets, "TARGET"}:
            wrong.append(f"{said.at(line)}: `{text}`")
    assert wrong == []


# --- names in prose ---------------------------------------------------------------------------


def settings_known(site: Site, page: Path, tried: dict[str, Tried]) -> dict[str, set[str]]:
    """Return setting names by owner, those of plugins on the page included."""
    found = {"site": names_of(SiteSettings)}
    for name, plugin in site.host.loaded.items():
        schema = plugin.manifest.settings
        found[name] = names_of(schema) if schema is not None else set()
    for stage in STAGES:
        if stage.page == page:
            found |= tried[str(stage)].settings
    return found


def test_settings_shown_in_the_manual_exist(site: Site, tried: dict[str, Tried]) -> None:
    wrong = []
    for said, block in fences("console"):
        known = settings_known(site, said.file, tried)
        for words in shell_lines(block):
            given = [word for word in words[1:] if not word.startswith("--")]
            if given[:2] in (["settings", "set"], ["settings", "get"]):
                keys, owner = given[2:3], "site"
            elif given[:2] == ["plugin", "settings"]:
                keys, owner = [word.split("=")[0] for word in given[3:]], given[2]
            else:
                continue
            unknown = {key for key in keys if not key.isupper()} - known.get(owner, set())
            wrong += [f"{said.at(block.line)}: {owner} has no setting {key}" for key in unknown]
    for said, block in fences("toml"):
        if block.text.startswith("# instance/blog.toml"):
            known = settings_known(site, said.file, tried)
            wrong += [f"{said.at(block.line)}: {key}" for key in unknown_keys(block, known)]
    assert wrong == []


def unknown_keys(block: Fence, known: dict[str, set[str]]) -> Iterator[str]:
    """Yield what a configuration file sets that isn't there."""
    for name, value in tomllib.loads(block.text).items():
        if isinstance(value, dict):
            yield from (f"{name}.{key}" for key in value if key not in known.get(name, set()))
        elif name not in known["site"] | set(START_UP):
            yield name


def test_environment_variables_in_the_manual_exist(
    site: Site, tried: dict[str, Tried], commands: dict[str, click.Command]
) -> None:
    wrong = []
    options = {str(option.envvar) for one in commands.values() for option in one.params}
    read = {name.removeprefix(PREFIX) for name in options if name.startswith(PREFIX)}
    for file in PAGES:
        names = {"SITE", *read, *(name.upper() for name in START_UP)}
        for owner, keys in settings_known(site, file, tried).items():
            place = "" if owner == "site" else f"{owner.upper()}__"
            names |= {place + key.upper() for key in keys}
        used = set(re.findall(rf"\b{PREFIX}([A-Z0-9_]+)", file.read_text("utf-8")))
        wrong += [f"{within(file)}: {PREFIX}{name}" for name in used - names]
    assert wrong == []


def test_hooks_named_in_prose_exist() -> None:
    wrong = []
    for said, line, text in spans():
        if said.of_others(line, text):
            continue
        name = re.fullmatch(r"((?:register|on)_\w+)(?:\(.*\))?", text)
        if name and name[1] not in build.hooks():
            wrong.append(f"{said.at(line)}: {text}")
    assert wrong == []


def attributes(kind: type[Any]) -> set[str]:
    fields = (
        {item.name for item in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else ()
    )
    return {*fields, *(name for name in vars(kind) if not name.startswith("_"))}


VALUES = {name for name in api.__all__ if build.is_value(getattr(api, name))}
ROOTS: dict[str, set[str]] = {
    "site": attributes(Site) | attributes(SiteView),
    "post": attributes(Post),
    "page": attributes(Page),
    "term": attributes(Term),
    "archive": attributes(Archive),
    "author": attributes(Author),
    "ctx": attributes(WidgetContext),
    "change": set().union(
        *(attributes(getattr(api, name)) for name in api.__all__ if name.endswith("Change"))
    ),
    **{
        name: attributes(kind) for name in api.__all__ if build.is_value(kind := getattr(api, name))
    },
}
FILES = re.compile(r"[\w/.-]+\.(html|py|toml|md|css|json|db|xml|txt|svg)")


def test_attributes_named_in_prose_exist() -> None:
    services = get_type_hints(Site) | {"db": SiteDatabase}
    wrong = []
    for said, line, text in spans():
        found = re.match(r"(\w+)\.(\w+)(?:\.(\w+))?", text)
        if found is None or found[1] not in ROOTS:
            continue
        if FILES.fullmatch(text) and found[2] not in ROOTS[found[1]]:
            continue
        bad = found[2] not in ROOTS[found[1]]
        service = services.get(found[2]) if found[1] == "site" and found[3] else None
        if inspectable(service) and found[3] not in attributes(service):
            bad = True
        if bad:
            wrong.append(f"{said.at(line)}: {text}")
    assert wrong == []


def inspectable(kind: Any) -> bool:
    return isinstance(kind, type) and kind.__module__.startswith("blogengine")


def test_files_named_in_prose_exist() -> None:
    ours = re.compile(r"(?:blogengine|docs|tests|plugins/blogengine_plugins)/[\w./-]+")
    gone = [
        f"{said.at(line)}: {text}"
        for said, line, text in spans()
        if ours.fullmatch(text) and not (ROOT / text).exists()
    ]
    assert gone == []


# Names of others that prose may use: of pip and pytest, headers, front matter, what writers type.
FOREIGN = frozenset(
    (
        "Ctrl Row __strong__ _leaning_ _posts build days "
        "dev editable expiryDate false ids in_ mermaid onclick path prefers motion reduced "
        "publishDate py pyproject python3 requires tidy timedelta toml traceparent true where"
    ).split()
) | {
    *(entry.name for entry in entry_points(group="markdown.extensions")),
    *sys.stdlib_module_names,
}
WRITTEN_BY_HAND = ("README.md", "docs/index.md", "docs/theme.md", "docs/errors.md")
FOLDERS_OF_USERS = ("docs/plugins/", "docs/operating/", "docs/writing/", "docs/examples/")
GENERATED = ("docs/plugins/checks.md",)
LIKE_A_NAME = re.compile(r"-{0,2}[A-Za-z_][\w.-]*(?:\([^ ]*\))?(?:=\S+)?")
WORD = re.compile(r"[A-Za-z_]\w*")
OF_EVERYBODY = re.compile(r"[A-Z]\w*(?:-[A-Z]\w*)+|-[A-Z]\w+|[A-Z][A-Z0-9_]+")
"""Headers of HTTP and the environment's variables; ours have a test of their own."""


@cache
def words_of_the_source() -> frozenset[str]:
    """Return every identifier of the source and every word of its strings; no docstrings."""
    found: set[str] = set(dir(builtins)) | set(keyword.kwlist)
    for file in SOURCES:
        tree = ast.parse(file.read_text("utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                    found.add(name)
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.keyword(arg=str(name)):
                    found.add(name)
                case ast.Constant(value=str(text)) if id(node) not in said:
                    found.update(WORD.findall(text))
    for file in [*(ROOT / "blogengine").rglob("*"), *(ROOT / "plugins").rglob("*")]:
        if file.suffix in (".html", ".css", ".toml", ".template", ".svg"):
            found.update(WORD.findall(file.read_text("utf-8")))
        found.add(file.stem)
    return frozenset(found)


def words_of_the_page(file: Path) -> set[str]:
    """Return what the page's own samples define, and the names of the plugins they are."""
    return {word for block in read(file).fences for word in WORD.findall(block.text)}


def written_for_users() -> Iterator[tuple[Said, int, str]]:
    """Yield the inline code of the pages that tell users and authors what there is."""
    for said, line, text in spans():
        place = within(said.file)
        users = place in WRITTEN_BY_HAND or place.startswith(FOLDERS_OF_USERS)
        if place not in GENERATED and (users or not said.file.is_relative_to(ROOT)):
            yield said, line, text


def test_no_name_in_prose_is_unknown(commands: dict[str, click.Command]) -> None:
    """Closes what the tests above leave open: states, regions, fixtures, options, codes …"""
    options = {o for c in commands.values() for p in c.params for o in (*p.opts, *p.secondary_opts)}
    options |= {"--help", "--version", "--blogengine-check"}
    wrong = []
    for said, line, text in written_for_users():
        if not LIKE_A_NAME.fullmatch(text) or OF_EVERYBODY.fullmatch(text):
            continue
        if FILES.fullmatch(text) or said.of_others(line, text):
            continue
        shown = words_of_the_page(said.file)
        if text.startswith("--"):
            unknown = {text} - options if text[2:] not in shown else set()
        else:
            unknown = {
                word
                for word in WORD.findall(re.sub(rf"\b{PREFIX}\w+", "", text))
                if word not in words_of_the_source() | FOREIGN | shown
            }
        wrong += [f"{said.at(line)}: {text}: {word}" for word in sorted(unknown)]
    assert wrong == [], "mend the name; if it is somebody else's, add it to FOREIGN"


# --- wrong names, planted ---------------------------------------------------------------------

WRONG = {
    "a hook": "`register_widgtes`",
    "a hook of requests": "`page_mta`",
    "a service": "`site.psots`",
    "a service's method": "`site.posts.creat()`",
    "a value's field": "`post.titel`",
    "a field of a value in prose": "`PostDraft.sorce`",
    "a field deeper down": "`change.after.titel`",
    "what a widget gets": "`ctx.veiwer`",
    "a name of the api": "`WidgetContxt`",
    "a setting": "`posts_per_pge`",
    "a setting in the environment": "`BLOGENGINE_POSTS_PER_PGE`",
    "a setting in a command": "```console\n$ blogengine settings set posts_per_pge 5\n```",
    "a setting in the file": "```toml\n# instance/blog.toml\nposts_per_pge = 5\n```",
    "a command": "`blogengine plugin enabel feeds`",
    "a command in a block": "```console\n$ blogengine plugni list\n```",
    "an option": "`--trsut`",
    "an option of a command": "`blogengine plugin enable feeds --trsut`",
    "a target of make": "`make tset`",
    "a variable of templates": "`page.hedaing`",
    "a template": "`blogengine/templates/_taggs.html`",
    "a region": "`after_psot`",
    "a state": "`pausd`",
    "a fixture": "`mkae_post`",
    "an error code": "`plugin-unknwon`",
    "an import in a sample": "```python\nfrom blogengine.api import Wigdet\n```",
    "a hook in a sample": "```python\n@hookimpl\ndef register_widgtes():\n    return []\n```",
    "a link": "[text](no-such-page.md)",
}
RIGHT = (
    "`register_widgets`, `page_meta`, `site.posts.create()`, `post.title`, `PostDraft.source`, "
    "`change.after.title`, `ctx.viewer`, `WidgetContext`, `posts_per_page`, `--trust`, "
    "`BLOGENGINE_POSTS_PER_PAGE`, `blogengine plugin enable feeds --trust`, `make test`, "
    "`page.heading`, `blogengine/templates/_tags.html`, `after_post`, `paused`, `make_post`, "
    "`plugin-unknown`\n\n```console\n$ blogengine settings set posts_per_page 5\n```\n"
)


def complaints(site: Site, commands: dict[str, click.Command], file: Path) -> list[str]:
    """Return which tests of names fail with what stands in PAGES now."""
    given: dict[str, Any] = {"site": site, "commands": commands, "tried": {}, "file": file}
    found = []
    for check in (
        test_hooks_named_in_prose_exist,
        test_attributes_named_in_prose_exist,
        test_commands_named_in_prose_exist,
        test_commands_shown_in_the_manual_exist,
        test_settings_shown_in_the_manual_exist,
        test_environment_variables_in_the_manual_exist,
        test_files_named_in_prose_exist,
        test_python_of_the_manual_can_be_parsed,
        test_no_name_in_prose_is_unknown,
        test_links_lead_somewhere,
    ):
        try:
            check(**{name: given[name] for name in signature(check).parameters})
        except AssertionError:
            found.append(check.__name__)
    return found


@pytest.mark.parametrize("sort", WRONG)
def test_a_wrong_name_is_found_wherever_it_stands(
    sort: str,
    site: Site,
    commands: dict[str, click.Command],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(sys.modules[__name__], "PAGES", [page])
    page.write_text(f"# Right\n\n{RIGHT}", encoding="utf-8")
    assert complaints(site, commands, page) == []
    read.cache_clear()
    page.write_text(f"# Wrong\n\n{RIGHT}\n{WRONG[sort]}\n", encoding="utf-8")
    assert complaints(site, commands, page) != []
    read.cache_clear()


# --- architecture and decisions ---------------------------------------------------------------


def definitions() -> set[str]:
    """Return the names of all functions, classes and methods of the core."""
    found = set(dir(builtins))
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
    return found


def test_functions_named_in_the_architecture_exist() -> None:
    known = definitions()
    wrong = []
    for said, line, text in spans():
        if said.file.name != "architecture.md" and said.file.parent.name != "decisions":
            continue
        called = re.fullmatch(r"([\w.]+)\(\)", text)
        if called and not set(called[1].split(".")) <= known | {"db"}:
            wrong.append(f"{said.at(line)}: {text}")
    assert wrong == []


def test_the_architecture_lists_the_tables_there_are() -> None:
    page = (DOCS / "architecture.md").read_text("utf-8")
    section = page.split("\n## Tables", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == {
        *Base.metadata.tables,
        *RuntimeBase.metadata.tables,
    }


def test_decisions_are_numbered_dated_and_listed() -> None:
    files = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [file.name[:4] for file in files]
    assert len(numbers) == len(set(numbers))
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    for file in files:
        text = file.read_text("utf-8")
        title = text.splitlines()[0].removeprefix(f"# {file.name[:4]}: ")
        assert f"[{file.name[:4]}]({file.name}) | {title} |" in index
        assert re.search(r"^20\d\d-\d\d-\d\d, ", text, re.MULTILINE), f"{file.name} has no date"
        parts = re.findall(r"^## (\w+)$", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequence"], file.name
