"""Readers' comments in threads, without an account or a script, held until approved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from blogengine.api import (
    AdminPage,
    Blueprint,
    HealthCheck,
    Job,
    LinkTag,
    Metric,
    Page,
    Permission,
    Plugin,
    Post,
    PostExtra,
    Ranking,
    Site,
    StreamSource,
    Widget,
    hookimpl,
)
from blogengine_plugins.comments import deciding, feed, hookspecs, today
from blogengine_plugins.comments.moderation import MODERATE
from blogengine_plugins.comments.notifying import notify
from blogengine_plugins.comments.queries import counts, discussed
from blogengine_plugins.comments.settings import Settings
from blogengine_plugins.comments.views import blueprint
from blogengine_plugins.comments.watching import CHECKS, METRICS
from blogengine_plugins.comments.widget import thread

if TYPE_CHECKING:
    from types import ModuleType

    import click

    from blogengine_plugins.comments.sent import Sent

plugin = Plugin(summary=__doc__, api=1, settings=Settings)


@hookimpl
def register_widgets() -> list[Widget]:
    """The comments of a post and the form for another; what waits, on the admin's first page."""
    return [
        Widget("waiting", "Comments", today.show, region="admin_home", order=20),
        Widget("thread", "Comments", thread, region="after_post", order=500, pages={"post"}),
    ]


@hookimpl
def register_post_extras() -> list[PostExtra]:
    """`post.extras.comments`: how many comments readers can see."""
    return [PostExtra("comments", counts)]


@hookimpl
def register_streams() -> list[StreamSource]:
    """Feeds of all comments, and of those of one post."""
    return feed.SOURCES


@hookimpl
def page_meta(site: Site, page: Page) -> Iterable[LinkTag]:
    """Advertise these feeds."""
    return feed.links_of(site, page)


@hookimpl
def register_permissions() -> list[Permission]:
    """`comments.moderate`: to read the queue and decide."""
    return [Permission(MODERATE, "decide about comments")]


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The addresses under `/comments/`, and the queue."""
    return [blueprint, deciding.blueprint]


@hookimpl
def register_admin_pages() -> list[AdminPage]:
    """The queue, with the number of comments that wait."""
    return [
        AdminPage(
            "queue",
            "Comments",
            path=deciding.QUEUE,
            section="readers",
            permission=MODERATE,
            badge=deciding.waiting,
            order=10,
        )
    ]


@hookimpl
def register_jobs() -> list[Job]:
    """`comments.notify`: a mail about what waits."""
    return [Job("notify", notify)]


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    """Remind of comments that wait."""
    return CHECKS


@hookimpl
def register_metrics() -> list[Metric]:
    """Count comments by state."""
    return METRICS


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine comments …`: the queue."""
    from blogengine_plugins.comments.commands import add_commands

    add_commands(site, cli)


@hookimpl
def register_rankings() -> list[Ranking]:
    """Let lists be sorted by how much there is said."""
    return [Ranking("discussed", "Most discussed first", discussed)]


@hookimpl
def comments_on_state_changed(site: Site, comment: Sent) -> None:
    """Sort such lists anew."""
    site.terms.rank(posts=[comment.post_id])


@hookimpl
def register_hookspecs() -> ModuleType:
    """`comments_check` and `comments_on_state_changed`."""
    return hookspecs


@hookimpl
def demo_on_loaded(site: Site, posts: Sequence[Post]) -> None:
    """Let some readers have talked about the sample posts."""
    from blogengine_plugins.comments.samples import add_samples

    add_samples(site, posts)
