"""`site.users`: the people who write. How they sign in is told in `blogengine.identity`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from blogengine import audit, changes
from blogengine.accounts import CredentialRow
from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.mailboxes import bad_address, mailbox
from blogengine.models import ListingCountRow, PostAuthorRow, UserRow
from blogengine.names import check_name
from blogengine.permissions import ROLES
from blogengine.queries.rows import Mapper
from blogengine.slugs import make_slug, numbered
from blogengine.values import Author

EMAIL_LENGTH = 254


@dataclass(frozen=True, slots=True)
class Users:
    """Authors of the site. Every method needs an application context."""

    mapper: Callable[[], Mapper]

    def all(self) -> tuple[Author, ...]:
        """Return everybody, by name."""
        query = select(UserRow.id, UserRow.slug, UserRow.name).order_by(UserRow.name, UserRow.id)
        return tuple(self.mapper().author(row) for row in db.reading().execute(query))

    def mail_addresses(self, *, role: str = "", ids: Iterable[int] = ()) -> tuple[str, ...]:
        """Return the mail addresses of those with a role, or of these people; some have none.

        They are for mails alone and never for readers' eyes.
        """
        query = select(UserRow.email).where(UserRow.email.is_not(None)).order_by(UserRow.id)
        query = query.where(UserRow.role == role) if role else query.where(UserRow.id.in_(ids))
        return tuple(address for address in db.reading().execute(query).scalars() if address)

    def create(self, name: str, *, email: str = "", role: str = "author") -> Author:
        """Make a person; raises UserError for a bad name or role, or an e-mail that is taken."""
        require("people.manage_owners" if role == "owner" else "people.manage")
        with db.write() as session:
            return self.mapper().author(add_user(session, name, email=email, role=role))

    def ensure(self, name: str) -> Author:
        """Return the person of this name, made as an author if there is none."""
        shown = " ".join(name.split())
        for author in self.all():
            if author.name.casefold() == shown.casefold():
                return author
        return self.create(shown)

    def delete_unused(self, ids: Iterable[int]) -> int:
        """Delete those of the people who have no post and never sign in; return how many."""
        require("people.manage")
        with db.write() as session:
            used = select(PostAuthorRow.user_id)
            signing_in = select(CredentialRow.user_id)
            query = select(UserRow).where(
                UserRow.id.in_(list(ids)), UserRow.id.not_in(used), UserRow.id.not_in(signing_in)
            )
            people = list(session.scalars(query))
            if not people:
                return 0
            idle = [row.id for row in people]
            entries = (
                audit.Entry("user.deleted", f"user:{row.id}", row.name, told_of(row))
                for row in people
            )
            audit.record_all(session, entries)
            session.execute(delete(UserRow).where(UserRow.id.in_(idle)))
            session.execute(
                delete(ListingCountRow).where(
                    ListingCountRow.scope == "author", ListingCountRow.scope_id.in_(idle)
                )
            )
            changes.record(session, [f"author:{number}" for number in idle])
            return len(idle)


def add_user(session: Session, name: str, *, email: str = "", role: str = "author") -> UserRow:
    """Add a person in the caller's transaction; raises UserError as `Users.create` does."""
    shown = check_name(name, field="name", what="name")
    if role not in ROLES:
        raise _invalid("role", f"The role {role!r} isn't one of {', '.join(ROLES)}.")
    address = check_email(session, email) if email.strip() else None
    slugs = set(session.scalars(select(UserRow.slug)))
    wanted, number = make_slug(shown) or "author", 1
    while numbered(wanted, number) in slugs:
        number += 1
    row = UserRow(
        slug=numbered(wanted, number), name=shown, email=address, role=role, created_at=utcnow()
    )
    session.add(row)
    session.flush()
    after = told_of(row)
    audit.record(session, "user.created", subject=f"user:{row.id}", title=shown, after=after)
    changes.record(session, [f"author:{row.id}"])
    return row


def check_email(session: Session, email: str, *, of: int | None = None) -> str:
    """Return an address as it is stored; raises UserError for an odd one or somebody else's."""
    address = fold_email(email)
    if "<" in address or len(address) > EMAIL_LENGTH:
        raise bad_address(email, "email")
    mailbox(address, "email")
    owner = session.scalar(select(UserRow.id).where(UserRow.email == address))
    if owner not in (None, of):
        raise _invalid("email", f"Somebody already has the address {address}.")
    return address


def fold_email(address: str) -> str:
    """Return an address as it is stored and compared: nobody has two by writing it otherwise."""
    text = unicodedata.normalize("NFC", address.strip().casefold())
    text = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    local, at, domain = text.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}"


def told_of(row: UserRow) -> dict[str, object]:
    """Return what the audit trail tells of a person."""
    known = {"name": row.name, "slug": row.slug, "email": row.email, "role": row.role}
    return {name: value for name, value in known.items() if value}


def _invalid(field: str, message: str) -> UserError:
    return UserError(
        message, code="user-invalid", action="Give another one.", field=field, status=422
    )
