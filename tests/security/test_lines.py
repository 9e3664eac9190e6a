"""Every line of the checklist has its test, and every test its line."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.security.lines import DEVIATIONS, LINES, PARTLY

HERE = Path(__file__).parent
NAME = re.compile(r"test_asvs_(\d+_\d+_\d+)_[a-z]")


def by_line() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted(HERE.glob("test_asvs_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                match = NAME.match(node.name)
                assert match, f"{file.name}: {node.name} names no line"
                found.setdefault(match[1].replace("_", "."), []).append(node.name)
    return found


def test_every_line_has_a_test_named_after_it() -> None:
    assert set(LINES) - set(by_line()) == set()


def test_every_test_names_a_line_of_the_list() -> None:
    assert set(by_line()) - set(LINES) == set()


def test_the_list_is_as_long_as_it_was_promised() -> None:
    assert len(LINES) >= 66
    assert set(PARTLY) <= set(LINES)
    assert not set(DEVIATIONS) & set(LINES)
    for sentence in (*PARTLY.values(), *DEVIATIONS.values(), *LINES.values()):
        assert sentence.strip()
