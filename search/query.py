"""What a reader typed, understood: words, exact phrases, exclusions. The engines see only this."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .french import Token, clean, tokenise
from .lexicon import Lexicon

MAX_CHARACTERS = 200
MAX_WORDS = 10
#: A last word may be unfinished from this length on; shorter, it would begin half of the dictionary.
PREFIX_FROM = 4

_PART = re.compile(
    r"""(?P<minus>(?<!\S)-(?=\S))?(?:"(?P<straight>[^"]*)"|«(?P<french>[^»]*)»|“(?P<curly>[^”]*)”)"""
    r"""|(?:(?<!\S)-(?P<excluded>[^\s"«“]+))"""
)


@dataclass(frozen=True)
class Term:
    """One word for an engine to find. ``exact`` admits neither a mistake nor an ending."""

    token: str
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Word:
    """A word (or a recognised expression) of the query, as typed, and how to look for it.

    ``forms`` are alternatives in order of preference; the terms of one form must all be found.
    """

    typed: str
    forms: tuple[tuple[Term, ...], ...]
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True)
class Ambiguity:
    """An acronym of the query that stands for several things."""

    acronym: str
    meanings: tuple[str, ...]


@dataclass(frozen=True)
class ParsedQuery:
    """The query as the engines and the highlighter take it.

    ``phrases`` and ``excluded`` are sequences of folded words. ``truncated`` tells that the query was cut.
    """

    text: str
    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    truncated: bool = False

    @property
    def is_meaningless(self) -> bool:
        """Something was typed that holds no word ("***"): nothing is found."""
        return bool(self.text) and not (self.words or self.phrases or self.excluded)


def parse(text: str, lexicon: Lexicon) -> ParsedQuery:
    """Understand ``text``, whatever it is. Never raises."""
    text = clean(text or "")
    ends_open = not text[-1:].isspace()
    text = " ".join(text.split())
    truncated = len(text) > MAX_CHARACTERS
    text = text[:MAX_CHARACTERS]
    phrases, excluded, rest = _take_marked_parts(text)
    tokens = list(tokenise(rest))
    room = MAX_WORDS - sum(map(len, phrases))
    kept = [token for token in tokens if not token.is_stop_word]
    if not kept and not phrases and not excluded:
        # "Qui sommes-nous ?": every word is a common one, so they are what is looked for.
        kept = tokens
    if len(kept) > room:
        kept, truncated, ends_open = kept[: max(room, 0)], True, False
    last_end = len(rest.rstrip()) if ends_open else -1
    words, ambiguities = _words(kept, lexicon, last_end)
    return ParsedQuery(text, words, phrases, excluded, ambiguities, truncated)


def _take_marked_parts(text: str):
    """Return the exact phrases, the exclusions, and the text without them (same length)."""
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []

    def take(match: re.Match) -> str:
        quoted = match["straight"] or match["french"] or match["curly"] or ""
        folded = tuple(token.folded for token in tokenise(match["excluded"] or quoted))[:MAX_WORDS]
        if folded:
            (excluded if match["minus"] or match["excluded"] else phrases).append(folded)
        # A mark in the place: what stands before a phrase is not an unfinished word.
        return " " * (len(match[0]) - 1) + "."

    rest = _PART.sub(take, text)
    return _within_room(phrases), tuple(excluded[:MAX_WORDS]), rest


def _within_room(phrases: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    room, kept = MAX_WORDS, []
    for phrase in phrases:
        if phrase[:room]:
            kept.append(phrase[:room])
            room -= len(phrase[:room])
    return tuple(kept)


def _words(tokens: list[Token], lexicon: Lexicon, last_end: int):
    words: list[Word] = []
    ambiguities: dict[str, Ambiguity] = {}
    known: dict[int, list] = {}
    for match in lexicon.matches(tokens, typed=True):
        known.setdefault(match.first, []).append(match)
    position = 0
    while position < len(tokens):
        if matches := known.get(position):
            match = matches[0]
            part = tokens[position : match.last]
            position = match.last
            words.append(_recognised(part, match))
            if match.is_acronym and match.entry.ambiguous:
                ambiguities[match.entry.acronym] = Ambiguity(match.entry.acronym, match.entry.expansions)
            continue
        words.append(_plain(tokens[position], is_last=tokens[position].end == last_end))
        position += 1
    # The same word twice is one condition.
    unique = {tuple(term.token for term in word.forms[0]): word for word in words}
    return tuple(unique.values()), tuple(ambiguities.values())


def _recognised(part: list[Token], match) -> Word:
    plain = tuple(
        Term(token.folded if match.is_acronym else token.stem, exact=match.is_acronym) for token in part
    )
    return Word(
        " ".join(token.surface for token in part), ((Term(match.searched, exact=True),), plain), tuple(part)
    )


def _plain(token: Token, *, is_last: bool) -> Word:
    stem, raw = token.stem, token.folded
    # The stem of "dettes" is "det": as a beginning it would find "détail". A long stem only finds relatives.
    prefix = is_last and len(stem) >= PREFIX_FROM and (stem == raw or len(stem) > PREFIX_FROM)
    forms = [(Term(stem, prefix=prefix),)]
    if raw != stem:
        # A mistake in the ending spoils the stem: the word as it is written may still be near enough.
        forms.append((Term(raw, prefix=is_last and len(raw) >= PREFIX_FROM),))
    elif is_last and not prefix and len(raw) >= PREFIX_FROM:
        forms.append((Term(raw, prefix=True),))
    return Word(token.surface, tuple(forms), (token,))
