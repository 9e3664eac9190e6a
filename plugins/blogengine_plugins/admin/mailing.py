"""The outbox: every mail as it was written, and what became of it."""

from __future__ import annotations

from blogengine.api import AdminPage, Link, Response, redirect_saying, site
from blogengine_plugins.admin.entering import admin_blueprint
from blogengine_plugins.admin.pieces import chosen, number, older

MANAGE = "jobs.manage"
HOME = "/admin/mails/"
SIZE = 50
STATES = {
    "all": ("All", ()),
    "unsent": ("Not sent", ("waiting", "kept", "failed", "unsure")),
    "sent": ("Sent", ("sent",)),
}

blueprint = admin_blueprint("mails")

PAGES = (AdminPage("mails", "Mails", path=HOME, permission=MANAGE, order=50),)


@blueprint.get(HOME, permission=MANAGE)
def index() -> Response:
    """List mails, the last written first."""
    state = chosen("state", STATES)
    found = site.mail.find(states=STATES[state][1], limit=SIZE + 1, before=number("before"))
    return site.admin_page(
        "Mails",
        "admin/mails/index.html",
        mails=found[:SIZE],
        state=state,
        states={name: title for name, (title, _states) in STATES.items()},
        server=bool(site.config.mail_url),
        kept=bool(site.mail.find(states=("kept", "failed"), limit=1)),
        local=site.local,
        older=older(found, SIZE),
    )


@blueprint.get("/admin/mails/<int:mail_id>/", permission=MANAGE)
def show(mail_id: int) -> Response:
    """Show a mail; of one with a link or code that lets its reader in, never the text."""
    mail = site.mail.get(mail_id)
    text = "" if mail.secret else mail.text
    return site.admin_page(
        mail.subject,
        "admin/mails/mail.html",
        trail=(Link(HOME, "Mails"),),
        mail=mail,
        text=text,
        local=site.local,
    )


@blueprint.post("/admin/mails/<int:mail_id>/send/", permission=MANAGE)
def send(mail_id: int) -> Response:
    """Send a mail that wasn't sent, or may not have been."""
    done = site.mail.send_again([mail_id])
    return redirect_saying(HOME, "It is sent now." if done else "It was sent already.")


@blueprint.post("/admin/mails/send/", permission=MANAGE)
def send_all() -> Response:
    """Send all mails that were kept."""
    count = len(site.mail.send_again())
    return redirect_saying(HOME, f"{count} mails are sent now." if count else "Nothing was kept.")


def unsent() -> int:
    """Return how many mails failed or may not have been sent, up to 100."""
    return len(site.mail.find(states=("failed", "unsure"), limit=100))
