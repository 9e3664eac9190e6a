"""A stored mail as the bytes that go over the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from blogengine.mailboxes import mailbox

LINE_STARTS_WITH_A_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, and to whom; texts are stored ones."""

    message_id: str
    recipient: str
    reply_to: str
    subject: str
    text: str
    html: str
    created_at: datetime


def message(letter: Letter, sender: Address, list_id: str) -> EmailMessage:
    """Return the mail with all its headers: plain text, and HTML as the alternative.

    `Auto-Submitted` keeps programs that answer mails from answering (RFC 3834), `List-Id` lets
    people sort them (RFC 2919).
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = mailbox(letter.recipient)
    if letter.reply_to:
        made["Reply-To"] = mailbox(letter.reply_to)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(letter.created_at)
    made["Message-ID"] = letter.message_id
    made["Auto-Submitted"] = "auto-generated"
    made["List-Id"] = f"<{list_id}>"
    made.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        made.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return made


def on_the_wire(made: EmailMessage) -> bytes:
    """Return the mail as DATA carries it, dots doubled, without the line that ends it."""
    data = made.as_bytes()
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    return LINE_STARTS_WITH_A_DOT.sub(b"..", data)
