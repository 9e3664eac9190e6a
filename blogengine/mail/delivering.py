"""The job that sends one mail, so that a killed process sends none twice and loses none.

Everything up to the last line of a mail may be done again: a server keeps nothing of a mail whose
end it hasn't seen (RFC 5321, 4.1.1.4). Only the line that ends it counts. So a mail is marked as
`sending` and committed right before that line. A process that dies after that can't know whether
the server has the mail: it becomes `unsure`, is shown, and is sent again only by its operator.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from datetime import timedelta
from email.headerregistry import Address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from blogengine.clock import utcnow
from blogengine.contributions import Job
from blogengine.db import db
from blogengine.errors import BlogError, UserError
from blogengine.jobs import CURRENT, RunLater
from blogengine.mail.message import Letter, message, on_the_wire
from blogengine.mail.server import MailServer, connected, explained, mail_server, said
from blogengine.mail.states import FAILED, KEPT, SENDING, SENT, UNSURE, WAITING
from blogengine.mailboxes import mailbox
from blogengine.outbox import MailRow
from blogengine.settings import SiteSettings

if TYPE_CHECKING:
    from blogengine.site import Site

SEND = "core.mail"
TRIES = 8
SECONDS = 60.0
HOUR = timedelta(hours=1)

SENT_LINE = b".\r\n"
OK, GO_ON = 250, 354
PERMANENT = range(500, 600)

NOBODY_KNOWS = (
    "The process or the connection ended while the server was given the end of this mail: it may "
    "have been sent. Send it again only if it didn't arrive."
)


def sending_job() -> Job:
    """The engine's job that sends a mail."""
    return Job("mail", send, max_attempts=TRIES, seconds=SECONDS)


def send(site: Site, payload: Mapping[str, Any]) -> None:
    """Send the mail `payload["mail"]` unless it has been, or may have been.

    Raises Retryable and OperatorError to be tried again, UserError when the server refuses the
    mail for good, RunLater when enough were sent in the last hour.
    """
    number = int(payload["mail"])
    row = db.reading().execute(select(MailRow.__table__).where(MailRow.id == number)).first()
    db.end_reading()
    if row is None or row.state not in (WAITING, SENDING):
        return
    if row.state == SENDING:
        _mark(number, SENDING, UNSURE, error=NOBODY_KNOWS)
        return
    server = mail_server(site.config.mail_url)
    if server is None:
        _mark(number, WAITING, KEPT)
        return
    _keep_the_rate(site)
    letter = Letter(
        row.message_id,
        row.recipient,
        row.reply_to,
        row.subject,
        row.text,
        row.html,
        row.created_at,
    )
    try:
        _deliver(site, server, number, letter, secret=row.secret)
    except UserError as error:
        _mark(number, None, FAILED, error=str(error))
        raise
    except BlogError as error:
        claimed = CURRENT.get()
        last = claimed is not None and claimed.attempt >= TRIES
        _mark(number, WAITING, FAILED if last else WAITING, error=error.message)
        raise


def _deliver(site: Site, server: MailServer, number: int, letter: Letter, *, secret: bool) -> None:
    sender = sender_of(site)
    made = message(letter, sender, list_id(site))
    recipient = mailbox(letter.recipient).addr_spec
    with connected(server, greeting(site)) as smtp:
        try:
            _envelope(smtp, sender.addr_spec, recipient)
            smtp.send(on_the_wire(made))
        except (OSError, smtplib.SMTPException) as error:
            raise _refusal(error, server) from error
        if not _mark(number, WAITING, SENDING):
            smtp.close()  # somebody else decided about it meanwhile; without its end it isn't sent
            return
        try:
            smtp.send(SENT_LINE)
            code, answer = smtp.getreply()
        except (OSError, smtplib.SMTPException):
            _mark(number, SENDING, UNSURE, error=NOBODY_KNOWS)
            return
        if code != OK:
            _mark(number, SENDING, WAITING)
            raise _refusal(smtplib.SMTPDataError(code, answer), server)
        with db.write() as session:
            # What let its reader in has done its work; a copy here would do it for others.
            gone = {"text": "", "html": ""} if secret else {}
            _set(session, number, SENDING, SENT, sent_at=utcnow(), error="", **gone)
            site.jobs.finish(session)


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
    code, answer = smtp.mail(sender)
    if code != OK:
        raise smtplib.SMTPSenderRefused(code, answer, sender)
    code, answer = smtp.rcpt(recipient)
    if code not in (OK, 251):
        raise smtplib.SMTPDataError(code, answer)
    code, answer = smtp.docmd("DATA")
    if code != GO_ON:
        raise smtplib.SMTPDataError(code, answer)


def _refusal(error: OSError | smtplib.SMTPException, server: MailServer) -> BlogError:
    code = getattr(error, "smtp_code", 0)
    if code in PERMANENT and not isinstance(error, smtplib.SMTPSenderRefused):
        return UserError(
            f"The mail server {server.name} refuses this mail: {said(error)}.",
            code="mail-refused",
            action="Look at the address. It isn't tried again by itself; "
            "`blogengine mail send ID` does that.",
        )
    return explained(error, server)


def _keep_the_rate(site: Site) -> None:
    """Raise RunLater when this hour's mails are out: a flood isn't sent on."""
    most, hour_ago = site.settings(SiteSettings).mails_per_hour, utcnow() - HOUR
    query = select(func.count(), func.min(MailRow.sent_at)).where(MailRow.sent_at > hour_ago)
    count, oldest = db.reading().execute(query).one()
    db.end_reading()
    if oldest is not None and count >= most:
        raise RunLater(oldest + HOUR)


def sender_of(site: Site) -> Address:
    """Return the address that mails come from: the setting, else one of the site's own host."""
    settings = site.settings(SiteSettings)
    if settings.mail_from:
        made = mailbox(settings.mail_from, "mail_from")
        return made if made.display_name else Address(settings.title, addr_spec=made.addr_spec)
    return Address(" ".join(settings.title.split()), "blog", host_of(site))


def host_of(site: Site) -> str:
    """Return the host of the public address; one that can't exist when there is none."""
    host = urlsplit(site.base_url).hostname or ""
    named = host and not host.replace(".", "").isdigit() and ":" not in host
    return host.encode("idna").decode("ascii") if named else f"{site.id}.invalid"


def list_id(site: Site) -> str:
    """Return the name by which mails of this site are sorted; it stays when the host changes."""
    return f"blog.{site.id}.{host_of(site)}"


def greeting(site: Site) -> str:
    """Return the name by which this machine greets a mail server."""
    host = host_of(site)
    return "localhost" if host.endswith(".invalid") else host


def _mark(number: int, before: str | None, after: str, **values: object) -> bool:
    with db.write() as session:
        return _set(session, number, before, after, **values)


def _set(session: Session, number: int, before: str | None, after: str, **values: object) -> bool:
    change = update(MailRow).where(MailRow.id == number)
    if before is not None:
        change = change.where(MailRow.state == before)
    done = session.execute(change.values(state=after, **values))
    return bool(done.rowcount)  # type: ignore[attr-defined]
