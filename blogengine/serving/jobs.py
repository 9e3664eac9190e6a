"""The jobs process of a site: scheduled posts, jobs that come again, and whatever was asked for."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from flask import Flask
from sqlalchemy.exc import DBAPIError

from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.db import db
from blogengine.errors import BlogError
from blogengine.guard import FlightRecorder, Process, Running, lost_flights
from blogengine.jobs import LOCK
from blogengine.serving.run_folder import locked, run_folder, serves
from blogengine.serving.safe_start import start_safely
from blogengine.serving.worker import GIVEN_UP, OTHERS_SECONDS, STOPPING, restart_on_change
from blogengine.site import Site
from blogengine.state import read_state
from blogengine.upkeep import ask_to_render

LOOK_SECONDS = 2.0
"""How often the process looks for what it wasn't told of."""

LOST_SECONDS = 10.0
HAND_AGAIN_SECONDS = 60.0
LEAVE_SECONDS = 25.0
"""How long jobs under way may take to end when the process is to stop; the rest is run again."""

ROLE = "jobs"

log = logging.getLogger(__name__)


class JobsProcess:
    """Carries out a site's jobs until it is told to stop, or its parent is gone."""

    def __init__(self, config: Config, *, parent: int, reload: bool = False) -> None:
        self._config = config
        self._parent = parent
        self._reload = reload
        self._stopping = threading.Event()
        self._run = run_folder(config)
        self._handed: dict[int, float] = {}
        self._looked_for_lost = float("-inf")
        self._revision = 0
        self._generation = 0

    def run(self) -> None:
        """Do everything; returns when it was stopped."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with (self._run / LOCK).open("w") as lock:
            if self._only_one(lock):
                self._work()

    def _only_one(self, lock: IO[str]) -> bool:
        """Wait for the lock: a predecessor may be at its last job. False when told to stop."""
        while not locked(lock):
            if self._orphaned() or self._stopping.wait(0.2):
                return False
        return True

    def _work(self) -> None:
        from blogengine.app import create_app
        from blogengine.building.build import WATCH
        from blogengine.views.current import EXTENSION

        config, run = self._config, self._run
        recorder = FlightRecorder(run, role=ROLE)
        process = Process(
            recorder=recorder,
            on_hang=lambda hanging: give_up(hanging, recorder),
            lost=lambda: lost_flights(run, lambda pid: serves(config, pid)),
            too_large=self._stopping.set,
        )
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            app = create_app(start_safely(config, run, ()), process=process, drop_ins=self._reload)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        recorder.booted()
        site: Site = app.extensions[EXTENSION]
        mark = run / f"jobs-{os.getpid()}"
        mark.touch()
        if self._reload:
            from blogengine.host.finding import built_in_folders

            restart_on_change([config.plugin_folder, *built_in_folders()])
        try:
            self._serve(app, site)
        finally:
            app.extensions[WATCH].stop()
            site.posts.renderer.close()
            site.jobs.close()
            with app.app_context():
                db.close()
            recorder.close()
            mark.unlink(missing_ok=True)

    def _serve(self, app: Flask, site: Site) -> None:
        consumer = site.jobs.messenger.consumer(lambda number: carry_out(app, site, number))
        consumer.start()
        try:
            wait = 0.0
            while not self._orphaned() and not self._stopping.wait(wait):
                with app.app_context():
                    wait = self._look(app, site)
        finally:
            consumer.shutdown_timeout = LEAVE_SECONDS
            consumer.stop(graceful=True)

    def _look(self, app: Flask, site: Site) -> float:
        """Do what is due; return how many seconds to wait before looking again."""
        try:
            due_at = self._look_at_state(site)
            site.jobs.settle()
            if time.monotonic() - self._looked_for_lost > LOST_SECONDS:
                site.jobs.give_back()
                self._looked_for_lost = time.monotonic()
            site.jobs.ask_for_regular()
            self._hand_over(app, site)
        except (BlogError, DBAPIError) as error:
            log.warning("The jobs process couldn't look at the database: %s", error)
            return LOOK_SECONDS
        if due_at is None:
            return LOOK_SECONDS
        # The wall clock may be set meanwhile, so it is asked again soon in any case.
        return min(max((due_at - utcnow()).total_seconds(), 0.05), LOOK_SECONDS)

    def _look_at_state(self, site: Site) -> datetime | None:
        """Take over changed settings and publish what is due; return when the next post is."""
        state = read_state(db.reading())
        self._generation = self._generation or state.generation
        if state.generation != self._generation:
            log.info("Plugins were switched; the jobs process is replaced.")
            self._stopping.set()
        if state.settings_revision > self._revision:
            site.store.reload(db.reading())
            self._revision = state.settings_revision
            ask_to_render(site)
        if state.next_due is not None and state.next_due <= utcnow():
            site.posts.publish_due()
            state = read_state(db.reading())
        return state.next_due

    def _hand_over(self, app: Flask, site: Site) -> None:
        now = time.monotonic()
        self._handed = {
            number: at for number, at in self._handed.items() if now - at < HAND_AGAIN_SECONDS
        }
        for number in site.jobs.due():
            if number in self._handed:
                continue
            self._handed[number] = now
            if not site.jobs.messenger.hand_over(number):
                carry_out(app, site, number)

    def _orphaned(self) -> bool:
        """Whether the process that started this one is gone: then nobody wants its work."""
        return os.getppid() != self._parent


def carry_out(app: Flask, site: Site, number: int) -> None:
    """Carry out one job in an application context of its own; failures stay here."""
    try:
        with app.app_context():
            site.jobs.carry_out(number)
    except (BlogError, DBAPIError) as error:
        log.warning("The job %d can't be begun now: %s", number, error)


def give_up(hanging: Sequence[Running], recorder: FlightRecorder) -> None:
    """End the process: a job in it never comes back. Its successor takes over the others."""
    log.error(
        "The jobs process %d is given up: %s",
        os.getpid(),
        ", ".join(f"{one.call.plugin} hangs in {one.call.hook}" for one in hanging),
    )
    time.sleep(OTHERS_SECONDS)  # the other jobs under way may end meanwhile
    recorder.close()
    os._exit(GIVEN_UP)
