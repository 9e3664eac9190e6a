"""The samples as drafts: the ten posts of the archive page, and the ones written for the demo."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from blogengine.api import PostDraft, make_slug
from blogengine_plugins.demo.seed import FILE, read_seed

CONTENT = Path(__file__).parent / "content"
GUID = "urn:blogengine:sample:"
SERIES = "series"
"""The taxonomy of a plugin: readers see it as long as that is on."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A post to load. `draft.authors` is still empty: people get their slugs when they are made."""

    draft: PostDraft
    authors: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        return self.draft.terms.get("tag", ())


def all_samples() -> tuple[Sample, ...]:
    """Return every sample, the oldest first."""
    samples = [*_seed_samples(), *_own_samples()]
    return tuple(sorted(samples, key=lambda sample: str(sample.draft.published_at or "")))


def tag_descriptions() -> dict[str, tuple[str, str]]:
    """Return description and colour by the tag's slug."""
    lines = (CONTENT / "tags.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if line)
    heads = ((*name.partition(" #")[::2], description) for name, _, description in pairs)
    return {
        make_slug(name): (description, f"#{colour}" if colour else "")
        for name, colour, description in heads
    }


def sample_series() -> list[str]:
    """Return the names of the series that samples belong to."""
    return sorted({name for one in all_samples() for name in one.draft.terms.get(SERIES, ())})


def mark_of(draft: PostDraft) -> str:
    """Return a digest of what a reader reads of a draft."""
    text = f"{draft.title}\0{draft.source}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()


def _seed_samples() -> Iterator[Sample]:
    """Yield the archive's posts; when, by whom and with which other tags stands in `ecommerce.txt`.

    The archive page says none of that, so its lines go with the posts in page order.
    """
    tag, posts = read_seed(FILE.read_text(encoding="utf-8"))
    lines = (CONTENT / "ecommerce.txt").read_text(encoding="utf-8").split("\n\n")
    for number, (post, head) in enumerate(zip(posts, lines, strict=True), start=1):
        fields = {**_fields(head), "Title": post.title, "Sample": str(number)}
        yield _sample({**fields, "Tags": f"{tag}, {fields['Tags']}"}, post.markdown)


def _own_samples() -> Iterator[Sample]:
    for path in sorted((CONTENT / "posts").glob("*.md")):
        head, _, source = path.read_text(encoding="utf-8").partition("\n\n")
        yield _sample(_fields(head), source)


def _fields(head: str) -> dict[str, str]:
    return {name: value for name, _, value in (line.partition(": ") for line in head.splitlines())}


def _sample(fields: dict[str, str], source: str) -> Sample:
    published = fields.get("Published")
    moment = datetime.fromisoformat(published) if published else None
    changed = fields.get("Changed")
    status = fields.get("Status", "published")
    draft = PostDraft(
        title=fields["Title"],
        source=source,
        kind=fields.get("Kind", "post"),
        status=status,
        published_at=moment,
        updated_at=datetime.fromisoformat(changed) if changed else _unchanged(moment, status),
        guid=f"{GUID}{fields['Sample']}",
    )
    draft = draft.with_tags(*_names(fields, "Tags"))
    if series := _names(fields, "Series"):
        draft = replace(draft, terms={**draft.terms, SERIES: series})
    return Sample(draft, _names(fields, "Authors"))


def _unchanged(moment: datetime | None, status: str) -> datetime | None:
    return moment if status == "published" else None


def _names(fields: dict[str, str], field: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in fields.get(field, "").split(",") if name.strip())
