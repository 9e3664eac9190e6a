"""What a user installs is what stands in the packages: wheel, source archive, editable install."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"blogengine": ROOT, "blogengine_plugins": ROOT / "plugins"}
LEFT_OUT = (
    *(".git", ".venv", "build", "dist", "instance", "node_modules", "__pycache__"),
    *("*.egg-info", ".*_cache", ".hypothesis", "*.pyc", ".DS_Store", "*.swp"),
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that has to succeed; return what it printed."""
    unwanted = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment | {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def build(source: Path, into: Path, kind: str) -> Path:
    """Build a wheel or a source archive without network; return the one file made."""
    run(sys.executable, "-m", "build", "--no-isolation", kind, "--outdir", into, source, cwd=source)
    (made,) = into.iterdir()
    return made


def shipped_files(wheel: Path) -> set[str]:
    """Return the names in a wheel, its own metadata aside."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def empty_environment(folder: Path) -> Path:
    """Make an environment that holds our dependencies, but not this checkout; return its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    # A plain line in a .pth file adds a folder without running the .pth files in it,
    # so the editable install of this checkout stays out.
    site_packages = Path(run(python, "-c", PRINT_SITE_PACKAGES, cwd=folder).strip())
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


PRINT_SITE_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))"
PRINT_ORIGINS = """
import importlib.util, pkgutil
for top in ("blogengine", "blogengine_plugins"):
    package = importlib.import_module(top)
    print(top, package.__file__)
    for module in pkgutil.iter_modules(package.__path__):
        print(f"{top}.{module.name}", importlib.util.find_spec(f"{top}.{module.name}").origin)
"""


def pip_install(python: Path, *what: str | Path, cwd: Path) -> None:
    """Install into another environment with this one's pip, from local files alone."""
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    run(*pip, "--no-deps", "--no-build-isolation", *what, cwd=cwd)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout as a fresh clone would have it."""
    copy = tmp_path_factory.mktemp("source") / "blogengine"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(source, tmp_path_factory.mktemp("wheel"), "--wheel")


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which the wheel was installed."""
    python = empty_environment(tmp_path_factory.mktemp("installed"))
    pip_install(python, wheel, cwd=wheel.parent)
    return python


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(
    source: Path, wheel: Path
) -> None:
    expected = {
        file.relative_to(source / root.relative_to(ROOT)).as_posix()
        for name, root in PACKAGES.items()
        for file in (source / root.relative_to(ROOT) / name).rglob("*")
        if file.is_file()
    }
    assert shipped_files(wheel) == expected


def test_every_folder_with_python_in_it_is_a_package() -> None:
    """Without `__init__.py`, a folder's modules would ship as mere data."""
    folders = {
        file.parent for name, root in PACKAGES.items() for file in (root / name).rglob("*.py")
    }
    data = {"migrations", "demo", "static", "templates"}  # run by path, never imported
    missing = {
        folder.relative_to(ROOT).as_posix()
        for folder in folders
        if not (folder / "__init__.py").exists() and not data & set(folder.parts)
    }
    assert missing == set()


def test_an_installed_wheel_answers_its_command(python: Path, tmp_path: Path) -> None:
    version = importlib.metadata.version("blogengine")
    assert version in run(python.parent / "blogengine", "--version", cwd=tmp_path)


def test_an_installed_wheel_uses_none_of_this_checkout(python: Path, tmp_path: Path) -> None:
    origins = dict(
        line.split(" ", 1) for line in run(python, "-c", PRINT_ORIGINS, cwd=tmp_path).splitlines()
    )
    modules = {
        ".".join([name, entry.stem]).removesuffix(".__init__")
        for name, root in PACKAGES.items()
        for entry in (root / name).iterdir()
        if entry.suffix == ".py" or (entry / "__init__.py").exists()
    }
    assert set(origins) == modules
    environment = str(python.parent.parent)
    assert {name for name, origin in origins.items() if not origin.startswith(environment)} == set()


def test_the_source_archive_builds_the_same_wheel(
    source: Path, wheel: Path, tmp_path: Path
) -> None:
    archive = build(source, tmp_path / "sdist", "--sdist")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    for needed in ("dev.py", "requirements.txt", "tests/conftest.py", "LICENSE", "CHANGELOG.md"):
        assert (unpacked / needed).is_file(), f"{needed} isn't in the source archive"
    again = build(unpacked, tmp_path / "wheel", "--wheel")
    assert shipped_files(again) == shipped_files(wheel)


def test_an_editable_install_sees_a_new_built_in_plugin_at_once(
    source: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("build", "*.egg-info"))
    python = empty_environment(tmp_path / "environment")
    pip_install(python, "--editable", copy, cwd=copy)
    added = copy / "plugins" / "blogengine_plugins" / "added_later.py"
    added.write_text("WORD = 'seen'\n")
    say = "from blogengine_plugins import added_later; print(added_later.WORD)"
    assert run(python, "-c", say, cwd=tmp_path) == "seen\n"
