"""The numbered checks of a plugin, grouped by subject; `ALL` has them in order."""

from blogengine.testing.checks import data, importing, packaging, pages, serving, source
from blogengine.testing.checks.check import LEVELS, Bench, Check, NotNeeded, Result

ALL: tuple[Check, ...] = tuple(
    sorted(
        (
            *source.CHECKS,
            *importing.CHECKS,
            *data.CHECKS,
            *serving.CHECKS,
            *pages.CHECKS,
            *packaging.CHECKS,
        ),
        key=lambda check: check.number,
    )
)

__all__ = ["ALL", "LEVELS", "Bench", "Check", "NotNeeded", "Result"]
