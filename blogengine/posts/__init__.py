"""The write side of posts and pages: one straight path for every save.

Render if the text changed (no transaction is open) → one transaction: version check, row, terms,
permalink, listing and counts, revision, change log → commit → plugins are told.
"""

from blogengine.posts.autosaves import Autosave, Autosaves
from blogengine.posts.bulk import Bulk, BulkItem, BulkRun
from blogengine.posts.inbound import PostLinks
from blogengine.posts.lines import Lines
from blogengine.posts.previews import PreviewLink, Previews
from blogengine.posts.service import Posts
from blogengine.queries.lines import PostLine

__all__ = [
    "Autosave",
    "Autosaves",
    "Bulk",
    "BulkItem",
    "BulkRun",
    "Lines",
    "PostLine",
    "PostLinks",
    "Posts",
    "PreviewLink",
    "Previews",
]
