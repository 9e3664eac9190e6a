"""Killing a process at each of its steps, and a mail server that counts.

A step is a commit of the database or a word with the mail server: between two of them nothing that
lasts happens. The process is a fork of the test's, and is ended by SIGKILL.
"""

from __future__ import annotations

import os
import signal
import smtplib
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from unittest import mock

from sqlalchemy.engine.default import DefaultDialect

from blogengine.db import db
from tests.conftest import Blog


class Steps:
    """Counts steps and ends the process at the one that was chosen."""

    def __init__(self, last: int) -> None:
        self._left = last

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with a step before and after it."""

        def stepping(*args: Any, **words: Any) -> Any:
            self.step()
            answer = function(*args, **words)
            self.step()
            return answer

        return stepping


def killed_at(blog: Blog, number: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that is killed at this step; False when it came to its end first."""
    blog.site.jobs.close()
    db.close()
    child = os.fork()
    if not child:
        code = 70
        try:
            steps = Steps(number)
            with (
                mock.patch.object(
                    DefaultDialect, "do_commit", steps.around(DefaultDialect.do_commit)
                ),
                mock.patch.object(smtplib.SMTP, "send", steps.around(smtplib.SMTP.send)),
                mock.patch.object(smtplib.SMTP, "getreply", steps.around(smtplib.SMTP.getreply)),
            ):
                work()
            code = 0
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


class MailServer:
    """A server that takes mails on a port of its own; `answers` replaces an answer by its word."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.answers: dict[str, str] = {}
        self.seen: list[bytes] = []
        self.port = 0
        self.tls: ssl.SSLContext | None = None
        self.implicit = False
        self.encrypted: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


class Session(socketserver.StreamRequestHandler):
    """One connection of a client."""

    server: Listening

    def say(self, word: str, otherwise: str) -> bool:
        """Answer, as the test wants it or as usual; return whether it is a yes."""
        answer = self.server.state.answers.get(word, otherwise)
        self.wfile.write(f"{answer}\r\n".encode())
        return answer.startswith(("2", "3"))

    def setup(self) -> None:
        if self.server.state.implicit:
            self.encrypt()
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def encrypt(self) -> None:
        """Go on encrypted, as the certificate of the test has it."""
        state = self.server.state
        assert state.tls is not None
        self.request = state.tls.wrap_socket(self.request, server_side=True)
        state.encrypted.append(self.request.version())

    def handle(self) -> None:
        self.say("CONNECT", "220 here")
        self.handle_rest()

    def handle_rest(self) -> None:
        """Take what the client says, line by line."""
        envelope = {"MAIL": "", "RCPT": ""}
        for line in self.rfile:
            self.server.state.seen.append(line)
            verb = line.decode("ascii", "replace").strip()[:4].upper()
            if verb in envelope:
                envelope[verb] = line.decode("ascii").strip()
            if verb == "DATA":
                if self.say("DATA", "354 go on"):
                    self.take((envelope["MAIL"], envelope["RCPT"]))
            elif verb == "EHLO" and self.server.state.tls is not None:
                offers = "" if self.server.state.encrypted else "250-STARTTLS\r\n"
                self.wfile.write(f"250-here\r\n{offers}250 AUTH PLAIN\r\n".encode())
            elif verb == "STAR":
                self.say("STARTTLS", "220 go on")
                self.encrypt()
                self.rfile = self.request.makefile("rb")
                self.wfile = self.request.makefile("wb", 0)
                self.handle_rest()
                return
            else:
                self.say(verb, "235 yes" if verb == "AUTH" else "250 fine")

    def take(self, envelope: tuple[str, str]) -> None:
        """Read a mail to its last line; one that was cut off is none."""
        lines: list[bytes] = []
        for line in self.rfile:
            if line == b".\r\n":
                state = self.server.state
                if state.answers.get("END", "250").startswith("250"):
                    state.raw.append(b"".join(lines))
                    state.envelopes.append(envelope)
                self.say("END", "250 taken")
                return
            lines.append(line[1:] if line.startswith(b".") else line)


class Listening(socketserver.ThreadingTCPServer):
    """The server's socket, on a port of its own."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, state: MailServer) -> None:
        self.state = state
        super().__init__(("", 0), Session)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is what is tested."""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server for a while."""
    state = MailServer()
    with Listening(state) as server:
        state.port = server.server_address[1]
        words = {"poll_interval": 0.05}
        thread = threading.Thread(target=server.serve_forever, kwargs=words)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
