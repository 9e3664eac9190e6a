"""What the source tree promises about itself: sizes, names, arrows, what a file may say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "blogengine"
PLUGINS = ROOT / "plugins" / "blogengine_plugins"
LINES_A_FILE = 350
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "common"}
NOT_OURS = {".git", ".venv", "build", "dist", "instance", "node_modules", "__pycache__"}

CORE_FILES = sorted(CORE.rglob("*.py"))
PLUGIN_FILES = sorted(PLUGINS.rglob("*.py"))


def within(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def our_files() -> Iterator[Path]:
    """Yield what belongs to the repository: git's list, or every file where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        files = [file for file in ROOT.rglob("*") if not NOT_OURS & set(file.parts)]
    return (file for file in files if file.is_file())


# --- sizes and names --------------------------------------------------------------------------


def test_no_file_of_the_core_outgrows_one_screenful_of_thought() -> None:
    sizes = {within(file): len(file.read_text("utf-8").splitlines()) for file in CORE_FILES}
    assert {name: size for name, size in sizes.items() if size > LINES_A_FILE} == {}


def test_every_file_is_named_after_what_it_owns() -> None:
    vague = {
        within(file)
        for file in [*CORE_FILES, *PLUGIN_FILES]
        if {file.stem, *file.relative_to(ROOT).parent.parts} & NAMES_THAT_SAY_NOTHING
    }
    assert vague == set()


# --- imports ----------------------------------------------------------------------------------


def dotted(file: Path, root: Path) -> str:
    """Return the import name of a file below `root`; a package is named without `__init__`."""
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def is_type_checking(test: ast.expr) -> bool:
    return "TYPE_CHECKING" in {
        *(node.id for node in ast.walk(test) if isinstance(node, ast.Name)),
        *(node.attr for node in ast.walk(test) if isinstance(node, ast.Attribute)),
    }


def runtime_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, imports inside functions included, without what is there for types only."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and is_type_checking(child.test):
            for other in child.orelse:
                yield other
                yield from runtime_nodes(other)
            continue
        yield child
        yield from runtime_nodes(child)


def imports(file: Path, root: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of everything a file imports when it runs.

    `from a import b` yields `a.b`: whether `b` is a module is for the reader to find out.
    """
    package = dotted(file, root).split(".")
    if file.name != "__init__.py":
        package.pop()
    for node in runtime_nodes(ast.parse(file.read_text("utf-8"), filename=str(file))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def starts(name: str, prefix: str) -> bool:
    """Tell whether a dotted name is `prefix` or lies in it."""
    return name == prefix or name.startswith(f"{prefix}.")


def test_plugins_import_the_public_face_and_nothing_else_of_the_engine() -> None:
    wrong = []
    for file in PLUGIN_FILES:
        own = ".".join(dotted(file, ROOT / "plugins").split(".")[:2])
        for line, name in imports(file, ROOT / "plugins"):
            engine = starts(name, "blogengine") and not starts(name, "blogengine.api")
            neighbour = starts(name, "blogengine_plugins") and not starts(name, own)
            if engine or neighbour:
                wrong.append(f"{within(file)}:{line} imports {name}")
    assert wrong == []


def test_the_core_knows_no_plugin() -> None:
    wrong = [
        f"{within(file)}:{line} imports {name}"
        for file in CORE_FILES
        for line, name in imports(file, ROOT)
        if starts(name, "blogengine_plugins") or starts(name, "plugins")
    ]
    assert wrong == []


OPENING_CONNECTIONS = (
    "socket ssl asyncio urllib.request urllib3 http.client requests httpx aiohttp "
    "ftplib smtplib imaplib poplib telnetlib xmlrpc"
).split()
ALLOWED_TO_OPEN = {
    "blogengine/doors/addresses.py": "resolves names for the door",
    "blogengine/doors/http.py": "the door itself",
    "blogengine/mail/delivering.py": "hands mails to the owner's server",
    "blogengine/mail/server.py": "hands mails to the owner's server",
    "blogengine/cli/serve.py": "looks whether the port is free",
    "blogengine/bodies.py": "cuts a visitor's connection off",
    "blogengine/checkup/probing.py": "asks the owner's own site, at the address it is given",
    "blogengine/lifecycle/outside.py": "takes the network away from a trial",
    "blogengine/serving/client_socket.py": "visitors' connections",
    "blogengine/serving/patient_worker.py": "visitors' connections",
}


def test_line_1_3_6_only_the_doors_open_connections() -> None:
    """ASVS 1.3.6: requests to other machines leave by one door, which looks where they go."""
    opening = {
        within(file)
        for file in [*CORE_FILES, *PLUGIN_FILES]
        for _, name in imports(file, ROOT)
        if any(starts(name, module) for module in OPENING_CONNECTIONS)
    }
    assert opening == set(ALLOWED_TO_OPEN)


class Layers:
    """The table under "## Layers" in docs/architecture.md: who stands above whom.

    A row is `| number or word | modules in backticks | role |`. The rows with words: `face` may
    import layers 0 to 5, `tools` everything.
    """

    WORDS = {"face": 5.5, "tools": 99.0}

    def __init__(self, page: str) -> None:
        self.places: dict[str, tuple[float, int]] = {}
        section = re.split(r"^## ", page.split("\n## Layers", 1)[1], flags=re.MULTILINE)[0]
        for row in section.splitlines():
            cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
            if len(cells) < 2 or not (cells[0].isdigit() or cells[0] in self.WORDS):
                continue
            layer = self.WORDS.get(cells[0]) or float(cells[0])
            for written in re.findall(r"`([^`]+)`", cells[1]):
                for name in written.split():
                    module = name.removesuffix(".py").rstrip("/").replace("/", ".")
                    self.places[module] = (layer, len(self.places))

    def module_of(self, name: str) -> str | None:
        """Return the longest listed module a dotted name (without `blogengine.`) lies in."""
        fitting = [module for module in self.places if starts(name, module)]
        return max(fitting, key=len, default=None)

    def allow(self, importer: str, imported: str) -> bool:
        """Tell whether an arrow may be drawn: within a module, or downwards."""
        if importer == "api":
            return self.places[imported][0] <= 5
        return importer == imported or self.places[imported] < self.places[importer]


@pytest.fixture(scope="module")
def layers() -> Layers:
    page = ROOT / "docs" / "architecture.md"
    assert page.is_file(), "docs/architecture.md is missing: it holds the table of layers"
    return Layers(page.read_text("utf-8"))


def core_modules() -> Iterator[tuple[Path, str]]:
    """Yield the files that have a place in the table, with their name in it."""
    for file in CORE_FILES:
        name = dotted(file, ROOT).removeprefix("blogengine").removeprefix(".")
        if name not in {"", "__main__"}:
            yield file, name


def test_every_module_of_the_core_has_a_layer(layers: Layers) -> None:
    # What stands in a folder of data (migrations, templates, demo) without `__init__.py`
    # is run by path, and nothing imports it.
    homeless = {
        within(file)
        for file, name in core_modules()
        if layers.module_of(name) is None and (file.parent / "__init__.py").exists()
    }
    gone = {
        module
        for module in layers.places
        if not (CORE / f"{module.replace('.', '/')}.py").exists()
        and not (CORE / module.replace(".", "/")).is_dir()
    }
    assert (homeless, gone) == (set(), set())


def test_arrows_between_layers_go_one_way(layers: Layers) -> None:
    wrong = []
    for file, name in core_modules():
        importer = layers.module_of(name)
        for line, target in imports(file, ROOT):
            imported = layers.module_of(target.removeprefix("blogengine."))
            if importer is None or imported is None or not starts(target, "blogengine"):
                continue
            if not layers.allow(importer, imported):
                wrong.append(f"{within(file)}:{line}: {importer} imports {imported}, above it")
    assert wrong == []


def test_the_reading_of_layers_finds_an_arrow_that_goes_up() -> None:
    layers = Layers("x\n## Layers\n| layer | m |\n|---|---|\n| 0 | `a b` | |\n| 1 | `c/` | |\n")
    assert layers.module_of("c.deep.er") == "c"
    assert layers.allow("c", "a") and layers.allow("b", "a") and layers.allow("c", "c")
    assert not layers.allow("a", "b") and not layers.allow("b", "c")


# --- what may stand in a file -----------------------------------------------------------------

# Written in pieces, so that this file isn't one of those it looks for.
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "pkg" + ".dev")
MACHINE_PATHS = re.compile(r"(?<![\w.$}/*<>~-])/(?:work|root)/")


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine() -> None:
    wrong = []
    for file in our_files():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [f"{within(file)}: {host}" for host in REGISTRIES if host in text]
        wrong += [f"{within(file)}: {path}" for path in set(MACHINE_PATHS.findall(text))]
    assert wrong == []


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for group in (project["project"]["optional-dependencies"], project["dependency-groups"]):
        asked += [line for lines in group.values() for line in lines]
    named = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in asked}
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w.-]+) \| (\S.*) \|$", page, flags=re.MULTILINE)
    assert {name for name, _ in rows} - {"library"} == named


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_locks_hold_a_hash_for_every_package_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text and "--index" not in text
    lines = text.replace("\\\n", "").splitlines()
    packages = [line for line in lines if not line.lstrip().startswith("#")]
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_locks_answer_what_pyproject_asks() -> None:
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    text = (ROOT / "requirements.txt").read_text("utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, flags=re.MULTILINE))
    for line in project["project"]["dependencies"]:
        asked = Requirement(line)
        assert locked[asked.name.lower()] in asked.specifier, f"run make lock: {line}"


def test_dev_py_asks_for_the_python_that_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (minimum,) = re.findall(r"MINIMUM_PYTHON = \((.*)\)", (ROOT / "dev.py").read_text("utf-8"))
    assert project["project"]["requires-python"] == ">=" + minimum.replace(", ", ".")


def test_dev_py_needs_only_the_standard_library() -> None:
    used = {name.split(".")[0] for _, name in imports(ROOT / "dev.py", ROOT)}
    assert used - set(sys.stdlib_module_names) == set()


def test_only_the_clock_asks_what_time_it_is() -> None:
    """Else a test that holds the time still would hold only a part of it."""
    asked = re.compile(r"datetime\.(?:now|utcnow|today)\(|date\.today\(|time\.time\(\)")
    wrong = {
        within(file)
        for file in [*CORE_FILES, *PLUGIN_FILES]
        if asked.search(file.read_text("utf-8"))
    }
    assert wrong == {"blogengine/clock.py"}
