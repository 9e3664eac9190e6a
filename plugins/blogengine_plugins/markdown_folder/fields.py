"""From front matter and file name to what the engine stores of a post.

In doubt a text becomes a draft: an import must never publish what its owner kept back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from blogengine.api import PostDraft

from .findings import LeftOut
from .frontmatter import Parted
from .moments import read_moment
from .reading import SourceFile
from .values import first, names, one_line, people, truth

LONGEST_SLUG = 200
LONGEST_NAME = 200
LONGEST_GUID = 300
LONGEST_HEADING = 1000
MOST_TAGS = 50

GUID = "urn:blogengine:import:markdown:"
DATED_PATH = re.compile(r"(?:^|/)(\d{4}/\d{1,2}/\d{1,2})/[^/]+$")
DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[-_ ](.*))?", re.DOTALL)
URI = re.compile(r"(?:urn|tag|https?):\S+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
TEMPLATE = re.compile(r"(?:post|page)-[a-z0-9][a-z0-9_-]{0,60}\.html")
HEADING = re.compile(
    r"\s*^ {0,3}(?:#[ \t]+(\S[^\n]*)|(?![`~>|<-])(\S[^\n]*)\n {0,3}=+[ \t]*\r?$)", re.MULTILINE
)
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
PELICAN = re.compile(
    r"\s*(?:title|date|author|authors|tags|category|slug|status|summary|modified|lang)[ \t]*:",
    re.IGNORECASE,
)
INSTRUCTION = re.compile(r"\{\{[<%-]?\s*\w|\{%-?\s*\w")
OPEN_STATUSES = frozenset({"", "published", "publish", "public", "live", "scheduled", "future"})

REDIRECTING = ("aliases", "redirect_from", "permalink", "url", "path")
DATES = ("date", "publishdate", "published", "pubdate", "created")
UPDATES = ("updated", "lastmod", "last_modified_at", "modified")


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as its file describes it. `authors` are names; the draft's own are still empty."""

    file: SourceFile
    draft: PostDraft
    authors: tuple[str, ...]
    remarks: tuple[str, ...]


def read_entry(file: SourceFile, parted: Parted, zone: ZoneInfo, now: datetime) -> Entry:
    """Read a post out of its fields; raises LeftOut for what isn't one."""
    reader = _Reader(file, parted, zone, now)
    return reader.entry()


class _Reader:
    """One file's reading; `remarks` grows on the way."""

    def __init__(self, file: SourceFile, parted: Parted, zone: ZoneInfo, now: datetime) -> None:
        self.file, self.fields, self.body = file, parted.fields, parted.body
        self.has_front_matter = parted.has_front_matter
        self.zone, self.now = zone, now
        self.remarks = ["A byte order mark was dropped"] if parted.had_bom else []
        dated = DATED_NAME.fullmatch(file.name)
        self.name_date = read_moment(dated[1]) if dated else None
        self.name = (dated[2] or "").strip() if dated and self.name_date else file.name
        self.path = first(self.fields, "path").strip("/")

    def entry(self) -> Entry:
        self._refuse_others()
        date, title, updated = self._date(), self._title(), self._moment(*UPDATES)
        if not title and date is None:
            raise LeftOut("It has neither a title nor a date, so it isn't a post.")
        draft = PostDraft(
            title=title or self._title_of_name(),
            source=self.body,
            slug=self._slug(),
            status=self._status(date),
            published_at=date,
            updated_at=min(updated, self.now) if updated else None,
            terms={"tag": self._tags()},
            excerpt=first(self.fields, "description", "summary", "excerpt"),
            language=self._language(),
            template=self._template(),
            guid=self._guid(),
        )
        authors = self._short(self._people(), "An author's name that is too long")
        self._remark_the_rest()
        return Entry(self.file, draft, authors, tuple(self.remarks))

    def _refuse_others(self) -> None:
        if first(self.fields, "redirect_to"):
            raise LeftOut("It only sends readers on to another address.")
        if not self.has_front_matter and PELICAN.match(self.body):
            raise LeftOut(
                "Its head is lines such as `Title: …` without `---`; that isn't read yet."
            )

    def _moment(self, *keys: str) -> datetime | None:
        for key in keys:
            if moment := read_moment(self.fields.get(key)):
                return self._aware(moment)
        return None

    def _aware(self, moment: datetime) -> datetime:
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _date(self) -> datetime | None:
        """Return the date of the front matter, else of `path`, else of the file's name."""
        if date := self._moment(*DATES):
            embargo = self._moment("publishdate")
            return embargo if embargo and embargo > self.now else date
        if one_line(self.fields.get("date")):
            self.remarks.append("A date that can't be read")
        in_path = DATED_PATH.search(self.path)
        date = read_moment(in_path[1]) if in_path else None
        date = date or self.name_date
        return self._aware(datetime.combine(date, time())) if date else None

    def _title(self) -> str:
        if title := first(self.fields, "title"):
            return title
        heading = HEADING.match(self.body)
        if heading is None:
            return ""
        text = LINK.sub(r"\1", (heading[1] or heading[2])[:LONGEST_HEADING])
        text = re.sub(r"\s+#+\s*$|\s*\{[^{}]*\}\s*$|[*`]", "", text)
        self.remarks.append("Title taken from the first heading, which also stays in the text")
        return one_line(text)

    def _title_of_name(self) -> str:
        words = re.sub(r"[-_\s]+", " ", self.name).strip()
        if not words or words.isdigit():
            return ""
        self.remarks.append("Title made from the file's name")
        return " ".join(word[:1].upper() + word[1:] for word in one_line(words).split(" "))

    def _slug(self) -> str:
        wanted = first(self.fields, "slug") or self.path.rpartition("/")[2] or self.name
        clean = re.sub(r"[^\w.-]+", "-", unquote(one_line(wanted)))
        return clean.strip(".-_")[:LONGEST_SLUG]

    def _status(self, date: datetime | None) -> str:
        """Return "published" only where nothing speaks against it."""
        expiry = self._moment("expirydate", "expires")
        against = (
            truth(self.fields.get("draft")) is not False
            or ("published" in self.fields and truth(self.fields["published"]) is False)
            or first(self.fields, "status").lower() not in OPEN_STATUSES
            or truth(self.fields.get("private")) is not False
            or "_drafts" in self.file.folders
        )
        if expiry and expiry <= self.now:
            self.remarks.append("Past its expiry date, so kept as a draft")
            return "draft"
        if date is None and not against:
            self.remarks.append("No date, so kept as a draft")
        return "draft" if against or date is None else "published"

    def _tags(self) -> tuple[str, ...]:
        several = self.fields.get("tags")
        if isinstance(several, str):
            # Jekyll parts a text at spaces, others at commas; only Jekyll dates its file names.
            parts = several.split(",") if "," in several or not self.name_date else several.split()
            several = [*parts]
        given = [*names(self.fields.get("tag")), *names(several), *names(self._taxonomy("tags"))]
        tags = self._short(names(given), "A tag that is too long")
        if len(tags) > MOST_TAGS:
            self.remarks.append(f"More than {MOST_TAGS} tags; the first {MOST_TAGS} are kept")
        return tags[:MOST_TAGS]

    def _taxonomy(self, name: str) -> object:
        taxonomies = self.fields.get("taxonomies")
        return taxonomies.get(name) if isinstance(taxonomies, Mapping) else None

    def _people(self) -> tuple[str, ...]:
        several = people(self.fields.get("authors")) or people(self._taxonomy("authors"))
        return several or people(self.fields.get("author"))

    def _short(self, given: tuple[str, ...], remark: str) -> tuple[str, ...]:
        kept = tuple(name for name in given if len(name) <= LONGEST_NAME)
        if len(kept) < len(given):
            self.remarks.append(f"{remark}, left out")
        return kept

    def _language(self) -> str:
        language = first(self.fields, "language", "lang").replace("_", "-") or self.file.language
        return language if LANGUAGE.fullmatch(language) and len(language) <= 35 else ""

    def _template(self) -> str:
        """Return a template of ours; other programs' layouts mean nothing here."""
        name = first(self.fields, "template").removesuffix(".html") + ".html"
        return name if TEMPLATE.fullmatch(name) else ""

    def _guid(self) -> str:
        """Return the permanent id: the source's own, else one made of its place in the folder."""
        own = first(self.fields, "guid", "id")
        if URI.fullmatch(own) and len(own) <= LONGEST_GUID:
            return own
        return place_guid(self.file)

    def _remark_the_rest(self) -> None:
        if any(names(self.fields.get(key)) for key in ("categories", "category")) or names(
            self._taxonomy("categories")
        ):
            self.remarks.append("Categories, which aren't imported yet")
        if any(names(self.fields.get(key)) for key in REDIRECTING):
            self.remarks.append("Former addresses, which don't lead to the post yet")
        if INSTRUCTION.search(self.body):
            self.remarks.append(
                "Instructions of the old program ({{ … }} or {% … %}), kept as they stand"
            )


def place_guid(file: SourceFile) -> str:
    """Return the id made of a file's place in the folder; a very long one is cut to a hash."""
    guid = GUID + file.quoted
    if len(guid) <= LONGEST_GUID:
        return guid
    return f"{GUID}sha256:{hashlib.sha256(guid.encode()).hexdigest()}"
