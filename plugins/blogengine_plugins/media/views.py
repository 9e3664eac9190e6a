"""The addresses of the library, for people and for the editor's script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    BlogError,
    Blueprint,
    Link,
    Response,
    UserError,
    current_actor,
    may,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.media.queries import Wanted, find, get, users
from blogengine_plugins.media.receiving import Received, receive
from blogengine_plugins.media.replacing import replace_content
from blogengine_plugins.media.rights import MANAGE, UPLOAD, require_change
from blogengine_plugins.media.serving import show_file
from blogengine_plugins.media.storing import Words, describe, purge, restore, trash
from blogengine_plugins.media.values import MediaFile

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

LARGEST_UPLOADS = 64 * 1024 * 1024
"""What one form may bring, all its files together."""

MOST_AT_ONCE = 20
UPLOADS_LIMIT = "300/hour"
LIST = "/admin/media/"
ONE = f"{LIST}<int(max=2147483647):number>/"
KINDS = (
    ("", "All"),
    ("picture", "Pictures"),
    ("document", "Documents"),
    ("audio", "Audio"),
    ("video", "Video"),
    ("archive", "Archives"),
)
LIBRARY = Link(LIST, "Media")

blueprint = Blueprint("media", __name__)
blueprint.add_url_rule("/media/<path:path>", "file", show_file, permission="public")


@blueprint.get(LIST, permission=UPLOAD)
def library() -> AnyResponse:
    """The library: a grid, the newest first."""
    wanted = wanted_files()
    return site.admin_page(
        "Media",
        "media/library.html",
        found=find(site, wanted),
        wanted=wanted,
        kinds=KINDS,
    )


@blueprint.get(f"{LIST}picker/", permission=UPLOAD)
def picker() -> AnyResponse:
    """Files to choose from: JSON for the editor's script, a page for everybody else."""
    wanted = wanted_files()
    found = find(site, wanted)
    if wants_json():
        files = [file.as_json() for file in found.files]
        return json_answer({"files": files, "more": found.more})
    return site.admin_page(
        "Choose a file", "media/picker.html", trail=(LIBRARY,), found=found, wanted=wanted
    )


@blueprint.get(f"{LIST}upload/", permission=UPLOAD)
def upload_form() -> AnyResponse:
    """The form for new files."""
    return site.admin_page("Upload", "media/upload.html", trail=(LIBRARY,), refused=(), taken=())


@blueprint.post(f"{LIST}upload/", permission=UPLOAD, body=LARGEST_UPLOADS, limit=UPLOADS_LIMIT)
def upload() -> AnyResponse:
    """Take the files of a form, each for itself: one that is refused leaves the others."""
    taken: list[Received] = []
    refused: list[tuple[str, BlogError]] = []
    try:
        given = files_of_request()
        # Words of one picture can't be said of several.
        words = Words(
            alt=request.form.get("alt", "") if len(given) == 1 else "",
            decorative="decorative" in request.form,
        )
        for item in given:
            try:
                taken.append(receive(site, item.stream, item.filename or "", words))
            except UserError as error:
                refused.append((item.filename or "", error))
                if wants_json():
                    raise
    except BlogError as error:
        if wants_json():
            raise
        return _upload_page(taken, [*refused, ("", error)])
    if wants_json():
        first = taken[0]
        body = {**first.file.as_json(), "new": first.new}
        if words.alt:  # the library may know it by other words already
            body |= {"alt": words.alt, "markdown": first.file.markdown_saying(words.alt)}
        return json_answer(body, 201 if first.new else 200)
    if refused:
        return _upload_page(taken, refused)
    return _after_upload(taken)


def _upload_page(taken: list[Received], refused: list[tuple[str, BlogError]]) -> AnyResponse:
    return site.admin_page(
        "Upload",
        "media/upload.html",
        error=refused[0][1],
        trail=(LIBRARY,),
        refused=refused,
        taken=taken,
    )


def _after_upload(taken: list[Received]) -> AnyResponse:
    first = taken[0]
    if len(taken) == 1:
        said = "It is in the library." if first.new else "The library had this very file already."
        if not first.file.described:
            said += " Say what it shows, or that it is decoration."
        return redirect_saying(f"{LIST}{first.file.id}/", said)
    silent = sum(not one.file.described for one in taken)
    rest = f" {silent} of them need a description." if silent else ""
    return redirect_saying(LIST, f"{len(taken)} files are in the library.{rest}")


@blueprint.route(ONE, methods=["GET", "POST"], permission=UPLOAD)
def edit(number: int) -> AnyResponse:
    """One file: what it shows, where it is used, its address."""
    file = get(site, number)
    require_change(file)
    if request.method != "POST":
        return _file_page(file)
    try:
        describe(site, number, words_of_form(), version=_number(request.form.get("version", "")))
    except UserError as error:
        return _file_page(file, error)
    return redirect_saying(f"{LIST}{number}/", "Saved.")


@blueprint.post(
    ONE + "replace/",
    permission=UPLOAD,
    body=LARGEST_UPLOADS,
    limit=UPLOADS_LIMIT,
)
def replace(number: int) -> AnyResponse:
    """Other bytes under the same address."""
    file = get(site, number)
    try:
        (given,) = files_of_request(1)
        replace_content(site, number, given.stream, given.filename or "")
    except BlogError as error:
        return _file_page(file, error)
    said = "Replaced. What it showed before is in the trash for some time."
    return redirect_saying(f"{LIST}{number}/", said)


@blueprint.route(ONE + "trash/", methods=["GET", "POST"], permission=UPLOAD)
def move_to_trash(number: int) -> AnyResponse:
    """Ask where it is used, then move it."""
    file = get(site, number)
    require_change(file)
    if request.method == "POST":
        trash(site, number)
        undo = f"{LIST}{number}/restore/"
        return redirect_saying(LIST, f"{file.name} is in the trash.", undo=undo)
    return site.admin_page(
        f"Move {file.name} to the trash?",
        "media/trash.html",
        trail=(LIBRARY, Link(f"{LIST}{number}/", file.name)),
        file=file,
        posts=_posts(file),
    )


@blueprint.post(ONE + "restore/", permission=UPLOAD)
def bring_back(number: int) -> AnyResponse:
    """Out of the trash, to the old address."""
    file = restore(site, number)
    return redirect_saying(f"{LIST}{number}/", f"{file.name} is back.")


@blueprint.route(ONE + "delete/", methods=["GET", "POST"], permission=UPLOAD)
def delete_for_good(number: int) -> AnyResponse:
    """What can't be undone: only from the trash, and only after a question."""
    file = get(site, number)
    require_change(file)
    if request.method == "POST":
        purge(site, number)
        return redirect_saying(f"{LIST}?trashed=1", f"{file.name} is deleted for good.")
    return site.admin_page(
        f"Delete {file.name} for good?",
        "media/delete.html",
        trail=(LIBRARY, Link(f"{LIST}{number}/", file.name)),
        file=file,
    )


def _file_page(file: MediaFile, error: BlogError | None = None) -> AnyResponse:
    return site.admin_page(
        file.title or file.name,
        "media/file.html",
        error=error,
        trail=(LIBRARY,),
        file=file,
        posts=_posts(file),
    )


def _posts(file: MediaFile) -> list[dict[str, object]]:
    """Return the posts that use a file, as far as their titles may be told."""
    found = []
    for number, role in users(site, file.id)[:20]:
        post = site.posts.get(number)
        told = post.public or may("posts.edit", post)
        title = post.display_title if told else "A post of somebody else"
        found.append({"id": number, "title": title, "role": role, "open": may("posts.edit", post)})
    return found


def wanted_files() -> Wanted:
    """Return what the address asks for; authors see their own files."""
    arguments = request.args
    kind = arguments.get("kind", "")
    return Wanted(
        words=arguments.get("q", "")[:200],
        kind=kind if kind in dict(KINDS) else "",
        unused=bool(arguments.get("unused")),
        trashed=bool(arguments.get("trashed")),
        person=None if may(MANAGE) else current_actor().id or 0,
        before=_number(arguments.get("before", "")) or 0,
    )


def files_of_request(most: int = MOST_AT_ONCE) -> list[FileStorage]:
    """Return the files that a form brought; raises UserError for none or too many."""
    given = [item for item in request.files.getlist("file") if item.filename]
    if 0 < len(given) <= most:
        return given
    raise UserError(
        f"{len(given)} files came at once." if given else "No file came.",
        code="media-no-file",
        action="Choose one file." if most == 1 else f"Choose one to {most} files.",
        field="file",
        status=422,
    )


def words_of_form() -> Words:
    """Return what a form says of a file."""
    form = request.form
    x, y = (_number(form.get(name, "50")) for name in ("focus_x", "focus_y"))
    return Words(
        alt=form.get("alt", ""),
        decorative="decorative" in form,
        title=form.get("title", ""),
        caption=form.get("caption", ""),
        focus=(-1 if x is None else x, -1 if y is None else y),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def wants_json() -> bool:
    """Whether a program asks: browsers name html before everything else."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def json_answer(body: dict[str, object], status: int = 200) -> Response:
    """Return data for the editor's script."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, mimetype="application/json")
