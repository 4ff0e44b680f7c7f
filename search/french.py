"""French before the engines: what is a word, and when two words are the same.

Neither engine stems or elides as French needs, so both are given words that went through here, at indexing
and at search alike. Accents are folded *before* stemming: the other way round, a third of the accented forms
typed without their accents would get another stem.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import tantivy

#: Letters of a word that count; no French word is longer, and engines limit their terms.
LONGEST_WORD = 60

_LETTER = r"[^\W_]"
_FEMININE = (
    "e|es|s|ne|nes|le|les|te|tes|ve|ves|fe|fes|che|ches|que|ques|rice|rices|trice|trices|euse|euses"
    "|ère|ères|ere|eres|ière|ières|iere|ieres|se|ses|sse|sses|esse|esses|x|ale|ales"
)
_TOKEN = re.compile(
    rf"""
    (?P<elision>(?<!{_LETTER})(?i:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ‘](?={_LETTER}))
    |(?P<dotted>(?<!{_LETTER})(?:[A-ZÀ-Þ]\.){{2,}}(?:[A-ZÀ-Þ](?!{_LETTER}))?)
    |(?P<word>{_LETTER}+)
     (?:[·•‧⋅∙](?:{_FEMININE})(?:[·•‧⋅∙]s)?(?!\w)
       |\.(?:{_FEMININE})(?:\.s)?(?!\w)
       |\((?:{_FEMININE})\)(?:s(?!\w)|\(s\))?
       |-(?:e|es|s|ne|nes|trice|trices|rice|rices|euse|euses)(?:-s)?(?![\w-])
     )?
    """,
    re.VERBOSE,
)
# Lone surrogates and private characters go with the control ones: no engine and no database takes them.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff]")
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})

#: Words that say nothing of what is looked for, folded. Questions are typed as they are spoken.
STOP_WORDS = frozenset(
    """
    a afin ai ainsi aller alors apres as au aucun aucune aussi autre autres aux avant avec avez avoir
    avons c car ce ceci cela celle celles celui ces cet cette ceux chez ci comme comment d dans de dedans
    depuis des devons devrait dois doit doivent donc dont du elle elles en encore entre es est et etaient
    etait etant etc ete etes etre eu eux faire fait faut font faudrait ici il ils j je jusqu l la le les
    leur leurs lorsque lui m ma mais me meme memes mes moi mon n ne ni nos notre nous on ont ou par parce
    pas pendant peut peuvent peux plus plutot pour pourquoi pourrait pourrais puis quand que quel quelle
    quelles quels quelque quelques qui quoi s sa sans se sera si soit son sont sous suis sur t ta tandis
    te tel telle tes toi ton toujours tous tout toute toutes tres trop tu un une va vais vas vers veut
    veux via voici voila vont vos votre vous y
    """.split()  # noqa: SIM905 (readable as a text)
)

#: Where the accent makes a common word; without one they are common all the same, as one types them.
_ACCENTED = frozenset(["à", "où", "là", "été", "étés", "être", "êtes", "était", "étaient", "étant", "même", "mêmes",
    "très", "après", "voilà", "plutôt", "ça"])  # fmt: skip

# Number and gender that the stemmer misses. Both sides of a comparison go through here, so the result need
# not be a word.
_IRREGULAR = {
    "travaux": "travail", "baux": "bail", "vitraux": "vitrail", "coraux": "corail", "maux": "mal",
    "noyaux": "noyau", "tuyaux": "tuyau", "joyaux": "joyau", "yeux": "oeil", "loyer": "loyer",
    "loyers": "loyer", "cafe": "cafe", "cafes": "cafe", "cieux": "ciel",
    **dict.fromkeys(["perd", "perdent", "perdre", "perdu", "perdue", "perdus", "perdues", "pertes"], "perte"),
    **dict.fromkeys(["vend", "vendent", "vendre", "vendu", "vendue", "vendus", "vendues", "ventes"], "vente"),
    **dict.fromkeys(["reduire", "reduit", "reduite", "reduits", "reduites", "reductions"], "reduction"),
    "aieux": "aieul",
}  # fmt: skip
_NUMBER_AND_GENDER = (
    (re.compile(r"^(.{2,})eaux$"), r"\1eau"),
    (re.compile(r"^(.{3,})aux$"), r"\1al"),
    (re.compile(r"^(.+[oe]u)x$"), r"\1"),
    (re.compile(r"^(.{2,}[^s])s$"), r"\1"),
)
_GENDER = (
    (re.compile(r"^(.{2,})trice$"), r"\1teur"),
    (re.compile(r"^(.{2,})euse$"), r"\1eur"),
    (re.compile(r"^(.{2,}[lgi])ere$"), r"\1er"),
    (re.compile(r"^(.{2,})ique$"), r"\1ic"),
    (re.compile(r"^(.{3,})ive$"), r"\1if"),
    (re.compile(r"^(.{2,})ee$"), r"\1e"),
    (re.compile(r"^(.{3,}ion)n(?:e|er|ent|ez|ant|ons)$"), r"\1"),
)
_ENDINGS = ((re.compile(r"eur?$"), "eu"), (re.compile(r"ay$"), "ai"))
_KEPT_WHOLE = frozenset(_IRREGULAR.values())
_SHORTEST_STEM = 3

_snowball = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("french")).build()
)


class Token(NamedTuple):
    """A word of a text: its place in it (``start``, ``end``), as it is written, and folded."""

    start: int
    end: int
    surface: str
    folded: str

    @property
    def stem(self) -> str:
        return stem(self.folded)

    @property
    def is_stop_word(self) -> bool:
        # "ça" says nothing, "CA" does: a short word in capitals is an acronym. "dés" is not "des".
        if self.folded not in STOP_WORDS and self.folded != "ca":
            return False
        written = self.surface.lower()
        common = written == self.folded != "ca" or written in _ACCENTED
        return common and not self.is_capitals

    @property
    def is_capitals(self) -> bool:
        return len(self.surface) > 1 and self.surface.isupper()


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), without invisible characters, and with a space for control ones (NUL)."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return ``word`` in lower case, without accents and ligatures."""
    word = word.lower().translate(_LIGATURES)
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if char.isalnum())


@lru_cache(maxsize=100_000)
def stem(folded: str) -> str:
    """Return the form that a folded word shares with its plurals, feminines and derivations."""
    if len(folded) <= _SHORTEST_STEM or not folded.isalpha():
        return folded
    word = _IRREGULAR.get(folded)
    if word is None:
        word = folded
        for pattern, replacement in _NUMBER_AND_GENDER:
            word, changed = pattern.subn(replacement, word)
            if changed:
                break
        for pattern, replacement in _GENDER:
            word = pattern.sub(replacement, word)
    if word in _KEPT_WHOLE:
        return word
    stemmed = _snowball.analyze(word)[0]
    for pattern, replacement in _ENDINGS:
        stemmed = pattern.sub(replacement, stemmed)
    return stemmed if len(stemmed) >= _SHORTEST_STEM else word


def initials(stem: str) -> frozenset[str]:
    """Return the first letters that a folded word may have whose stem is, or begins with, ``stem``."""
    return frozenset(
        (stem[0], *(word[0] for word, irregular in _IRREGULAR.items() if irregular.startswith(stem)))
    )


def tokenise(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the words of ``text`` (already ``clean``): elided articles dropped, inclusive endings attached.

    ``start`` is where a word begins that is no ending of another: the words before it are left out.
    """
    for match in _TOKEN.finditer(text, start):
        if token := _token(match):
            yield token


def token_at(text: str, start: int) -> Token | None:
    """Return the word that begins at ``start``, as ``tokenise`` has it; None where none does."""
    match = _TOKEN.match(text, start)
    return _token(match) if match else None


def _token(match: re.Match) -> Token | None:
    kind = match.lastgroup
    if kind == "elision":
        return None
    surface = match[kind]
    if kind == "dotted":
        surface = surface.replace(".", "")
    folded = fold(surface[:LONGEST_WORD])
    return Token._make((*match.span(), surface, folded)) if folded else None


def typos_allowed(word: str) -> int:
    """How many mistakes a searched word may have: none below five letters, two from nine on; none in numbers."""
    if not word.isalpha():
        return 0
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2


def distance(left: str, right: str, limit: int, *, prefix: bool = False) -> int:
    """Return how many mistakes separate two words, or ``limit + 1`` when there are more.

    With ``prefix``, ``left`` is compared with the beginning of ``right`` that is nearest to it.

    Insertion, deletion, substitution and the swap of two neighbours count one each, and twice on the first
    letter, which people seldom get wrong.
    """
    if prefix:
        right = right[: len(left) + limit]
    if len(left) - len(right) > limit or len(right) - len(left) > limit:
        return limit + 1
    # Each mistake loses one letter at most: most pairs end here, for a tenth of the price.
    if len(set(left).difference(right)) > limit or not prefix and len(set(right).difference(left)) > limit:
        return limit + 1
    # A doubled first letter makes a mistake on it cost two.
    left, right = left[:1] + left, right[:1] + right
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        current = [i]
        for j, other in enumerate(right, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return min(previous) if prefix else previous[-1]


class _Compared(dict):
    """Where the comparison with one word stands after some letters; what the next letter leads to is kept.

    ``rows`` are the two last rows of ``distance`` and the last letter, ``accepts`` tells whether the letters so
    far are near enough.
    """

    __slots__ = ("accepts", "near", "rows")

    def __init__(self, near: Near, rows: tuple):
        super().__init__()
        self.near, self.rows = near, rows
        self.accepts = rows[1][-1] <= near.limit

    def __missing__(self, letter: str) -> _Compared | None:
        # All letters that the word does not have lead to the same place.
        known = letter in self.near.letters
        self[letter] = following = self.near.after(self, letter) if known or not letter else self[""]
        return following


class Near:
    """The words that ``distance`` finds within ``limit`` mistakes of ``word``.

    A page of results compares a few words with thousands: this costs a look-up for each letter, and most words
    are given up after three or four.
    """

    def __init__(self, word: str, limit: int, *, prefix: bool = False):
        self.limit, self._prefix = limit, prefix
        self.letters = word[:1] + word
        first = tuple(min(each, limit + 1) for each in range(len(self.letters) + 1))
        self._known: dict[tuple, _Compared] = {}
        self._start = _Compared(self, (first, first, ""))

    def holds(self, other: str) -> bool:
        """Tell whether ``other`` (or a beginning of it, with ``prefix``) is near enough."""
        state, prefix = self._start, self._prefix
        if prefix and state.accepts:
            return True
        for letter in other[:1] + other:
            state = state[letter]
            if state is None:
                return False
            if prefix and state.accepts:
                return True
        return state.accepts

    def after(self, state: _Compared, letter: str) -> _Compared | None:
        """Return where the comparison stands after one letter more, None where nothing can be near any more."""
        before, previous, last = state.rows
        most = self.limit + 1
        row = [min(previous[0] + 1, most)]
        for place, char in enumerate(self.letters, 1):
            cost = min(previous[place] + 1, row[place - 1] + 1, previous[place - 1] + (char != letter), most)
            if place > 1 and char == last and self.letters[place - 2] == letter:
                cost = min(cost, before[place - 2] + 1)
            row.append(cost)
        if min(row) > self.limit:
            return None
        rows = (previous, tuple(row), letter)
        if rows not in self._known:
            self._known[rows] = _Compared(self, rows)
        return self._known[rows]


@lru_cache(maxsize=300)
def near(word: str, limit: int, *, prefix: bool = False) -> Near:
    """Return ``Near``, with what it learned for other searches."""
    return Near(word, limit, prefix=prefix)
