"""`site.terms`: tags and the terms of other taxonomies, and the tools to put them in order.

An act is planned first, by reading alone: `planning` says which rows become which. A preview shows
the plan, `applying` writes it, `journal` keeps it, and `undoing` plans the way back.
"""

from blogengine.terms.service import Terms

__all__ = ["Terms"]
