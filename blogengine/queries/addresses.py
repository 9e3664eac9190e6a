"""Which addresses search engines may know, in pieces whose size doesn't grow with the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from blogengine.models import ListingRow, PostRow

PUBLIC = (PostRow.status == "published", PostRow.visibility == "public", PostRow.path.is_not(None))
HOME = ListingRow.scope == "home"


@dataclass(frozen=True, slots=True)
class Address:
    """A public post or page by its path; `image` is its own picture, if it has one."""

    id: int
    kind: str
    url: str
    updated_at: datetime
    image: str = ""


@dataclass(frozen=True, slots=True)
class AddressPiece:
    """So many ids in a row of which some are public posts; see `Archives.address_pieces`."""

    number: int
    updated_at: datetime


COLUMNS = (
    PostRow.id,
    PostRow.kind,
    PostRow.path,
    PostRow.updated_at,
    PostRow.featured_image,
)


def _address(row: Any) -> Address:
    return Address(row.id, row.kind, row.path, row.updated_at, row.featured_image)


def address_pieces(connection: Connection, size: int) -> tuple[AddressPiece, ...]:
    """Return the pieces that hold a public post; two statements that read indexes only."""
    piece = (ListingRow.post_id - 1) // size
    filled = set(connection.execute(select(piece).where(HOME).group_by(piece)).scalars())
    number = (PostRow.id - 1) // size
    changed = select(number, func.max(PostRow.updated_at)).where(PostRow.status == "published")
    rows = connection.execute(changed.group_by(number).order_by(number))
    return tuple(AddressPiece(n + 1, at) for n, at in rows if n in filled)


def post_addresses(connection: Connection, size: int, number: int) -> tuple[Address, ...]:
    """Return the public posts of one piece."""
    query = (
        select(*COLUMNS)
        .where(*PUBLIC, PostRow.kind == "post")
        .where(PostRow.id > (number - 1) * size, PostRow.id <= number * size)
    )
    return tuple(_address(row) for row in connection.execute(query.order_by(PostRow.id)))


def page_addresses(connection: Connection, limit: int) -> tuple[Address, ...]:
    """Return the public pages: posts aside, which stand in the listing, there are few rows."""
    listed = select(ListingRow.post_id).where(HOME)
    query = select(*COLUMNS).where(*PUBLIC, PostRow.id.not_in(listed), PostRow.kind == "page")
    return tuple(
        _address(row) for row in connection.execute(query.order_by(PostRow.id).limit(limit))
    )
