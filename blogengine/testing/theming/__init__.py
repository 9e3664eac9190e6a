"""`blogengine theme check`: the numbered checks of a theme; `ALL` has them in order."""

from blogengine.testing.theming import of_pages, of_sheets, of_templates
from blogengine.testing.theming.check import ThemeCheck
from blogengine.testing.theming.fitting import Fitting

ALL: tuple[ThemeCheck, ...] = (*of_templates.CHECKS, *of_pages.CHECKS, *of_sheets.CHECKS)

__all__ = ["ALL", "Fitting", "ThemeCheck"]
