"""Trials: the site built with a set of plugins, on a copy, in a process that is thrown away."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from blogengine.children import run_child
from blogengine.config import Config
from blogengine.lifecycle.copies import copy_of, drop_new_tables, table_names

TRIAL_SECONDS = 60.0
SPARE_SECONDS = 10.0
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page of a trial answered; `text` is kept of pages that were asked for by name."""

    status: int
    ms: float
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How a trial went: each plugin's state, what failed in it, and what the pages answered.

    `trusted` names the filters of plugins that need the owner's consent; `waiting` counts texts to
    be rendered again. `problem` says why the whole of it is bad; `error` are the parts of an error
    of the engine.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[tuple[str, str, str], ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    plugins: tuple[Mapping[str, Any], ...] = ()
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trusted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: int = 0
    problem: str = ""
    error: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a process is to do. `plugins` None means the enabled ones of the database."""

    plugins: Sequence[str] | None
    paths: Sequence[str] = ()
    migrate: bool = True
    ask: bool = True
    waiting: bool = False
    safe: bool = False
    describe: Sequence[str] = ()
    path: str = ""
    """A folder whose packages come before the installed ones."""


def run_trial(config: Config, plan: Plan) -> Trial:
    """Carry out a plan on a copy of the site; what it did is gone afterwards.

    On PostgreSQL, where nothing is copied, `undo_tables` takes new tables away after a failure.
    """
    with copy_of(config) as copy:
        return _run(copy.folder, copy.database_url, plan, {str(copy.folder): str(copy.real)})


def run_here(config: Config, plan: Plan) -> Trial:
    """Carry out a plan on the site itself, for looking only."""
    return _run(config.folder, config.database_url, plan, {})


def tables_before(config: Config) -> frozenset[str]:
    """Remember which tables there are, where a trial can't work on a copy."""
    return frozenset() if config.sqlite else table_names(config)


def undo_tables(config: Config, before: frozenset[str], plugins: Iterable[str]) -> None:
    """Take away what a failed trial made on a database that couldn't be copied."""
    if not config.sqlite:
        drop_new_tables(config, before, sorted(plugins))


def _run(folder: Path, database_url: str, plan: Plan, named: Mapping[str, str]) -> Trial:
    with tempfile.TemporaryDirectory(prefix="blogengine-") as made:
        report = Path(made) / "report"
        told = {
            "site": str(folder),
            "report": str(report),
            "seconds": TRIAL_SECONDS,
            "plugins": None if plan.plugins is None else sorted(plan.plugins),
            "paths": list(plan.paths),
            "migrate": plan.migrate,
            "ask": plan.ask,
            "waiting": plan.waiting,
            "safe": plan.safe,
            "describe": list(plan.describe),
        }
        env = {"BLOGENGINE_DATABASE_URL": database_url, "PYTHONDONTWRITEBYTECODE": "1"}
        if plan.path:
            paths = [plan.path, os.environ.get("PYTHONPATH", "")]
            env["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        ended = run_child(
            [sys.executable, "-m", "blogengine.lifecycle.trying", json.dumps(told)],
            seconds=TRIAL_SECONDS + SPARE_SECONDS,
            env=env,
        )
        if not report.exists():
            sentence = replace(ended, seconds=TRIAL_SECONDS).sentence
            return Trial(problem=sentence if ended.timed_out else f"{sentence} before it was done")
        text = report.read_text("utf-8")
    for place, real in named.items():
        text = text.replace(place, real)
    return _trial(json.loads(text))


def _trial(report: dict[str, Any]) -> Trial:
    if "problem" in report:
        return Trial(problem=report["problem"], error=report.get("error", {}))
    answers = {path: Answer(**answer) for path, answer in report["answers"].items()}
    bad = [
        f"{path} answered {answer.status}"
        for path, answer in answers.items()
        if answer.status >= SERVER_ERROR
    ]
    return Trial(
        states=report["states"],
        reasons=report["reasons"],
        faults=tuple((plugin, hook, error) for plugin, hook, error in report["faults"]),
        answers=answers,
        plugins=tuple(report["plugins"]),
        requires={name: tuple(needs) for name, needs in report["requires"].items()},
        secrets={name: tuple(keys) for name, keys in report["secrets"].items()},
        trusted={name: tuple(filters) for name, filters in report["trusted"].items()},
        waiting=report["waiting"],
        problem="; ".join(bad),
    )
