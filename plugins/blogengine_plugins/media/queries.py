"""Reading the library: every list costs the same however many files there are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from blogengine.api import Session, Site, fold, func, select
from blogengine_plugins.media.models import LIVE, TRASHED, File, Use, Word
from blogengine_plugins.media.rights import no_file
from blogengine_plugins.media.values import MediaFile, media_file

PAGE = 48
MOST_FOUND = 250
"""How many files of one word are looked at for a page, so that it costs the same whatever the size
of the library: the newest with the word itself, and some with longer ones."""

LONGEST_WORD, MOST_WORDS = 40, 60
ADDRESS = re.compile(r"/media/([0-9a-f]{16}(?:-[0-9]{1,4})?)(?=[./])")
FILES = File.__table__
LETTERS = re.compile(r"[\w]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files a list shows: words that begin so, a kind, only unused ones, the trash.

    `before` is the id that the page before ended with.
    """

    words: str = ""
    kind: str = ""
    unused: bool = False
    trashed: bool = False
    person: int | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of files; `more` is where the next one begins, 0 at the end."""

    files: tuple[MediaFile, ...]
    more: int


def find(site: Site, wanted: Wanted, size: int = PAGE) -> Listed:
    """Return a page of files, the newest first."""
    state = TRASHED if wanted.trashed else LIVE
    query = select(FILES).where(File.state == state)
    if wanted.kind:
        query = query.where(File.kind == wanted.kind)
    if wanted.unused:
        query = query.where(File.uses == 0)
    if wanted.person is not None:
        query = query.where(File.uploaded_by == wanted.person)
    if wanted.before:
        query = query.where(File.id < wanted.before)
    edge = 0
    connection = site.db.reading()
    for number, word in enumerate(sorted(words_of(wanted.words), key=len, reverse=True)[:5]):
        if number:  # the longest word is looked up, the others are compared with what it found
            query = query.where(_has_word(word))
        else:
            ids, edge = _with_word(connection, word, wanted.before)
            query = query.where(File.id.in_(ids))
    rows = connection.execute(query.order_by(File.id.desc()).limit(size + 1)).all()
    files = tuple(media_file(row) for row in rows[:size])
    return Listed(files, files[-1].id if len(rows) > size else edge)


def _with_word(connection: Any, word: str, before: int) -> tuple[set[int], int]:
    """Return ids of files with a word, and the id that the look stopped at (0: there are no more).

    Those with the word itself are looked up from the newest on, a page after the other.
    """
    exact = select(Word.file_id).where(Word.word == word)
    if before:
        exact = exact.where(Word.file_id < before)
    exact = exact.order_by(Word.file_id.desc()).limit(MOST_FOUND)
    found = list(connection.execute(exact).scalars())
    longer = select(Word.file_id).where(Word.word > word, Word.word < word + "\U0010ffff")
    longer = longer.order_by(Word.word, Word.file_id.desc()).limit(MOST_FOUND)
    edge = found[-1] if len(found) == MOST_FOUND else 0
    return {*found, *connection.execute(longer).scalars()}, edge


def _has_word(word: str) -> Any:
    begins = (Word.word >= word, Word.word < word + "\U0010ffff")
    return select(Word.file_id).where(Word.file_id == File.id, *begins).exists()


def words_of(*texts: str) -> set[str]:
    """Return the words of texts as they are kept and looked for."""
    found: dict[str, None] = {}
    for text in texts:
        for word in LETTERS.findall(fold(text).replace("_", " ")):
            found[word[:LONGEST_WORD]] = None
    return set(list(found)[:MOST_WORDS])


def get(site: Site, number: int) -> MediaFile:
    """Return a file, of the trash too; raises NotFound."""
    return get_inside(site.db.reading(), number)


def get_inside(connection: Any, number: int) -> MediaFile:
    """The same within a session or connection of one's own."""
    row = connection.execute(select(FILES).where(File.id == number)).first()
    if row is None:
        raise no_file(number)
    return media_file(row)


def by_stem(site: Site, stem: str) -> MediaFile | None:
    """Return the file of an address, if it isn't in the trash."""
    query = select(FILES).where(File.stem == stem, File.state == LIVE)
    row = site.db.reading().execute(query).first()
    return None if row is None else media_file(row)


def by_address(site: Site, address: str) -> MediaFile | None:
    """Return the file that an address of this site leads to."""
    match = ADDRESS.search(address)
    return by_stem(site, match[1]) if match else None


def by_stems(connection: Any, stems: Collection[str]) -> dict[str, MediaFile]:
    """Return files by what their addresses are made of, by one statement for each thousand."""
    wanted, found = list(stems), {}
    for start in range(0, len(wanted), 1000):
        query = select(FILES).where(File.stem.in_(wanted[start : start + 1000]))
        for row in connection.execute(query):
            found[row.stem] = media_file(row)
    return found


def by_digest(connection: Any, digest: str) -> MediaFile | None:
    """Return the file that came of these very bytes."""
    row = connection.execute(select(FILES).where(File.digest == digest)).first()
    return None if row is None else media_file(row)


def stems_in(text: str) -> set[str]:
    """Return what the addresses of files in a text are made of."""
    return set(ADDRESS.findall(text))


def users(site: Site, number: int) -> tuple[tuple[int, str], ...]:
    """Return the posts that use a file, and how: their ids with "text" or "featured"."""
    query = select(Use.post_id, Use.role).where(Use.file_id == number)
    rows = site.db.reading().execute(query.order_by(Use.post_id.desc()).limit(100))
    return tuple((row.post_id, row.role) for row in rows)


def users_inside(session: Session, number: int) -> Sequence[int]:
    """Return the ids of the posts that use a file."""
    return list(session.scalars(select(Use.post_id).where(Use.file_id == number).distinct()))


def room_taken(connection: Any) -> int:
    """Return how many bytes all files and their copies have."""
    return int(connection.execute(select(func.coalesce(func.sum(File.kept), 0))).scalar() or 0)


def everything(site: Site) -> Iterable[MediaFile]:
    """Yield every file, the trash included."""
    last, query = 0, _ordered(select(FILES))
    while rows := site.db.reading().execute(query.where(File.id > last).limit(500)).all():
        for row in rows:
            yield media_file(row)
        last = rows[-1].id


def _ordered(query: Select[Any]) -> Select[Any]:
    return query.order_by(File.id)
