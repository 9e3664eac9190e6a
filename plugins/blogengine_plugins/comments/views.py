"""The addresses under `/comments/`: the form's own pages, and what became of a comment.

Every one of them works without a script, a cookie or an account. A request that changes something
comes from a page of this site, which the core has checked where the browser says so. Where it
doesn't say, and where a program seems to write, a preview has to be confirmed first.
"""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    BlogError,
    Blueprint,
    OperatorError,
    Page,
    Response,
    Retryable,
    SiteSettings,
    abort,
    redirect,
    request,
    site,
    translator,
    utcnow,
)
from blogengine_plugins.comments.entry import Entry, problems, read_entry
from blogengine_plugins.comments.forms import Form, Place
from blogengine_plugins.comments.models import APPROVED
from blogengine_plugins.comments.queries import approved_comment, sent_comment
from blogengine_plugins.comments.receiving import receive
from blogengine_plugins.comments.settings import Settings
from blogengine_plugins.comments.signing import (
    check_seen,
    opened_mark,
    receipt,
    received_id,
    seconds_open,
    seen_mark,
    sender_mark,
)
from blogengine_plugins.comments.storing import (
    WINDOW,
    Closed,
    Gone,
    TooMany,
    takes_comments,
)

_ = translator(__name__)

SEE_OTHER = 303
NUMBER = "int(max=2147483647)"

CLOSED = _.lazy_gettext("This post takes no more comments.")
TOO_MANY = _.lazy_gettext(
    "Several comments have come from your network in a short time. Wait ten minutes, please."
)
NOT_NOW = _.lazy_gettext(
    "Your comment couldn’t be stored just now. Send it again in a little while, please."
)

blueprint = Blueprint("comments", __name__)


@blueprint.route(
    f"/comments/post/<{NUMBER}:post_id>/", methods=["GET", "POST"], permission="public"
)
def comment(post_id: int) -> AnyResponse:
    """The form for a comment on a post."""
    posts = site.posts.by_ids([post_id])
    if not posts or posts[0].kind != "post":
        abort(404)
    return answer(Place(posts[0]))


@blueprint.route(
    f"/comments/reply/<{NUMBER}:comment_id>/", methods=["GET", "POST"], permission="public"
)
def reply(comment_id: int) -> AnyResponse:
    """The form for an answer, below the comment it answers."""
    parent = approved_comment(site, comment_id)
    posts = site.posts.by_ids([parent.post_id]) if parent else ()
    if not posts:
        abort(404)
    return answer(Place(posts[0], parent))


@blueprint.route("/comments/received/<token>/", permission="public")
def received(token: str) -> AnyResponse:
    """Show a comment to who has just sent it, for a day; one that is public by now, in place."""
    number = received_id(site, token)
    found = sent_comment(site, number) if number is not None else None
    posts = site.posts.by_ids([found[0].post_id]) if found else ()
    if found is None or not posts:
        abort(404)
    sent, state = found
    if state == APPROVED:
        return redirect(f"{posts[0].url}#comment-{sent.id}", SEE_OTHER)
    heading = _("Your comment waits for approval")
    return site.page(_page(heading), "comments/received.html", comment=sent, post=posts[0])


def answer(place: Place) -> AnyResponse:
    """Answer for a form's page: show it, or take what was sent."""
    is_open = takes_comments(place.post, site.settings(Settings))
    if request.method != "POST":
        return show_form(Form(place)) if is_open else show_refusal(Form(place), CLOSED, 403)
    entry = read_entry(request.form)
    form = Form(place, entry)
    if not is_open:
        return show_refusal(form, CLOSED, 403)
    if errors := problems(entry):
        return show_form(Form(place, entry, errors), status=422)
    mark = request.form.get("seen", "")
    confirmed, trapped = check_seen(site, mark, entry, place.action)
    if "preview" in request.form or not (confirmed or _trusted(entry)):
        return show_preview(form)
    if trapped:
        entry = Entry(entry.author, entry.email, entry.website, entry.source, trapped=True)
    return take(Form(place, entry))


def _trusted(entry: Entry) -> bool:
    """Whether a browser says that the form stood on this site, and no program filled the trap.

    The core has refused other sites already; here it only counts that something was said.
    """
    said = request.headers.get("Sec-Fetch-Site") == "same-origin" or "Origin" in request.headers
    return said and not entry.trapped


def take(form: Form) -> AnyResponse:
    """Store a comment; whatever stands against it, the reader gets the text back."""
    place = form.place
    sender = sender_mark(site, request.remote_addr, utcnow())
    try:
        seconds = seconds_open(site, request.form.get("opened", ""))
        stored = receive(site, place.post.id, place.parent_id, form.entry, sender, seconds=seconds)
    except Gone:
        return show_refusal(form, _("What you answer isn’t there any more."), 404)
    except Closed:
        return show_refusal(form, CLOSED, 403)
    except TooMany:
        response = show_form(form, status=429, notice=TOO_MANY)
        response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
        return response
    except (Retryable, OperatorError) as error:
        return _not_now(form, error)
    if stored.state == APPROVED:
        return redirect(f"{place.post.url}#comment-{stored.id}", SEE_OTHER)
    return redirect(f"/comments/received/{receipt(site, stored.id)}/", SEE_OTHER)


def _not_now(form: Form, error: BlogError) -> Response:
    site.log("comments").error("A comment couldn't be stored: %s", error)
    response = show_form(form, status=error.status, notice=NOT_NOW)
    if isinstance(error, Retryable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def show_form(form: Form, *, status: int = 200, notice: str = "") -> Response:
    """Show the form on a page of its own, with what has to be mended."""
    heading = _("Write a comment") if form.place.parent is None else _("Write a reply")
    return site.page(
        _page(heading, status=status),
        "comments/form.html",
        form=replace(form, opened=_opened()),
        notice=notice,
        preview=None,
        moderated=site.settings(Settings).moderate,
    )


def show_preview(form: Form) -> Response:
    """Show what a comment will look like, with the form below to confirm or change it."""
    seen = seen_mark(site, form.entry, form.place.action)
    return site.page(
        _page(_("Preview of your comment")),
        "comments/form.html",
        form=Form(form.place, form.entry, seen=seen, opened=_opened()),
        notice="",
        preview=form.entry,
        moderated=site.settings(Settings).moderate,
    )


def _opened() -> str:
    """Return the mark of when the form was first shown; it stays when the form is shown again."""
    if request.method != "POST":
        return opened_mark(site)
    mark = request.form.get("opened", "")
    return mark if seconds_open(site, mark) is not None else ""


def show_refusal(form: Form, sentence: str, status: int) -> Response:
    """Say why no comment is taken, and give the text back to be kept."""
    page = _page(_("No comments here"), status=status)
    return site.page(page, "comments/refused.html", form=form, sentence=sentence)


def _page(heading: str, *, status: int = 200) -> Page:
    error = f"{_('Error:')} " if status >= 400 else ""
    title = f"{error}{heading} – {site.settings(SiteSettings).title}"
    return Page(kind="plugin", title=title, heading=heading, status=status, noindex=True)
