"""Checks of the pages readers get: escaping, policy, structure, forms, routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from blogengine.testing.blog import Blog
from blogengine.testing.checks.check import (
    PAGES,
    Bench,
    Check,
    NotNeeded,
    belongs,
    fill,
    is_html,
    own_routes,
)
from blogengine.testing.checks.markup import Document
from blogengine.testing.statements import WRITING, counting, first_word
from blogengine.testing.visitor import Visitor

SCRIPT = "<script>alert(1)</script>"
HOSTILE = (SCRIPT, f"\"'>{SCRIPT}", "<b>שלום</b> \u202e& 'מזל'", "Long " * 30 + "<end>")
WANTED = {"script": "script-src", "img": "img-src", "iframe": "frame-src", "link": "style-src"}


def _pages(bench: Bench, blog: Blog, paths: list[str]) -> Iterator[tuple[str, TestResponse]]:
    for path in dict.fromkeys([*paths, *own_routes(blog, bench.name)]):
        answer = blog.get(path)
        if is_html(answer):
            yield path, answer


def hostile(bench: Bench) -> Iterator[str]:
    with bench.running() as blog:
        blog.set("site", title=f"Site {SCRIPT}")
        paths = list(PAGES)
        for title in HOSTILE:
            post = blog.post(title, tags=[title[:60]])
            paths += [post.url, *(tag.url for tag in post.tags)]
        asked = [f"{path}?q={SCRIPT}&page={SCRIPT}" for path in own_routes(blog, bench.name)]
        for path, answer in _pages(bench, blog, [*paths, *asked]):
            for needle in (SCRIPT, "<b>שלום", "<end>"):
                if needle in answer.text:
                    yield f"{path.partition('?')[0]} shows {needle} as it was written."


def policy(bench: Bench) -> Iterator[str]:
    folder = bench.new_folder()
    with bench.site(on=False, folder=folder) as blog:
        paths = fill(blog)
        plain = {path: Counter(Document(blog.get(path).text).unsafe) for path in paths}
    with bench.running(folder=folder) as blog:
        for path, answer in _pages(bench, blog, paths):
            document = Document(answer.text)
            for what in Counter(document.unsafe) - plain.get(path, Counter()):
                yield f"{path} has {what}."
            allowed = answer.headers.get("Content-Security-Policy", "")
            for tag, address in document.foreign:
                if not _allows(allowed, WANTED.get(tag, "default-src"), address):
                    yield f"{path} loads {address}, which isn't declared."


def _allows(policy: str, directive: str, address: str) -> bool:
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    sources = parts.get(directive, parts.get("default-src", "")).split()
    host = urlsplit(address).netloc
    return any(host == urlsplit(source).netloc or host == source for source in sources)


def structure(bench: Bench) -> Iterator[str]:
    folder = bench.new_folder()
    with bench.site(on=False, folder=folder) as blog:
        paths = fill(blog)
        plain = {path: set(Document(blog.get(path).text).problems) for path in paths}
    with bench.running(folder=folder) as blog:
        for path, answer in _pages(bench, blog, paths):
            document = Document(answer.text)
            for problem in dict.fromkeys(document.problems):
                if problem not in plain.get(path, ()):
                    yield f"{path}: {problem}."
            if document.headings != 1:
                yield f"{path} has {document.headings} h1, not one."
            if not document.language:
                yield f"{path} doesn't say its language."


def forms(bench: Bench) -> Iterator[str]:
    found = False
    folder = bench.new_folder()
    with bench.site(on=False, folder=folder) as blog:
        paths = fill(blog)
    with bench.running(folder=folder) as blog:
        for path, answer in _pages(bench, blog, paths):
            for form in Document(answer.text).forms:
                if form.method != "post":
                    continue
                found = True
                action = form.action or path
                if not form.buttons:
                    yield f"{path}: the form for {action} has no button; it needs a script."
                visitor = Visitor(blog.app)
                status = visitor.post(action, from_elsewhere=True, data=form.fields).status_code
                if status != 403:
                    yield f"{action} answers {status} to a form of another site, not 403."
                status = visitor.post(action, data=form.fields).status_code
                if status in (404, 405) or status >= 500:
                    yield f"{action} answers {status} to its own form."
    if not found:
        raise NotNeeded("It has no form that changes something.")


def routes(bench: Bench) -> Iterator[str]:
    folder = bench.new_folder()
    with bench.site(on=False, folder=folder) as blog:
        paths = fill(blog)
        engine = {rule.rule for rule in blog.app.url_map.iter_rules()}
    with bench.running(folder=folder) as blog:
        contributions = blog.site.contributions
        declared = {
            endpoint
            for _plugin, blueprint in contributions.blueprints
            for endpoint in blueprint.policies
        }
        pages = {
            page.path or f"/admin/{plugin}/{page.name}/"
            for plugin, page in contributions.admin_pages
        }
        for rule in blog.app.url_map.iter_rules():
            feed = any(rule.rule.endswith(feed.suffix) for feed in contributions.feeds)
            known = rule.rule in engine or rule.endpoint in declared or feed or rule.rule in pages
            mine = belongs(rule.endpoint, bench.name) or "." not in rule.endpoint
            if mine and not known:
                yield f"The route {rule.rule} isn't declared by a blueprint with a permission."
        for path in [*paths, *own_routes(blog, bench.name)]:
            with counting(blog.app) as seen:
                blog.get(path)
            for statement in seen:
                if first_word(statement) in WRITING and not of_the_engine(statement):
                    yield f"Reading {path} changes the database: {statement[:60]}…"


def of_the_engine(statement: str) -> bool:
    """Whether the engine counts requests or remembers a failure: now and then, beside a request."""
    return "runtime_" in statement.split("(", maxsplit=1)[0].split("SET", maxsplit=1)[0]


CHECKS = (
    Check(
        "BE11",
        "Hostile titles come out escaped",
        "starter",
        "Posts, tags and the site have titles with `<script>`, quotes, text from right to left and "
        "great length. No page shows them as markup; nor does it show what its address asks.",
        "A title that runs as a script takes over the site.",
        "Return `Markup(…).format(…)` or a template, never a text put together by hand.",
        hostile,
    ),
    Check(
        "BE12",
        "Pages keep the content security policy",
        "starter",
        "No inline script, style attribute, event handler or foreign address that wasn't declared.",
        "The browser refuses it, so it doesn't work; were it allowed, a stranger's would work too.",
        "Put scripts and styles into files, and declare foreign addresses where you register them.",
        policy,
    ),
    Check(
        "BE13",
        "Pages are well built",
        "good",
        "Pages parse, have one `h1`, a language, a label for every field and no id twice.",
        "Screen readers and search engines read the structure, not the look.",
        "Extend `base.html`, give ids that begin with the widget's, and label the fields.",
        structure,
    ),
    Check(
        "BE14",
        "Forms work without a script and refuse strangers",
        "starter",
        'Every form with `method="post"` has a button, is answered, and is refused when a page of '
        "another site sends it.",
        "Readers without scripts are readers; and no other site may act in a reader's name.",
        "Send forms to a route of your blueprint; the engine refuses strangers before it.",
        forms,
    ),
    Check(
        "BE15",
        "Routes are declared and reading changes nothing",
        "starter",
        "Every route comes from a blueprint with a permission, and a GET writes nothing.",
        "Crawlers read every address, again and again.",
        "Register routes by `register_blueprints`; change things on POST.",
        routes,
    ),
)
