"""What a reader typed, understood: words, exact phrases, exclusions. The engines see only this."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .french import Token, clean, tokenise
from .lexicon import Lexicon, Match
from .places import Place, PlaceMatch

MAX_CHARACTERS = 200
MAX_WORDS = 10
#: A last word may be unfinished from this length on; shorter, it would begin half of the dictionary.
PREFIX_FROM = 4
#: From this one on, where no text holds the word itself.
SHORT_PREFIX_FROM = 3

_PART = re.compile(
    r"""(?P<minus>(?<!\S)-(?=\S))?(?:"(?P<straight>[^"]*)"|«(?P<french>[^»]*)»|“(?P<curly>[^”]*)”)"""
    r"""|(?:(?<!\S)-(?P<excluded>[^\s"«“]+))"""
)


@dataclass(frozen=True)
class Term:
    """One word for an engine to find. ``exact`` admits neither a mistake nor an ending.

    ``also`` are markers that do in its place, and weigh less: its synonyms, the region of a department.
    """

    token: str
    prefix: bool = False
    exact: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Word:
    """A word (or a recognised expression) of the query, as typed, and how to look for it.

    ``forms`` are alternatives in order of preference; the terms of one form must all be found, or one of the
    markers ``also``, which stand for the whole expression.
    """

    typed: str
    forms: tuple[tuple[Term, ...], ...]
    tokens: tuple[Token, ...] = ()
    also: tuple[str, ...] = ()

    def in_form(self, form: tuple[Term, ...]) -> Word:
        """Return this word as looked for by ``form`` alone."""
        return replace(self, forms=(form,))


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
    places: tuple[Place, ...] = ()

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
    last_end = len(rest.rstrip()) if ends_open else -1
    kept = [token for token in tokens if not token.is_stop_word or _may_go_on(token, last_end)]
    if not kept and not phrases and not excluded:
        # "Qui sommes-nous ?": every word is a common one, so they are what is looked for.
        kept = tokens
    if len(kept) > room:
        kept, truncated, last_end = kept[: max(room, 0)], True, -1
    if len(kept) > 1 and _is_just_begun(kept[-1], last_end, lexicon):
        kept = kept[:-1]
    words, ambiguities, places = _words(kept, lexicon, last_end)
    return ParsedQuery(text, words, phrases, excluded, ambiguities, truncated, places)


def _may_go_on(token: Token, last_end: int) -> bool:
    """Tell a common word at the end that may become another: « mes » is how « mesure » begins."""
    return token.end == last_end and len(token.folded) == SHORT_PREFIX_FROM


def _is_just_begun(token: Token, last_end: int, lexicon: Lexicon) -> bool:
    """Tell a letter or two at the end, of a word that is being typed: nothing can be told of it yet."""
    return (
        token.end == last_end
        and len(token.folded) < SHORT_PREFIX_FROM
        and token.folded.isalpha()
        and not token.is_capitals
        and not lexicon.meanings(token.surface)
    )


def _take_marked_parts(text: str):
    """Return the exact phrases, the exclusions, and the text without them (same length)."""
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []

    def take(match: re.Match) -> str:
        quoted = match["straight"] or match["french"] or match["curly"] or ""
        tokens = list(tokenise(match["excluded"] or quoted))[:MAX_WORDS]
        folded = tuple(token.folded for token in tokens)
        if match["minus"] or match["excluded"]:
            # One word goes with its plural and feminine, as it would be found with them.
            stems = tuple(token.stem for token in tokens if match["excluded"])
            excluded.extend(each for each in dict.fromkeys((folded, stems)) if each)
        elif folded:
            phrases.append(folded)
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
    acronyms: dict[int, Match] = {}
    for match in lexicon.matches(tokens, typed=True):
        acronyms.setdefault(match.first, match)
    places = {match.first: match for match in lexicon.places.asked(tokens)}
    expressions: dict[int, tuple[int, tuple[str, ...]]] = {}
    for first, last, markers in lexicon.synonyms.matches([token.stem for token in tokens]):
        if last - first > 1:
            expressions.setdefault(first, (last, markers))
    if places:
        # Everything here is about the DLA: beside a place, the word says nothing more.
        tokens_around = {
            position for position, token in enumerate(tokens) if lexicon.places.is_around(token.stem)
        }
    else:
        tokens_around = set()
    position = 0
    while position < len(tokens):
        if position in tokens_around and position not in places:
            position += 1
        elif place := places.get(position):
            words.append(_placed(tokens[position : place.last], place, lexicon))
            position = place.last
        elif match := acronyms.get(position):
            words.append(_recognised(tokens[position : match.last], match))
            if match.is_acronym and match.entry.ambiguous:
                ambiguities[match.entry.acronym] = Ambiguity(match.entry.acronym, match.entry.expansions)
            position = match.last
        elif position in expressions:
            last, markers = expressions[position]
            words.append(_expression(tokens[position:last], markers, lexicon, last_end))
            position = last
        else:
            token = tokens[position]
            words.append(_plain(token, lexicon, is_last=token.end == last_end))
            position += 1
    # The same word twice is one condition.
    unique = {tuple(term.token for term in word.forms[0]): word for word in words}
    asked = dict.fromkeys(match.place for match in places.values())
    return tuple(unique.values()), tuple(ambiguities.values()), tuple(asked)


def _typed(part: list[Token]) -> str:
    return " ".join(token.surface for token in part)


def _recognised(part: list[Token], match: Match) -> Word:
    plain = tuple(
        Term(token.folded if match.is_acronym else token.stem, exact=match.is_acronym) for token in part
    )
    marker = Term(match.searched, exact=True, also=match.also)
    return Word(_typed(part), ((marker,), plain), tuple(part))


def _placed(part: list[Token], match: PlaceMatch, lexicon: Lexicon) -> Word:
    marker = match.place.marker
    plain = tuple(Term(token.stem) for token in part)
    return Word(
        _typed(part), ((Term(marker, exact=True, also=lexicon.places.also(marker)),), plain), tuple(part)
    )


def _expression(part: list[Token], markers: tuple[str, ...], lexicon: Lexicon, last_end: int) -> Word:
    each = [_plain(token, lexicon, is_last=token.end == last_end) for token in part]
    forms = [tuple(word.forms[0][0] for word in each)]
    written = tuple(word.forms[-1][0] for word in each)
    if written != forms[0]:
        forms.append(written)
    return Word(_typed(part), tuple(forms), tuple(part), markers)


def _plain(token: Token, lexicon: Lexicon, *, is_last: bool) -> Word:
    stem, raw = token.stem, token.folded
    # The stem of "dettes" is "det": as a beginning it would find "détail". A long stem only finds relatives.
    prefix = is_last and len(stem) >= PREFIX_FROM and (stem == raw or len(stem) > PREFIX_FROM)
    forms = [(Term(stem, prefix=prefix, also=lexicon.synonyms.of(stem)),)]
    if raw != stem:
        # A mistake in the ending spoils the stem: the word as it is written may still be near enough.
        forms.append((Term(raw, prefix=is_last and len(raw) >= PREFIX_FROM),))
    elif is_last and not prefix and len(raw) >= SHORT_PREFIX_FROM:
        forms.append((Term(raw, prefix=True),))
    return Word(token.surface, tuple(forms), (token,))
