"""The only import of the engine that a plugin makes. Everything here is a public contract."""

from __future__ import annotations

from flask import abort, request
from markupsafe import Markup, escape
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from blogengine.actors import Actor, current_actor, may, require
from blogengine.answers import Response, redirect
from blogengine.apart import ApartFailed, Bounds, run_apart
from blogengine.audited import AuditLine
from blogengine.clock import utcnow
from blogengine.colours import contrast, faint_colours, is_readable, read_colour
from blogengine.confirming import require_confirmed
from blogengine.contributions import (
    ADMIN_REGIONS,
    ADMIN_SECTIONS,
    LIST_KINDS,
    PAGE_KINDS,
    REGIONS,
    AdminPage,
    Finding,
    HtmlFilter,
    Importer,
    ImportReport,
    Job,
    MarkdownExtension,
    Plugin,
    PostExtra,
    PublishCheck,
    Skipped,
    SourceFilter,
    Theme,
    Widget,
)
from blogengine.cookies import remember, remembered
from blogengine.csrf import csrf_field
from blogengine.db import UtcDateTime
from blogengine.deprecations import BlogEngineDeprecationWarning
from blogengine.doors.http import HttpAnswer, OutgoingHttp
from blogengine.doors.names import content_disposition
from blogengine.doors.peers import from_this_machine
from blogengine.doors.redirects import own_address
from blogengine.doors.uploads import Accepted, accept_upload
from blogengine.dressing import (
    Asset,
    ContentSource,
    LinkTag,
    MetaTag,
    Redirection,
    StructuredData,
    TemplateHelper,
)
from blogengine.errors import (
    BlogError,
    Denied,
    NotFound,
    OperatorError,
    PluginFault,
    Reject,
    Retryable,
    TooMany,
    UserError,
)
from blogengine.forms import Submitted, form_fields, read_form
from blogengine.health import Health, HealthCheck, Metric
from blogengine.hookspecs.markers import closed, hookimpl, hookspec
from blogengine.host import PluginStatus
from blogengine.jobs import JobRecord, RunLater
from blogengine.languages import Languages, Tongue, Translator, tongue, translator
from blogengine.limits import Limits, address_key
from blogengine.missing import Missed
from blogengine.notices import Notice, redirect_saying
from blogengine.operating import Operation
from blogengine.panels import EditorPanel, PanelForm
from blogengine.permissions import Permission
from blogengine.pictures import MediaChange, Picture, PictureFile, PictureSource
from blogengine.posts import Autosave, BulkItem, BulkRun, PostLine, PreviewLink
from blogengine.preferences import OwnedSettings
from blogengine.queries.addresses import Address, AddressPiece
from blogengine.queries.menus import MenuItem, MenuLine
from blogengine.queries.slices import Slice, SortBy, take_slice
from blogengine.rendering import picture_html
from blogengine.rendering.blocks import text_blocks
from blogengine.schema import setting
from blogengine.settings import SettingValue, SiteSettings
from blogengine.site import Site, WidgetContext
from blogengine.slugs import fold, make_slug
from blogengine.storage import Kept, Storage, storage_full
from blogengine.streams import Feed, Stream, StreamEntry, StreamSource
from blogengine.tables import post_key, table_base
from blogengine.tagged import (
    Alike,
    Choice,
    Completion,
    Rerouted,
    Retagged,
    TagAct,
    TagEffect,
    TagEntry,
    TagsChange,
)
from blogengine.taxonomies import Ranking, Taxonomy
from blogengine.themes import ThemeState
from blogengine.values import (
    Archive,
    Author,
    FieldError,
    GivenBack,
    Heading,
    Link,
    Page,
    Post,
    PostChange,
    PostDraft,
    Revision,
    Term,
    Viewer,
)
from blogengine.views.current import site
from blogengine.web import Blueprint
from blogengine.widgets import WidgetState

__all__ = [
    "ADMIN_REGIONS",
    "ADMIN_SECTIONS",
    "LIST_KINDS",
    "PAGE_KINDS",
    "REGIONS",
    "Accepted",
    "Actor",
    "Address",
    "AddressPiece",
    "AdminPage",
    "Alike",
    "ApartFailed",
    "Archive",
    "Asset",
    "AuditLine",
    "Author",
    "Autosave",
    "BlogEngineDeprecationWarning",
    "BlogError",
    "Blueprint",
    "Bounds",
    "BulkItem",
    "BulkRun",
    "Choice",
    "Completion",
    "ContentSource",
    "Denied",
    "EditorPanel",
    "Feed",
    "FieldError",
    "Finding",
    "GivenBack",
    "Heading",
    "Health",
    "HealthCheck",
    "HtmlFilter",
    "HttpAnswer",
    "ImportReport",
    "Importer",
    "Job",
    "JobRecord",
    "Kept",
    "Languages",
    "Limits",
    "Link",
    "LinkTag",
    "Mapped",
    "MarkdownExtension",
    "Markup",
    "MediaChange",
    "MenuItem",
    "MenuLine",
    "MetaTag",
    "Metric",
    "Missed",
    "NotFound",
    "Notice",
    "Operation",
    "OperatorError",
    "OutgoingHttp",
    "OwnedSettings",
    "Page",
    "PanelForm",
    "Permission",
    "Picture",
    "PictureFile",
    "PictureSource",
    "Plugin",
    "PluginFault",
    "PluginStatus",
    "Post",
    "PostChange",
    "PostDraft",
    "PostExtra",
    "PostLine",
    "PreviewLink",
    "PublishCheck",
    "Ranking",
    "Redirection",
    "Reject",
    "Rerouted",
    "Response",
    "Retagged",
    "Retryable",
    "Revision",
    "RunLater",
    "Session",
    "SettingValue",
    "Site",
    "SiteSettings",
    "Skipped",
    "Slice",
    "SortBy",
    "SourceFilter",
    "Storage",
    "Stream",
    "StreamEntry",
    "StreamSource",
    "StructuredData",
    "Submitted",
    "TagAct",
    "TagEffect",
    "TagEntry",
    "TagsChange",
    "Taxonomy",
    "TemplateHelper",
    "Term",
    "Theme",
    "ThemeState",
    "Tongue",
    "TooMany",
    "Translator",
    "UserError",
    "UtcDateTime",
    "Viewer",
    "Widget",
    "WidgetContext",
    "WidgetState",
    "abort",
    "accept_upload",
    "address_key",
    "closed",
    "content_disposition",
    "contrast",
    "csrf_field",
    "current_actor",
    "delete",
    "escape",
    "faint_colours",
    "fold",
    "form_fields",
    "from_this_machine",
    "func",
    "hookimpl",
    "hookspec",
    "insert",
    "is_readable",
    "make_slug",
    "mapped_column",
    "may",
    "own_address",
    "picture_html",
    "post_key",
    "read_colour",
    "read_form",
    "redirect",
    "redirect_saying",
    "remember",
    "remembered",
    "request",
    "require",
    "require_confirmed",
    "run_apart",
    "select",
    "setting",
    "site",
    "storage_full",
    "table_base",
    "take_slice",
    "text_blocks",
    "tongue",
    "translator",
    "update",
    "utcnow",
]
