"""Judging a set of plugins from outside: by a command's exit code, or by somebody who looks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from blogengine.config import NO_PLUGIN, Config
from blogengine.lifecycle.bisecting import Judge, Set
from blogengine.lifecycle.copies import copy_of

STOPPED_WITHIN = 40


def by_command(config: Config, command: str) -> Judge:
    """Judge by a command of a shell: it is good when it ends with 0.

    It runs in an environment in which `blogengine` works on a copy of the site with only this set
    enabled.
    """

    def judge(names: Set) -> str:
        with site_with(config, names) as env:
            code = subprocess.run(command, shell=True, check=False, env=env).returncode
        return f"the command ended with code {code}" if code else ""

    return judge


def by_asking(config: Config, ask: Callable[[str, Set], bool]) -> Judge:
    """Judge by somebody who looks at each set, served on a free port of this machine."""

    def judge(names: Set) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with site_with(config, names) as env:
            command = [sys.executable, "-m", "blogengine", "serve", "--port", str(port)]
            process = subprocess.Popen(
                [*command, "--workers", "1"], env=env, stdout=subprocess.DEVNULL
            )
            try:
                good = ask(f"http://127.0.0.1:{port}/", names)
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=STOPPED_WITHIN)
                process.kill()
                process.wait()
        return "" if good else "you said so"

    return judge


@contextmanager
def site_with(config: Config, names: Set) -> Iterator[dict[str, str]]:
    """Make a copy of the site; yield the environment in which only these plugins are loaded."""
    with copy_of(config) as copy:
        yield {
            **os.environ,
            "BLOGENGINE_SITE": str(copy.folder),
            "BLOGENGINE_DATABASE_URL": copy.database_url,
            "BLOGENGINE_ONLY_PLUGINS": ",".join(names) or NO_PLUGIN,
            "BLOGENGINE_SAFE": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
