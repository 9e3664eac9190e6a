"""Checks of the pages that come out: policy, landmarks, headings, ids, forms, weight."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from blogengine.testing.theming.check import ThemeCheck
from blogengine.testing.theming.fitting import TAG_PAGE, Fitting

FIRST_FLIGHT = 14 * 1024
"""Bytes that come with the first round trip of a new connection."""


def inline(fitting: Fitting) -> Iterator[str]:
    for kind, document in fitting.documents.items():
        for what in dict.fromkeys(document.unsafe):
            yield f"{kind} has {what}."


def hosts(fitting: Fitting) -> Iterator[str]:
    for kind, document in fitting.documents.items():
        for tag, address in document.foreign:
            yield f"{kind} loads {address} by <{tag}>."
    for needle in ("@import", "url(http", "url('http", 'url("http', "url(//"):
        if needle in fitting.sheets.lower():
            yield f"A style sheet loads something: {needle}…"


def landmarks(fitting: Fitting) -> Iterator[str]:
    for kind, seen in fitting.outlines.items():
        for name in ("banner", "main", "contentinfo"):
            if (number := seen.landmarks.count(name)) != 1:
                yield f"{kind} has {number} landmarks of kind {name}, not one."


def one_h1(fitting: Fitting) -> Iterator[str]:
    for kind, seen in fitting.outlines.items():
        if (number := seen.levels.count(1)) != 1:
            yield f"{kind} has {number} h1, not one."


def order(fitting: Fitting) -> Iterator[str]:
    for kind, seen in fitting.outlines.items():
        before = 0
        for level in seen.levels:
            if level > before + 1 and before:
                yield f"{kind} goes from h{before} to h{level}."
                break
            before = level


def skip_link(fitting: Fitting) -> Iterator[str]:
    for kind, seen in fitting.outlines.items():
        first = seen.first_stop or ""
        if not first.startswith("#") or first[1:] not in seen.ids:
            yield f"The first stop of {kind} leads to {first or 'nothing'!r}, not to its content."


def ids(fitting: Fitting) -> Iterator[str]:
    for kind, seen in fitting.outlines.items():
        for name in sorted({name for name in seen.ids if seen.ids.count(name) > 1}):
            yield f"{kind} has the id {name} twice."
        for name in sorted(set(seen.pointed_at) - set(seen.ids)):
            yield f"{kind} points at the id {name}, which isn't there."


def forms(fitting: Fitting) -> Iterator[str]:
    for kind, document in fitting.documents.items():
        for problem in document.problems:
            if "label" in problem or "closed" in problem or "closes" in problem:
                yield f"{kind}: {problem}."
        for form in document.forms:
            if not form.buttons:
                yield f"{kind}: the form for {form.action or 'the page'} has no button."


def language(fitting: Fitting) -> Iterator[str]:
    for kind, seen in fitting.outlines.items():
        if not seen.language:
            yield f"{kind} doesn't say its language."
        if not seen.title:
            yield f"{kind} has no title."
        scaling = seen.viewport.replace(" ", "")
        if "width=device-width" not in scaling:
            yield f"{kind} doesn't fit itself to a phone: no viewport of device-width."
        if "user-scalable=no" in scaling or "maximum-scale" in scaling:
            yield f"{kind} can't be zoomed."


def weight(fitting: Fitting) -> Iterator[str]:
    if (size := len(gzip.compress(fitting.pages[TAG_PAGE].encode(), 6))) > FIRST_FLIGHT:
        yield f"The tag archive with ten posts has {size:,} bytes, over {FIRST_FLIGHT:,}."
    for kind, text in fitting.pages.items():
        if '<link rel="stylesheet"' in text:
            yield f"{kind} asks for a style sheet by a second request."


CHECKS = (
    ThemeCheck(
        "TH05",
        "Nothing is written inline",
        "The policy of the pages refuses scripts, handlers and styles that stand in the markup.",
        "Put styles into a style sheet of the theme and scripts into a file of a plugin.",
        inline,
    ),
    ThemeCheck(
        "TH06",
        "Nothing comes from another host",
        "Every other host learns who reads what, and the policy refuses it.",
        "Bring the file along; use typefaces that systems have.",
        hosts,
    ),
    ThemeCheck(
        "TH07",
        "There is one banner, one main part, one footer",
        "With a screen reader people jump to them.",
        "One `<header>`, `<main>` and `<footer>` directly in the body, as in base.html.",
        landmarks,
    ),
    ThemeCheck(
        "TH08",
        "Each page has one h1",
        "It says what the page is.",
        "Show `page.heading` once; the title of the site is a paragraph.",
        one_h1,
    ),
    ThemeCheck(
        "TH09",
        "Headings leave out no level",
        "Who moves by headings thinks that something is missing.",
        "Titles in a list are `h2`; headings in their texts follow by themselves.",
        order,
    ),
    ThemeCheck(
        "TH10",
        "The first stop leads past the head",
        "With a keyboard nobody wants to walk through the menu on every page.",
        'Let the body begin with `<a class="site-skip" href="#main">`.',
        skip_link,
    ),
    ThemeCheck(
        "TH11",
        "Ids stand once and are found",
        "A label or a link finds the first one; what points nowhere says nothing.",
        "Ids of a theme are `main` or begin with `site-`; in lists put the post's id into them.",
        ids,
    ),
    ThemeCheck(
        "TH12",
        "Fields have labels, forms a button, elements an end",
        "Without a label nobody hears what a field is for; without a button a form needs a script.",
        "Use `<label for=…>`, and a `<button>` in each form.",
        forms,
    ),
    ThemeCheck(
        "TH13",
        "Pages say language and title and can be zoomed",
        "Speech, hyphens and translation go by the language; many people zoom.",
        "Keep the head of base.html.",
        language,
    ),
    ThemeCheck(
        "TH14",
        "The tag archive comes in one round trip",
        "Ten posts with their style in 14 KB are there before a second request could begin.",
        "Shorten the style sheet; put what few posts need into `parts`.",
        weight,
    ),
)
