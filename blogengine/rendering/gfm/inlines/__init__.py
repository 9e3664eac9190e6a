"""The inline stage: from the text of one block to a flat list of tokens, in linear time."""

from .scanner import Definitions, InlineScanner
from .tokens import Token
from .typography import with_typographic_signs

__all__ = ["Definitions", "InlineScanner", "Token", "with_typographic_signs"]
