#!/usr/bin/env python3
"""Run, test and maintain blogengine from a checkout: `python3 dev.py` lists the commands.

Needs Python's standard library and nothing else. Every command first makes sure that `.venv`
holds what the hashed lock files say; the rest of the work is done by the tools in there.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

MINIMUM_PYTHON = (3, 11)  # the same as requires-python in pyproject.toml
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "blogengine-locks.txt"
RUNTIME_LOCK = ROOT / "requirements.txt"
DEV_LOCK = ROOT / "requirements-dev.txt"
E2E = ROOT / "tests" / "e2e"
# Tests of servers mostly wait: one process more than there are processors fills their pauses.
SPREAD = ("-n", str((os.cpu_count() or 1) + 1), "--dist", "loadgroup")
LEAVE_OUT = ("PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER")

if TYPE_CHECKING:  # an old Python must get as far as the sentence that refuses it
    Step = tuple[str, Callable[[], None]]


class Failed(Exception):
    """Stop with one sentence that says what to do; `code` becomes the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


# --- steps and how far they are ---------------------------------------------------------------


def run_steps(steps: Sequence[Step]) -> None:
    """Run the steps in order, each announced with its number and closed with its time."""
    for number, (title, work) in enumerate(steps, start=1):
        started = time.monotonic()
        print(f"[{number}/{len(steps)}] {title} …", flush=True)
        work()
        print(f"[{number}/{len(steps)}] done in {time.monotonic() - started:.1f} s", flush=True)


def clean_environment() -> dict[str, str]:
    """Return the environment without what would mix other Python installations in."""
    return {name: value for name, value in os.environ.items() if name not in LEAVE_OUT}


def call(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a tool to its end; its own output says what is wrong, so failing adds one line."""
    arguments = [str(part) for part in command]
    code = subprocess.run(arguments, cwd=cwd, env=clean_environment(), check=False).returncode
    if code:
        name = " ".join([Path(arguments[0]).name, *arguments[1:4]])
        raise Failed(f"{name} ended with exit code {code}", code if code > 0 else 128 - code)


def python(*arguments: str | Path) -> None:
    """Run the environment's Python."""
    call(VENV / "bin" / "python", *arguments)


# --- the environment --------------------------------------------------------------------------


def check_machine() -> None:
    """Refuse what can't work, in a sentence, before anything is made."""
    if sys.version_info < MINIMUM_PYTHON:
        wanted = ".".join(map(str, MINIMUM_PYTHON))
        raise Failed(
            f"blogengine needs Python {wanted} or newer; {sys.executable} is "
            f"{sys.version.split()[0]}. Start this with a newer one: python3.13 dev.py … "
            "(or: make PYTHON=python3.13 …)"
        )
    if os.name != "posix":
        raise Failed("The web server (gunicorn) runs on Linux, macOS or Windows' WSL; start there.")
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Failed(
            "This Python can't make virtual environments. On Debian and Ubuntu:\n"
            "    sudo apt install python3-venv\nthen run the same command again."
        )


def fingerprint(*locks: Path) -> dict[str, str]:
    """Return what an environment made from these locks would be recognised by."""
    files = [*locks, ROOT / "pyproject.toml"]
    marks = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    interpreter = (VENV / "bin" / "python").resolve()
    return marks | {"folder": str(VENV), "interpreter": str(interpreter)}


def stamped() -> dict[str, str]:
    """Return what the environment was made from; nothing if it was never finished."""
    try:
        lines = STAMP.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return dict(line.split(" ", 1) for line in lines if " " in line)


def environment_steps(*, dev: bool) -> list[Step]:
    """Return the steps still missing until `.venv` holds the locked packages."""
    marks = stamped()
    dev = dev or DEV_LOCK.name in marks  # never take the test tools away again
    locks = (RUNTIME_LOCK, DEV_LOCK) if dev else (RUNTIME_LOCK,)
    wanted = fingerprint(*locks)
    if wanted.items() <= marks.items():
        return []
    check_machine()
    # A folder that was moved or copied, or a Python that was replaced: start anew.
    stale = any(marks.get(mark) not in (None, wanted[mark]) for mark in ("folder", "interpreter"))
    create = stale or not (VENV / "bin" / "python").exists() or not (VENV / "bin" / "pip").exists()
    steps: list[Step] = [(f"Creating {VENV.name}", create_venv)] if create else []
    lock = locks[-1]
    if create or marks.get(lock.name) != wanted[lock.name]:
        steps.append((f"Installing the packages of {lock.name}", lambda: install_lock(lock)))
    steps.append(("Installing blogengine itself", lambda: install_project(*locks)))
    return steps


def create_venv() -> None:
    """Make an empty environment, in place of one that doesn't work."""
    import venv

    if VENV.exists():
        shutil.rmtree(VENV)
    venv.create(VENV, with_pip=True, symlinks=True)


def install_lock(lock: Path) -> None:
    """Install exactly the locked files; pip refuses any whose hash differs."""
    total = sum(not line.startswith((" ", "#", "\n")) for line in lock.open(encoding="utf-8"))
    pip("install", "--require-hashes", "--no-deps", "-r", str(lock), total=total)


def install_project(*locks: Path) -> None:
    """Install this checkout so that edits count at once, then stamp the environment."""
    STAMP.unlink(missing_ok=True)
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    lines = [f"{name} {mark}\n" for name, mark in fingerprint(*locks).items()]
    STAMP.write_text("".join(lines), encoding="utf-8")


def pip(*arguments: str, total: int = 0) -> None:
    """Run pip quietly: progress while it works, everything it said if it fails."""
    options = ["--disable-pip-version-check", "--no-input", "--retries", "5"]
    # -I: nothing from PYTHONPATH or the user's own site-packages counts as installed.
    command = [str(VENV / "bin" / "python"), "-I", "-m", "pip", *arguments, *options]
    environment = clean_environment() | {"PIP_REQUIRE_HASHES": "", "PIP_REQUIRE_VIRTUALENV": ""}
    said: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        with progress(total) as show:
            for line in process.stdout:
                said.append(line)
                show(line)
    if process.returncode:
        sys.stderr.writelines(said[-40:])
        raise Failed(
            "pip could not install the packages (its words are above). If the network or the "
            "package index was away, run the same command again: what was done is kept."
        )


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """Yield a reader of pip's lines: a moving line on a terminal, one in ten seconds elsewhere."""
    terminal = sys.stdout.isatty()
    packages = 0
    shown = time.monotonic()

    def show(line: str) -> None:
        nonlocal packages, shown
        # "Collecting NAME==1.0 (from -r …)", "Processing /a/file.whl (from -r …)" and the like
        before, found, _ = line.partition(" (from -r ")
        if found:
            packages += 1
            name = Path(before.split()[-1]).name
            name = name.split("-" if name.endswith(".whl") else "=")[0]
            text = f"      {packages} of {max(total, packages)} packages: {name}"
        elif packages and line.startswith("Installing collected"):
            text = f"      {packages} packages are here, unpacking them"
        else:
            return
        if terminal:
            print(f"\r\033[K{text}", end="", flush=True)
        elif time.monotonic() - shown > 10:
            shown = time.monotonic()
            print(text, flush=True)

    try:
        yield show
    finally:
        if terminal:
            print("\r\033[K", end="", flush=True)


# --- commands ---------------------------------------------------------------------------------


def demo(arguments: list[str]) -> None:
    """Serve the sample blog on http://127.0.0.1:8000 (PORT=8001 for another port)"""
    command = [str(VENV / "bin" / "blogengine"), "serve", "--demo"]
    for variable, option in (("HOST", "--host"), ("PORT", "--port")):
        if os.environ.get(variable):
            command += [option, os.environ[variable]]
    run_steps(environment_steps(dev=False))
    print("Starting the sample blog; Ctrl-C stops it.", flush=True)
    serve_until_stopped([*command, *arguments])


def serve_until_stopped(command: list[str]) -> None:
    """Run a server as a child that gets each signal exactly once, and leave nothing behind."""
    asked_to_stop: list[int] = []
    # Its own process group: a terminal's Ctrl-C reaches only us, and we pass it on.
    environment = clean_environment() | {"PYTHONUNBUFFERED": "1"}
    server: subprocess.Popen[bytes] | None = None

    def forward(number: int, _frame: object) -> None:
        asked_to_stop.append(number)
        if server is None:
            return
        if len(asked_to_stop) > 1:
            kill_group(server.pid)
        else:
            server.send_signal(signal.SIGINT if number == signal.SIGINT else signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, process_group=0
    )
    if asked_to_stop:  # between the handler and the child
        server.send_signal(signal.SIGTERM)
    code = server.wait()
    kill_group(server.pid)  # whatever the server itself left running
    if asked_to_stop:
        print("\nStopped.", flush=True)
    elif code:
        raise Failed(f"The server ended with exit code {code}", code if code > 0 else 128 - code)


def kill_group(group: int) -> None:
    """End every process of the group, if there still is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def test(arguments: list[str]) -> None:
    """Run every test but those that need a browser (ARGS='-k tags' goes to pytest)"""
    own_way = any(argument.startswith(("-n", "--pdb", "--co")) for argument in arguments)
    spread = () if own_way else SPREAD
    work = ["-m", "pytest", *spread, "-m", "not soak", *arguments]
    run_steps([*environment_steps(dev=True), ("Running the tests", lambda: python(*work))])


def soak(arguments: list[str]) -> None:
    """Run the long rows of like cases that make test leaves out"""
    work = ["-m", "pytest", *SPREAD, "-m", "soak", *arguments]
    run_steps([*environment_steps(dev=True), ("Running the long rows", lambda: python(*work))])


def lint(arguments: list[str]) -> None:
    """Check style, formatting and types (ruff, mypy)"""
    run_steps(
        [
            *environment_steps(dev=True),
            ("ruff check", lambda: python("-m", "ruff", "check", *(arguments or ["."]))),
            ("ruff format --check", lambda: python("-m", "ruff", "format", "--check", ".")),
            ("mypy", lambda: python("-m", "mypy")),
        ]
    )


def e2e(arguments: list[str]) -> None:
    """Run the tests that need a browser, the Nu HTML checker and axe"""
    steps = environment_steps(dev=True)
    if not npm_tools_installed():
        steps.append(("Installing the npm tools of tests/e2e", install_npm_tools))
    work = ["-m", "pytest", *(arguments or ["tests/e2e"])]
    run_steps([*steps, ("Running the end-to-end tests", lambda: python(*work))])


def npm_stamp() -> tuple[Path, str]:
    """Return where the state of the npm tools is kept, and what it should be."""
    wanted = hashlib.sha256((E2E / "package-lock.json").read_bytes()).hexdigest()
    return E2E / "node_modules" / "blogengine-lock.txt", wanted


def npm_tools_installed() -> bool:
    """Tell whether tests/e2e/node_modules is what its lock file says."""
    file, wanted = npm_stamp()
    return file.is_file() and file.read_text(encoding="utf-8") == wanted


def install_npm_tools() -> None:
    """Install what tests/e2e/package-lock.json names; without npm the tests say what they miss."""
    npm = shutil.which("npm")
    if npm is None:
        print("      npm is missing (sudo apt install npm): the tests that need it will say so")
        return
    call(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=E2E)
    file, wanted = npm_stamp()
    file.write_text(wanted, encoding="utf-8")


def docs(arguments: list[str]) -> None:
    """Write the reference pages in docs/ anew from the code"""
    work: list[str | Path] = [ROOT / "docs" / "build.py", *arguments]
    run_steps([*environment_steps(dev=True), ("Writing the reference", lambda: python(*work))])


def bench(arguments: list[str]) -> None:
    """Measure speed, memory and size"""
    work = ["-m", "bench", *arguments]
    run_steps([*environment_steps(dev=True), ("Measuring", lambda: python(*work))])


def lock(arguments: list[str]) -> None:
    """Write the lock files anew from pyproject.toml (ARGS=--upgrade takes newer releases)"""
    os.environ["UV_CUSTOM_COMPILE_COMMAND"] = "make lock"
    oldest = ".".join(map(str, MINIMUM_PYTHON))
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]
    compile_lock = ["-m", "uv", "pip", "compile", "pyproject.toml", "--python-version", oldest]
    common = [*compile_lock, "--quiet", *options, "--group", "build", *arguments]
    more = [
        "--extra",
        "postgres",
        "--extra",
        "passkeys",
        "--extra",
        "redis",
        "--group",
        "dev",
        "-c",
        RUNTIME_LOCK.name,
    ]
    runtime = [*common, "-o", RUNTIME_LOCK.name]
    dev = [*common, *more, "-o", DEV_LOCK.name]
    run_steps(
        [
            *environment_steps(dev=True),
            (f"Solving {RUNTIME_LOCK.name}", lambda: python(*runtime)),
            (f"Solving {DEV_LOCK.name}", lambda: python(*dev)),
        ]
    )


def messages(arguments: list[str]) -> None:
    """Bring the catalogues of languages in step with the source (ARGS=--check, ARGS=--add=fr)"""
    folder = ROOT / "plugins" / "blogengine_plugins"
    plugins = [path for path in sorted(folder.iterdir()) if (path / "__init__.py").exists()]
    work: tuple[str | Path, ...]
    work = ("-m", "blogengine.testing.messages", *arguments, ROOT / "blogengine", *plugins)
    run_steps([*environment_steps(dev=True), ("Reading sentences", lambda: python(*work))])


def release_check(arguments: list[str]) -> None:
    """Build wheel and source archive into dist/ and try both"""
    build = ["-m", "build", "--no-isolation", "--outdir", "dist", *arguments]
    tests = ["-m", "pytest", "tests/test_packaging.py", "tests/test_repository.py"]
    run_steps(
        [
            *environment_steps(dev=True),
            ("Building wheel and source archive", lambda: python(*build)),
            ("Trying both", lambda: python(*tests)),
        ]
    )


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "demo": demo,
    "test": test,
    "soak": soak,
    "lint": lint,
    "e2e": e2e,
    "docs": docs,
    "bench": bench,
    "lock": lock,
    "messages": messages,
    "release-check": release_check,
}


def main(arguments: list[str]) -> int:
    """Run the command named first; return the exit code."""
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print("make TARGET, or python3 dev.py TARGET:\n")
        for name, command in COMMANDS.items():
            print(f"  {name:<14} {command.__doc__}")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"There is no command {shlex.quote(name)}; there are {', '.join(COMMANDS)}.")
        return 64
    try:
        if sys.version_info < MINIMUM_PYTHON:
            check_machine()
        COMMANDS[name](rest)
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
