"""Distributions put in, upgraded, put back and taken out, in an environment made for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.core.test_plugin_migrations import revision, tables

pytestmark = pytest.mark.xdist_group("installing")

SETUP = """
from setuptools import setup

setup(
    name="{name}",
    version="{version}",
    packages=["{module}", "{module}.migrations"],
    package_data={{"": ["*"]}},
    install_requires={requires!r},
    entry_points={entry_points!r},
)
"""

CODE = '''
"""A parcel."""
from blogengine.api import Markup, Plugin, Widget, hookimpl

plugin = Plugin(summary=__doc__)


@hookimpl
def register_widgets():
    return [Widget("parcel", "Parcel", lambda ctx: Markup("<p>version {version}</p>"))]
'''


@dataclass(frozen=True)
class Place:
    """A site, an environment with a Python of its own, and a folder of wheels to install from."""

    site: Path
    python: Path
    wheels: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.call("-m", "blogengine", "--site", str(self.site), *arguments)

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        env |= {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads its negative options the other way round
            "PIP_CONFIG_FILE": os.devnull,
        }
        return subprocess.run(
            [str(self.python), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env=env,
        )

    def states(self) -> dict[str, str]:
        rows = json.loads(self.run("plugin", "list", "--json").stdout)
        return {row["name"]: row["state"] for row in rows}

    def version(self, name: str) -> str:
        code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
        return self.call("-c", code, name).stdout.strip()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that sees all of this one's packages and writes into its own folder."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    lib = folder / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    ours = sysconfig.get_path("purelib")
    (lib / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    return folder


@pytest.fixture
def place(environment: Path, fresh_site: Path, tmp_path: Path) -> Place:
    lib = next((environment / "lib").glob("python*/site-packages"))
    for path in lib.iterdir():
        if path.name != "ours.pth":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(fresh_site, tmp_path / "site")
    (tmp_path / "wheels").mkdir()
    return Place(tmp_path / "site", environment / "bin" / "python", tmp_path / "wheels")


def project(
    folder: Path,
    version: str,
    *,
    name: str = "parcel-plugin",
    plugin: str = "parcel",
    code: str = CODE,
    **given: Any,
) -> Path:
    """Write the source of a distribution."""
    module = f"{plugin}_code"
    source = folder / f"{name}-{version}"
    (source / module / "migrations").mkdir(parents=True)
    (source / module / "__init__.py").write_text(code.replace("{version}", version))
    (source / module / "migrations" / "0001_start.py").write_text(revision(plugin, 1))
    points = {"blogengine.plugins": [f"{plugin} = {module}"]}
    text = SETUP.format(
        name=name,
        version=version,
        module=module,
        requires=given.get("requires", []),
        entry_points=given.get("entry_points", points),
    )
    (source / "setup.py").write_text(text)
    return source


def built(place: Place, *arguments: Any, **given: Any) -> Path:
    """Build a wheel into the folder that pip looks into."""
    source = project(place.wheels.parent, *arguments, **given)
    done = place.call(
        *("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", str(place.wheels), str(source)),
    )
    assert done.returncode == 0, done.stderr
    return max(place.wheels.glob("*.whl"), key=lambda file: file.stat().st_mtime_ns)


def test_install_enable_upgrade_and_uninstall(place: Place) -> None:
    built(place, "1.0")
    done = place.run("plugin", "install", "parcel-plugin", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert (record["version"], record["plugins"]) == ("1.0", ["parcel"])
    assert [len(wheel["sha256"]) for wheel in record["wheels"]] == [64]
    assert place.states()["parcel"] == "found"
    assert "parcel_note1" not in tables(place.site)
    assert place.run("plugin", "enable", "parcel").returncode == 0
    assert "parcel_note1" in tables(place.site)
    assert "up to date" in place.run("plugin", "upgrade", "--yes").stdout
    built(place, "1.1")
    done = place.run("plugin", "upgrade", "parcel", "--yes")
    assert done.returncode == 0, done.stderr
    assert "parcel-plugin 1.1 is installed (was 1.0)." in done.stdout
    assert (place.version("parcel-plugin"), place.states()["parcel"]) == ("1.1", "running")
    info = json.loads(place.run("plugin", "info", "parcel", "--json").stdout)
    assert (info["enabled_version"], info["changed"]) == ("1.1", False)
    done = place.run("plugin", "uninstall", "parcel", "--yes")
    assert done.returncode == 0, done.stderr
    assert "parcel" not in place.states()
    assert "parcel_note1" not in tables(place.site)
    assert list((place.site / "instance" / "wheels").glob("*-1.1-*")) == []


def test_a_bad_version_is_not_put_in_or_put_back(place: Place) -> None:
    built(place, "1.0")
    assert place.run("plugin", "install", "parcel-plugin", "--yes").returncode == 0
    assert place.run("plugin", "enable", "parcel").returncode == 0
    for number, code in enumerate(
        (
            "raise ValueError('boom')",
            CODE.replace("lambda ctx: Markup", "lambda ctx: 1 / 0 or Markup"),
            CODE.replace("summary=__doc__", "summary=__doc__, api=99"),
        )
    ):
        built(place, f"1.{number + 1}", code=code)
        done = place.run("plugin", "upgrade", "parcel", "--yes")
        assert done.returncode == 65, done.stderr
        assert "Installing" not in done.stderr
    assert place.version("parcel-plugin") == "1.0"
    assert place.states()["parcel"] == "running"
    only_really = CODE + (
        "if 'site-packages' in __file__:\n    raise RuntimeError('only when it is installed')\n"
    )
    built(place, "2.0", code=only_really)
    for _ in ("kept", "made again from its files"):
        done = place.run("plugin", "upgrade", "parcel", "--yes")
        assert done.returncode == 65, done.stderr
        assert "Putting back what was there" in done.stderr
        assert place.version("parcel-plugin") == "1.0"
        assert place.states()["parcel"] == "running"
        shutil.rmtree(place.site / "instance" / "wheels", ignore_errors=True)


def test_what_it_needs_comes_along_but_never_changes_the_engine(place: Place) -> None:
    built(place, "1.0", name="ground", plugin="ground", entry_points={})
    built(place, "1.0", requires=["ground>=1"])
    done = place.run("plugin", "install", "parcel-plugin", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["wheels"]) == 2
    assert place.version("ground") == "1.0"
    built(place, "2.0", requires=["flask<1"])
    done = place.run("plugin", "upgrade", "parcel", "--yes")
    assert done.returncode == 65
    assert "doesn't fit in here" in done.stderr
    assert place.version("parcel-plugin") == "1.0"


def test_names_are_checked_before_anything_is_put_in(place: Place) -> None:
    for number, (points, said) in enumerate(
        [
            ({}, "offers no plugin"),
            ({"blogengine.plugins": ["serve = parcel_code"]}, "can't be a plugin's"),
            ({"blogengine.plugins": ["feeds = parcel_code"]}, "of this name already"),
        ]
    ):
        wheel = built(place, f"1.{number}", entry_points=points)
        done = place.run("plugin", "install", str(wheel), "--yes")
        assert (done.returncode, said in done.stderr) == (65, True), done.stderr
    assert place.version("parcel-plugin") == ""


def test_a_folder_and_an_unknown_name(place: Place) -> None:
    source = project(place.wheels.parent, "1.0")
    done = place.run("plugin", "install", str(source), "--yes")
    assert done.returncode == 0, done.stderr
    assert "Enable it with: blogengine plugin enable parcel" in done.stdout
    assert place.run("plugin", "install", "nobody-has-this", "--yes").returncode == 69
    assert place.run("plugin", "install", str(source)).returncode == 64
    assert place.run("plugin", "upgrade", "comments", "--yes").returncode == 65
