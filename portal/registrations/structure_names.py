"""Names of structures in a few lines of text: what follows « association », what stands in quotes, « Les … ».

Precision before completeness: whoever is warned for nothing stops reading warnings. A region, an institution, a
role, an acronym of the lexicon is nobody's name: a difficulty is told with all of them. A town after « à » or
« de » is no name either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

#: After these words a capital is most often a place: « à La Rochelle », « de La Réunion ».
BEFORE_A_PLACE = frozenset(["a", "de", "d", "en", "vers", "depuis", "sur", "par", "pres"])
ARTICLES = frozenset(["les", "la", "le", "l"])
#: What joins the capitals of one name: « Amis du Moulin », « Terre et Ciel », « Compagnie de la Lune ».
JOINERS = frozenset([("de",), ("du",), ("des",), ("d",), ("et",), ("de", "la"), ("de", "l")])
#: A person follows, not a structure.
CIVILITIES = frozenset(["monsieur", "madame", "mademoiselle", "m", "mr", "mme", "mlle", "maitre", "me"])
#: The word lists, in French, are data.
LISTS = Path(__file__).parent / "data" / "names.yaml"

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:[-‑][^\W\d_]+)*[’']?")
_SPACES = re.compile(r"[ \u00a0\u202f]*")
_QUOTED = re.compile(r"[«“\"][ \u00a0\u202f]*([^«»“”\"\n]{2,60}?)[ \u00a0\u202f]*[»”\"]")
_OPENING = re.compile(r"[ \u00a0\u202f]*[«“\"][ \u00a0\u202f]*")
_NEW_SENTENCE = re.compile(r"[.!?:;…\n(–•]")


@dataclass(frozen=True)
class Known:
    """What the portal knows: names of its members' structures, and phrases that are nobody's name (folded)."""

    structures: tuple[str, ...] = ()
    ordinary: frozenset[str] = frozenset()


def fold(text: str) -> list[str]:
    """Return the words of ``text``: small letters, no accent, compounds in parts."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE")).lower()
    return re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))


@dataclass(frozen=True)
class _Words:
    """The lists of ``data/names.yaml``: folded phrases, ``acronyms`` apart."""

    nouns: frozenset[str]
    acronyms: frozenset[str]
    qualifiers: frozenset[str]
    institutions: frozenset[str]
    ordinary: frozenset[str]
    speech: frozenset[str]


@cache
def _words() -> _Words:
    lists = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    folded = {name: frozenset(" ".join(fold(str(one))) for one in values) for name, values in lists.items()}
    return _Words(**{**folded, "acronyms": frozenset(lists["acronyms"])})


@dataclass
class _Token:
    text: str
    start: int
    end: int
    #: What stands between the token before and this one.
    gap: str

    @cached_property
    def words(self) -> list[str]:
        return fold(self.text)

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def begins_sentence(self) -> bool:
        return self.start == len(self.gap) or bool(_NEW_SENTENCE.search(self.gap))

    @property
    def follows_closely(self) -> bool:
        return _SPACES.fullmatch(self.gap) is not None


def structure_names_in(text: str, known: Known) -> list[str]:
    """Return the names of structures that ``text`` seems to hold, as they are typed, in order, each once."""
    return _Reading(text, known).names()


class _Reading:
    """One text, cut into words, and what is found in it."""

    def __init__(self, text: str, known: Known):
        self.text, self.known = text, known
        self.words = _words()
        self.phrases = self.words.institutions | known.ordinary
        self.longest = max(len(phrase.split()) for phrase in self.phrases)
        self.tokens: list[_Token] = []
        end = 0
        for match in _TOKEN.finditer(text):
            self.tokens.append(_Token(match.group(), match.start(), match.end(), text[end : match.start()]))
            end = match.end()

    def names(self) -> list[str]:
        spans = sorted(
            {*self._after_nouns(), *self._in_quotes(), *self._with_article(), *self._that_are_known()},
            key=lambda span: (span[0], -span[1]),
        )
        kept: list[str] = []
        reached = -1
        for start, end in spans:
            name = self.text[start:end].strip("’' ")
            # Two rules may see the same name: the longest wording that starts first stands for both.
            if start >= reached and fold(name) not in [fold(one) for one in kept]:
                kept.append(name)
                reached = end
        return kept

    # -- the rules: each yields spans of the text

    def _after_nouns(self) -> Iterator[tuple[int, int]]:
        """« association Les Tréteaux », « SCIC ENERLOC », « compagnie de danse Mouvance », « crèche « lutins » »."""
        for place, token in enumerate(self.tokens):
            after = self._after_noun(place)
            if after is None:
                continue
            after = self._after_qualifiers(after)
            if after >= len(self.tokens):
                continue
            name = self.tokens[after]
            if _OPENING.fullmatch(name.gap):
                quoted = _QUOTED.match(self.text, self.text.rindex(name.gap.strip()[-1], 0, name.start))
                if quoted and not self._is_ordinary(fold(quoted.group(1))):
                    yield token.start, quoted.end()
                continue
            if not name.follows_closely:
                continue
            joined = name.words[-1:] == ["des"] or (token.is_capital and not token.begins_sentence)
            if not name.is_capital and joined:
                # « l’association des Amis du musée », « la Maison de la Musique »: no town follows « des ».
                while after < len(self.tokens) - 1 and self.tokens[after].words[0] in (
                    "de",
                    "du",
                    "des",
                    "la",
                    "l",
                ):
                    after += 1
            span = self._name_from(after)
            if span and not self._is_ordinary(
                fold(self.text[token.start : span[1]]), skip=self._noun_words(place)
            ):
                yield token.start, span[1]

    def _in_quotes(self) -> Iterator[tuple[int, int]]:
        """« Les Petits Pas », « Horizon »: several capitals, or a single word; nothing that speaks."""
        for match in _QUOTED.finditer(self.text):
            inside = match.group(1)
            tokens = [found.group() for found in _TOKEN.finditer(inside)]
            if not tokens or len(tokens) > 6 or re.search(r"[?!.,;:…]", inside) or not tokens[0][0].isupper():
                continue
            capitals = sum(word[0].isupper() for word in tokens)
            words = fold(inside)
            alone = len(tokens) == 1 and len(inside) > 2 and words[0] not in self.words.speech
            if (alone or capitals > 1) and not self._is_ordinary(words):
                yield match.start(), match.end()

    def _with_article(self) -> Iterator[tuple[int, int]]:
        """« chez Les Petits Pas »; where a sentence begins, two capitals are asked for: « La Ruche Verte »."""
        for place, token in enumerate(self.tokens[:-1]):
            if not token.is_capital or token.words[-1:] == [] or token.words[-1] not in ARTICLES:
                continue
            # After a noun the first rule reads; « Le CRDLA Financement » is an institution, whatever follows.
            if self._noun_words(place + 1) or self._is_institution(place + 1):
                continue
            span = self._name_from(place + 1)
            if span is None or self._is_ordinary(fold(self.text[slice(*span)])):
                continue
            if token.begins_sentence:
                capitals = sum(one.is_capital for one in self.tokens if span[0] <= one.start < span[1])
                is_name = capitals > 1
            else:
                before = self.tokens[place - 1].words[-1:]
                is_name = not {*before} & (BEFORE_A_PLACE | CIVILITIES)
            if is_name:
                yield token.start, span[1]

    def _that_are_known(self) -> Iterator[tuple[int, int]]:
        """A structure of the network, typed with a capital somewhere: « le relais » may be any relay."""
        words = [(word, token) for token in self.tokens for word in token.words]
        line = " ".join(["", *(word for word, _ in words), ""])
        starts = {}
        position = 1
        for index, (word, _) in enumerate(words):
            starts[position] = index
            position += len(word) + 1
        for name in self.known.structures:
            wanted = fold(name)
            if self._is_ordinary(wanted) or len("".join(wanted)) < 4:
                continue
            at = line.find(f" {' '.join(wanted)} ")
            while at != -1:
                index = starts[at + 1]
                first, last = words[index][1], words[index + len(wanted) - 1][1]
                typed = self.text[first.start : last.end]
                # One word alone may be any word where a sentence begins.
                if any(c.isupper() for c in typed) and (len(wanted) > 1 or not first.begins_sentence):
                    yield first.start, last.end
                at = line.find(f" {' '.join(wanted)} ", at + 1)

    # -- reading on from a word

    def _noun_words(self, place: int) -> int:
        """How many folded words the noun at ``place`` is made of, 0 where there is none."""
        token = self.tokens[place]
        if token.text in self.words.acronyms:
            return 1
        for size in (3, 2, 1):
            phrase = self._phrase(place, size)
            if phrase in self.words.nouns:
                return size
        return 0

    def _phrase(self, place: int, size: int) -> str:
        """The ``size`` folded words from token ``place`` on, "" where a token would be cut or a gap is no space."""
        words: list[str] = []
        for offset, token in enumerate(self.tokens[place : place + size]):
            if offset and not token.follows_closely:
                return ""
            words += token.words
            if len(words) >= size:
                break
        return " ".join(words) if len(words) == size else ""

    def _skip(self, place: int, size: int) -> int:
        """The token after the ``size`` folded words that start at token ``place``."""
        while size > 0:
            size -= len(self.tokens[place].words)
            place += 1
        return place

    def _after_noun(self, place: int) -> int | None:
        size = self._noun_words(place)
        return self._skip(place, size) if size else None

    def _goes_on(self, place: int) -> bool:
        """Tell whether token ``place`` follows in small letters."""
        return self.tokens[place].follows_closely and not self.tokens[place].is_capital

    def _after_qualifiers(self, place: int) -> int:
        for _ in range(3):
            for size in (4, 3, 2, 1):
                if self._phrase(place, size) in self.words.qualifiers and self._goes_on(place):
                    place = self._skip(place, size)
                    break
            else:
                break
        return place

    def _name_from(self, place: int) -> tuple[int, int] | None:
        """The span of the capitals from token ``place`` on, with the small words that join them; None: no capital."""
        if place >= len(self.tokens) or not self.tokens[place].is_capital:
            return None
        if place and not self.tokens[place].follows_closely:
            return None
        last = place
        while (following := self._next_of_name(last)) is not None:
            last = following
        return self.tokens[place].start, self.tokens[last].end

    def _next_of_name(self, place: int) -> int | None:
        """The token that goes on with the name that token ``place`` is part of, None where it ends there."""
        for between in (0, 1, 2):
            following = place + 1 + between
            if following >= len(self.tokens) or not self.tokens[following].follows_closely:
                return None
            joined = tuple(word for token in self.tokens[place + 1 : following] for word in token.words)
            if between and joined not in JOINERS:
                continue
            token = self.tokens[following]
            if token.is_capital or (not between and token.text.isdigit() and len(token.text) < 4):
                return following
        return None

    def _is_institution(self, place: int) -> bool:
        """Tell whether an institution's name starts at token ``place``."""
        return any(self._phrase(place, size) in self.phrases for size in range(1, self.longest + 1))

    def _is_ordinary(self, words: list[str], *, skip: int = 0) -> bool:
        """Tell whether ``words`` are made of institutions, places, roles and small words alone.

        ``skip``: as many words at the start are the noun itself; an institution may begin with it.
        """
        place = 0
        while place < len(words):
            for size in range(min(self.longest, len(words) - place), 0, -1):
                if " ".join(words[place : place + size]) in self.phrases:
                    place += size
                    break
            else:
                word = words[place]
                if not (
                    place < skip
                    or word in self.words.ordinary
                    or word in self.words.qualifiers
                    or word.isdigit()
                ):
                    return False
                place += 1
        return True
