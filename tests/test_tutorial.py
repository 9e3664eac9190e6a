"""The tutorial for plugin authors, done line by line in an empty folder as a reader would."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

import pytest
from markdown_it import MarkdownIt

from tests.core.test_serving import free_port

TUTORIAL = Path(__file__).resolve().parent.parent / "docs" / "plugins" / "tutorial.md"
LONGEST = 180
"""Seconds that a line may take: a bound against hanging."""

FROM_THE_INDEX = "pip install blogengine pytest"
FILE = re.compile(r"# (blog-[\w./-]+\.py)\n")

pytestmark = pytest.mark.slow


@dataclass
class Reader:
    """Somebody who types into a terminal what the page says. Nothing comes from the network."""

    folder: Path
    port: int
    terminal: subprocess.Popen[str] = field(init=False)
    ear: threading.Thread = field(init=False)
    said: Queue[str | None] = field(default_factory=Queue)

    def __post_init__(self) -> None:
        names = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
        env = {name: value for name, value in os.environ.items() if name in names}
        env |= {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads its negative options the other way round
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONUNBUFFERED": "1",
        }
        self.terminal = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=self.folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.ear = threading.Thread(target=self._listen, daemon=True)
        self.ear.start()

    def _listen(self) -> None:
        assert self.terminal.stdout is not None
        for line in self.terminal.stdout:
            self.said.put(line)
        self.said.put(None)

    def types(self, line: str) -> str:
        """Type a line that has to go well; return what it printed."""
        if line == FROM_THE_INDEX:
            self.has_the_engine()
            return ""
        if line.startswith("blogengine serve"):
            self.serves(line)
            return ""
        assert self.terminal.stdin is not None
        self.terminal.stdin.write(f'{line} </dev/null\necho "=$?="\n')
        self.terminal.stdin.flush()
        printed = ""
        while True:
            try:
                heard = self.said.get(timeout=LONGEST)
            except Empty:
                pytest.fail(f"$ {line}\nwas not done within {LONGEST} s:\n{printed}")
            assert heard is not None, f"$ {line}\nended the terminal:\n{printed}"
            if end := re.search(r"=(\d+)=\n$", heard):
                printed += heard[: end.start()]
                assert end[1] == "0", f"$ {line}\nended with {end[1]}:\n{printed}"
                return printed
            printed += heard

    def has_the_engine(self) -> None:
        """Let the new environment see ours, as if pip had put engine and pytest into it."""
        made = self.folder / "blogging"
        packages = made / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
        for old in [*packages.glob("setuptools*"), *packages.glob("*distutils*")]:
            shutil.rmtree(old) if old.is_dir() else old.unlink()  # where pip fetches a newer one
        ours = sysconfig.get_path("purelib")
        (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
        program = made / "bin" / "blogengine"
        program.write_text(f"#!{made}/bin/python\nfrom blogengine.cli import main\n\nmain()\n")
        program.chmod(0o755)

    def serves(self, line: str) -> None:
        """Start the server in the second terminal, on a port that is free."""
        log = self.folder / "serve.log"
        log.touch()
        self.types(f"{{ {line} --port {self.port} >{log.name} 2>&1 & }}")
        self.waits(lambda: "Stop with" in log.read_text(), log.read_text)

    def sees(self, words: str, where: str) -> None:
        """Look at a page until it says the words."""
        path = {"the front page": "/"}.get(where) or self.address_of_the_post()
        self.waits(lambda: words in self.get(path), lambda: f"{path}\n{self.get(path)}")

    def get(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        except OSError as error:  # a server that restarts
            return str(error)
        finally:
            connection.close()

    def address_of_the_post(self) -> str:
        rows = json.loads(self.types("blogengine post list --json"))
        return str(rows[0]["url"])

    def waits(self, condition: Callable[[], bool], what: Callable[[], str]) -> None:
        end = time.monotonic() + LONGEST
        while not condition():
            assert time.monotonic() < end, what()
            time.sleep(0.1)

    def closes(self) -> None:
        """End the terminal with all that runs in it."""
        os.killpg(self.terminal.pid, signal.SIGTERM)
        try:
            self.terminal.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.terminal.pid, signal.SIGKILL)
            self.terminal.wait(timeout=20)
        self.ear.join(timeout=20)
        for end in (self.terminal.stdin, self.terminal.stdout):
            if end is not None:
                end.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    if shutil.which("bash") is None:
        pytest.skip("needs bash")
    someone = Reader(tmp_path, free_port())
    yield someone
    someone.closes()


def steps() -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and line of everything that the page asks for, in its order."""
    for token in MarkdownIt("commonmark").parse(TUTORIAL.read_text("utf-8")):
        if token.type == "fence" and token.map:
            yield token.info.strip(), token.content, token.map[0] + 1


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each line to type with the lines that are shown as its answer."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    for part in parts[1:]:
        line, *answer = part.splitlines()
        yield line, answer


def test_the_tutorial_can_be_followed(reader: Reader) -> None:
    for kind, text, line in steps():
        if kind == "console":
            for command, answer in commands(text):
                printed = reader.types(command)
                place = 0
                for expected in answer:
                    found = printed.find(expected, place)
                    assert found >= 0, f"line {line}: {command}\n{expected!r} isn't in\n{printed}"
                    place = found + len(expected)
        elif kind == "python":
            name = FILE.match(text)
            assert name is not None, f"line {line}: the file isn't named"
            file = reader.folder / name[1]
            assert file.exists(), f"line {line}: {name[1]} isn't there to be replaced"
            file.write_text(text, encoding="utf-8")
        else:
            assert kind.startswith("text the "), f"line {line}: nobody runs a block of {kind!r}"
            reader.sees(text.strip(), kind.removeprefix("text "))
