"""The mail server of the configuration, and one connection to it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from blogengine.errors import OperatorError, Retryable

SECONDS = 10.0
"""How long connecting, and each answer of the server, may take."""

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go. `scheme` says how the connection is encrypted.

    smtps: from the first byte. smtp+starttls: by STARTTLS, else not at all. smtp: by STARTTLS if
    the server offers it. A password only ever goes over an encrypted connection to a server whose
    certificate is good, or to this machine itself.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        return self.host in LOOPBACK

    @property
    def name(self) -> str:
        """What may be shown of it."""
        return f"{self.scheme}://{self.host}:{self.port}"


def mail_server(url: str) -> MailServer | None:
    """Return the server of `BLOGENGINE_MAIL_URL`; None when there is none.

    Raises OperatorError for an address that isn't one of a mail server.
    """
    if not url.strip():
        return None
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise _unusable() from None
    if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.query:
        raise _unusable()
    return MailServer(
        parts.scheme,
        host,
        port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _unusable() -> OperatorError:
    # Not the value itself: it may hold a password.
    return OperatorError(
        "BLOGENGINE_MAIL_URL isn't the address of a mail server.",
        code="mail-url-invalid",
        action="Give one such as smtp+starttls://user:password@mail.example.org:587, with special "
        "characters of the password as %XX.",
    )


@contextmanager
def connected(server: MailServer, host_name: str) -> Iterator[smtplib.SMTP]:
    """Connect, encrypt and sign in; `host_name` is how this machine greets.

    Raises Retryable when the server doesn't answer or is busy, OperatorError when it refuses the
    password or can't encrypt.
    """
    try:
        smtp = _open(server, host_name)
    except (OSError, smtplib.SMTPException) as error:
        raise explained(error, server) from error
    try:
        yield smtp
        # Not after a failure: in the middle of a mail a QUIT would be a line of it.
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        smtp.close()


def _open(server: MailServer, host_name: str) -> smtplib.SMTP:
    smtp: smtplib.SMTP
    if server.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=host_name,
            timeout=SECONDS,
            context=ssl.create_default_context(),
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=host_name, timeout=SECONDS)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.scheme != "smtps":
            _encrypt(smtp, server)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _encrypt(smtp: smtplib.SMTP, server: MailServer) -> None:
    wanted = server.scheme == "smtp+starttls" or (bool(server.user) and not server.local)
    if not smtp.has_extn("starttls"):
        if wanted:
            raise OperatorError(
                f"The mail server {server.name} offers no encryption (STARTTLS).",
                code="mail-not-encrypted",
                action="Nothing was sent, and no password. Correct BLOGENGINE_MAIL_URL: smtps:// "
                "is for servers that encrypt from the start.",
            )
        return
    context = ssl.create_default_context()
    if not wanted:
        # Without a password an unknown certificate still keeps passive listeners out.
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    smtp.starttls(context=context)
    smtp.ehlo_or_helo_if_needed()


def explained(
    error: OSError | smtplib.SMTPException, server: MailServer
) -> Retryable | OperatorError:
    """Turn a failure of the connection into an error that says whose turn it is."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return OperatorError(
            f"The mail server {server.name} refused the user name or password.",
            code="mail-password-refused",
            action="Correct BLOGENGINE_MAIL_URL. The mails are kept and tried again.",
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return OperatorError(
            f"The certificate of the mail server {server.name} isn't good: {error.verify_message}.",
            code="mail-not-encrypted",
            action="Name the server as its certificate does, or have the certificate mended.",
        )
    return Retryable(
        f"The mail server {server.name} doesn't take mails now: {said(error)}.",
        code="mail-server-away",
        action="The mails are kept and tried again.",
    )


def said(error: Exception) -> str:
    """Return what a server or the network said, in one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        return f"{error.smtp_code} {' '.join(words.split())}"[:300]
    return (" ".join(str(error).split()) or type(error).__name__)[:300]
