"""The acronyms and what they stand for, as both engines use them; synonyms and places are beside.

At indexing, a document that holds an acronym or one of its expansions gets hidden *markers*. At search, an
acronym or an expansion that is recognised is looked for by its marker. So "DLA" finds "dispositif local
d'accompagnement" and the reverse, whatever the length, without making "local" find every text on the DLA.

Two kinds of markers: one for the acronym, and one for each of its meanings. An ambiguous acronym finds all
its meanings, but one meaning never finds another.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .french import Token, clean, distance, fold, stem, tokenise, typos_allowed
from .places import Places
from .synonyms import Synonyms, significant_stems

#: From this length on, an acronym is recognised in a text in any case ("Urssaf", "scop"): shorter ones are
#: often words ("mis", "age", "ai") and count in capitals only.
ANY_CASE_FROM = 4


@dataclass(frozen=True)
class Entry:
    """An acronym as the lexicon holds it."""

    acronym: str
    expansions: tuple[str, ...]
    ambiguous: bool = False


@dataclass(frozen=True)
class Match:
    """A stretch of tokens (``first`` to ``last``, excluded) that is an acronym or an expansion.

    ``markers`` is what a document gets for it, ``searched`` the marker that a search looks for, ``also`` those
    of its synonyms.
    """

    first: int
    last: int
    entry: Entry
    is_acronym: bool
    searched: str
    markers: frozenset[str]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Form:
    stems: tuple[str, ...]
    entry: Entry
    is_acronym: bool
    searched: str
    markers: frozenset[str]
    also: tuple[str, ...] = ()


def _letters(acronym: str) -> str:
    return "".join(token.folded for token in tokenise(clean(acronym)))


def acronym_marker(acronym: str) -> str:
    """Return the marker of an acronym. It starts like no French word, so no prefix or mistake leads to it."""
    return f"zqa{_letters(acronym)}"


def is_marker(word: str) -> bool:
    """Tell a marker (of an acronym, a meaning, a set of synonyms or a place) from a word."""
    return word[:3] in ("zqa", "zqs", "zqy", "zqd", "zqr")


def _meaning_marker(acronym: str, stems: Sequence[str]) -> str:
    return f"zqs{zlib.crc32(' '.join((_letters(acronym), *stems)).encode()):08x}"


def _may_be_a_word(part: Sequence[Token]) -> bool:
    """Tell whether a short acronym is written like a word that texts are searched for ("age", not "ca")."""
    surface = "".join(token.surface for token in part)
    if len(surface) >= ANY_CASE_FROM or sum(char.isupper() for char in surface) >= 2:
        return False
    return not (part[0].is_stop_word or part[0].folded == "ca")


def _begins(typed: str, stem: str) -> bool:
    """Tell whether a word that is being typed may become the one with this stem."""
    return len(typed) >= ANY_CASE_FROM and stem.startswith(typed)


@dataclass
class Lexicon:
    """The acronyms, synonyms and places of one moment. Never changed afterwards."""

    entries: tuple[Entry, ...] = ()
    synonyms: Synonyms = field(default_factory=Synonyms, repr=False)
    places: Places = field(default_factory=Places, repr=False)
    _by_stem: dict[str, list[_Form]] = field(default_factory=dict, repr=False)
    _first_stems: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self):
        for entry in self.entries:
            for form in self._forms(entry):
                first = stem(form.stems[0]) if form.is_acronym else form.stems[0]
                self._by_stem.setdefault(first, []).append(form)
        for forms in self._by_stem.values():
            forms.sort(key=lambda form: -len(form.stems))

    @classmethod
    def of(
        cls,
        rows: Iterable[tuple[str, Iterable[str], bool]],
        *,
        synonyms: Iterable[Iterable[str]] = (),
        places: Places | None = None,
    ) -> Lexicon:
        """Build a lexicon from rows of acronym, expansions, ambiguous; and from sets of synonyms."""
        entries = tuple(Entry(clean(a).strip(), tuple(clean(e) for e in es), amb) for a, es, amb in rows)
        return cls(entries, Synonyms(synonyms), places or Places())

    def _forms(self, entry: Entry) -> Iterator[_Form]:
        acronym = tuple(token.folded for token in tokenise(entry.acronym))
        if not acronym:
            return
        marker = acronym_marker(entry.acronym)
        # "RPS" is a synonym of "épuisement": so is whatever RPS stands for, as long as that is one thing.
        also = () if entry.ambiguous else self.synonyms.of(*significant_stems(entry.acronym))
        meanings = {}
        for expansion in entry.expansions:
            tokens = list(tokenise(expansion))
            stems = tuple(token.stem for token in tokens if not token.is_stop_word)
            if stems and stems != acronym:
                meanings[stems] = _meaning_marker(entry.acronym, stems)
        everything = frozenset({marker, "".join(acronym), *meanings.values(), *also})
        yield _Form(acronym, entry, True, marker, everything, also)
        for stems, meaning in meanings.items():
            # One word that is not itself in capitals would be too common to stand for an acronym.
            if entry.ambiguous:
                yield _Form(stems, entry, False, meaning, frozenset({marker, "".join(acronym), meaning}))
            else:
                yield _Form(stems, entry, False, marker, everything, also)

    def matches(self, tokens: Sequence[Token], *, typed: bool = False) -> Iterator[Match]:
        """Yield the acronyms and expansions in ``tokens``, which hold no stop word; the longest at each place.

        ``typed`` is for a search: expansions may hold mistakes, and an acronym is known in any case when it
        is in capitals, long, or alone.
        """
        stems = [token.stem for token in tokens]
        position = 0
        while position < len(tokens):
            if not typed and stems[position] not in self._by_stem:
                # Nearly every word of a text.
                position += 1
                continue
            # An ambiguous expansion ("EBE", "CAF") may belong to several acronyms: all are given.
            best = 0
            for form in self._candidates(stems[position], typed):
                size = len(form.stems)
                if size < best:
                    break
                if self._is_at(form, tokens, stems, position, typed):
                    best = size
                    searched, also = form.searched, form.also
                    if form.is_acronym and _may_be_a_word(tokens[position : position + size]):
                        # Typed "age": the acronym or the word, the text alone knows.
                        searched, also = "".join(form.stems), ()
                    yield Match(
                        position,
                        position + size,
                        form.entry,
                        form.is_acronym,
                        searched,
                        form.markers,
                        also,
                    )
            position += best or 1

    def _candidates(self, first: str, typed: bool) -> list[_Form]:
        exact = self._by_stem.get(first, [])
        if exact or not typed or not typos_allowed(first):
            return exact
        limit = typos_allowed(first)
        close = [
            form
            for known, forms in self._by_stem.items()
            if known[0] == first[0] and distance(first, known, limit) <= limit
            for form in forms
            if len(form.stems) > 1
        ]
        return sorted(close, key=lambda form: -len(form.stems))

    def _is_at(
        self, form: _Form, tokens: Sequence[Token], stems: list[str], position: int, typed: bool
    ) -> bool:
        size = len(form.stems)
        part = tokens[position : position + size]
        if len(part) < size:
            return False
        if form.is_acronym:
            if tuple(token.folded for token in part) != form.stems:
                return False
            return self._written_as_acronym(form, part, typed and len(tokens) == size)
        for place, (known, actual) in enumerate(
            zip(form.stems, stems[position:], strict=False), position + 1
        ):
            if known == actual:
                continue
            if typed and size > 1 and place == len(tokens) and _begins(part[-1].folded, known):
                continue
            limit = typos_allowed(actual) if typed and size > 1 else 0
            if not limit or distance(actual, known, limit) > limit:
                return False
        # "GEPP" stands for GPEC, "gepp" written small does not say so.
        return size > 1 or len(part[0].folded) >= ANY_CASE_FROM or part[0].is_capitals

    @staticmethod
    def _written_as_acronym(form: _Form, part: Sequence[Token], alone: bool) -> bool:
        surface = "".join(token.surface for token in part)
        if len(surface) >= ANY_CASE_FROM and len(part) == 1:
            return True
        if sum(char.isupper() for char in surface) >= 2:
            return True
        # The whole query, in small letters: "dla", "ca" and "ai" mean the acronym, "âge" does not.
        return alone and surface.lower() == "".join(token.folded for token in part)

    def marked(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, Iterable[str]]]:
        """Yield what ``tokens`` (without stop words) hold of the lexicon: first, last (excluded), markers."""
        for match in self.matches(tokens):
            yield match.first, match.last, sorted(match.markers)
        yield from self.synonyms.matches([token.stem for token in tokens])
        for named in self.places.named(tokens):
            yield named.first, named.last, named.place.markers

    def markers(self, tokens: Sequence[Token]) -> list[str]:
        """Return the markers that a text made of ``tokens`` (stop words included) gets, in order."""
        kept = [token for token in tokens if not token.is_stop_word]
        found: dict[str, None] = {}
        for _, _, markers in self.marked(kept):
            found.update(dict.fromkeys(markers))
        return list(found)

    def beginnings(self, marker: str) -> frozenset[str]:
        """Return the stems that whatever has ``marker`` may begin with."""
        if marker not in self._first_stems:
            found = {
                first
                for first, forms in self._by_stem.items()
                if any(marker in form.markers for form in forms)
            }
            found |= {stems[0] for stems, markers in self.synonyms.items() if marker in markers}
            self._first_stems[marker] = frozenset(found | self.places.beginnings(marker))
        return self._first_stems[marker]

    def looked_up(self) -> dict[str, tuple[str, ...]]:
        """Return what is looked for besides each word, expression or marker of a search: markers by words.

        It is what the engines that look words up by themselves are told.
        """
        also = {" ".join(stems): markers for stems, markers in self.synonyms.items()}
        also |= self.places.wider
        for forms in self._by_stem.values():
            also |= {form.searched: form.also for form in forms if form.also}
        return also

    def meanings(self, acronym: str) -> tuple[str, ...]:
        """Return the expansions of an acronym, () when it is unknown."""
        for entry in self.entries:
            if fold(entry.acronym) == fold(acronym):
                return entry.expansions
        return ()
