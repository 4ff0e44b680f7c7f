"""Regions and departments as people write them: by name, by number, by the town one telephones.

A document that is filed under a region or names a place gets hidden *markers*: one for the region, one for the
department where a department is named. "35", "Ille-et-Vilaine" and "Rennes" are looked for by the marker of
the department, and by that of Bretagne, which weighs less: filing stops at the region.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .french import Token, clean, fold, stem, tokenise

#: Names that are words first: they are places only where nothing else is asked, or beside "DLA".
ORDINARY_WORDS = frozenset(
    """
    allier aube centre cher creuse gap landes lot manche moulins nice nord orne reunion somme tours vannes
    vienne
    """.split()  # noqa: SIM905 (readable as a text)
)
#: Words that leave a place the subject of the search: « le DLA du Lot », « contact 35 ».
_AROUND_WORDS = """
    dla dlar c2ra cnar crdla cress departement dept dpt dep departemental region regional antenne contact
    contacts coordonnees operateur charge chargee
    """
_AROUND = frozenset(map(stem, _AROUND_WORDS.split()))
_NUMBER_AFTER = frozenset({"dla", "departement", "dept", "dpt", "dep", "c2ra", "dlar"})
_POSTCODE = 5


@dataclass(frozen=True)
class Place:
    """A region, or a department (``code`` is its number, "" for a region) and the region it belongs to."""

    label: str
    region: str
    region_label: str
    region_code: str
    code: str = ""
    names: tuple[str, ...] = ()

    @property
    def marker(self) -> str:
        """The marker of the place itself."""
        return f"zqd{fold(self.code)}" if self.code else self.region_marker

    @property
    def region_marker(self) -> str:
        return f"zqr{self.region_code}"

    @property
    def markers(self) -> tuple[str, ...]:
        """What a document that names the place gets."""
        return tuple(dict.fromkeys((self.marker, self.region_marker)))


@dataclass(frozen=True)
class PlaceMatch:
    """The tokens ``first`` to ``last`` (excluded) that name ``place``."""

    first: int
    last: int
    place: Place


class Places:
    """The places of one moment; never changed afterwards."""

    def __init__(self, places: Iterable[Place] = ()):
        self._by_name: dict[str, list[tuple[tuple[str, ...], Place]]] = {}
        self._by_code: dict[str, Place] = {}
        self._region_markers: dict[str, str] = {}
        self._also: dict[str, tuple[str, ...]] = {}
        for place in places:
            if place.code:
                self._by_code[fold(place.code)] = place
                self._also[place.marker] = (place.region_marker,)
            self._region_markers[place.region] = place.region_marker
            for name in (place.label, *place.names):
                stems = tuple(token.stem for token in tokenise(clean(name)) if not token.is_stop_word)
                if stems and not any(char.isdigit() for char in stems[0]):
                    self._by_name.setdefault(stems[0], []).append((stems, place))
        for names in self._by_name.values():
            names.sort(key=lambda entry: (-len(entry[0]), entry[1].code))

    def markers_of_region(self, slug: str) -> tuple[str, ...]:
        """Return the markers of a document filed under the region ``slug``."""
        return (self._region_markers[slug],) if slug in self._region_markers else ()

    def also(self, marker: str) -> tuple[str, ...]:
        """Return the wider markers that a search for ``marker`` takes too."""
        return self._also.get(marker, ())

    def beginnings(self, marker: str) -> set[str]:
        """Return the stems that the names of the places with ``marker`` begin with."""
        return {
            first
            for first, names in self._by_name.items()
            if any(marker in place.markers for _, place in names)
        }

    @property
    def wider(self) -> dict[str, tuple[str, ...]]:
        """The wider markers of every marker that has some."""
        return self._also

    def named(self, tokens: Sequence[Token]) -> Iterator[PlaceMatch]:
        """Yield the places that a text names; ``tokens`` hold no stop word. Ordinary words name none."""
        stems = [token.stem for token in tokens]
        position = 0
        while position < len(tokens):
            if stems[position] not in self._by_name:
                # Nearly every word of a text.
                position += 1
                continue
            match = self._name_at(tokens, stems, position)
            if match and not self._is_ordinary(tokens, match):
                yield match
                position = match.last
            else:
                position += 1

    def asked(self, tokens: Sequence[Token]) -> Iterator[PlaceMatch]:
        """Yield the places that a search asks for; ``tokens`` hold no stop word."""
        stems = [token.stem for token in tokens]
        position = 0
        while position < len(tokens):
            match = self._name_at(tokens, stems, position)
            if match and self._is_ordinary(tokens, match) and not self._is_alone(stems, match):
                match = None
            match = match or self._number_at(tokens, stems, position)
            if match:
                yield match
            position = match.last if match else position + 1

    def _name_at(self, tokens: Sequence[Token], stems: list[str], position: int) -> PlaceMatch | None:
        for name, place in self._by_name.get(stems[position], ()):
            last = position + len(name)
            if tuple(stems[position:last]) == name:
                return PlaceMatch(position, last, place)
        return None

    @staticmethod
    def _is_ordinary(tokens: Sequence[Token], match: PlaceMatch) -> bool:
        return match.last - match.first == 1 and tokens[match.first].folded in ORDINARY_WORDS

    @staticmethod
    def _is_alone(stems: list[str], match: PlaceMatch) -> bool:
        others = stems[: match.first] + stems[match.last :]
        return all(other in _AROUND for other in others)

    def _number_at(self, tokens: Sequence[Token], stems: list[str], position: int) -> PlaceMatch | None:
        """A number is a department's beside "DLA" or alone: « 13 semaines » is about weeks."""
        code = tokens[position].folded
        if len(code) == _POSTCODE and code.isdecimal():
            code = _department_of(code)
        place = self._by_code.get(code)
        if place is None:
            return None
        match = PlaceMatch(position, position + 1, place)
        follows = position > 0 and tokens[position - 1].folded in _NUMBER_AFTER
        return match if follows or self._is_alone(stems, match) else None


def _department_of(postcode: str) -> str:
    if postcode.startswith("20"):
        return "2a" if postcode < "20200" else "2b"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
