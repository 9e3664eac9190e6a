"""Style sheets as checks want to know them: rules, colours in both schemes, contrast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blogengine.colours import READABLE, contrast, read_colour

SCHEMES = ("light", "dark")
CANVAS = {"light": ("#000000", "#ffffff"), "dark": ("#ffffff", "#121212")}
"""Text and ground of a browser where a style sheet says nothing."""

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
VARIABLE = re.compile(r"var\(\s*--([\w-]+)\s*(?:,([^()]*))?\)")
BOTH = re.compile(r"light-dark\(([^(),]+|rgb\([^()]*\)),([^(),]+|rgb\([^()]*\))\)")
COLOURISH = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgb\([^()]*\)|\b(?:black|white)\b")
ROOTS = re.compile(r"(?::root|html|body|\*)")
NO_TEXT = re.compile(r"(?:::\w[\w-]*|\b(?:hr|img|svg|iframe|video|progress|meter))$")
MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its selectors, its declarations in order, and the conditions around it."""

    selectors: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...]
    conditions: tuple[str, ...] = ()

    def counts(self, scheme: str) -> bool:
        """Whether it is for reading on a screen in a scheme, without any other wish."""
        for condition in self.conditions:
            wanted = re.search(r"prefers-color-scheme:\s*(\w+)", condition)
            if wanted and wanted[1] != scheme:
                return False
            if re.search(r"\bprint\b|forced-colors|prefers-contrast", condition):
                return False
        return True


def read_rules(text: str, conditions: tuple[str, ...] = ()) -> Iterator[Rule]:
    """Yield the rules of a style sheet; what is for typefaces, pages and motion is passed over."""
    text = COMMENT.sub("", text)
    place = 0
    while (opening := text.find("{", place)) >= 0:
        head = text[place:opening].rpartition(";")[2].strip()
        depth, end = 1, opening + 1
        while end < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        body = text[opening + 1 : end - 1]
        if head.startswith(("@media", "@supports", "@layer", "@container")):
            yield from read_rules(body, (*conditions, head))
        elif not head.startswith("@"):
            selectors = tuple(one.strip() for one in head.split(","))
            yield Rule(selectors, tuple(_declarations(body)), conditions)
        place = end


def _declarations(body: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r";(?![^(]*\))", body):
        name, colon, value = part.partition(":")
        if colon and "{" not in part:
            yield name.strip().lower(), value.replace("!important", "").strip()


@dataclass(frozen=True)
class Palette:
    """What the custom properties of a theme are in one scheme."""

    scheme: str
    properties: Mapping[str, str]
    text: str
    ground: str

    def resolved(self, value: str) -> str:
        """Return a value with its custom properties filled in and this scheme chosen."""
        for _step in range(MOST_STEPS):
            before = value
            value = VARIABLE.sub(
                lambda found: self.properties.get(found[1], (found[2] or "").strip()), value
            )
            value = BOTH.sub(lambda found: found[1 + (self.scheme == "dark")].strip(), value)
            if value == before:
                break
        return value.strip()

    def colour(self, value: str) -> str:
        """Return the solid colour that a value is or holds; "" for none."""
        value = self.resolved(value)
        if read_colour(value):
            return value
        found = [one for one in COLOURISH.findall(value) if read_colour(one)]
        return str(found[0]) if len(found) == 1 and "gradient" not in value else ""


def palette(rules: Iterable[Rule], scheme: str) -> Palette:
    """Return the custom properties and the ground of a page in one scheme."""
    here = [rule for rule in rules if rule.counts(scheme)]
    roots = [rule for rule in here if any(ROOTS.fullmatch(one) for one in rule.selectors)]
    given = {n[2:]: value for rule in roots for n, value in rule.declarations if n[:2] == "--"}
    found = Palette(scheme, given, *CANVAS[scheme])
    text, ground = found.text, found.ground
    for rule in roots:
        for name, value in rule.declarations:
            if name == "color":
                text = found.colour(value) or text
            elif name in ("background", "background-color"):
                ground = found.colour(value) or ground
    return Palette(scheme, given, text, ground)


def too_faint(rules: list[Rule], pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield what can't be read: named pairs of custom properties, and each rule by itself."""
    for scheme in SCHEMES:
        here = palette(rules, scheme)
        for text, ground in pairs:
            one, other = (here.colour(f"var(--{name})") for name in (text, ground))
            if not one or not other:
                yield f"--{text} or --{ground} isn't a solid colour in {scheme}."
            elif contrast(one, other) < READABLE:
                said = f"--{text} on --{ground} is {contrast(one, other):.2f}"
                yield f"{said} in {scheme}, not {READABLE}."
        for rule in rules:
            if rule.counts(scheme):
                yield from _of_rule(rule, here)


def _of_rule(rule: Rule, here: Palette) -> Iterator[str]:
    given = dict(rule.declarations)
    behind = here.colour(given.get("background-color") or given.get("background", ""))
    color = here.colour(given.get("color", ""))
    if not behind and not color:
        return
    if not color and all(NO_TEXT.search(one) for one in rule.selectors):
        return
    text, ground = color or here.text, behind or here.ground
    if (least := contrast(text, ground)) < READABLE:
        what = ", ".join(rule.selectors)[:60]
        yield f"{what}: {text} on {ground} is {least:.2f} in {here.scheme}, not {READABLE}."
