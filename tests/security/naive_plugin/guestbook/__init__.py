"""A guestbook, by somebody who thought of guests and of nothing else.

No escaping, no tokens, no checks of what comes in, titles put together from texts, requests read as
they are: whatever is safe about it is the engine's doing. Tests attack it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from blogengine.api import (
    Blueprint,
    Feed,
    Job,
    MetaTag,
    Page,
    Plugin,
    Post,
    PostExtra,
    Response,
    Site,
    StructuredData,
    Widget,
    WidgetContext,
    func,
    hookimpl,
    redirect,
    request,
    select,
    site,
    utcnow,
)

from .models import Entry

plugin = Plugin(summary="Lets guests write who was here.", hosts=("pictures.example",))

routes = Blueprint("guestbook", __name__)


@routes.get("/guestbook/", permission="public")
def book() -> Any:
    greeted = request.args.get("greet", "stranger")
    entries = [row._mapping for row in site.db.reading().execute(select(Entry.__table__))]
    heading = f"Guestbook: hello {greeted}!"
    page = Page(kind="plugin", title=f"{heading} – guests", heading=heading, description=greeted)
    return site.page(
        page, "guestbook/book.html", entries=entries, greeted=greeted, args=request.args
    )


@routes.post("/guestbook/", permission="public")
def write() -> Any:
    form = request.form
    with site.db.write("guestbook") as session:
        entry = Entry(
            name=form.get("name", ""),
            website=form.get("website", ""),
            text=form.get("text", ""),
            at=utcnow(),
        )
        session.add(entry)
        session.flush()
        number = entry.id
        if form.get("mail"):
            site.mail.send(
                session,
                to="owner@blog.example",
                subject="New guest: " + form.get("name", ""),
                text=form.get("text", ""),
                reply_to=form.get("mail", ""),
            )
        site.audit.record(
            session,
            "written",
            subject=f"guestbook:{number}",
            title=form.get("name", ""),
            after=dict(form),
        )
    site.log("guestbook").warning("Guest " + form.get("name", "") + " wrote " + str(dict(form)))
    return redirect(form.get("next", "/guestbook/"))


@routes.get("/guestbook/plain/", permission="public")
def plain() -> Any:
    return "<h1>Hello " + request.args.get("greet", "") + "</h1>"


@routes.get("/guestbook/tuple/", permission="public")
def with_status() -> Any:
    return "<h1>Hello " + request.args.get("greet", "") + "</h1>", 201, {"X-Guest": "yes"}


@routes.get("/guestbook/response/", permission="public")
def response() -> Any:
    return Response("<h1>Hello " + request.args.get("greet", "") + "</h1>")


@routes.get("/guestbook/flask/", permission="public")
def away_by_flask() -> Any:
    import flask

    return flask.redirect(request.args.get("next", "/"))


@routes.get("/guestbook/json/", permission="public")
def as_json() -> Any:
    return {"hello": request.args.get("greet", "")}


@routes.get("/guestbook/header/", permission="public")
def with_header() -> Any:
    return Response("hello", headers={"X-Guest": request.args.get("greet", "")})


@routes.get("/guestbook/find/<path:word>/", permission="public")
def find(word: str) -> Any:
    query = select(Entry.__table__).where(Entry.name.contains(request.args.get("q", word)))
    entries = [row._mapping for row in site.db.reading().execute(query)]
    heading = f"Guests like {word}"
    page = Page(kind="plugin", title=heading, heading=heading)
    return site.page(page, "guestbook/book.html", entries=entries, greeted=word, args=request.args)


@routes.get("/guestbook/picture/", permission="public")
def picture() -> Any:
    answer = site.http.get(request.args.get("url", ""))
    return f"The picture says {answer.text[:200]}"


@routes.get("/guestbook/format/", permission="public")
def formatted() -> Any:
    who = request.args.get("greet", "")
    return site.page(
        Page(kind="plugin", title="Hello " + who, heading="%s, {0}".replace("%s", who)),
        "guestbook/manage.html",
        greeted=who,
    )


@routes.get("/guestbook/manage/", permission="posts.edit")
def manage() -> Any:
    heading = f"Guests, for {request.args.get('who', 'you')}"
    page = Page(kind="plugin", title=heading, heading=heading)
    return site.page(page, "guestbook/manage.html", greeted=request.args.get("who", ""))


@routes.post("/guestbook/manage/", permission="posts.edit")
def clear() -> Any:
    with site.db.write("guestbook") as session:
        for entry in session.scalars(select(Entry)):
            session.delete(entry)
    return redirect("/guestbook/")


@routes.post("/guestbook/retitle/<int:number>/", permission="public")
def retitle(number: int) -> Any:
    return site.posts.edit(number, title=request.form.get("title", "")).title


@hookimpl
def register_blueprints() -> Iterable[Blueprint]:
    return [routes]


@hookimpl
def register_widgets() -> Iterable[Widget]:
    return [
        Widget("newest", "Newest guest", newest),
        Widget("told", "Told", lambda ctx: f"Last: {_last(ctx.site)['name']}", region="footer"),
    ]


def newest(ctx: WidgetContext) -> Any:
    ctx.depends_on("guestbook")
    return ctx.render("guestbook/newest.html", entry=_last(ctx.site), args=request.args)


def _last(site: Site) -> Mapping[str, Any]:
    query = select(Entry.__table__).order_by(Entry.id.desc()).limit(1)
    row = site.db.reading().execute(query).first()
    return dict(row._mapping) if row else {"name": "nobody", "website": "/", "text": ""}


@hookimpl
def register_post_extras() -> Iterable[PostExtra]:
    return [PostExtra("guestbook", count)]


def count(site: Site, posts: Sequence[Post]) -> Mapping[int, object]:
    number = site.db.reading().execute(select(func.count()).select_from(Entry)).scalar_one()
    return {post.id: f"{post.title}: {number} guests, last {_last(site)['name']}" for post in posts}


@hookimpl
def register_feeds() -> Iterable[Feed]:
    return [Feed("guests", "Guests", "guests.xml", "application/rss+xml", feed)]


def feed(site: Site, archive: Any, posts: Sequence[Post]) -> bytes:
    entries = [row._mapping for row in site.db.reading().execute(select(Entry.__table__))]
    return site.render("guestbook/feed.xml", entries=entries, posts=posts).encode()


@hookimpl
def page_meta(site: Site, page: Page) -> Iterable[Any]:
    last = _last(site)
    return [
        MetaTag("guest", last["name"]),
        StructuredData({"@type": "Person", "name": last["name"], "url": last["website"]}),
    ]


@hookimpl
def register_jobs() -> Iterable[Job]:
    return [Job("greet", lambda site, payload: None)]
