"""File names that came from outside: which can be used, and how others are shown."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST_PATH = 400
LONGEST_PART = 120
DEEPEST_PATH = 12

RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
ATTRIBUTE = "!#$&+-.^_`|~"
"""What stands in the long form of a name as it is (attr-char of RFC 8187)."""

UNUSABLE = frozenset('\\:*?"<>|')


def path_problem(name: str) -> str:
    """Say why a path in an archive can't be used on every system; "" when it can.

    `name` has slashes between its parts, and may end with one.
    """
    if len(name) > LONGEST_PATH:
        return f"it has {len(name)} letters, {LONGEST_PATH} are the limit"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "it begins at the root of a disk"
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in name):
        return "it has letters that can't be seen"
    parts = name.removesuffix("/").split("/")
    if len(parts) > DEEPEST_PATH:
        return f"it is {len(parts)} folders deep, {DEEPEST_PATH} are the limit"
    return next((why for part in parts if (why := _part_problem(part))), "")


def _part_problem(part: str) -> str:
    if part in ("", ".", ".."):
        return "it leads out of its folder"
    if len(part.encode()) > LONGEST_PART:
        return f"a part of it is longer than {LONGEST_PART} bytes"
    if UNUSABLE & set(part) or part != part.strip(" ") or part.endswith("."):
        return "not every system can store it"
    if RESERVED.fullmatch(part):
        return "some systems keep it for themselves"
    return ""


def shown_name(name: str) -> str:
    """Return the last part of a name as it may be shown: one line, no folders, no tricks."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        letter if unicodedata.category(letter)[0] != "C" else " " for letter in last[:1000]
    )
    return " ".join(kept.split())[:LONGEST_PART].strip() or "file"


def content_disposition(name: str, *, attachment: bool = True) -> str:
    """Return the header's value for a file name (RFC 6266, RFC 8187).

    Old readers get an ASCII name, others the whole one. No name can add a line or a parameter.
    """
    kind = "attachment" if attachment else "inline"
    shown = shown_name(name)
    folded = unicodedata.normalize("NFKD", shown).encode("ascii", "ignore").decode()
    plain = re.sub(r'[^\w .()+,=@!-]|"', "_", folded, flags=re.ASCII).strip() or "file"
    header = f'{kind}; filename="{plain}"'
    if plain == shown:
        return header
    return f"{header}; filename*=UTF-8''{quote(shown, safe='!#$&+-.^_`|~')}"
