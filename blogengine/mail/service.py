"""`site.mail`: writing a mail inside a transaction, looking at mails, sending one again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, delete, func, insert, select, union_all, update
from sqlalchemy.orm import Session

from blogengine.actors import current_actor, may, require
from blogengine.clock import utcnow
from blogengine.confirming import is_confirmed
from blogengine.db import db
from blogengine.errors import NotFound
from blogengine.guard import acting_plugin
from blogengine.jobs import Jobs
from blogengine.mail.delivering import SEND, host_of
from blogengine.mail.letters import MailText, body_html
from blogengine.mail.states import FAILED, KEPT, SENDING, SENT, UNSURE, WAITING
from blogengine.mailboxes import mailbox
from blogengine.outbox import MailRow
from blogengine.ownership import writing_as
from blogengine.settings import SiteSettings

if TYPE_CHECKING:
    from blogengine.site import Site

LONGEST_SUBJECT = 200
LONGEST_BODY = 200_000
HIDDEN = (
    "This mail holds a link or code that lets its reader in. An owner who has just given their "
    "password can read it, and so can the operator at the command line.\n"
)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A mail as its operator sees it.

    `state` is waiting, kept (no server is set), sending, sent, unsure (it may have been sent),
    or failed. `plugin` wrote it; empty for the engine. Of a `secret` one `text` and `html` are
    there for the operator, and for an owner who gave the password just now; else `hidden` is true
    and `text` says so.
    """

    id: int
    state: str
    to: str
    subject: str
    plugin: str
    created_at: datetime
    sent_at: datetime | None
    error: str
    text: str
    html: str
    reply_to: str
    message_id: str
    secret: bool = False
    hidden: bool = False


class Mail:
    """Writing mails and looking at them. Every method needs an application context."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._site: Callable[[], Site]

    def bind(self, site: Site) -> None:
        """Say which site the mails are of; done once, at the end of the app build."""
        self._site = lambda: site

    def send(
        self,
        session: Session,
        *,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        reply_to: str | None = None,
        secret: bool = False,
    ) -> int:
        """Write a mail inside a `db.write()`; a job sends it when that commits. Returns its id.

        `to` and `reply_to` are one address each, such as `Ann <ann@example.org>`. Line breaks in
        the subject become spaces. Say `secret` when the text holds a link or code that lets its
        reader in: then who only looks after mails can't read it, and it is deleted once sent.
        Raises UserError for what isn't an address, ValueError for a text of more than 200,000
        characters, Retryable when too many wait.
        """
        receiver, answer_to = str(mailbox(to)), ""
        if reply_to:
            answer_to = str(mailbox(reply_to, "reply_to"))
        for part in (text, html or ""):
            if len(part) > LONGEST_BODY:
                raise ValueError(f"A mail has {len(part)} characters; {LONGEST_BODY} are allowed.")
        plugin = acting_plugin()
        session.flush()
        with writing_as(""):
            values = {
                "message_id": f"<{uuid.uuid4().hex}@{host_of(self._site())}>",
                "plugin": plugin,
                "recipient": receiver,
                "reply_to": answer_to,
                "subject": one_line(subject),
                "text": UNPRINTABLE.sub("", text).strip() + "\n",
                "html": UNPRINTABLE.sub("", html or ""),
                "state": WAITING,
                "created_at": utcnow(),
                "error": "",
                "secret": secret,
            }
            made = session.execute(insert(MailRow).values(values).returning(MailRow.id))
            number = int(made.scalar_one())
        self._jobs.enqueue(session, SEND, {"mail": number}, key=f"mail:{number}")
        return number

    def compose(self, template: str, **context: object) -> MailText:
        """Write a mail by a template of plain text, such as `comments/mail/waiting.txt`.

        Its first line is `Subject: …`. It sees `site` as pages do. The HTML is made from the text:
        paragraphs, lines that begin with `> ` or `- `, and addresses.
        """
        site = self._site()
        settings = site.settings(SiteSettings)
        named = {"title": settings.title, "base_url": site.base_url, "language": settings.language}
        environment = site.environment.overlay(autoescape=False)
        whole = environment.get_template(template).render(
            site=named, absolute=site.absolute, **context
        )
        head, _, text = whole.strip().partition("\n")
        subject = one_line(head.removeprefix("Subject:"))
        html = site.render("core/mail/letter.html", subject=subject, body=body_html(text), **named)
        return MailText(subject, f"{text.strip()}\n", str(html))

    def find(
        self, *, states: Sequence[str] = (), limit: int = 100, before: int = 0
    ) -> list[MailRecord]:
        """Return mails, the last written first; with `before`, an id, only older ones.

        Needs `jobs.manage`.
        """
        require("jobs.manage")
        query = select(MailRow.__table__).order_by(MailRow.id.desc()).limit(limit)
        if states:
            # Each state by its index, from its newest mail on.
            parts = [_newest(state, limit, before).subquery() for state in states]
            ids = union_all(*(select(part.c.id) for part in parts))
            query = query.where(MailRow.id.in_(select(ids.subquery().c.id)))
        elif before:
            query = query.where(MailRow.id < before)
        return _records(db.reading(), query)

    def get(self, mail_id: int) -> MailRecord:
        """Return a mail; raises NotFound. Needs `jobs.manage`."""
        require("jobs.manage")
        found = _records(db.reading(), select(MailRow.__table__).where(MailRow.id == mail_id))
        if not found:
            raise NotFound(
                f"There is no mail {mail_id}.",
                code="mail-unknown",
                action="Look it up with `blogengine mail list`.",
            )
        return found[0]

    def send_again(self, ids: Sequence[int] = ()) -> list[int]:
        """Let mails be sent that weren't, or may not have been; without ids all that were kept.

        Returns which. One that was sent for sure isn't sent again. Raises NotFound. Needs
        `jobs.manage`.
        """
        require("jobs.manage")
        chosen = [self.get(number) for number in ids] or self.find(
            states=(KEPT, FAILED), limit=1000
        )
        again = [mail.id for mail in chosen if mail.state not in (SENT, SENDING)]
        with db.write() as session:
            for number in again:
                session.execute(
                    update(MailRow)
                    .where(MailRow.id == number, MailRow.state.in_((KEPT, FAILED, UNSURE, WAITING)))
                    .values(state=WAITING, error="")
                )
                self._jobs.enqueue(session, SEND, {"mail": number}, key=f"mail:{number}")
        return again

    def counts(self) -> dict[str, int]:
        """Return how many mails there are in each state."""
        query = select(MailRow.state, func.count()).group_by(MailRow.state)
        return {state: number for state, number in db.reading().execute(query)}

    def prune(self, before: datetime) -> int:
        """Delete mails older than this that nobody waits for; return how many."""
        gone = (SENT, KEPT, UNSURE, FAILED)
        with db.write() as session:
            done = session.execute(
                delete(MailRow).where(MailRow.created_at < before, MailRow.state.in_(gone))
            )
        return int(done.rowcount)  # type: ignore[attr-defined]


def one_line(text: str) -> str:
    """Return a subject without line breaks and control characters, not too long."""
    line = " ".join(UNPRINTABLE.sub(" ", text).split())
    line = "".join(letter for letter in line if letter.isprintable())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _newest(state: str, limit: int, before: int) -> Select[Any]:
    """Return the ids of the newest mails in a state, of those before an id."""
    query = select(MailRow.id).where(MailRow.state == state)
    if before:
        written = select(MailRow.created_at).where(MailRow.id == before).scalar_subquery()
        query = query.where(MailRow.created_at <= written, MailRow.id < before)
    return query.order_by(MailRow.created_at.desc(), MailRow.id.desc()).limit(limit)


def _may_read_secrets() -> bool:
    """Whether who acts may read what lets others in: they could let themselves in anyway."""
    actor = current_actor()
    return may("people.manage_owners", actor=actor) and is_confirmed(actor)


def _records(connection: Connection, query: Any) -> list[MailRecord]:
    readable = _may_read_secrets()
    return [
        MailRecord(
            row.id,
            row.state,
            row.recipient,
            row.subject,
            row.plugin,
            row.created_at,
            row.sent_at,
            row.error,
            row.text if readable or not row.secret else HIDDEN,
            row.html if readable or not row.secret else "",
            row.reply_to,
            row.message_id,
            row.secret,
            row.secret and not readable,
        )
        for row in connection.execute(query)
    ]
