"""Checks of a running site: switching, failing, statements, log."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from blogengine.guard import Guard
from blogengine.testing.blog import Blog
from blogengine.testing.checks.check import (
    Bench,
    Check,
    NotNeeded,
    fill,
    own_routes,
)
from blogengine.testing.statements import counting

FEW, MANY, MORE = 5, 30, 55
SERVER_ERROR = 500
CHANGING = ("Date", "X-Request-Id", "Last-Modified")


def leaves_nothing(bench: Bench) -> Iterator[str]:
    folder = bench.new_folder()
    with bench.site(on=False, folder=folder) as blog:
        paths = [*fill(blog), *(f"/{feed.suffix}" for feed in blog.site.contributions.feeds)]
        before = _seen(blog, paths)
    for _turn in range(2):
        with bench.running(folder=folder) as blog:
            for path in paths:
                status = blog.get(path).status_code
                if status >= SERVER_ERROR:
                    yield f"With the plugin on, {path} answers {status}."
        with bench.site(on=False, folder=folder) as blog:
            after = _seen(blog, paths)
        for what, value in before.items():
            if after.get(what) != value:
                yield f"After switching it off {what} isn't what it was before."
        for what in set(after) - set(before):
            yield f"After switching it off there is {what} left."


def _seen(blog: Blog, paths: Iterable[str]) -> dict[str, object]:
    """Return pages, headers and routes of a site."""
    found: dict[str, object] = {}
    for path in paths:
        answer = blog.get(path)
        found[f"the page {path}"] = _without_id(answer.text, answer.headers)
        for name, value in answer.headers.items():
            if name not in (*CHANGING, "ETag", "Content-Length"):
                found[f"the header {name} of {path}"] = value
    for rule in blog.app.url_map.iter_rules():
        found[f"the route {rule.rule}"] = rule.endpoint
    return found


def _without_id(text: str, headers: Any) -> str:
    return text.replace(headers.get("X-Request-Id") or "\0", "")


def may_fail(bench: Bench) -> Iterator[str]:
    trial = Failing()
    with _guarding(bench.name, trial.may_fail), bench.running():
        at_boot = list(trial.called)
    for target in at_boot:  # it is asked while a site is built, so it needs a site of its own
        trial.target = target
        with _guarding(bench.name, trial.may_fail), bench.site() as blog:
            yield from _failing_pages(blog, fill(blog), target)
    waiting = [target for target in trial.known if target not in at_boot]
    while waiting:
        trial.target = ""
        with _guarding(bench.name, trial.may_fail), bench.site() as blog:
            paths = fill(blog)
            found: list[str] = []
            while waiting and not found:  # a site that has come to harm says nothing of the others
                trial.target = waiting.pop(0)
                _tell(blog)
                found = [*_failing_pages(blog, paths, trial.target)]
                yield from found


def _failing_pages(blog: Blog, paths: Iterable[str], target: str) -> Iterator[str]:
    for path in paths:
        status = blog.get(path).status_code
        if status >= SERVER_ERROR:
            yield f"When {target} raises, {path} answers {status}."
    for circuit in blog.site.guard.circuits.values():
        circuit.forget()  # a plugin that is paused isn't called, whichever function failed


@dataclass
class Failing:
    """Lets one of the plugin's functions raise, at each time another one."""

    target: str = ""
    known: dict[str, None] = field(default_factory=dict)
    called: dict[str, None] = field(default_factory=dict)

    def may_fail(self, hook: str, function: Callable[..., Any]) -> Callable[..., Any]:
        self.known[hook] = None

        @functools.wraps(function)
        def called(*arguments: Any, **words: Any) -> Any:
            self.called[hook] = None
            if hook == self.target:
                raise RuntimeError(f"{hook} was made to fail by a check")
            return function(*arguments, **words)

        return called


def _live(blog: Blog) -> list[str]:
    """Do with posts what tells every hook; return the addresses to look at."""
    paths = fill(blog)
    _tell(blog)
    return paths


def _tell(blog: Blog) -> None:
    """Let a post come and go, which tells every hook."""
    post = blog.post("A draft", status="draft")
    blog.site.posts.publish(post.id)
    blog.site.posts.edit(post.id, title="Another")
    blog.site.posts.unpublish(post.id)
    blog.site.posts.purge(post.id)


@contextmanager
def _guarding(
    plugin: str, change: Callable[[str, Callable[..., Any]], Callable[..., Any]]
) -> Iterator[None]:
    """Let every function of a plugin pass through `change` before it is guarded."""
    original = Guard.wrap

    def wrap(
        self: Guard, name: str, hook: str, function: Callable[..., Any], *rest: Any, **words: Any
    ) -> Callable[..., Any]:
        chosen = change(hook, function) if name == plugin else function
        return original(self, name, hook, chosen, *rest, **words)

    with mock.patch.object(Guard, "wrap", wrap), _silence():
        yield


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what a check provokes out of the log."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def statements(bench: Bench) -> Iterator[str]:
    few, many = _counts(bench, FEW), _counts(bench, MANY)
    grown = [path for path, number in few.items() if many[path] > number]
    # What has nothing to say with few posts begins to ask once; what asks for each goes on.
    more = _counts(bench, MORE) if grown else many
    for path in grown:
        if more[path] > many[path] or many[path] - few[path] >= FEW:
            yield (
                f"{path} asks the database {few[path]} times with {FEW} posts and {many[path]} "
                f"times with {MANY}."
            )


def _counts(bench: Bench, posts: int) -> dict[str, int]:
    with bench.running() as blog:
        blog.set("site", posts_per_page=100)
        made = [blog.post(f"Ships at sea {n}", tags=["Sea", "Ships"]) for n in range(posts)]
        paths = {"/": "/", "a post": made[2].url, "a tag": made[0].tags[0].url}
        paths |= {path: path for path in own_routes(blog, bench.name)}
        counts = {}
        for name, path in paths.items():
            blog.get(path)  # the first one may fill what is kept
            with counting(blog.app) as seen:
                blog.get(path)
            counts[name] = len(seen)
        return counts


class Heard(logging.Handler):
    """Keeps the records of a log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _heard(bench: Bench) -> list[logging.LogRecord]:
    """Serve a site with the plugin; return what the log got at warning level."""
    handler = Heard()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with bench.running() as blog:
            handler.records.clear()  # a warning of the build is another check's
            for path in [*_live(blog), *own_routes(blog, bench.name)]:
                blog.get(path)
    finally:
        root.removeHandler(handler)
    return handler.records


def _of_widget(record: logging.LogRecord) -> bool:
    # Being paused for it is said in a record that names no hook.
    return hasattr(record, "plugin") and " in widget " in record.getMessage()


def widgets(bench: Bench) -> Iterator[str]:
    with bench.running() as blog:
        if (
            not blog.site.contributions.widgets
            or "register_widgets" not in blog.site.host.status(bench.name).hooks
        ):
            raise NotNeeded("It has no widgets.")
        texts = [blog.get(path).text for path in _live(blog)]
        places = [f'id="w-{name}"' for name in _own_widgets(blog, bench.name)]
    wrong = [record.getMessage() for record in _heard(bench) if _of_widget(record)]
    yield from wrong
    if not wrong and not any(place in text for place in places for text in texts):
        raise NotNeeded(
            "Never seen: its widgets showed nothing on the sample pages, so what they return "
            "wasn't tried. Try it in a test of your own."
        )


def _own_widgets(blog: Blog, plugin: str) -> list[str]:
    every = [
        widget.name for region in blog.site.contributions.widgets.values() for widget in region
    ]
    return [name for name in every if name == plugin or name.startswith(f"{plugin}-")]


def log(bench: Bench) -> Iterator[str]:
    for record in _heard(bench):
        if not _of_widget(record):
            yield f"{record.levelname} {record.name}: {record.getMessage()}"


CHECKS = (
    Check(
        "BE06",
        "Switched off, it leaves nothing",
        "good",
        "A site is read, the plugin is switched on and off again, twice. "
        "Each time the site is read. "
        "Pages, headers and routes are then what they were.",
        "An owner who tries a plugin must be able to go back.",
        "Register everything by hooks; change nothing of the engine or of other plugins.",
        leaves_nothing,
    ),
    Check(
        "BE07",
        "Each of its functions may fail",
        "starter",
        "Every hook implementation and every registered function is made to raise, one after the "
        "other. The site's own pages answer without a 5xx each time.",
        "A mistake in a plugin is the plugin's, never the reader's.",
        "Don't let one part of the plugin take for granted that another has run.",
        may_fail,
    ),
    Check(
        "BE10",
        "Statements don't grow with posts",
        "good",
        f"A list, a post and the plugin's own pages ask the database as often with {MANY} posts as "
        f"with {FEW}. One that begins to ask at some number has to stay there with {MORE}.",
        "A statement for each post is the usual reason why a blog gets slow.",
        "Ask once for all posts: an extra's `load` gets them together.",
        statements,
    ),
    Check(
        "BE16",
        "Widgets return what a page can show",
        "starter",
        "On every kind of page, widgets return Markup, a text or None, and don't raise.",
        "Anything else leaves an empty place and an error in the log.",
        "Return `None` where there is nothing to show; `page.post` is None on lists.",
        widgets,
    ),
    Check(
        "BE17",
        "Serving writes no warning",
        "good",
        "While pages are served and posts are saved, nothing of level warning or above gets into "
        "the log.",
        "A log full of noise hides what matters.",
        "Mend what it says, or log it at level info.",
        log,
    ),
)
