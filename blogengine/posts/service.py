"""`site.posts`: everything that can be done to posts and pages, for the command line and plugins.

Each method is one finished act with its own transaction; plugins are asked before it, inside it,
and told after the commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from blogengine import audit, changes
from blogengine.actors import THE_ENGINE, acting, current_actor, require
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.hooks import Hooks
from blogengine.models import PostRow
from blogengine.posts.asking import Inside, ask_inside, prepared, saving
from blogengine.posts.checking import MOMENTS, check
from blogengine.posts.due import ENGINE, publish_due
from blogengine.posts.labels import set_terms
from blogengine.posts.listing import sync_listing, sync_state
from blogengine.posts.rendering import Find, Manner, left_out_of, mark_stale, marked
from blogengine.posts.rights import LIVE, permitted
from blogengine.posts.saving import (
    CHANGED_MEANWHILE,
    Order,
    Saved,
    keep_unrendered,
    no_post,
    save,
)
from blogengine.posts.tracing import deleted
from blogengine.queries import drafts
from blogengine.queries import posts as reading
from blogengine.queries.rows import Mapper
from blogengine.rendering import NO_PLUGINS, Recipe, Renderer, Rendering, TextTooCostly
from blogengine.settings import SITE, SettingsStore, SiteSettings
from blogengine.values import Post, PostChange, PostDraft, Revision

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Posts:
    """Reading and writing posts. Every method needs an application context."""

    renderer: Renderer
    settings: SettingsStore
    mapper: Callable[[], Mapper]
    hooks: Hooks
    recipe: Callable[[], Recipe] = lambda: NO_PLUGINS
    carry_out: Callable[[int], object] = lambda _job: None
    pictures: Find = lambda _addresses: {}

    def get(self, post_id: int) -> Post:
        """Return a post of any state with its plain text; raises NotFound."""
        post = reading.post_by_id(db.reading(), self.mapper(), post_id)
        if post is None:
            raise no_post(post_id)
        return post

    def by_ids(self, ids: Sequence[int], *, text: bool = False) -> tuple[Post, ...]:
        """Return the public ones among these posts, in this order; `text` fills `Post.text`."""
        return reading.posts_by_ids(db.reading(), self.mapper(), ids, text=text)

    def find(
        self, *, statuses: Iterable[str] = (), kind: str = "", limit: int = 50, offset: int = 0
    ) -> tuple[Post, ...]:
        """Return posts of any state for the writer, the last changed first."""
        return reading.find_posts(
            db.reading(), self.mapper(), statuses=statuses, kind=kind, limit=limit, offset=offset
        )

    def id_of(self, guid: str) -> int | None:
        """Return the id of the post with this permanent id, or None."""
        return drafts.id_of_guid(db.reading(), guid)

    def draft(self, post_id: int) -> PostDraft:
        """Return what the writer set of a post, ready to be changed and saved again."""
        draft = drafts.read_draft(db.reading(), post_id)
        if draft is None:
            raise no_post(post_id)
        return draft

    def create(self, draft: PostDraft, *, by: str = "", note: str = "") -> Post:
        """Save a new post and return it.

        Raises UserError for a field that can't be stored, Reject, and TextTooCostly for a text that
        can't be rendered in time: that text is then kept as a draft.
        """
        return self._save(None, draft, by=by, note=note)

    def edit(
        self,
        post_id: int,
        *,
        by: str = "",
        note: str = "",
        expected_version: int | None = None,
        **fields: Any,
    ) -> Post:
        """Change fields of a post (those of PostDraft) and return it.

        `expected_version` is the version the writer saw; a newer one raises UserError 409.
        """
        for last in (False, False, True):
            # Both reads are of one snapshot; a save in between is noticed by its version.
            seen = expected_version or self.get(post_id).version
            draft = replace(self.draft(post_id), **fields)
            try:
                return self._save(post_id, draft, by=by, note=note, expected_version=seen)
            except UserError as error:
                if error.code != CHANGED_MEANWHILE or expected_version is not None or last:
                    raise
        raise AssertionError("The last try returns or raises.")

    def publish(self, post_id: int, *, at: datetime | None = None, by: str = "") -> Post:
        """Make a post public now, or at a time: one that lies ahead schedules it.

        A post that was public before keeps its first date unless `at` gives another.
        """
        now = utcnow()
        draft = self.draft(post_id)
        moment = at or draft.published_at
        if at is None and (moment is None or self._aware(moment) > now):
            moment = now
        return self.edit(post_id, by=by, note="Published", status="published", published_at=moment)

    def unpublish(self, post_id: int, *, by: str = "") -> Post:
        """Make a post a draft again; its address is kept for it."""
        return self.edit(post_id, by=by, note="Unpublished", status="draft")

    def trash(self, post_id: int, *, by: str = "") -> Post:
        """Move a post to the trash; `restore` brings it back as it was."""
        return self.edit(post_id, by=by, note="Moved to the trash", status="trashed")

    def restore(self, post_id: int, *, by: str = "") -> Post:
        """Bring a post back from the trash, in the state it had."""
        state = drafts.trash_state(db.reading(), post_id)
        if state is None:
            raise no_post(post_id)
        now, before = state
        if now != "trashed":
            raise UserError(
                f"Post {post_id} isn't in the trash.",
                code="post-not-trashed",
                action="To bring an older text back, name a revision with --revision.",
                status=409,
            )
        status = before or "draft"
        return self.edit(post_id, by=by, note="Restored from the trash", status=status)

    def revisions(self, post_id: int) -> tuple[Revision, ...]:
        """Return all saved texts of a post, newest first."""
        return reading.revisions(db.reading(), post_id)

    def restore_revision(self, post_id: int, version: int, *, by: str = "") -> Post:
        """Make an older text the current one; this is a new revision, nothing is overwritten."""
        for revision in self.revisions(post_id):
            if revision.version == version:
                return self.edit(
                    post_id,
                    by=by,
                    note=f"Restored version {version}",
                    title=revision.title,
                    source=revision.source,
                    format=revision.format,
                )
        raise NotFound(
            f"Post {post_id} has no version {version}.",
            code="revision-unknown",
            action=f"See `blogengine post revisions {post_id}`.",
        )

    def purge(self, post_id: int) -> Post:
        """Delete a post for good with its revisions; returns its last state. Raises Reject."""
        last = self.get(post_id)
        require("posts.delete", last)
        if last.status in LIVE:
            require("posts.publish", last)
        with db.write() as session:
            row = session.get(PostRow, post_id)
            if row is None:
                raise no_post(post_id)
            audit.record_all(session, [deleted(row)])
            row.status = "trashed"
            session.flush()
            touched = sync_listing(session, row)
            ask_inside(self.hooks, "on_post_deleting", session, post=last)
            set_terms(session, post_id, {})
            session.execute(delete(PostRow).where(PostRow.id == post_id))
            session.expunge(row)
            sync_state(session)
            changes.record(session, {f"post:{post_id}", "menu"} | touched)
        if last.public:
            self.hooks.on_post_unpublished(post=last)
        self.hooks.on_post_deleted(post=last)
        return last

    @acting(THE_ENGINE)
    def publish_due(self, now: datetime | None = None) -> tuple[Post, ...]:
        """Publish scheduled posts whose time has come; safe to call from anywhere, any time.

        Plugins are told by a job that is asked for with the publication and run at once. The
        engine acts, whoever's request it is: the writer who scheduled them was asked then.
        """
        return publish_due(self, self._save, now or utcnow())

    def tell_published(self, post_id: int, fields: Iterable[str]) -> None:
        """Tell that a scheduled post was published; not of one that is public no more."""
        after = reading.post_by_id(db.reading(), self.mapper(), post_id)
        if after is not None and after.public:
            before = replace(after, status="scheduled")
            self._tell(before, Saved(post_id, frozenset(fields), published=True, unpublished=False))

    def render_stale(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Render again what an older pipeline or other settings rendered; return how many.

        No revision is made and no date changes. A text that can't be rendered in time any more
        keeps its older rendering.
        """
        require("settings.edit")
        ids = self.waiting()
        with acting(THE_ENGINE):
            for done, number in enumerate(ids, start=1):
                self.edit(number, by=ENGINE)
                if progress is not None:
                    progress(done, len(ids))
        return len(ids)

    def waiting(self) -> Sequence[int]:
        """Return the posts that `render_stale` would render again."""
        return drafts.stale_ids(db.reading(), self.manner().mark)

    def mark_stale(self, session: Session, ids: Collection[int]) -> None:
        """Have posts rendered again by `render_stale`, from within a `db.write()`."""
        mark_stale(session, ids)

    def left_out(self, post_id: int) -> tuple[str, ...]:
        """Return the plugins that failed when a post was rendered and are missing in it."""
        stored = drafts.stored_text(db.reading(), post_id)
        return left_out_of(stored[2]) if stored else ()

    def manner(self) -> Manner:
        """Return how texts are rendered now."""
        now = self.settings.get(SITE, SiteSettings)
        return Manner(self.recipe(), now.smart_quotes, now.base_url, now.language)

    def repath(self) -> int:
        """Give all posts the address that the site's pattern now asks for; return how many moved.

        The old addresses answer with a redirect.
        """
        require("settings.edit")
        before = drafts.paths(db.reading())
        with acting(THE_ENGINE):
            for number in before:
                self.edit(number, by=ENGINE, note="New address")
        after = drafts.paths(db.reading())
        return sum(after[number] != path for number, path in before.items())

    def _save(
        self,
        post_id: int | None,
        draft: PostDraft,
        *,
        by: str = "",
        note: str = "",
        expected_version: int | None = None,
        instead: Inside | None = None,
    ) -> Post:
        """Save a draft and tell of it, or call `instead` in the transaction and tell nobody."""
        settings = self.settings.get(SITE, SiteSettings)
        before = None if post_id is None else self.get(post_id)
        written = draft = permitted(before, self.sound(draft))
        by_engine = by == ENGINE
        if not by_engine:
            # Whatever plugins made of it, it is still this person's doing.
            draft = permitted(before, prepared(self.hooks, draft, before, self.sound))
        tell = self._tell if instead is None else self._tell_nobody
        manner = self.manner()
        order = Order(
            draft,
            None,
            manner.mark,
            settings.permalink,
            self.mapper().zone,
            by or current_actor().name,
            note,
            expected_version,
            saving(self.hooks, self.mapper(), before, instead, may_refuse=not by_engine),
            settings.base_url,
        )
        try:
            rendering = self._render(post_id, draft, manner)
        except TextTooCostly as error:
            # Without an older rendering there would be an empty page.
            if before is not None and before.html and self.draft(before.id).source == draft.source:
                return tell(before, save(post_id, order))  # its older rendering stays
            number = keep_unrendered(post_id, replace(order, draft=written))
            error.action = f"{error.action} Your text is kept (post {number})."
            raise
        if rendering is not None:
            order = replace(order, fingerprint=marked(manner.mark, rendering.left_out))
        saved = save(post_id, replace(order, rendering=rendering))
        return tell(before, saved)

    def _render(self, post_id: int | None, draft: PostDraft, manner: Manner) -> Rendering | None:
        """Render the text; None when the stored rendering is of this very text and manner."""
        stored = drafts.stored_text(db.reading(), post_id)
        db.end_reading()
        source = draft.source.encode("utf-8", "surrogatepass")
        if stored == (source, draft.format, manner.mark, draft.language):
            return None
        made = manner.render(self.renderer, self.hooks.guard, draft, self.pictures)
        db.end_reading()
        return made

    def _tell(self, before: Post | None, saved: Saved) -> Post:
        after = self.get(saved.post_id)
        if saved.fields:
            self.hooks.on_post_saved(change=PostChange(before, after, saved.fields))
        if saved.published:
            self.hooks.on_post_published(post=after)
        if saved.unpublished:
            self.hooks.on_post_unpublished(post=after)
        return after

    def _tell_nobody(self, _before: Post | None, saved: Saved) -> Post:
        return self.get(saved.post_id)

    def sound(self, draft: PostDraft) -> PostDraft:
        """Return a draft with its times in a zone; raises UserError when it can't be stored."""
        moments: dict[str, Any] = {name: self._aware(getattr(draft, name)) for name in MOMENTS}
        draft = replace(draft, **moments)
        check(draft)
        return draft

    def _aware(self, moment: datetime | None) -> Any:
        if moment is None or moment.tzinfo is not None:
            return moment
        return moment.replace(tzinfo=self.mapper().zone)
