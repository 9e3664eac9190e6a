"""huey, which brings the numbers of requests to the threads that carry them out.

It is only a messenger. A message holds nothing but the number of a row; when one is lost the sweep
of the jobs process brings it again, and when one comes twice the row's claim lets only one run.
Messages are JSON: whoever can write into the queue can't have code run by it.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogengine.jobs.claims import locked_by_another

if TYPE_CHECKING:
    from huey import Huey
    from huey.consumer import Consumer

QUEUE = "queue.db"
LOCK = "jobs.lock"
"""Held by the jobs process of this machine as long as it lives."""

THREADS = 2
"""Jobs that run at once in one jobs process."""

SHORTEST_WAIT, LONGEST_WAIT = 0.1, 1.0
"""Seconds between two looks into a queue that is a file, right after a job and when idle."""

TIMEOUTS = "socket_timeout=3&socket_connect_timeout=2"
"""A queue that takes connections and answers nothing must not hold up who asks for a job."""

log = logging.getLogger(__name__)


class Messenger:
    """The queue of one site. Nothing is opened before it is used, and never across a fork."""

    def __init__(self, url: str, instance: Path, site_id: str = "") -> None:
        self._url = url
        # Sites that share a server must not take each other's numbers.
        self._name = f"blogengine-{site_id}" if site_id else "blogengine"
        self._instance = instance
        self._huey: Huey | None = None
        self._pid = 0
        self._carry_out: Callable[[int], object] = lambda _id: None

    def ring(self, job_id: int) -> None:
        """Say that a request is there; does nothing where no jobs process would hear it."""
        if not self._url and not locked_by_another(self._instance / "run" / LOCK):
            return
        self.hand_over(job_id)

    def hand_over(self, job_id: int) -> bool:
        """Put a request's number into the queue; False when that can't be reached."""
        try:
            huey, task = self._open()
            huey.enqueue(task.s(job_id))
        except Exception as error:  # sqlite3's, redis's, the file system's
            log.warning("The queue of jobs can't be reached: %s. The sweep does without.", error)
            self._huey = None
            return False
        return True

    def consumer(self, carry_out: Callable[[int], object], threads: int = THREADS) -> Consumer:
        """Return what takes numbers out of the queue and hands them to `carry_out`, in threads."""
        from huey.consumer import Consumer

        class Threads(Consumer):  # type: ignore[misc]
            def _set_signal_handlers(self) -> None:
                """Leave signals to the process, which has its own idea of them."""

        self._carry_out = carry_out
        huey, _task = self._open()
        huey.flush()  # what is to be done is in the table; old messages only repeat it
        return Threads(
            huey,
            workers=threads,
            periodic=False,
            initial_delay=SHORTEST_WAIT,
            max_delay=LONGEST_WAIT,
            scheduler_interval=60,
        )

    def close(self) -> None:
        """Close the queue."""
        if self._huey is not None and self._pid == os.getpid():
            self._huey.storage.close()
        self._huey = None

    def _open(self) -> tuple[Huey, Any]:
        if self._huey is None or self._pid != os.getpid():
            self._huey = make_huey(self._url, self._instance / QUEUE, self._name)
            self._task = self._huey.task(name="carry_out")(self._do)
            self._pid = os.getpid()
        return self._huey, self._task

    def _do(self, job_id: int) -> None:
        self._carry_out(job_id)


def make_huey(url: str, file: Path, name: str) -> Huey:
    """Return huey on a SQLite file of its own, or on the Valkey or Redis of `url`."""
    import huey
    from huey.registry import Message
    from huey.serializer import Serializer

    class Numbers(Serializer):  # type: ignore[misc]
        """Messages as JSON: an id, the task's name, and the number of a job."""

        def _serialize(self, message: Any) -> bytes:
            return json.dumps([message.id, message.name, list(message.args)]).encode()

        def _deserialize(self, data: bytes) -> Any:
            number, name, args = json.loads(bytes(data))
            made = {"args": tuple(map(int, args)), "kwargs": {}, "retries": 0, "retry_delay": 0}
            return Message(str(number), str(name), **made)

    common: dict[str, Any] = {"results": False, "serializer": Numbers()}
    if url:
        address = url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1)
        address += f"{'&' if '?' in address else '?'}{TIMEOUTS}"
        return huey.RedisHuey(name, url=address, **common)
    return huey.SqliteHuey(name, filename=str(file), fsync=False, cache_mb=1, **common)
