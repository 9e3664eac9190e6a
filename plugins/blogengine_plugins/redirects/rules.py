"""Keeping rules: checked, without loops, and every chain as short as one step."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from blogengine.api import (
    NotFound,
    Redirection,
    Session,
    Site,
    UserError,
    current_actor,
    delete,
    insert,
    require,
    select,
    update,
    utcnow,
)
from blogengine_plugins.redirects.models import LONGEST_PATH, LONGEST_TARGET, Rule

EDIT = "redirects.edit"
STATUSES = (301, 302, 410)
GONE = 410
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule to keep: `path` as it is stored."""

    path: str
    target: str
    status: int


def key_of(path: str) -> str:
    """Return the form of a path under which rules are kept."""
    return unicodedata.normalize("NFC", path).rstrip("/") or "/"


def find(site: Site, path: str) -> Redirection | None:
    """Return where a rule leads from this path."""
    key = key_of(path)
    if len(key) > LONGEST_PATH or "\x00" in key:
        return None
    query = select(Rule.target, Rule.status).where(Rule.path == key)
    row = site.db.reading().execute(query).first()
    return None if row is None else Redirection(row.target, row.status)


def checked(path: str, target: str, status: int | str) -> Wanted:
    """Return a rule that can be kept; raises UserError for what is no address of this site."""
    path, target = path.strip(), target.strip()
    if not path.startswith("/") or path.startswith("//") or "?" in path or "#" in path:
        raise _refused("path", f"{path[:60]!r} is no path of this site.", "Begin it with one /.")
    key = key_of(unquote(path))
    if len(key) > LONGEST_PATH or _odd(key):
        raise _refused("path", "That path can't be kept.", "Write a shorter, plainer one.")
    if key == "/" or key.split("/")[1] == "admin":
        raise _refused("path", f"{key!r} always answers itself.", "Name another path.")
    if str(status) not in {str(known) for known in STATUSES}:
        raise _refused("status", f"{status!r} is none of 301, 302 and 410.", "Take one of them.")
    number = int(status)
    if number == GONE:
        return Wanted(key, "", GONE)
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith("//")
    whole = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    if not (own or whole) or len(target) > LONGEST_TARGET or _odd(target):
        raise _refused(
            "target",
            f"{target[:60]!r} is no address to lead to.",
            "Write a path that begins with /, or a whole address with https://.",
        )
    return Wanted(key, target, number)


def _odd(text: str) -> bool:
    return any(
        ord(letter) < 33 or letter == "\\" or "\ud800" <= letter <= "\udfff" for letter in text
    )


def add(site: Site, wanted: Sequence[Wanted], *, dry_run: bool = False) -> list[Wanted]:
    """Keep rules, all or none, each leading straight to the end of its chain.

    A rule of the same path is replaced, and rules that led to it lead on. Raises UserError for a
    loop.
    """
    require(EDIT)
    new = {rule.path: rule for rule in wanted}
    if dry_run:
        return list(_flattened(new, _stored(site)).values())
    with site.db.write() as session:
        known = {
            row.path: Wanted(row.path, row.target, row.status)
            for row in session.execute(select(Rule.path, Rule.target, Rule.status))
        }
        flat = _flattened(new, known)
        for rule in flat.values():
            before = known.get(rule.path)
            _keep(session, rule, before)
            site.audit.record(
                session,
                "kept",
                subject=f"redirects:{rule.path[:150]}",
                before={"target": before.target, "status": before.status} if before else {},
                after={"target": rule.target, "status": rule.status},
            )
    for rule in flat.values():
        site.missing.forget(rule.path)
        site.missing.forget(f"{rule.path}/")
    return [flat[path] for path in new]


def _stored(site: Site) -> dict[str, Wanted]:
    rows = site.db.reading().execute(select(Rule.path, Rule.target, Rule.status))
    return {row.path: Wanted(row.path, row.target, row.status) for row in rows}


def _flattened(new: Mapping[str, Wanted], known: Mapping[str, Wanted]) -> dict[str, Wanted]:
    """Return what has to be written: the new rules, and older ones whose end is another now."""
    every = {**known, **new}
    found: dict[str, Wanted] = {}
    for path, rule in every.items():
        end, seen = rule, {path}
        while end.status != GONE and (following := _next(every, end.target)) is not None:
            if following.path in seen:
                raise UserError(
                    f"{path} would lead back to itself.",
                    code="redirects-loop",
                    action="Lead one of the addresses on the way somewhere else.",
                    field="target",
                    status=409,
                )
            seen.add(following.path)
            end = following
        status = end.status if end.status == GONE else rule.status
        flat = Wanted(path, end.target, status)
        if path in new or flat != known.get(path):
            found[path] = flat
    return found


def _next(every: Mapping[str, Wanted], target: str) -> Wanted | None:
    return every.get(key_of(unquote(urlsplit(target).path))) if target.startswith("/") else None


def _keep(session: Session, rule: Wanted, before: Wanted | None) -> None:
    values = {"target": rule.target, "status": rule.status}
    values |= {"by": current_actor().name[:200], "at": utcnow()}
    if before is None:
        session.execute(insert(Rule).values(path=rule.path, **values))
    else:
        session.execute(update(Rule).where(Rule.path == rule.path).values(**values))


def remove(site: Site, path: str) -> Wanted:
    """Forget a rule and return it; raises NotFound."""
    require(EDIT)
    key = key_of(path.strip())
    with site.db.write() as session:
        row = session.execute(select(Rule).where(Rule.path == key)).scalar_one_or_none()
        if row is None:
            raise NotFound(
                f"No rule leads from {key!r}.",
                code="redirects-unknown",
                action="See `blogengine redirects list`.",
            )
        gone = Wanted(row.path, row.target, row.status)
        session.execute(delete(Rule).where(Rule.path == key))
        site.audit.record(
            session,
            "removed",
            subject=f"redirects:{key[:150]}",
            before={"target": gone.target, "status": gone.status},
        )
    return gone


def read_csv(text: str) -> list[Wanted]:
    """Read lines of path, target and status; raises UserError that names each wrong line.

    A first line of names is passed over; without a status it is 301.
    """
    found: list[Wanted] = []
    wrong: list[tuple[str, str, str]] = []
    for number, row in enumerate(csv.reader(io.StringIO(text.lstrip("\ufeff"))), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and not cells[0].startswith("/")):
            continue
        path, target, status = [*cells, "", ""][:3]
        try:
            found.append(checked(path, target, status or 301))
        except UserError as error:
            wrong.append(("lines", error.code, f"Line {number}: {error.message}"))
        if len(found) + len(wrong) > MOST_LINES:
            raise _refused("lines", f"More than {MOST_LINES} lines.", "Bring them in parts.")
    if wrong or not found:
        count = len(wrong)
        said = (
            f"{count} {'line' if count == 1 else 'lines'} can't be used." if count else "No rule."
        )
        raise UserError(
            said,
            code="redirects-lines",
            action="Mend what is named, then send it again; nothing was changed.",
            status=422,
            errors=wrong[:50] or [("lines", "redirects-lines", "There is no line with a rule.")],
        )
    return found


def _refused(field: str, message: str, action: str) -> UserError:
    return UserError(message, code="redirects-invalid", action=action, field=field, status=422)
