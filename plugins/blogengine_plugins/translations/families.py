"""Families of translations: reading one, joining, leaving. One member a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import aliased

from blogengine.api import (
    Post,
    Session,
    Site,
    SiteSettings,
    UserError,
    delete,
    func,
    insert,
    select,
    translator,
    update,
)
from blogengine_plugins.translations.models import POST, TAG, Member

_ = translator(__name__)

MOST = 60
"""Members of a family: more languages than a reader looks through."""


def language_of(site: Site, post: Post) -> str:
    """Return the language a post is in: its own, else the site's."""
    return post.language or site.settings(SiteSettings).language


def family_of(site: Site, kind: str, name: str) -> dict[str, str]:
    """Return the members of somebody's family, itself too: names with the language stored."""
    own, other = aliased(Member), aliased(Member)
    query = (
        select(other.name, other.language)
        .join(own, (own.kind == other.kind) & (own.family == other.family))
        .where(own.kind == kind, own.name == name)
        .order_by(other.language, other.name)
    )
    return {row.name: row.language for row in site.db.reading().execute(query)}


def versions(site: Site, post: Post) -> tuple[tuple[str, Post], ...]:
    """Return the public posts that say the same, each with its language; the post among them.

    Nothing for one that has no translation.
    """
    numbers = [int(name) for name in family_of(site, POST, str(post.id))]
    if len(numbers) < 2:
        return ()
    found = {language_of(site, one): one for one in site.posts.by_ids(numbers)}
    return tuple(sorted(found.items())) if len(found) > 1 else ()


def link_posts(site: Site, posts: Sequence[Post]) -> None:
    """Make posts translations of each other, with what each is already linked to.

    Raises UserError where two of them are in one language.
    """
    names: dict[str, None] = {}
    for post in posts:
        names.update(dict.fromkeys([str(post.id), *family_of(site, POST, str(post.id))]))
    everybody = [site.posts.get(int(name)) for name in names]
    spoken: dict[str, Post] = {}
    for post in everybody:
        language = language_of(site, post)
        other = spoken.setdefault(language, post)
        if other is not post:
            raise UserError(
                f"“{other.display_title}” and “{post.display_title}” are both in {language}.",
                code="translations-same-language",
                action="Say in the editor which language each post is in; nothing was linked.",
                field="posts",
                status=422,
            )
    if len(everybody) > MOST:
        raise UserError(
            "These are too many translations of one post.",
            code="translations-too-many",
            action="Link fewer; nothing was changed.",
            field="posts",
        )
    with site.db.write(*(f"post:{name}" for name in names)) as session:
        _join(session, POST, {name: "" for name in names})


def link_tags(site: Site, tags: Mapping[str, str]) -> None:
    """Make tags each other's translations: slugs by language."""
    with site.db.write("translations") as session:
        _join(session, TAG, {slug: language for language, slug in tags.items()})


def unlink(site: Site, kind: str, name: str) -> bool:
    """Take one out of its family; tell whether it was in one."""
    names = family_of(site, kind, name)
    keys = [f"post:{one}" for one in names] if kind == POST else ["translations"]
    with site.db.write(*keys) as session:
        forget(session, kind, name)
    return bool(names)


def forget(session: Session, kind: str, name: str) -> None:
    """Delete what is known of one, and a family that is left with a single member."""
    here = select(Member.family).where(Member.kind == kind, Member.name == name)
    family = session.execute(here).scalar()
    session.execute(delete(Member).where(Member.kind == kind, Member.name == name))
    if family is not None:
        left = select(func.count()).select_from(Member).where(Member.family == family)
        if session.execute(left).scalar_one() == 1:
            session.execute(delete(Member).where(Member.family == family))


def _join(session: Session, kind: str, members: Mapping[str, str]) -> None:
    last = session.execute(select(func.max(Member.family))).scalar() or 0
    for name, language in members.items():
        here = update(Member).where(Member.kind == kind, Member.name == name)
        done = session.execute(here.values(family=last + 1, language=language))
        if not done.rowcount:  # type: ignore[attr-defined]
            values = {"kind": kind, "name": name, "family": last + 1, "language": language}
            session.execute(insert(Member).values(values))
