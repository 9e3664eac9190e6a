"""Addresses of mails: one each, checked before anything is stored."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address

from blogengine.errors import UserError

ADDRESS_LENGTH = 320
FORM = re.compile(r"(?:(?P<name>[^<>]*?)\s*<(?P<named>[^<>\s]+)>|(?P<bare>[^<>\s]+))")
NOT_IN_LOCAL = frozenset(' ,;:<>()[]\\"@')


def mailbox(text: str, field: str = "to") -> Address:
    """Return `ann@example.org` or `Ann <ann@example.org>` as a checked address.

    A domain in another script becomes its ASCII form. Raises UserError for a line break or another
    control character (which could begin a header of its own), for several addresses in one, and
    for what isn't an address.
    """
    if len(text) > ADDRESS_LENGTH or not text.isprintable():
        raise bad_address(text, field)
    form = FORM.fullmatch(text.strip())
    if form is None:
        raise bad_address(text, field)
    name, plain = (form["name"] or "").strip(' "'), form["named"] or form["bare"]
    local, at, domain = plain.rpartition("@")
    if not at or not local or not local.isascii() or NOT_IN_LOCAL & set(local):
        raise bad_address(text, field)
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise bad_address(text, field)
    try:
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        made = Address(display_name=name, addr_spec=f"{local}@{host}")
    except (ValueError, MessageError, IndexError, AttributeError):
        raise bad_address(text, field) from None
    labels = host.split(".")
    sound = all(label and label.replace("-", "").isalnum() for label in labels)
    if not sound or len(host) > 253 or made.addr_spec != f"{local}@{host}":
        raise bad_address(text, field)
    return made


def bad_address(text: str, field: str) -> UserError:
    """The error of a text that isn't one mail address."""
    return UserError(
        f"{text!r:.80} isn't a mail address.",
        code="mail-address-invalid",
        action="Give one such as ann@example.org or Ann <ann@example.org>.",
        field=field,
        status=422,
    )
