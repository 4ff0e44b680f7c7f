"""French texts and searches without end, the same at each run: words of the demonstration, told by Zipf's law."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTENT, LEXICON = ROOT / "portal/demo/content", ROOT / "portal/themes/data/lexicon.tsv"

#: Different words: about what twenty million words of French hold.
VOCABULARY = 60_000
#: Words that are too common to be what somebody looks for, by rank.
COMMON = 80
#: A text is about a few words, which stand in it again and again: one of its words in so many.
ABOUT_EVERY = 8
SECTIONS = (
    ("contexte", "Contexte", (40, 120)),
    ("demarche", "Démarche", (90, 290)),
    ("resultats", "Résultats", (40, 140)),
)
_TITLES = (
    "{0} et {1} : {2} {3}",
    "Préparer {0} avec {1}",
    "Quand {0} rencontre {1} dans {2}",
    "{0} de {1} en {2}",
    "Ce que {0} change pour {1}",
    "Trois mois de {0} sans {1}",
    "Remettre {0} en route : {1}, {2} et {3}",
)
_PREFIXES = ("re", "pré", "co", "inter", "sur", "sous", "auto", "multi", "contre", "mi", "anti", "méta")
_ENDINGS = ("ation", "ations", "ement", "ements", "ité", "eur", "euse", "able", "ables", "iste", "isme")
_WORD = re.compile(r"(?:\b(?:[cdjlmnst]|qu)[’'])?[^\W\d_]{2,}|\b[aày]\b")
# What is no French in the files of the demonstration: tags, addresses, the keys of the front matter.
_NOISE = re.compile(r"<[^>]*>|https?://\S+|^\w+:|\w+(?:-\w+){2,}", re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """One generated content; ``sections`` are anchor, title and plain text, ``pick`` draws its filing."""

    number: int
    title: str
    summary: str
    sections: tuple[tuple[str, str, str], ...]
    about: tuple[str, ...]
    pick: random.Random

    @property
    def words(self) -> int:
        return len(" ".join([self.title, self.summary, *(text for *_, text in self.sections)]).split())


class Prose:
    """The vocabulary, and what is written with it."""

    def __init__(self):
        known = [word for word, _ in _counted()]
        self.known = [word for word in known if word.isalpha()]
        # Coined words come last, as rare words do.
        self.coined = _coined(self.known)
        self.vocabulary = (known + self.coined)[:VOCABULARY]
        weights = [1 / (rank + 2.7) ** 1.05 for rank in range(len(self.vocabulary))]
        self._cumulated = list(itertools.accumulate(weights))
        self._subjects = self.known[COMMON:1500]
        self._subject_weights = list(
            itertools.accumulate(1 / rank for rank in range(20, 20 + len(self._subjects)))
        )

    def texts(self, first: int, last: int) -> Iterator[Text]:
        """Yield the texts number ``first`` to ``last`` (excluded); a number always has the same text."""
        for number in range(first, last):
            yield self.text(number)

    def text(self, number: int) -> Text:
        pick = random.Random(number)
        # What is written about follows the same law as what is written: some subjects come back all the time.
        about = tuple(
            pick.choices(self._subjects, cum_weights=self._subject_weights, k=6)
            + pick.choices(self.coined[:20_000], k=2)
        )
        title = pick.choice(_TITLES).format(*about[:4])
        sections = tuple(
            (anchor, label, self._sentences(pick, about, pick.randint(*bounds)))
            for anchor, label, bounds in SECTIONS
        )
        return Text(
            number, title[0].upper() + title[1:], self._sentences(pick, about, 18), sections, about, pick
        )

    def _sentences(self, pick: random.Random, about: tuple[str, ...], length: int) -> str:
        words = pick.choices(self.vocabulary, cum_weights=self._cumulated, k=length)
        for position in range(pick.randrange(ABOUT_EVERY), length, ABOUT_EVERY):
            words[position] = pick.choice(about)
        sentences, start = [], 0
        while start < length:
            end = min(length, start + pick.randint(7, 18))
            sentence = " ".join(words[start:end])
            sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
            start = end
        return " ".join(sentences)

    def queries(self, number: int, texts: int) -> list[str]:
        """Return ``number`` searches for texts among the first ``texts``: of one to three words, two in five
        mistyped, half without accents, two in five ending in an unfinished word."""
        pick = random.Random(f"{number} searches")
        made = []
        for position in range(number):
            about = self.text(pick.randrange(texts)).about
            words = pick.sample(about, k=pick.choice((1, 2, 2, 3)))
            # By position, so that each share is exact and they cross one another.
            if position % 5 < 2:
                words = _mistyped(pick, words)
            if position % 2:
                words = [_without_accents(word) for word in words]
            if position // 5 % 5 < 2 and len(words[-1]) > 5:
                words[-1] = words[-1][: pick.randint(4, len(words[-1]) - 1)]
            made.append(" ".join(words))
        return made


def _counted() -> list[tuple[str, int]]:
    """Return the words of the demonstration and of the lexicon, the commonest first."""
    counts: Counter[str] = Counter()
    for path in (*CONTENT.rglob("*.md"), *CONTENT.rglob("*.vtt"), LEXICON):
        plain = _NOISE.sub(" ", path.read_text(encoding="utf-8"))
        counts.update(word.lower() for word in _WORD.findall(plain))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _coined(known: list[str]) -> list[str]:
    """Return words as French forms them from ``known``: numbers, genders, prefixes and endings."""
    roots = [word for word in known[COMMON:] if 5 <= len(word) <= 9]
    made = [f"{word}s" for word in roots if word[-1] not in "sxz"]
    made += [f"{word}e" for word in roots if word[-1] in "tdnrlu"]
    made += [f"{prefix}{word}" for prefix in _PREFIXES for word in roots]
    made += [f"{word[:-2]}{ending}" for ending in _ENDINGS for word in roots]
    made = sorted(set(made).difference(known))
    random.Random("coined").shuffle(made)
    return made


def _mistyped(pick: random.Random, words: list[str]) -> list[str]:
    """Return ``words`` with one mistake in the longest, after its first letter."""
    longest = max(range(len(words)), key=lambda position: len(words[position]))
    word = words[longest]
    if len(word) < 5:
        return words
    place = pick.randrange(1, len(word) - 1)
    letter = pick.choice("aeinorstul")
    wrong = pick.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + letter + word[place + 1 :],
        )
    )
    return [*words[:longest], wrong, *words[longest + 1 :]]


def _without_accents(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
