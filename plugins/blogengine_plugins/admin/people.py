"""People: who there is, inviting them, their roles, ending their access."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    AdminPage,
    BlogError,
    Link,
    NotFound,
    Response,
    current_actor,
    may,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.admin.entering import admin_blueprint

HERE = "/admin/people/"
READ, MANAGE = "people.read", "people.manage"
OWNER = "owner"

ROLES = (
    ("contributor", "Contributor: writes drafts that others publish"),
    ("author", "Author: writes and publishes their own posts"),
    ("editor", "Editor: looks after everybody’s posts and tags"),
    ("admin", "Admin: looks after people and settings too"),
    (OWNER, "Owner: may do everything"),
)

STATES = {"active": "Signs in", "invited": "Invited", "disabled": "Switched off", "": "Name only"}
TONES = {"active": "good", "invited": "warn", "disabled": "bad", "": ""}

blueprint = admin_blueprint("people")

PAGES = (AdminPage("people", "People", path=HERE, section="site", permission=READ, order=10),)


@blueprint.get(HERE, permission=READ)
def show() -> Response:
    """List everybody."""
    people = site.identity.people.all()
    return site.admin_page(
        "People",
        "admin/people/list.html",
        people=people,
        states=STATES,
        tones=TONES,
        manages=may(MANAGE),
    )


@blueprint.route(f"{HERE}new/", methods=["GET", "POST"], permission=MANAGE, confirm=True)
def invite() -> Response:
    """Invite somebody; the answer shows the link, which a mail carries too if mails are sent."""
    error = None
    if request.method == "POST":
        form = request.form
        try:
            link = site.identity.people.invite(
                form.get("name", ""), form.get("email", ""), form.get("role", "author")
            )
            return handed_over("Invited", form.get("email", ""), link, days=7)
        except BlogError as refused:
            error = refused
    return site.admin_page(
        "Invite somebody",
        "admin/people/invite.html",
        error=error,
        trail=(Link(HERE, "People"),),
        roles=roles_to_give(),
    )


@blueprint.get(f"{HERE}<int:person_id>/", permission=MANAGE)
def person(person_id: int) -> Response:
    """Show one person."""
    return page_of(person_id)


def page_of(number: int, error: BlogError | None = None) -> Response:
    """Answer with a person's page."""
    who = the_person(number)
    identity = site.identity
    over = who.role != OWNER or may("people.manage_owners")
    return site.admin_page(
        who.name,
        "admin/people/person.html",
        error=error,
        trail=(Link(HERE, "People"),),
        person=who,
        here=f"{HERE}{who.id}/",
        own=who.id == current_actor().id,
        over=over,
        roles=roles_to_give(),
        state=STATES[who.state],
        tone=TONES[who.state],
        sessions=identity.sessions(who.id) if over and who.state else (),
        tokens=identity.tokens.of(who.id) if over and who.state else (),
        moment=lambda at: f"{site.local(at):%Y-%m-%d %H:%M}",
    )


def the_person(number: int) -> Any:
    """Return a person; raises NotFound."""
    return site.identity.people.find(str(number))


def roles_to_give() -> list[tuple[str, str]]:
    """Return the roles that who acts may give somebody."""
    owns = may("people.manage_owners")
    return [(name, title) for name, title in ROLES if owns or name != OWNER]


def handed_over(title: str, email: str, link: Any, *, days: int = 0) -> Response:
    """Show a link that works once, for whoever has to hand it over."""
    return site.admin_page(
        title,
        "admin/people/link.html",
        trail=(Link(HERE, "People"),),
        email=email,
        link=link,
        days=days,
        mailed=bool(site.config.mail_url),
    )


@blueprint.post(f"{HERE}<int:person_id>/role/", permission=MANAGE, confirm=True)
def give_role(person_id: int) -> AnyResponse:
    """Give somebody another role."""
    try:
        who = site.identity.people.set_role(person_id, request.form.get("role", ""))
    except BlogError as error:
        return page_of(person_id, error)
    return redirect_saying(HERE, f"{who.name} has the role {who.role} now.")


@blueprint.post(f"{HERE}<int:person_id>/name/", permission=MANAGE, confirm=True)
def change(person_id: int) -> AnyResponse:
    """Change name and address."""
    people, form = site.identity.people, request.form
    try:
        who = people.rename(person_id, form.get("name", ""))
        if who.state:
            who = people.change_email(person_id, form.get("email", ""))
    except BlogError as error:
        return page_of(person_id, error)
    return redirect_saying(f"{HERE}{person_id}/", f"{who.name} is saved.")


@blueprint.post(f"{HERE}<int:person_id>/<act>/", permission=MANAGE, confirm=True)
def do(person_id: int, act: str) -> AnyResponse:
    """Do one of the things that have a button and nothing to fill in."""
    identity, here = site.identity, f"{HERE}{person_id}/"
    who = the_person(person_id)
    try:
        match act:
            case "disable":
                identity.people.disable(person_id)
                undo = f"{here}enable/"
                return redirect_saying(here, f"{who.name} can’t sign in any more.", undo=undo)
            case "enable":
                identity.people.enable(person_id)
                return redirect_saying(here, f"{who.name} can sign in again.")
            case "invite":
                link = identity.people.invite_again(person_id)
                return handed_over("Invited again", who.email, link, days=7)
            case "password":
                return handed_over("A new password", who.email, identity.passwords.link(person_id))
            case "sessions":
                identity.revoke_all(person_id, but=current_actor().session)
                return redirect_saying(here, f"{who.name} is signed out everywhere.")
            case "second-factor":
                identity.second_factor.disable(person_id)
                return redirect_saying(here, f"{who.name} is asked for no code any more.")
            case "remove":
                identity.people.remove(person_id)
                return redirect_saying(HERE, f"{who.name} is deleted.")
    except BlogError as error:
        if error.kind == "denied":
            raise
        return page_of(person_id, error)
    raise NotFound("There is no such act.", code="not-found", action="Go back to the person.")


@blueprint.get(f"{HERE}<int:person_id>/remove/", permission=MANAGE)
def ask_to_remove(person_id: int) -> Response:
    """Ask before somebody is deleted."""
    who = the_person(person_id)
    trail = (Link(HERE, "People"), Link(f"{HERE}{person_id}/", who.name))
    title = f"Delete {who.name}?"
    return site.admin_page(title, "admin/people/remove.html", trail=trail, person=who)


@blueprint.post(f"{HERE}<int:person_id>/tokens/<token>/", permission=MANAGE, confirm=True)
def end_token(person_id: int, token: str) -> AnyResponse:
    """End one of somebody's tokens."""
    known = {one.id: one for one in site.identity.tokens.of(person_id)}
    if token not in known:
        raise NotFound("There is no such token.", code="not-found", action="It may have ended.")
    site.identity.tokens.revoke(token)
    return redirect_saying(f"{HERE}{person_id}/", f"The token “{known[token].name}” has ended.")
