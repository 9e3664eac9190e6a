"""Mails over real TLS: from the start and by STARTTLS, and never to a server that isn't the one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Blog
from tests.core.certificates import certificate
from tests.core.killing import MailServer, mail_server
from tests.core.test_mail import run, state, using, write


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(plugins=[], strict=False)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.mark.parametrize(("scheme", "implicit"), [("smtps", True), ("smtp+starttls", False)])
def test_a_mail_goes_encrypted_to_a_server_with_a_good_certificate(
    blog: Blog,
    server: MailServer,
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    implicit: bool,
) -> None:
    server.tls, trusted = certificate(made / "good", "localhost")
    server.implicit = implicit
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    using(blog, f"{scheme}://ann:secret@localhost:{server.port}")
    number = write(blog)
    assert run(blog) == [""]
    assert (state(blog, number), server.subjects()) == ("sent", ["Hello"])
    assert server.encrypted == ["TLSv1.3"]
    assert any(line.startswith(b"AUTH") for line in server.seen)
    if not implicit:  # nothing but the greeting went in the open
        words = [line.split()[0] for line in server.seen]
        assert words[: words.index(b"STARTTLS") + 1] == [b"ehlo", b"STARTTLS"]


@pytest.mark.parametrize(("scheme", "implicit"), [("smtps", True), ("smtp+starttls", False)])
@pytest.mark.parametrize("wrong", ["of another name", "of nobody known"])
def test_a_server_with_a_wrong_certificate_gets_no_mail_and_no_password(
    blog: Blog,
    server: MailServer,
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    implicit: bool,
    wrong: str,
) -> None:
    name = "elsewhere.example" if wrong == "of another name" else "localhost"
    server.tls, trusted = certificate(made / name, name)
    server.implicit = implicit
    if wrong == "of another name":
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    using(blog, f"{scheme}://ann:secret@localhost:{server.port}")
    number = write(blog)
    (error,) = run(blog)
    assert "certificate" in error
    assert state(blog, number) == "waiting"
    assert server.mails == []
    assert not any(b"AUTH" in line or b"MAIL" in line for line in server.seen)
