"""`site.terms`: reading tags, and every act on them with its preview and its way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Unpack

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.hooks import Hooks
from blogengine.posts.asking import labels_saving
from blogengine.queries import tagging
from blogengine.queries import term_archives as reading
from blogengine.queries.rows import Mapper
from blogengine.queries.slices import Slice
from blogengine.rendering import Renderer, RenderJob, place
from blogengine.tagged import (
    Alike,
    Choice,
    Completion,
    TagAct,
    TagEffect,
    TagEntry,
    TagsChange,
)
from blogengine.taxonomies import TAG, Taxonomy
from blogengine.terms import journal, ordering, planning
from blogengine.terms.applying import apply, trace
from blogengine.terms.change import Change
from blogengine.terms.fields import Shape, sound
from blogengine.terms.likeness import find_alike
from blogengine.terms.relabelling import relabelled
from blogengine.terms.shelf import Shelf
from blogengine.terms.telling import effect_of
from blogengine.terms.undoing import plan_undo
from blogengine.values import Post, Term

MOST_AT_ONCE = 500

Plan = Callable[[Shelf], Change]
Count = Callable[[Sequence[int]], Mapping[int, int] | None]


@dataclass(frozen=True, slots=True)
class Terms:
    """Tags, or with `of` the terms of another taxonomy. Every method needs an application context.

    Acts on tags are one transaction each and can be undone for 30 days; with `dry_run` they only
    tell what they would do. Those who do them need the permission `terms.edit`.
    """

    mapper: Callable[[], Mapper]
    renderer: Renderer
    hooks: Hooks
    taxonomy: Taxonomy = TAG
    rankings: Callable[[], Mapping[str, Count]] = lambda: {}

    def of(self, taxonomy: str) -> Terms:
        """Return the same service for another taxonomy, by its name; raises NotFound."""
        known = self.mapper().taxonomies
        if taxonomy not in known:
            raise NotFound(
                f"There is no taxonomy {taxonomy!r}.",
                code="taxonomy-unknown",
                action="Switch on the plugin that brings it: blogengine plugin list.",
            )
        return replace(self, taxonomy=known[taxonomy])

    def all(self, taxonomy: Taxonomy | None = None) -> tuple[Term, ...]:
        """Return the terms that have a public post, by name, with their counts."""
        return reading.all_terms(db.reading(), self.mapper(), taxonomy or self.taxonomy)

    def find(
        self, *, q: str = "", sort: str = "name", limit: int = 50, offset: int = 0
    ) -> tuple[tuple[TagEntry, ...], int]:
        """Return one page of all tags, those without a public post too, and how many there are.

        `q` looks into names and other names; `sort` is name, posts or new.
        """
        require("terms.edit")
        order = sort if sort in tagging.SORTS else "name"
        most = min(max(limit, 1), MOST_AT_ONCE)
        q = q.replace("\x00", "")
        return tagging.find_tags(
            db.reading(), self.taxonomy, q=q, sort=order, limit=most, offset=max(offset, 0)
        )

    def browse(self, arguments: Mapping[str, str]) -> tuple[Slice, tuple[TagEntry, ...]]:
        """Return the slice of all tags that an address asks for: `?q=…&sort=-posts&after=…`."""
        require("terms.edit")
        found = tagging.slice_of_tags(db.reading(), self.taxonomy, arguments)
        ids = [row.id for row in found.rows]
        tags = {tag.id: tag for tag in tagging.entries(db.reading(), self.taxonomy, ids)}
        return found, tuple(tags[number] for number in ids)

    def by_id(self, number: int) -> TagEntry:
        """Return a tag by its permanent id; raises NotFound."""
        require("terms.edit")
        found = tagging.entries(db.reading(), self.taxonomy, [number])
        return found[0] if found else self.get(f"#{number}")

    def get(self, slug: str) -> TagEntry:
        """Return a tag with all that is stored of it; raises NotFound."""
        require("terms.edit")
        row = planning.found(self._shelf(db.reading()), slug)
        return tagging.entries(db.reading(), self.taxonomy, [row["id"]])[0]

    def complete(self, q: str, *, limit: int = 10) -> tuple[Completion, ...]:
        """Return tags and other names of tags that begin like this, the most used first."""
        require("posts.create")
        q = q.replace("\x00", "")
        return tagging.complete(db.reading(), self.taxonomy, q, limit) if q.strip() else ()

    def duplicates(self) -> tuple[Alike, ...]:
        """Return groups of tags that may be one: by letters, plural, spelling, or same posts."""
        require("terms.edit")
        return find_alike(db.reading(), self.taxonomy)

    def rename(self, slug: str, name: str, *, dry_run: bool = False) -> TagEffect:
        """Give a tag another name, and the address that follows from it.

        The old address, its feeds and its pages answer with a redirect, and the old name stands
        for the tag. Raises UserError 409 when another tag has that name: joining two is a merge.
        """
        return self._do(lambda c: planning.plan_rename(c, slug, name), dry_run=dry_run)

    def merge(self, slugs: Sequence[str], into: str, *, dry_run: bool = False) -> TagEffect:
        """Give all posts of these tags the tag `into` instead, and delete the emptied tags.

        No post loses a tag by it. Names and addresses of the others lead to `into`.
        """
        return self._do(lambda c: planning.plan_merge(c, slugs, into), dry_run=dry_run)

    def split(
        self,
        slug: str,
        name: str,
        choice: Choice,
        *,
        keep: bool = False,
        dry_run: bool = False,
    ) -> TagEffect:
        """Give chosen posts of a tag another one instead; with `keep` as well.

        The other tag is made if there is none of that name.
        """

        def plan(shelf: Shelf) -> Change:
            term = planning.found(shelf, slug)
            other = planning.found(shelf, choice.tag)["id"] if choice.tag else None
            chosen = tagging.chosen_posts(shelf.connection, term["id"], choice, other)
            return planning.plan_split(shelf, slug, name, chosen, keep=keep)

        if choice == Choice():
            raise UserError(
                "Nothing says which posts are meant.",
                code="tag-split-nothing",
                action="Choose posts, or say by words, another tag, an author or days.",
                field="posts",
                status=422,
            )
        return self._do(plan, dry_run=dry_run)

    def alias(self, slug: str, name: str, *, dry_run: bool = False) -> TagEffect:
        """Let another name stand for a tag, wherever it is written or visited."""
        return self._do(lambda c: planning.plan_alias(c, slug, name), dry_run=dry_run)

    def unalias(self, name: str, *, dry_run: bool = False) -> TagEffect:
        """Let a name stand for no tag any more. Older addresses of the tag stay."""
        return self._do(lambda c: planning.plan_unalias(c, name), dry_run=dry_run)

    def delete(
        self, slug: str, *, pointer: str = "", redirect: bool = False, dry_run: bool = False
    ) -> TagEffect:
        """Take a tag off its posts and delete it. No post is deleted.

        Its addresses answer 410 and point at the tag `pointer`, if one is named; with `redirect`
        they lead straight there.
        """
        plan = planning.plan_delete
        return self._do(
            lambda c: plan(c, slug, pointer=pointer, redirect=redirect), dry_run=dry_run
        )

    def delete_unused(self, names: Iterable[str]) -> int:
        """Delete those of the named tags that no post carries; return how many.

        It is for clearing up what was never public, and can't be undone.
        """
        require("terms.edit")
        with db.write() as session:
            change = planning.plan_delete_unused(self._shelf(session.connection()), list(names))
            if change.steps:
                apply(session, change)
                trace(session, change)
                journal.forget(session, set(change.names))
        if change.steps:
            self._tell(change)
        return len(change.names)

    def describe(
        self,
        slug: str,
        description: str | None = None,
        *,
        image: str | None = None,
        colour: str | None = None,
        seo_title: str | None = None,
        seo_description: str | None = None,
        dry_run: bool = False,
        **shape: Unpack[Shape],
    ) -> TagEffect:
        """Set what is written about a term and how its archive is shown; None leaves it as it is.

        `description` is Markdown, `colour` like `#1a6b4c`. `shape` is `internal` (readers see
        nothing of it), `display` (full, excerpt, titles), `page_size`, `sort` (newest, oldest,
        updated, manual), `template`, `pins` (up to three posts on top) and, where the taxonomy has
        levels, `parent` by its slug. Raises UserError for what can't be stored.
        """
        require("terms.edit")
        parent = shape.pop("parent", None)
        texts = {"seo_title": seo_title, "seo_description": seo_description}
        rankings = self.rankings()
        fields = sound({**shape, **texts, "image": image, "colour": colour}, rankings)
        if description is not None:
            rendering = self.renderer.render(RenderJob(description)) if description else None
            html = place(rendering.html, prefix="site-description-", level=2) if rendering else ""
            fields |= {"description": description, "description_html": html}
        effect = self._do(
            lambda c: planning.plan_describe(c, slug, fields, parent=parent), dry_run=dry_run
        )
        if effect.done and fields.get("sort") in rankings:
            self.rank()
        return effect

    def rank(self, *, posts: Collection[int] | None = None) -> int:
        """Ask plugins' rankings again, about some `posts` only; return how many have moved."""
        return ordering.rank_by_plugins(self.rankings(), posts)

    def arrange(self, slug: str, posts: Sequence[int]) -> None:
        """Give a term's posts their order by hand: these first, as they are named."""
        require("terms.edit")
        with db.write() as session:
            ordering.arrange(
                session, planning.found(self._shelf(session.connection()), slug), posts
            )

    def place(self, slug: str, post: Post, number: int) -> None:
        """Put a post at a number in its term's order by hand, from 1; the others make room."""
        require("posts.edit", post)
        with db.write() as session:
            term = planning.found(self._shelf(session.connection()), slug)
            ordering.put(session, term, post.id, number)

    def known(self, *, limit: int = MOST_AT_ONCE) -> tuple[Term, ...]:
        """Return the terms of the taxonomy whether readers see them or not, by their address."""
        require("posts.create")
        return tagging.known_terms(db.reading(), self.mapper(), self.taxonomy, limit)

    def make(self, name: str, *, parent: str | None = None) -> TagEffect:
        """Make a term that no post carries yet."""
        return self._do(lambda c: planning.plan_make(c, name, parent), dry_run=False)

    def arranged(self, slug: str) -> tuple[int, ...]:
        """Return the ids of a term's posts in their order by hand, whatever their state."""
        require("posts.create")
        term = planning.found(self._shelf(db.reading()), slug)
        return tagging.arranged_posts(db.reading(), term["id"])

    def acts(self, *, limit: int = 50) -> tuple[TagAct, ...]:
        """Return what was done to tags in the last 30 days, the newest first."""
        require("terms.edit")
        return journal.list_acts(db.reading(), min(max(limit, 1), MOST_AT_ONCE), self.taxonomy.name)

    def undo(self, number: int, *, dry_run: bool = False) -> TagEffect:
        """Put everything back as it was before an act.

        Posts whose tags were changed since keep those changes; `notes` say so. Raises UserError
        409 when a later act on the same tags has to be undone first, or a name is taken by now.
        """
        require("terms.edit")
        if dry_run:
            with Session(db.reading()) as session:
                act, done = journal.recall(session, number, self.taxonomy)
                journal.require_undoable(session, act)
                shelf = self._shelf(session.connection())
                return effect_of(shelf.connection, plan_undo(shelf, done))
        with db.write() as session:
            act, done = journal.recall(session, number, self.taxonomy)
            journal.require_undoable(session, act)
            back = plan_undo(self._shelf(session.connection()), done)
            effect = effect_of(session.connection(), back)
            apply(session, back)
            trace(session, back, act="term.undone", number=number)
            act.undone_at = utcnow()
            session.add(act)
            self._tell_inside(session, back)
        self._tell(back)
        return replace(effect, done=True, id=number)

    def prune(self) -> int:
        """Forget acts that are too old to be undone; return how many."""
        return journal.prune(utcnow() - journal.KEPT_ACTS)

    def _shelf(self, connection: Connection) -> Shelf:
        return Shelf(connection, self.taxonomy)

    def _do(self, plan: Plan, *, dry_run: bool) -> TagEffect:
        require("terms.edit")
        if dry_run:
            connection = db.reading()
            return effect_of(connection, plan(self._shelf(connection)))
        with db.write() as session:
            change = plan(self._shelf(session.connection()))
            effect = effect_of(session.connection(), change)
            if not change.steps:
                return replace(effect, done=True)
            if change.act == "merge" and effect.tagged_before != effect.tagged_after:
                raise RuntimeError("A merge would have taken the last tag off a post.")
            apply(session, change)
            trace(session, change)
            number = journal.keep(session, change)
            self._tell_inside(session, change)
        self._tell(change)
        return replace(effect, done=True, id=number)

    def _tell_inside(self, session: Session, change: Change) -> None:
        labels_saving(self.hooks, session, lambda: relabelled(session.connection(), change))

    def _tell(self, change: Change) -> None:
        terms, posts = sorted(change.touched_terms()), sorted(change.posts())
        self.hooks.on_tags_changed(change=TagsChange(change.act, tuple(terms), tuple(posts)))
