"""The languages of pages: catalogues of sentences, what a language does with dates and names."""

from blogengine.languages.catalogue import CORE, Catalogue, Misfit, read_catalogue
from blogengine.languages.codes import base_of, direction, well_formed
from blogengine.languages.library import Languages, Place
from blogengine.languages.speaking import Translator, speak, speaking, tongue, translator
from blogengine.languages.tongue import ENGLISH, Tongue

__all__ = [
    "CORE",
    "ENGLISH",
    "Catalogue",
    "Languages",
    "Misfit",
    "Place",
    "Tongue",
    "Translator",
    "base_of",
    "direction",
    "read_catalogue",
    "speak",
    "speaking",
    "tongue",
    "translator",
    "well_formed",
]
