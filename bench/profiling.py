"""Where the time of one page goes: `python -m bench --profile /tag/ecommerce/`."""

from __future__ import annotations

import cProfile
import io
import pstats

from bench.sites import BenchSite
from bench.variants import requests_of

CALLS = 300
LINES = 45


def profile(made: BenchSite, path: str) -> str:
    """Return the functions that cost most, by their own time and with what they call."""
    work = requests_of(made.app.wsgi_app, path)
    work()
    recorder = cProfile.Profile()
    recorder.enable()
    for _ in range(CALLS):
        work()
    recorder.disable()
    text = io.StringIO()
    stats = pstats.Stats(recorder, stream=text).strip_dirs()
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(LINES)
    return text.getvalue()
