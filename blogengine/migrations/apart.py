"""Plugins' migrations in a process of their own: one that hangs or leaves harms nobody else.

Run as a program, this module is that process. It says of each owner how it went before it begins
the next, so that the other side knows whose turn it was when it ended.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from blogengine.children import run_child
from blogengine.config import Config, load_config
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.migrations.owners import Owner
from blogengine.migrations.runner import migration_failed, upgrade

MIGRATION_SECONDS = 60.0
"""How long the steps of one owner may take."""

SPARE_SECONDS = 30.0
"""What starting a process may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """The owners whose tables moved, and what failed, by owner: it is blocked, not the site."""

    moved: tuple[str, ...] = ()
    failed: tuple[tuple[str, OperatorError], ...] = ()

    @property
    def failures(self) -> tuple[OperatorError, ...]:
        return tuple(error for _owner, error in self.failed)


def upgrade_apart(config: Config, owners: Sequence[Owner]) -> Migrated:
    """Upgrade owners in turn, outside of this process; a failure of one doesn't stop the others."""
    moved: list[str] = []
    failed: list[tuple[str, OperatorError]] = []
    waiting = list(owners)
    while waiting:
        answers, ended = _child(config, waiting)
        for owner, answer in zip(waiting, answers, strict=False):
            if answer:
                failed.append((owner.name, migration_failed(owner.name, answer)))
            else:
                moved.append(owner.name)
        waiting = waiting[len(answers) :]
        if waiting:  # the process ended in the middle of this one
            failed.append((waiting[0].name, migration_failed(waiting[0].name, ended)))
            waiting = waiting[1:]
    return Migrated(tuple(moved), tuple(failed))


def _child(config: Config, owners: Sequence[Owner]) -> tuple[list[str], str]:
    """Run one process; return what it said of each owner it finished, and how it ended."""
    with tempfile.TemporaryDirectory(prefix="blogengine-") as folder:
        report = Path(folder) / "report"
        report.touch()
        plan = {
            "site": str(config.folder),
            "report": str(report),
            "seconds": MIGRATION_SECONDS,
            "owners": [[owner.name, str(owner.folder)] for owner in owners],
        }
        ended = run_child(
            [sys.executable, "-m", __name__, json.dumps(plan)],
            seconds=MIGRATION_SECONDS * len(owners) + SPARE_SECONDS,
            env={"BLOGENGINE_DATABASE_URL": config.database_url},
        )
        answers = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    return answers, replace(ended, seconds=MIGRATION_SECONDS).sentence


def main() -> None:
    """Be the process: `python -m blogengine.migrations.apart PLAN`."""
    plan = json.loads(sys.argv[1])
    app = Flask("blogengine.migrating", static_folder=None, template_folder=None)
    db.start(app, load_config(plan["site"]))
    with app.app_context(), Path(plan["report"]).open("a", encoding="utf-8") as report:
        for name, folder in plan["owners"]:
            faulthandler.dump_traceback_later(plan["seconds"], exit=True)
            print(json.dumps(_upgrade(Owner(name, Path(folder)))), file=report, flush=True)
    sys.stderr.flush()
    os._exit(0)  # a thread that a migration left must not keep the process


def _upgrade(owner: Owner) -> str:
    """Return why it failed; nothing when all is well."""
    try:
        upgrade(db.write_engine, [owner])
    except OperatorError as error:
        cause = error.__cause__
        return (str(cause) or type(cause).__name__) if cause else error.message
    except BaseException as error:
        return f"it raised {type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    main()
