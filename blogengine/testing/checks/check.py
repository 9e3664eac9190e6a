"""What a check is, and what it looks at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from blogengine.host import find_plugins
from blogengine.host.finding import Found
from blogengine.host.loading import Loaded, Unfit, load_one
from blogengine.host.outdated import implementations
from blogengine.testing.blog import Blog, Workshop

LEVELS = ("starter", "good", "gold")


class NotNeeded(Exception):
    """The check has nothing to look at in this plugin; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a good plugin keeps. `run` yields a sentence for everything that is wrong."""

    number: str
    title: str
    level: str
    what: str
    why: str
    mend: str
    run: Callable[[Bench], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a check: state is passed, failed or skipped."""

    number: str
    state: str
    findings: tuple[str, ...] = ()


@dataclass
class Bench:
    """The plugin on trial, and throw-away sites to try it in."""

    name: str
    folder: Path
    plugins: Path
    workshop: Workshop
    _count: list[int] = field(default_factory=lambda: [0])

    @cached_property
    def found(self) -> Found:
        return find_plugins(self.plugins)[self.name]

    @cached_property
    def loaded(self) -> Loaded:
        """The plugin's module and manifest; NotNeeded when they can't be had: BE01 tells why."""
        try:
            return load_one(self.found)
        except Unfit as unfit:
            raise NotNeeded(f"It can't be loaded: {unfit}") from unfit

    @cached_property
    def theme(self) -> str:
        """The theme the plugin offers, to be worn by the sites; "" for none."""
        hooks = dict(implementations(self.loaded.module))
        if "register_themes" not in hooks:
            return ""
        blog = self.workshop.build(
            self.new_folder(), plugins=[self.name], required=True, strict=False
        )
        try:
            owners = blog.site.contributions.theme_owners
            return next((theme for theme, owner in owners.items() if owner == self.name), "")
        finally:
            blog.close()

    @property
    def root(self) -> Path:
        """The package's folder, or the one file of the plugin."""
        file = Path(self.loaded.module.__file__ or "")
        return file.parent if file.name == "__init__.py" else file

    @property
    def sources(self) -> tuple[Path, ...]:
        """The plugin's Python files, its tests aside."""
        if self.root.is_file():
            return (self.root,)
        files = sorted(self.root.rglob("*.py"))
        return tuple(file for file in files if "tests" not in file.relative_to(self.root).parts)

    def place(self, file: Path) -> str:
        """Return a file's name as the author knows it."""
        return file.name if self.root.is_file() else str(file.relative_to(self.root.parent))

    def new_folder(self) -> Path:
        """Return the folder of a new site, with the owner's drop-ins in it."""
        self._count[0] += 1
        folder = self.folder / f"site{self._count[0]}"
        shutil.copytree(self.workshop.fresh(), folder)
        if self.plugins.is_dir():
            (folder / "plugins").mkdir(exist_ok=True)
            for entry in self.plugins.iterdir():
                if not entry.name.startswith(("_", ".")):
                    (folder / "plugins" / entry.name).symlink_to(entry.resolve())
        return folder

    @contextmanager
    def site(self, *, on: bool = True, folder: Path | None = None, **words: Any) -> Iterator[Blog]:
        """Yield a site with the plugin on, or with only what it requires."""
        plugins = (self.name,) if on else self.loaded.manifest.requires
        place = folder or self.new_folder()
        if on and self.theme:
            words.setdefault("settings", {"site": {"theme": self.theme}})
        words = {"strict": False, **words}
        blog = self.workshop.build(place, plugins=plugins, required=True, **words)
        try:
            yield blog
        finally:
            blog.close()

    @contextmanager
    def running(self, **words: Any) -> Iterator[Blog]:
        """Yield a site in which the plugin runs; NotNeeded when it doesn't: BE01 tells why."""
        with self.site(**words) as blog:
            if reason := blog.reason(self.name):
                raise NotNeeded(f"It isn't running: {reason}")
            yield blog


def fill(blog: Blog, *, posts: int = 2) -> list[str]:
    """Write some posts into a site; return the addresses of its public pages."""
    made = [
        blog.post(f"Ships at sea {number}", "They *float*.", tags=["Sea", "Ships"])
        for number in range(posts)
    ]
    return [*PAGES, made[0].url, made[0].tags[0].url]


PAGES = ("/", "/tags/", "/missing/")
MISSING = "/missing/"


def own_routes(blog: Blog, name: str, method: str = "GET") -> list[str]:
    """Return the plugin's addresses that need no argument."""
    return [
        rule.rule
        for rule in blog.app.url_map.iter_rules()
        if belongs(rule.endpoint, name) and method in (rule.methods or ()) and not rule.arguments
    ]


def belongs(endpoint: str, name: str) -> bool:
    """Whether an endpoint is of one of the plugin's blueprints."""
    owner = endpoint.partition(".")[0]
    return "." in endpoint and (owner == name or owner.startswith(f"{name}_"))


def is_html(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html"
