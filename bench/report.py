"""The result as Markdown: ratios first, the machine beside them, no date."""

from __future__ import annotations

import math
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

from bench.crowd import PLUGINS as CROWD
from bench.measuring import ROUNDS, Series
from bench.variants import BARE_FLASK, BARE_WSGI

MOST_CROWD = 1.25

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
LIBRARIES = ("Flask", "SQLAlchemy", "Jinja2", "Markdown")

HEAD = """# Performance

`make bench` writes these figures to the terminal, `make bench ARGS=--write` into this file.

CPU time of one request, in one process without a server; all variants take turns, {rounds} quiet
rounds, medians. A page is given as a multiple of a bare Flask route and of a bare WSGI answer of
as many bytes, measured in the same rounds: such ratios hold on other machines, microseconds don't.
A round in which a bare variant was 15 % slower than in the quietest one doesn't count, and a run
with too few quiet rounds is void and shows nothing. Pages are made anew for
every request: no cache takes part. On a machine that does other work, the processor's caches are
taken from large code more than from small, so that the multiples come out too high; `calls`, the
functions run (Python's and C's), and `steps` of SQLite's machine are the same everywhere.
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What doesn't depend on the machine: bytes, statements, SQLite's steps, function calls."""

    size: int
    zipped: int
    statements: int
    steps: int
    calls: int


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One page of one site."""

    page: str
    posts: int
    series: Series
    counts: Counts


@dataclass(frozen=True, slots=True)
class Crowd:
    """One page with many plugins on, held against the same page without them."""

    page: str
    ratio: float
    calls: int
    without: int
    statements: int


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a run found out."""

    bare: Mapping[str, Series]
    pages: Sequence[PageFigures]
    rendering: tuple[float, float]
    plans: Sequence[str]
    texts: str
    plugins: str
    load: float
    bare_calls: int
    crowd: Sequence[Crowd] = ()

    @property
    def objections(self) -> list[str]:
        """What mustn't be so."""
        heavy = [f"{one.page}: {one.ratio:.2f} with {CROWD} plugins" for one in self.crowd]
        over = [line for line, one in zip(heavy, self.crowd, strict=True) if one.ratio > MOST_CROWD]
        return [*self.plans, *over]


def document(result: Result) -> str:
    """Return the whole page."""
    parts = [
        HEAD.format(rounds=ROUNDS),
        _conditions(result),
        "## Pages\n",
        _pages(result),
        "## Growth\n",
        _growth(result),
        "## Many plugins\n",
        _crowd(result),
        "## Query plans\n",
        _plans(result),
        "## Rendering\n",
        _rendering(result),
    ]
    return "\n".join(parts)


def _conditions(result: Result) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    spreads = ", ".join(f"{name} {series.spread:.0%}" for name, series in result.bare.items())
    micro = ", ".join(
        f"{name} {series.median * 1e6:.2f} µs" for name, series in result.bare.items()
    )
    return (
        f"- Machine: {_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}\n"
        f"- Load average {result.load:.1f}; spread: {spreads}\n"
        f"- For scale only: {micro}\n"
        f"- Posts: {result.texts}, 4–11 paragraphs, 1–5 of 200 tags; "
        f"`/tag/ecommerce/` is the most used one\n"
        f"- Plugins: {result.plugins}\n"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _pages(result: Result) -> str:
    flask, wsgi = result.bare[BARE_FLASK], result.bare[BARE_WSGI]
    lines = [
        "| page | posts | × bare Flask | × bare WSGI | spread | calls | SQL | steps | kB | gzip |",
        "| --- |" + " ---: |" * 9,
    ]
    lines += [
        f"| {page.page} | {page.posts:,} | {page.series.over(flask):.1f} "
        f"| {page.series.over(wsgi):,.0f} | {page.series.spread:.0%} "
        f"| {page.counts.calls:,} | {page.counts.statements} | {page.counts.steps:,} "
        f"| {page.counts.size / 1000:.1f} | {page.counts.zipped / 1000:.1f} |"
        for page in result.pages
    ]
    lines.append(
        f"| bare Flask route | – | 1.0 | {flask.over(wsgi):,.0f} | {flask.spread:.0%} "
        f"| {result.bare_calls:,} | 0 | 0 | – | – |"
    )
    return "\n".join([*lines, ""])


def _growth(result: Result) -> str:
    sizes = sorted({page.posts for page in result.pages})
    if len(sizes) < 2:
        return "One size only: nothing to compare.\n"
    heads = [f"{one:,} → {other:,}" for one, other in pairwise(sizes)]
    lines = [
        "Exponents of CPU time and of SQLite's steps, which have no noise: 0 is flat, 1 grows as\n"
        "the blog does.\n",
        f"| page | {' | '.join([*heads, *(f'steps, {head}' for head in heads)])} |",
        f"| --- |{' ---: |' * len(heads) * 2}",
    ]
    by_page: dict[str, list[PageFigures]] = {}
    for figures in result.pages:
        by_page.setdefault(figures.page, []).append(figures)
    for name, found in by_page.items():
        found.sort(key=lambda figures: figures.posts)
        exponents = [
            _exponent(more.series.over(less.series), less, more) for less, more in pairwise(found)
        ] + [
            _exponent(more.counts.steps / less.counts.steps, less, more)
            for less, more in pairwise(found)
        ]
        lines.append(f"| {name} | {' | '.join(f'{value:.2f}' for value in exponents)} |")
    return "\n".join([*lines, ""])


def _exponent(times: float, less: PageFigures, more: PageFigures) -> float:
    return math.log(times) / math.log(more.posts / less.posts)


def _crowd(result: Result) -> str:
    lines = [
        f"{CROWD} plugins more, each with a widget in every region, against the same page without\n"
        f"them: fifty widgets a page. At most {MOST_CROWD} is wanted.\n",
        "| page | × without them | calls | without | SQL more |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.page} | {one.ratio:.2f} | {one.calls:,} | {one.without:,} | {one.statements} |"
        for one in result.crowd
    ]
    return "\n".join([*lines, ""])


def _plans(result: Result) -> str:
    if result.plans:
        return "\n".join(f"- {line}" for line in result.plans) + "\n"
    return (
        "None of the measured pages scans posts or listing, and none sorts the listing. What is\n"
        "sorted are the ten rows of a page, after they were picked by the listing's key.\n"
    )


def _rendering(result: Result) -> str:
    waited, worked = result.rendering
    return (
        f"A post of the corpus takes {waited:.1f} ms through the warm helper process (waiting "
        f"time), of which {worked:.1f} ms\nis CPU time of the pipeline. No page request renders.\n"
    )
