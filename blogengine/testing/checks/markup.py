"""What the checks of pages want to know of a piece of HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
OPTIONAL = frozenset(
    "html head body p li dt dd option optgroup tr td th thead tbody tfoot colgroup rp rt".split()
)
"""Elements whose end may be left out."""

LABELLED = ("input", "textarea", "select")
NEED_NO_LABEL = ("hidden", "submit", "button", "reset", "image")
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src"}


@dataclass
class Form:
    """A form of a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: int = 0


class Document(HTMLParser):
    """Reads a page once and collects what is remarkable in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.unsafe: list[str] = []
        self.foreign: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.headings = 0
        self.language = ""
        self.forms: list[Form] = []
        self._open: list[str] = []
        self._labels: set[str] = set()
        self._unlabelled: list[tuple[str, str]] = []
        self._form: Form | None = None
        self.feed(text)
        self.close()
        self.problems += [
            f"a field {name or 'without a name'} has no label"
            for number, name in self._unlabelled
            if number not in self._labels
        ]
        left = [tag for tag in self._open if tag not in OPTIONAL]
        self.problems += [f"<{tag}> is never closed" for tag in left]
        for name in sorted({name for name in self.ids if self.ids.count(name) > 1}):
            self.problems.append(f"the id {name!r} stands twice")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) < len(attrs):
            self.problems.append(f"<{tag}> has an attribute twice")
        self._look_at(tag, given)
        if tag not in VOID:
            self._open.append(tag)

    def _look_at(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "h1":
            self.headings += 1
        self._look_for_unsafe(tag, given)
        if tag == "label":
            self._labels.add(given.get("for", ""))
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        if tag in LABELLED and given.get("type") not in NEED_NO_LABEL:
            self._look_for_label(given)
        if self._form is not None:
            self._look_at_field(tag, given, self._form)

    def _look_for_unsafe(self, tag: str, given: dict[str, str]) -> None:
        script = tag == "script" and "src" not in given
        if script and given.get("type") not in ("application/ld+json", "application/json"):
            self.unsafe.append("an inline <script>")
        for name, value in given.items():
            if name == "style":
                self.unsafe.append(f"a style attribute on <{tag}>")
            elif name.startswith("on"):
                self.unsafe.append(f"the event handler {name} on <{tag}>")
            elif name in ("href", "src", "action") and value.strip().lower().startswith(
                "javascript:"
            ):
                self.unsafe.append(f"a javascript: address on <{tag}>")
        loaded = given.get(LOADING.get(tag, ""), "")
        if tag == "link" and given.get("rel") in ("stylesheet", "preload", "modulepreload"):
            loaded = given.get("href", "")
        if urlsplit(loaded).netloc:
            self.foreign.append((tag, loaded))

    def _look_for_label(self, given: dict[str, str]) -> None:
        if "label" not in self._open and not {"aria-label", "aria-labelledby"} & set(given):
            self._unlabelled.append((given.get("id", "\0"), given.get("name", "")))

    def _look_at_field(self, tag: str, given: dict[str, str], form: Form) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        if kind in ("submit", "image") and tag in ("input", "button"):
            form.buttons += 1
        if given.get("name") and (kind not in ("checkbox", "radio") or "checked" in given):
            form.fields.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in VOID:
            return
        if tag not in self._open:
            self.problems.append(f"</{tag}> closes nothing")
            return
        while (inner := self._open.pop()) != tag:
            if inner not in OPTIONAL:
                self.problems.append(f"<{inner}> isn't closed before </{tag}>")
