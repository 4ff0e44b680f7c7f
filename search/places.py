"""Regions and departments as people write them: by name, by number, by the town one telephones.

A document that is filed under a region or names a place gets hidden *markers*: one for the region, one for the
department where a department is named. "35", "Ille-et-Vilaine" and "Rennes" are looked for by the marker of
the department, and by that of Bretagne, which weighs less: filing stops at the region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .french import Token, clean, fold, stem, tokenise

#: Names that are words first: they are places only where nothing else is asked, or beside "DLA".
ORDINARY_WORDS = frozenset(
    """
    allier aube aura centre cher creuse gap grand landes lot manche moulins nice nord orne reunion somme tours
    vannes vienne
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
#: From this length on, a name is known in its other genders and numbers: « bretonne », not « garder ».
_INFLECTED_FROM = 6


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


@dataclass(frozen=True)
class _Name:
    """A name of a place: its folded words, small ones left out."""

    words: tuple[str, ...]
    place: Place
    is_acronym: bool

    @property
    def is_ordinary(self) -> bool:
        return len(self.words) == 1 and self.words[0] in ORDINARY_WORDS


class Places:
    """The places of one moment; never changed afterwards."""

    def __init__(self, places: Iterable[Place] = ()):
        self._by_name: dict[str, list[_Name]] = {}
        self._by_code: dict[str, Place] = {}
        self._region_markers: dict[str, str] = {}
        self._also: dict[str, tuple[str, ...]] = {}
        for place in places:
            if place.code:
                self._by_code[fold(place.code)] = place
                self._also[place.marker] = (place.region_marker,)
            self._region_markers[place.region] = place.region_marker
            for name in (place.label, *place.names):
                words = tuple(token.folded for token in tokenise(clean(name)) if not token.is_stop_word)
                if words and not any(char.isdigit() for char in words[0]):
                    first = self._by_name.setdefault(stem(words[0]), [])
                    first.append(_Name(words, place, is_acronym=name.isupper()))
        for names in self._by_name.values():
            names.sort(key=lambda each: (-len(each.words), each.place.code))

    @staticmethod
    def is_around(stem: str) -> bool:
        """Tell a word that says nothing more beside a place: « DLA », « département », « contact »."""
        return stem in _AROUND

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
            if any(marker in name.place.markers for name in names)
        }

    @property
    def wider(self) -> dict[str, tuple[str, ...]]:
        """The wider markers of every marker that has some."""
        return self._also

    def named(self, tokens: Sequence[Token]) -> Iterator[PlaceMatch]:
        """Yield the places that a text names; ``tokens`` hold no stop word.

        A name is written with its capital, and an ordinary word names none.
        """
        position = 0
        while position < len(tokens):
            match = next(self._names_at(tokens, position, self._is_written), None)
            if match:
                yield match
            position = match.last if match else position + 1

    def asked(self, tokens: Sequence[Token]) -> Iterator[PlaceMatch]:
        """Yield the places that a search asks for, in any case; ``tokens`` hold no stop word."""
        position = 0
        while position < len(tokens):
            match = next(self._names_at(tokens, position, self._is_typed), None)
            match = match or self._number_at(tokens, position)
            if match:
                yield match
            position = match.last if match else position + 1

    def _names_at(
        self,
        tokens: Sequence[Token],
        position: int,
        is_named: Callable[[_Name, Sequence[Token], int], bool],
    ) -> Iterator[PlaceMatch]:
        for name in self._by_name.get(tokens[position].stem, ()):
            if position + len(name.words) <= len(tokens) and is_named(name, tokens, position):
                yield PlaceMatch(position, position + len(name.words), name.place)

    @staticmethod
    def _is_written(name: _Name, tokens: Sequence[Token], position: int) -> bool:
        part = tokens[position : position + len(name.words)]
        if name.is_ordinary or tuple(token.folded for token in part) != name.words:
            return False
        first = part[0].surface
        return first.isupper() if name.is_acronym else first[0].isupper()

    @staticmethod
    def _is_typed(name: _Name, tokens: Sequence[Token], position: int) -> bool:
        last = position + len(name.words)
        for word, token in zip(name.words, tokens[position:last], strict=True):
            inflected = len(word) >= _INFLECTED_FROM and token.folded.startswith(word[:-1])
            if token.folded != word and not (inflected and token.stem == stem(word)):
                return False
        return not name.is_ordinary or _is_alone(tokens, position, last)

    def _number_at(self, tokens: Sequence[Token], position: int) -> PlaceMatch | None:
        """A number is a department's beside "DLA" or alone: « 13 semaines » is about weeks."""
        code = tokens[position].folded
        if len(code) == _POSTCODE and code.isdecimal():
            code = _department_of(code)
        place = self._by_code.get(code)
        if place is None:
            return None
        follows = position > 0 and tokens[position - 1].folded in _NUMBER_AFTER
        if follows or _is_alone(tokens, position, position + 1):
            return PlaceMatch(position, position + 1, place)
        return None


def _is_alone(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Tell whether nothing else is asked than ``tokens[first:last]``, "DLA" and the like apart."""
    return all(token.stem in _AROUND for token in (*tokens[:first], *tokens[last:]))


def _department_of(postcode: str) -> str:
    if postcode.startswith("20"):
        return "2a" if postcode < "20200" else "2b"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
