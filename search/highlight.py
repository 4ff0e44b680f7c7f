"""Why a document was found: its title and its best passage, with the words that match marked.

The same for every engine: it applies our own rules of what matches (stem, beginning, mistakes, acronyms) to
the text of the document, and escapes everything but the ``<mark>`` it adds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .documents import Document, Passage
from .french import (
    LONGEST_WORD,
    Near,
    Token,
    clean,
    fold,
    initials,
    near,
    stem,
    token_at,
    tokenise,
    typos_allowed,
)
from .lexicon import Lexicon
from .query import ParsedQuery, Term, Word

#: Characters of an extract, about two lines.
WINDOW = 220
_ELLIPSIS = "…"
#: Words of an expression, common ones left out; the longest of the lexicon have eight.
_LONGEST_EXPRESSION = 20
#: What may stand before the ending of an inclusive form ("salarié·es"), which is no word by itself.
_BEFORE_ENDING = "·•‧⋅∙.(-"


@dataclass(frozen=True)
class Span:
    """A stretch of a text that matches the word number ``word`` of the query."""

    start: int
    end: int
    word: int


@dataclass(frozen=True)
class Extract:
    """What a result shows. ``passage`` is where it was found, None for the document as a whole."""

    title: SafeString
    text: SafeString
    passage: Passage | None = None


class Highlighter:
    """Marks the words of one query; what it learns of a word serves for the other texts of the page."""

    def __init__(self, query: ParsedQuery, words: Sequence[Word], lexicon: Lexicon):
        self._lexicon = lexicon
        self._phrases = query.phrases
        # A plain word with all its forms, whichever found: a text may hold the word as written or its stem.
        # An expression that was recognised is marked whole, not each of its common words.
        originals = {word.typed: word for word in query.words if not word.forms[0][0].exact}
        self._words = [originals.get(word.typed, word) for word in words]
        forms = [word.forms[:1] if word.forms[0][0].exact else word.forms for word in self._words]
        self._terms = [[term for form in each for term in form] for each in forms]
        self._markers = {
            marker: number
            for number, (word, terms) in enumerate(zip(self._words, self._terms, strict=True))
            for marker in (
                *(term.token for term in terms if term.exact),
                *(also for term in terms for also in term.also),
                *word.also,
            )
        }
        self._by_initial: dict[str, list[tuple[Term, Near | None, int]]] = {}
        for number, terms in enumerate(self._terms):
            for term in terms:
                typos = 0 if term.exact else typos_allowed(term.token)
                known = (term, near(term.token, typos, prefix=term.prefix) if typos else None, number)
                for letter in initials(term.token):
                    self._by_initial.setdefault(letter, []).append(known)
        self._candidates = self._sieve()
        self._known: dict[str, int | None] = {}
        self._known_bits: dict[str, int] = {}
        #: Words that an acronym, an expression or a phrase may begin with, as they are written.
        self._opening: set[str] = set()

    def _sieve(self) -> re.Pattern:
        """Return a pattern for the words that may match: nineteen in twenty are not looked at.

        They begin like a word that is looked for and are not much shorter. One that begins with an accent or a
        ligature is let through: what it folds to is seen later.
        """
        shortest: dict[str, int] = {}
        wanted = [(term.token, typos_allowed(term.token)) for terms in self._terms for term in terms]
        wanted += [(first, 0) for marker in self._markers for first in self._lexicon.beginnings(marker)]
        wanted += [(phrase[0], 0) for phrase in self._phrases]
        for token, typos in wanted:
            for letter in initials(token):
                # A stem is never longer than its word; a ligature in it is written with one letter less.
                length = max(1, len(token) - typos - 1)
                shortest[letter] = min(length, shortest.get(letter, length))
        words = [rf"[{letter}{letter.upper()}][^\W_]{{{length - 1},}}" for letter, length in shortest.items()]
        words.append(r"[\x80-\U0010ffff](?<![\W_])[^\W_]*")
        # Acronyms with dots are one word, whatever they begin with.
        return re.compile(rf"(?<![^\W_])(?:(?:[A-ZÀ-Þ]\.){{2,}}(?:[A-ZÀ-Þ](?![^\W_]))?|{'|'.join(words)})")

    def extract(self, document: Document) -> Extract:
        """Return the title and the part of ``document`` that answers best."""
        title = self.mark(document.title)
        best = self._best_place(document) if self._words or self._phrases else None
        if best is None:
            return Extract(title, escape(shortened(document.summary or document.body, WINDOW)))
        text, spans, first, passage = best
        return Extract(title, _window(text, spans, first), passage)

    def missing(self, document: Document) -> tuple[str, ...]:
        """Return the words of the query, as typed, that ``document`` does not hold."""
        texts = (document.title, document.summary, *document.keywords, *document.labels, document.body)
        found, everything = 0, (1 << len(self._words)) - 1
        # An expression begins like many a word: for those alone, the words do not tell.
        expressions = 0
        for number in self._markers.values():
            expressions |= 1 << number
        for text in (*texts, *(passage.text for passage in document.passages)):
            possible = 0
            for surface in set(self._candidates.findall(text)):
                possible |= self._bits(surface)
            found |= possible & ~expressions
            if possible & expressions & ~found:
                for span in self.spans(clean(text)):
                    found |= 1 << span.word
            if found & everything == everything:
                break
        return tuple(word.typed for number, word in enumerate(self._words) if not found >> number & 1)

    def _best_place(self, document: Document):
        """Return the text with the most words of the query side by side, its spans, and the first of them.

        Equal on words, the summary wins, then the earliest passage, and the page before its files; but a
        recording opens at the minute that holds half of the words, whatever is written about it. A long
        transcript has hundreds of passages: only those that may do better than the best so far are read in full.
        """
        own = [passage for passage in document.passages if not passage.file]
        passages: list[tuple[str, Passage | None]] = [(passage.text, passage) for passage in own]
        everything = len(self._words) + len(self._phrases)
        if any(passage.start for passage in own):
            best, most = self._best_of(passages)
            if best and most * 2 >= everything:
                return best
        places = [(document.summary, None), *passages]
        # Most bodies repeat their passages: they are read only where these say nothing.
        if not own or own[0].text not in document.body:
            places.append((document.body, None))
        best, most = self._best_of(places)
        if most < everything:
            files = [(passage.text, passage) for passage in document.passages if passage.file]
            better, _ = self._best_of(files, than=most)
            best = better or best
        return best or self._best_of([(document.body, None)])[0]

    def _best_of(self, places: list[tuple[str, Passage | None]], *, than: int = 0):
        """Return the best of ``places`` that holds more words side by side than ``than``, and how many it has."""
        promising = []
        everything = len(self._words) + len(self._phrases)
        for text, passage in places:
            if possible := self._possible_words(text):
                found = self._found(text, passage) if possible == everything else None
                if found and found[0] == everything:
                    # Nothing that follows can say more.
                    return found[1], everything
                promising.append((possible, text, passage, found))
        promising.sort(key=lambda place: -place[0])
        best, most = None, than
        for possible, text, passage, found in promising:
            # Sorting kept the order of the places among equals: the first of them wins.
            if possible <= most:
                break
            words, place = found or self._found(text, passage)
            if words > most:
                best, most = place, words
        return best, most

    def _found(self, text: str, passage: Passage | None):
        """Return how many words of the query stand side by side in ``text``, and what ``_best_place`` returns."""
        text = clean(text)
        spans = self.spans(text)
        first, words = _densest(spans)
        return words, (text, spans, first, passage)

    def _possible_words(self, text: str) -> int:
        """Return at most how many words of the query ``text`` holds: quick, and never too low."""
        found = 0
        for surface in set(self._candidates.findall(text)):
            found |= self._bits(surface)
        return found.bit_count()

    def _bits(self, surface: str) -> int:
        bits = self._known_bits.get(surface)
        if bits is None:
            bits = self._known_bits[surface] = self._bits_of(surface)
        return bits

    def _bits_of(self, surface: str) -> int:
        folded, stemmed = _forms(surface)
        if not folded:
            return 0
        bits = 0
        for term, forgiving, number in self._by_initial.get(folded[0], ()):
            if not bits >> number & 1 and _matches(term, forgiving, folded, stemmed):
                bits |= 1 << number
        for marker, number in self._markers.items():
            if stemmed in self._lexicon.beginnings(marker):
                bits |= 1 << number
                self._opening.add(surface)
        for number, phrase in enumerate(self._phrases, len(self._words)):
            if folded == phrase[0]:
                bits |= 1 << number
                self._opening.add(surface)
        return bits

    def mark(self, text: str) -> SafeString:
        """Return the whole of ``text``, escaped, with what matches marked."""
        text = clean(text)
        return _render(text, self.spans(text), 0, len(text))

    def spans(self, text: str) -> list[Span]:
        """Return what matches in ``text`` (already ``clean``), in order, without overlap.

        A text is not cut into words for the few that match: each is looked at in its place.
        """
        found: list[Span] = []
        for match in self._candidates.finditer(text):
            start = match.start()
            if not self._bits(match[0]) or not _is_a_word(text, start):
                continue
            token = token_at(text, start)
            if token and (number := self._word_of(token)) is not None:
                found.append(Span(start, token.end, number))
            if match[0] in self._opening:
                found += self._expressions_at(text, start)
        found.sort(key=lambda span: (span.start, -span.end))
        kept: list[Span] = []
        for span in found:
            if not kept or span.start >= kept[-1].end:
                kept.append(span)
        return kept

    def _word_of(self, token: Token) -> int | None:
        folded = token.folded
        if folded not in self._known:
            self._known[folded] = self._compare(folded, token.stem)
        return self._known[folded]

    def _compare(self, folded: str, stem: str) -> int | None:
        for term, forgiving, number in self._by_initial.get(folded[0], ()):
            if _matches(term, forgiving, folded, stem):
                return number
        return None

    def _expressions_at(self, text: str, start: int) -> Iterable[Span]:
        """Yield the acronyms, expressions and phrases that begin at ``start``."""
        tokens, kept = [], []
        for token in tokenise(text, start):
            tokens.append(token)
            if not token.is_stop_word:
                kept.append(token)
                if len(kept) == _LONGEST_EXPRESSION:
                    break
        if self._markers and kept and kept[0].start == start:
            for first, last, markers in self._lexicon.marked(kept):
                if first == 0:
                    for marker in markers:
                        if (number := self._markers.get(marker)) is not None:
                            yield Span(start, kept[last - 1].end, number)
                            break
        for number, phrase in enumerate(self._phrases, len(self._words)):
            words = tokens[: len(phrase)]
            if tuple(token.folded for token in words) == phrase:
                yield Span(start, words[-1].end, number)


def _is_a_word(text: str, start: int) -> bool:
    """Tell whether the letters at ``start`` are a word, and not the ending of an inclusive form."""
    if not start or text[start - 1] not in _BEFORE_ENDING:
        return True
    # No word holds a space: what stands before the last one says nothing of this.
    first = max(text.rfind(space, 0, start) for space in " \u00a0\u202f\n\t") + 1
    return any(
        token.start == start for token in takewhile(lambda each: each.start <= start, tokenise(text, first))
    )


@lru_cache(maxsize=50_000)
def _forms(surface: str) -> tuple[str, str]:
    """Return a word of a text folded, and its stem."""
    folded = fold(surface.replace(".", "")[:LONGEST_WORD])
    return folded, stem(folded)


def _densest(spans: list[Span]) -> tuple[int, int]:
    """Return where the stretch of text with the most different words begins, and how many it has."""
    best_start, best = 0, (0, 0)
    inside: Counter[int] = Counter()
    first = 0
    for span in spans:
        inside[span.word] += 1
        while span.end - spans[first].start > WINDOW - 40 and spans[first] is not span:
            inside[spans[first].word] -= 1
            if not inside[spans[first].word]:
                del inside[spans[first].word]
            first += 1
        if (score := (len(inside), inside.total())) > best:
            best_start, best = spans[first].start, score
    return best_start, best[0]


def _window(text: str, spans: list[Span], first: int) -> SafeString:
    """Return the part of ``text`` around ``first``, begun and ended between words."""
    if len(text) <= WINDOW * 1.25:
        return _render(text, spans, 0, len(text))
    start = _sentence_start(text, first)
    end = min(len(text), start + WINDOW)
    if end < len(text):
        end = max(text.rfind(" ", start, end), first + 1)
    rendered = _render(text, spans, start, end)
    before = _ELLIPSIS + " " if start else ""
    after = " " + _ELLIPSIS if end < len(text) else ""
    return mark_safe(f"{before}{rendered}{after}")


def _matches(term: Term, forgiving: Near | None, folded: str, stem: str) -> bool:
    token = term.token
    if term.exact:
        return token == folded
    if token in (stem, folded):
        return True
    if term.prefix and (folded.startswith(token) or stem.startswith(token)):
        return True
    # The engines forgive a mistake on the first letter of a long word: rare, and not worth the time here.
    if forgiving is None or folded[0] != token[0]:
        return False
    if term.prefix:
        return forgiving.holds(folded)
    return forgiving.holds(stem) or (stem != folded and forgiving.holds(folded))


def _render(text: str, spans: Iterable[Span], start: int, end: int) -> SafeString:
    parts, position = [], start
    for span in spans:
        if span.start < position or span.end > end:
            continue
        parts += [
            escape(text[position : span.start]),
            "<mark>",
            escape(text[span.start : span.end]),
            "</mark>",
        ]
        position = span.end
    parts.append(escape(text[position:end]))
    return mark_safe("".join(parts))


def _sentence_start(text: str, position: int) -> int:
    """Return where to begin so that ``position`` shows with what leads to it."""
    earliest = max(0, position - 60)
    for mark in (". ", "! ", "? ", "\n"):
        found = text.rfind(mark, earliest, position)
        if found >= 0:
            return found + len(mark)
    if not earliest:
        return 0
    space = text.find(" ", earliest, position)
    return space + 1 if space >= 0 else position


def shortened(text: str, length: int) -> str:
    """Return ``text`` cut between words at about ``length`` characters, with an ellipsis when it was cut."""
    text = " ".join(clean(text or "").split())
    if len(text) <= length:
        return text
    return f"{text[: max(text.rfind(' ', 0, length), 1)].rstrip(' ,;:.')} {_ELLIPSIS}"
