"""What leaves the site: whether the mail server takes mails, and what was given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blogengine.checkup.trouble import Trouble
from blogengine.errors import BlogError
from blogengine.mail.delivering import greeting
from blogengine.mail.server import connected, mail_server
from blogengine.mail.states import FAILED, UNSURE
from blogengine.outbox import DEAD

if TYPE_CHECKING:
    from blogengine.site import Site


def check_mail(site: Site) -> Iterator[Trouble]:
    """Greet the mail server and sign in, sending nothing; look for mails that didn't go."""
    try:
        server = mail_server(site.config.mail_url)
        if server is not None:
            with connected(server, greeting(site)):
                pass
    except BlogError as error:
        yield Trouble("mail", error.message, error.action, "warn")
    left = site.mail.counts()
    for state, said in ((FAILED, "couldn't be sent"), (UNSURE, "may or may not have been sent")):
        if left.get(state):
            yield Trouble(
                "mail",
                f"{left[state]} mails {said}.",
                f"blogengine mail list --state {state}",
                "warn",
            )


def check_jobs(site: Site) -> Iterator[Trouble]:
    """Look for jobs that were given up."""
    dead = site.jobs.counts().get(DEAD, 0)
    if dead:
        said = f"{dead} jobs were given up after their last try."
        yield Trouble("jobs", said, "blogengine jobs list --state dead", "warn")
