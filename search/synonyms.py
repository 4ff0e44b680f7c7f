"""Words and expressions that stand for one another, as both engines use them.

A document that holds a member of a set gets the hidden *marker* of the set; a search for a member also takes
the marker, which weighs less than the word that was typed. What is typed therefore comes first.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

from .french import clean, tokenise

#: The longest expression, in words that count; Meilisearch looks up no longer one.
LONGEST = 3


def significant_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of ``text`` that a search looks for."""
    return tuple(token.stem for token in tokenise(clean(text)) if not token.is_stop_word)


def synonym_marker(members: Iterable[Sequence[str]]) -> str:
    """Return the marker of a set. It starts like no French word, so no prefix or mistake leads to it."""
    described = "|".join(sorted(" ".join(stems) for stems in members))
    return f"zqy{zlib.crc32(described.encode()):08x}"


class Synonyms:
    """The sets of one moment; never changed afterwards."""

    def __init__(self, sets: Iterable[Iterable[str]] = ()):
        self._of: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        #: The members as they were written.
        self.written: list[str] = []
        for members in sets:
            members = list(members)
            self.written += members
            stems = {found for member in members if (found := significant_stems(member))}
            # A longer expression would be known to one engine and not to the other.
            stems = {each for each in stems if len(each) <= LONGEST}
            if len(stems) > 1:
                marker = synonym_marker(stems)
                for each in stems:
                    if marker not in self._of.get(each, ()):
                        self._of[each] = (*self._of.get(each, ()), marker)
        for stems in self._of:
            self._lengths[stems[0]] = tuple(
                sorted({len(stems), *self._lengths.get(stems[0], ())}, reverse=True)
            )

    def of(self, *stems: str) -> tuple[str, ...]:
        """Return the markers of the expression made of ``stems``, () when it has no synonym."""
        return self._of.get(stems, ())

    def items(self) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return every expression with its markers."""
        return self._of.items()

    def matches(self, stems: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yield every expression in ``stems`` (which hold no stop word): first, last (excluded), markers.

        The longest at each place comes first; shorter ones and those inside it follow.
        """
        for first, stem in enumerate(stems):
            for length in self._lengths.get(stem, ()):
                if markers := self._of.get(tuple(stems[first : first + length])):
                    yield first, min(first + length, len(stems)), markers
