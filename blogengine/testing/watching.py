"""Import one plugin under an audit hook and print what that did: a process of its own.

At its top it imports nothing of the engine, so that the engine's own time can be taken.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

BEGAN = time.perf_counter()
TOLD = {
    "socket.connect": "opens a connection",
    "socket.bind": "opens a port",
    "socket.getaddrinfo": "looks up an address",
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.posix_spawn": "starts a process",
    "os.fork": "starts a process",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
    "os.mkdir": "makes a folder",
    "os.rmdir": "removes a folder",
    "os.putenv": "changes the environment",
    "os.unsetenv": "changes the environment",
    "os.chdir": "changes the working folder",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def main() -> None:
    """Import a plugin under an audit hook; print what it did."""
    name, plugins = sys.argv[1], Path(sys.argv[2])
    sys.dont_write_bytecode = True
    began = time.perf_counter()
    from blogengine.host import find_plugins

    engine = time.perf_counter() - began
    found = find_plugins(plugins)[name]
    seen: list[str] = []
    watching = [True]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching:
            return
        if event in TOLD:
            seen.append(f"Importing it {TOLD[event]} ({event}: {str(arguments[:1])[:80]}).")
        elif event == "open" and _writes(arguments):
            seen.append(f"Importing it writes the file {arguments[0]}.")

    threads, environment, path = threading.active_count(), dict(os.environ), list(sys.path)
    sys.addaudithook(watch)
    began = time.perf_counter()
    try:
        found.load()
    except BaseException as error:  # BE01 tells it
        watching.clear()
        print("\n#seen " + json.dumps({"effects": seen, "error": repr(error)}), flush=True)
        os._exit(0)
    own = time.perf_counter() - began
    watching.clear()
    if threading.active_count() > threads:
        seen.append("Importing it starts a thread.")
    if dict(os.environ) != environment and not any("environment" in line for line in seen):
        seen.append("Importing it changes the environment.")
    if sys.path != path:
        seen.append("Importing it changes sys.path.")
    told = {"effects": list(dict.fromkeys(seen)), "own": own, "engine": engine}
    print("\n#seen " + json.dumps(told), flush=True)
    os._exit(0)  # a thread of the plugin must not keep the process


def _writes(arguments: tuple[Any, ...]) -> bool:
    _file, mode, flags = (*arguments, None, None)[:3]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & WRITING)


if __name__ == "__main__":
    main()
