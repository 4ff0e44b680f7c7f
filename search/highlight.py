"""Why a document was found: its title and its best passage, with the words that match marked.

The same for every engine: it applies our own rules of what matches (stem, beginning, mistakes, acronyms) to
the text of the document, and escapes everything but the ``<mark>`` it adds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .documents import Document, Passage
from .french import LONGEST_WORD, Token, clean, distance, fold, stem, tokenise, typos_allowed
from .lexicon import Lexicon
from .query import ParsedQuery, Term, Word

#: Characters of an extract, about two lines.
WINDOW = 220
_ELLIPSIS = "…"
_WORD = re.compile(r"[^\W_]+")


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
        self._known: dict[str, int | None] = {}
        self._known_bits: dict[str, int] = {}

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
        texts = (document.title, document.summary, document.body, *document.keywords, *document.labels)
        found = 0
        for text in (*texts, *(passage.text for passage in document.passages)):
            for surface in set(_WORD.findall(text)):
                found |= self._bits(surface)
        return tuple(word.typed for number, word in enumerate(self._words) if not found >> number & 1)

    def _best_place(self, document: Document):
        """Return the text with the most words of the query side by side, its spans, and the first of them.

        Equal on words, the summary wins, then the earliest passage, and the page before its files; but a
        recording is opened at its minute before its summary is quoted. A long transcript has hundreds of
        passages: only those that may do better than the best so far are read in full.
        """
        own = [passage for passage in document.passages if not passage.file]
        places: list[tuple[str, Passage | None]] = [(passage.text, passage) for passage in own]
        is_recording = any(passage.start for passage in own)
        places.insert(len(places) if is_recording else 0, (document.summary, None))
        # Most bodies repeat their passages: they are read only where these say nothing.
        if not own or own[0].text not in document.body:
            places.append((document.body, None))
        best, most = self._best_of(places)
        if most < len(self._words) + len(self._phrases):
            files = [(passage.text, passage) for passage in document.passages if passage.file]
            better, _ = self._best_of(files, than=most)
            best = better or best
        return best or self._best_of([(document.body, None)])[0]

    def _best_of(self, places: list[tuple[str, Passage | None]], *, than: int = 0):
        """Return the best of ``places`` that holds more words side by side than ``than``, and how many it has."""
        promising = [(self._possible_words(text), text, passage) for text, passage in places]
        promising = [place for place in promising if place[0]]
        promising.sort(key=lambda place: -place[0])
        best, most = None, than
        for possible, text, passage in promising:
            # Sorting kept the order of the places among equals: the first of them wins.
            if possible <= most:
                break
            text = clean(text)
            spans = self.spans(text)
            first, words = _densest(spans)
            if words > most:
                best, most = (text, spans, first, passage), words
        return best, most

    def _possible_words(self, text: str) -> int:
        """Return at most how many words of the query ``text`` holds: quick, and never too low."""
        found = 0
        for surface in set(_WORD.findall(text)):
            found |= self._bits(surface)
        return found.bit_count()

    def _bits(self, surface: str) -> int:
        if surface not in self._known_bits:
            folded = fold(surface[:LONGEST_WORD])
            stemmed = stem(folded)
            bits = 0
            for number, terms in enumerate(self._terms):
                if any(_matches(term, folded, stemmed) for term in terms):
                    bits |= 1 << number
            for marker, number in self._markers.items():
                if stemmed in self._lexicon.beginnings(marker):
                    bits |= 1 << number
            for number, phrase in enumerate(self._phrases, len(self._words)):
                if folded == phrase[0]:
                    bits |= 1 << number
            self._known_bits[surface] = bits
        return self._known_bits[surface]

    def mark(self, text: str) -> SafeString:
        """Return the whole of ``text``, escaped, with what matches marked."""
        text = clean(text)
        return _render(text, self.spans(text), 0, len(text))

    def spans(self, text: str) -> list[Span]:
        """Return what matches in ``text`` (already ``clean``), in order, without overlap."""
        tokens = list(tokenise(text))
        found = [
            Span(token.start, token.end, number)
            for token in tokens
            if (number := self._word_of(token)) is not None
        ]
        found += self._marked_spans(tokens)
        found += self._phrase_spans(tokens)
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
        for number, terms in enumerate(self._terms):
            if any(_matches(term, folded, stem) for term in terms):
                return number
        return None

    def _marked_spans(self, tokens: list[Token]) -> Iterable[Span]:
        if not self._markers:
            return
        kept = [token for token in tokens if not token.is_stop_word]
        for first, last, markers in self._lexicon.marked(kept):
            for marker in markers:
                if (number := self._markers.get(marker)) is not None:
                    yield Span(kept[first].start, kept[last - 1].end, number)
                    break

    def _phrase_spans(self, tokens: list[Token]) -> Iterable[Span]:
        folded = [token.folded for token in tokens]
        for number, phrase in enumerate(self._phrases, len(self._words)):
            size = len(phrase)
            for position in range(len(folded) - size + 1):
                if folded[position] == phrase[0] and tuple(folded[position : position + size]) == phrase:
                    yield Span(tokens[position].start, tokens[position + size - 1].end, number)


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


def _matches(term: Term, folded: str, stem: str) -> bool:
    token = term.token
    if term.exact:
        return token == folded
    if token in (stem, folded):
        return True
    if term.prefix and (folded.startswith(token) or stem.startswith(token)):
        return True
    # The engines forgive a mistake on the first letter of a long word: rare, and not worth the time here.
    if folded[0] != token[0] or not (typos := typos_allowed(token)):
        return False
    if term.prefix:
        return distance(token, folded, typos, prefix=True) <= typos
    return distance(token, stem, typos) <= typos or (
        stem != folded and distance(token, folded, typos) <= typos
    )


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
