"""Which posts use which files, kept with every save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blogengine.api import Post, PostChange, Session, Site, delete, func, insert, select, update
from blogengine_plugins.media.models import FEATURED, TEXT, TRASHED, File, Use
from blogengine_plugins.media.queries import by_stems, stems_in
from blogengine_plugins.media.values import PICTURE

CHANGING = frozenset({"source", "format", "html", "featured_image"})


def remember_uses(site: Site, change: PostChange, session: Session) -> None:
    """Write down which files a post's text shows or links to, when the text has changed."""
    if change.before is not None and not change.fields & CHANGING:
        return
    post = change.after
    stems = {
        TEXT: stems_in(site.posts.draft(post.id).source),
        FEATURED: stems_in(post.featured_image),
    }
    known = by_stems(session, stems[TEXT] | stems[FEATURED])
    query = select(Use.file_id, Use.role).where(Use.post_id == post.id)
    before = {(number, role) for number, role in session.execute(query)}
    for role, wanted in stems.items():
        files = {known[stem].id for stem in wanted if stem in known}
        set_uses(session, post.id, role, {one for one, its in before if its == role}, files)


def set_uses(session: Session, post: int, role: str, before: set[int], wanted: set[int]) -> None:
    """Let a post use these files in this role, and those of before no more."""
    if before == wanted:
        return
    if gone := before - wanted:
        session.execute(
            delete(Use).where(Use.post_id == post, Use.role == role, Use.file_id.in_(gone))
        )
    if new := wanted - before:
        rows = [{"post_id": post, "file_id": number, "role": role} for number in sorted(new)]
        session.execute(insert(Use), rows)
    count_uses(session, before ^ wanted)


def count_uses(session: Session, files: set[int]) -> None:
    """Count anew how many posts use these files."""
    posts = select(func.count(Use.post_id.distinct())).where(Use.file_id == File.id)
    session.execute(update(File).where(File.id.in_(files)).values(uses=posts.scalar_subquery()))


def pictures_of(site: Site, posts: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Return the library's pictures in posts, by one statement for all of them."""
    if not posts:
        return {}
    query = (
        select(Use.post_id, File.stem, File.suffix)
        .join(File, File.id == Use.file_id)
        .where(Use.post_id.between(min(posts), max(posts)), File.kind == PICTURE)
        .where(File.state != TRASHED)
        .order_by(Use.post_id, Use.file_id)
    )
    wanted, found = {*posts}, dict[int, list[str]]()
    for row in site.db.reading().execute(query):
        if row.post_id in wanted:
            found.setdefault(row.post_id, []).append(f"/media/{row.stem}{row.suffix}")
    return found


def forget_uses(post: Post, session: Session) -> None:
    """A post is deleted for good: its files have one use less."""
    files = set(session.scalars(select(Use.file_id).where(Use.post_id == post.id)))
    if files:
        session.execute(delete(Use).where(Use.post_id == post.id))
        count_uses(session, files)
