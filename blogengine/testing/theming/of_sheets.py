"""Checks of style sheets: contrast, writing directions, focus, motion, small screens, print."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blogengine.testing.theming.check import ThemeCheck
from blogengine.testing.theming.fitting import Fitting
from blogengine.testing.theming.sheets import too_faint

PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right)(?:-\w+)?|left|right|"
    r"border-(?:top|bottom)-(?:left|right)-radius|scroll-(?:margin|padding)-(?:left|right)"
)
SIDED = frozenset({"text-align", "float", "clear"})
LARGEST_WIDTH = 20.0
"""What fits on the smallest phone, in rem: 320 px."""
ROOM = re.compile(r"min-width|width\s*>")


def contrast(fitting: Fitting) -> Iterator[str]:
    yield from dict.fromkeys(too_faint(fitting.rules, fitting.look.readable))


def directions(fitting: Fitting) -> Iterator[str]:
    for rule in fitting.rules:
        for name, value in rule.declarations:
            physical = PHYSICAL.fullmatch(name) or (name in SIDED and value in ("left", "right"))
            if physical:
                yield f"{rule.selectors[0]}: {name}:{value} stays on its side."


def focus(fitting: Fitting) -> Iterator[str]:
    visible = any("focus" in one for rule in fitting.rules for one in rule.selectors)
    for rule in fitting.rules:
        for name, value in rule.declarations:
            hides = name in ("outline", "outline-style", "outline-width") and value in ("0", "none")
            allowed = all(
                one.startswith("main") or ":not(:focus-visible)" in one for one in rule.selectors
            )
            if hides and not allowed:
                yield f"{rule.selectors[0]} takes the focus ring away."
    if not visible:
        yield "No rule says how the focus is shown (:focus-visible)."


def motion(fitting: Fitting) -> Iterator[str]:
    moving = [
        rule.selectors[0]
        for rule in fitting.rules
        if any(
            name.startswith(("animation", "transition")) and value not in ("none", "0s")
            for name, value in rule.declarations
        )
        and not any("prefers-reduced-motion" in one for one in rule.conditions)
    ]
    if moving and "prefers-reduced-motion" not in fitting.sheets:
        yield f"{moving[0]} moves, and nothing asks for prefers-reduced-motion."


def narrow(fitting: Fitting) -> Iterator[str]:
    for rule in fitting.rules:
        if any(ROOM.search(one) for one in rule.conditions):
            continue
        for name, value in rule.declarations:
            found = re.fullmatch(r"([\d.]+)(px|rem|em)", value)
            if name in ("width", "min-width", "inline-size", "min-inline-size") and found:
                rems = float(found[1]) / (16 if found[2] == "px" else 1)
                if rems > LARGEST_WIDTH:
                    yield f"{rule.selectors[0]}: {name}:{value} is wider than a small phone."
    for element in ("pre", "table", "img"):
        wanted = "max-width" if element == "img" else "overflow"
        rules = [rule for rule in fitting.rules if _styles(rule.selectors, element)]
        if not any(n.startswith(wanted) for rule in rules for n, _value in rule.declarations):
            yield f"No rule keeps a wide {element} within the page ({wanted})."


def _styles(selectors: tuple[str, ...], element: str) -> bool:
    return any(re.search(rf"(?<![\w.#-]){element}(?![\w-])", one) for one in selectors)


def printing(fitting: Fitting) -> Iterator[str]:
    if not re.search(r"@media[^{]*\bprint\b", fitting.sheets):
        yield "No rule says how a page is printed (@media print)."


CHECKS = (
    ThemeCheck(
        "TH15",
        "Text can be read, light and dark",
        "Text needs a contrast of 4.5. Computed for the pairs that the theme names in `readable`, "
        "and for each rule that names a colour, on its own ground or the page's.",
        "Take darker colours on light ground and lighter ones on dark.",
        contrast,
    ),
    ThemeCheck(
        "TH16",
        "Sides turn with the writing direction",
        "Arabic, Hebrew and Persian begin on the right.",
        "Write margin-inline-start, inset-inline-end, text-align:start and the like.",
        directions,
    ),
    ThemeCheck(
        "TH17",
        "The focus is shown",
        "With a keyboard it is the cursor.",
        "Give `:focus-visible` an outline, and take none away.",
        focus,
    ),
    ThemeCheck(
        "TH18",
        "What moves can be quiet",
        "Motion makes some people ill; their system says so.",
        "Put transitions and animations into `@media (prefers-reduced-motion:no-preference)`.",
        motion,
    ),
    ThemeCheck(
        "TH19",
        "A page fits on 320 px",
        "So wide is a small phone, and a desktop zoomed to 400 %.",
        "Use max-width, and let code and tables scroll in a box of their own.",
        narrow,
    ),
    ThemeCheck(
        "TH20",
        "A page can be printed",
        "Menus and forms waste paper; dark ground wastes ink.",
        "Add `@media print` that leaves out what can't be used on paper.",
        printing,
    ),
)
