"""A theme put on in a throw-away site with the sample blog in it, and what its pages are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from jinja2 import TemplateNotFound, nodes

from blogengine.looks import Look, find_look
from blogengine.testing.blog import Blog
from blogengine.testing.checks.markup import Document
from blogengine.testing.theming.outline import Outline, Seen
from blogengine.testing.theming.sheets import Rule, read_rules

TAG = "/tag/ecommerce/"
TAG_PAGE = "tag archive"


@dataclass(frozen=True)
class Fitting:
    """A site that wears the theme."""

    blog: Blog
    theme: str

    @cached_property
    def look(self) -> Look:
        return find_look(self.blog.site.contributions.themes, self.theme)

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """One page of each kind, by what it is."""
        blog = self.blog
        everything = blog.get("/").text
        posts = re.findall(r'href="(/\d{4}/\d\d/[^"#]+/)"', everything)
        addresses = {
            "home": "/",
            "second page": "/page/2/",
            TAG_PAGE: TAG,
            "tags": "/tags/",
            "error": "/missing/",
            "page": "/about/",
        }
        if writing := next((path for path in posts if "write-here" in path), ""):
            addresses |= {"post": writing, "date": writing[:6]}
        texts = {kind: blog.get(path).text for kind, path in addresses.items()}
        for kind, pattern in (("author", r'href="(/author/[^"]+/)"'),):
            if found := re.search(pattern, everything + texts.get("post", "")):
                texts[kind] = blog.get(unescape(found[1])).text
        locked = blog.post("A locked post", visibility="password", password="sesame")
        texts["protected"] = blog.get(locked.url).text
        return texts

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        return {kind: Document(text) for kind, text in self.pages.items()}

    @cached_property
    def outlines(self) -> Mapping[str, Seen]:
        return {kind: Outline(text).seen for kind, text in self.pages.items()}

    @cached_property
    def sheets(self) -> str:
        """The style sheets with the owner's choices, as they stand in a page."""
        files = [*self.look.styles, *self.look.parts.values()]
        texts = [file.read_text(encoding="utf-8") for file in files]
        return "\n".join([*texts, self.look.rule(self.blog.site)])

    @cached_property
    def rules(self) -> list[Rule]:
        return list(read_rules(self.sheets))

    @cached_property
    def own_templates(self) -> Mapping[str, str]:
        """The texts of the theme's own templates and its parents', by name, the nearest ones."""
        found: dict[str, str] = {}
        for theme in reversed(self.look.chain):
            for file in sorted(theme.templates.rglob("*.html")):
                name = file.relative_to(theme.templates).as_posix()
                found[name] = file.read_text(encoding="utf-8")
        return found

    def source(self, name: str) -> str:
        """Return the text of a template as the site finds it; "" for none."""
        environment = self.blog.site.environment
        assert environment.loader is not None
        try:
            return environment.loader.get_source(environment, name)[0]
        except TemplateNotFound:
            return ""

    def tree(self, text: str) -> nodes.Template:
        """Return a template as Jinja reads it."""
        return self.blog.site.environment.parse(text)

    def family(self, name: str) -> list[nodes.Template]:
        """Return a template and all that it extends."""
        found, names = [], [name]
        for one in names:
            if not (text := self.source(one)):
                continue
            found.append(self.tree(text))
            for node in found[-1].find_all(nodes.Extends):
                if isinstance(node.template, nodes.Const) and node.template.value not in names:
                    names.append(node.template.value)
        return found
