"""`site.languages`: the languages of one site, read when they are first spoken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from blogengine.languages.catalogue import CORE, Catalogue, Misfit, read_catalogue
from blogengine.languages.codes import base_of, well_formed
from blogengine.languages.tongue import ENGLISH, Tongue, own_name

FOLDER = Path(__file__).parent.parent / "locale"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a plugin's sentences are: its name, its import package, its folder `locale`."""

    domain: str
    package: str
    folder: Path


class Languages:
    """The languages of one site."""

    def __init__(self, places: Callable[[], Sequence[Place]]) -> None:
        self._places = places
        self._known: dict[str, Tongue] = {}
        self._offered: dict[str, str] = {}

    def tongue(self, code: str) -> Tongue:
        """Return a language by its code; English sentences where nobody translated them."""
        found = self._known.get(code)
        if found is None:
            found = self._known[code] = self._read(code)
        return found

    def offered(self) -> dict[str, str]:
        """Return the languages the engine itself speaks: codes, each with its own name."""
        if self._offered:
            return self._offered
        codes = (folder.name for folder in FOLDER.iterdir() if (folder / "LC_MESSAGES").is_dir())
        spoken = sorted({"en", *(code.replace("_", "-") for code in codes)})
        self._offered = {code: own_name(code) for code in spoken}
        return self._offered

    def name(self, code: str) -> str:
        """Return what a language calls itself: Deutsch; the code where nobody knows."""
        return own_name(code)

    def misfits(self) -> tuple[Misfit, ...]:
        """Return what is wrong with catalogues of languages that were spoken so far."""
        found = [
            misfit
            for spoken in tuple(self._known.values())
            for catalogue in spoken.catalogues.values()
            for misfit in catalogue.misfits
        ]
        return tuple(dict.fromkeys(found))

    def _read(self, code: str) -> Tongue:
        if not well_formed(code):
            return ENGLISH
        places = tuple(self._places())
        packages = {place.package: place.domain for place in places}
        if base_of(code) == "en" and not any(place.folder.is_dir() for place in places):
            return Tongue(code)
        catalogues: dict[str, Catalogue] = {}
        for domain, folder in ((CORE, FOLDER), *((one.domain, one.folder) for one in places)):
            found = read_catalogue(folder, domain, code)
            if found is not None:
                catalogues[domain] = found
        return Tongue(code, catalogues, packages)
