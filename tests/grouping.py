"""Tests of one `xdist_group` go to one process: they share what is dear, or would disturb others.

pytest-xdist 3.8 says a test's group in its name, and pytest 9.2 doesn't let it. A group stands at
the head of a file here, so the file's text tells.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import cast

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
MARK = re.compile(r'^pytestmark = .*xdist_group\("(\w+)"\)', re.MULTILINE)


class ByGroup(LoadScopeScheduling):
    """Hands out tests one by one, those of a group together."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


@cache
def group_of(file: str) -> str:
    """Return the group that a file of tests declares; the file itself where its tests share a site.

    "" for a file whose tests have nothing in common.
    """
    path = ROOT / file
    if not path.is_file():
        return ""
    text = path.read_text("utf-8")
    if found := MARK.search(text):
        return cast(str, found[1])
    beside = path.parent / "conftest.py"
    shared = text + (beside.read_text("utf-8") if beside.is_file() else "")
    return file if 'scope="module"' in shared else ""
