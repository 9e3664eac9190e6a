"""The field beside the text: which posts say the same in another language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from blogengine.api import (
    EditorPanel,
    Markup,
    NotFound,
    PanelForm,
    Post,
    Site,
    UserError,
    translator,
)
from blogengine_plugins.translations.families import (
    family_of,
    language_of,
    link_posts,
    unlink,
)
from blogengine_plugins.translations.models import POST

_ = translator(__name__)

NUMBERS = re.compile(r"[0-9]{1,9}")


def show(site: Site, post: Post | None, form: PanelForm) -> Markup:
    """Return the field, with what is linked below it."""
    others = [] if post is None else siblings(site, post)
    stored = " ".join(str(one.id) for one in others)
    hint = _("Numbers of posts, as they stand in their editor's address, with spaces between.")
    field = form.text("posts", _("Translations of this post"), stored, hint=hint)
    lines = [
        Markup('<li lang="{}"><a href="/admin/posts/{}/" dir="auto">{}</a> ({})</li>').format(
            language_of(site, one), one.id, one.display_title, language_of(site, one)
        )
        for one in others
    ]
    return field + (Markup("<ul>{}</ul>").format(Markup("").join(lines)) if lines else "")


def siblings(site: Site, post: Post) -> list[Post]:
    """Return the other posts of a post's family, drafts too."""
    found = []
    for name in family_of(site, POST, str(post.id)):
        if name != str(post.id):
            found.append(site.posts.get(int(name)))
    return found


def check(site: Site, values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the numbers."""
    for word in values.get("posts", "").split():
        if not NUMBERS.fullmatch(word):
            return {"posts": _("“%(word)s” isn’t the number of a post.", word=word)}
        try:
            site.posts.get(int(word))
        except NotFound:
            return {"posts": _("There is no post %(number)s.", number=word)}
    return {}


def save(site: Site, post: Post, values: Mapping[str, str]) -> None:
    """Link and unlink as the field says."""
    wanted = {int(word) for word in values.get("posts", "").split()} - {post.id}
    now = {one.id for one in siblings(site, post)}
    if wanted == now:
        return
    for number in now - wanted:
        unlink(site, POST, str(number))
    if wanted - now:
        try:
            link_posts(site, [post, *(site.posts.get(number) for number in sorted(wanted))])
        except UserError as error:
            site.log("translations").warning("Not linked: %s", error)
            raise


PANEL = EditorPanel("translations", _.lazy_gettext("Translations"), show, save, check, order=150)
