"""The words of an embedded index: what a word with a mistake, or an unfinished one, may be.

tantivy finds such words and gives all of them the same score. Known by name they are looked for as words, each
by its rarity and where it stands. The list is a file beside the index, which only grows until the next rebuild.
A reader is only ever compared with words of texts open to the public or, for members, to the network: what a
group alone may read is in no list, and nobody's order tells what another may read.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.lexicon import is_marker

_FILE = "WORDS"
#: The principals that have a list, from the widest; a word that is in a wider one is not written in the others.
_LISTS = ("public", "reseau")
#: Words that an unfinished one, or one with a mistake, is taken for: the shortest endings, the nearest words.
_MOST_ENDINGS = 12
_MOST_LIKENESSES = 6


@dataclass(frozen=True)
class Likeness:
    """A word of the index; ``mistakes`` separate it (or its beginning) from the one that was typed."""

    word: str
    mistakes: int


class Words:
    """Words that may be compared; only ``add`` changes them."""

    def __init__(self):
        self._sorted: list[str] = []
        self._known: set[str] = set()
        self._by_letter: dict[str, list[str]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def add(self, words: Iterable[str]) -> None:
        """Add ``words``; a reader meanwhile sees the former or the new list, whole."""
        if new := sorted(set(words) - self._known):
            for word in new:
                self._by_letter.setdefault(word[0], []).append(word)
            # Two sorted runs: the sort merges them.
            self._sorted = sorted(self._sorted + new)
            self._known = self._known.union(new)

    def likenesses(self, token: str, *, mistakes: int, prefix: bool) -> list[Likeness]:
        """Return the words that ``token`` may stand for, itself left out, the nearest first.

        One that begins so (with ``prefix``) counts no mistake. A word that is known has none either: it was meant.
        """
        if not token:
            return []
        found: list[Likeness] = []
        if prefix:
            words = self._sorted
            start = bisect.bisect_left(words, token)
            end = bisect.bisect_left(words, token + "\uffff", lo=start)
            # The shortest say least more than what was typed.
            endings = sorted(words[start:end], key=len)[:_MOST_ENDINGS]
            found = [Likeness(word, 0) for word in endings if word != token]
        if mistakes and not found and token not in self._known:
            words = list(self._by_letter.get(token[0], ()))
            compared = [word[: len(token)] for word in words] if prefix else words
            near = process.extract(
                token, compared, scorer=OSA.distance, score_cutoff=mistakes, limit=_MOST_LIKENESSES
            )
            found = [Likeness(words[position], int(distance)) for _, distance, position in near]
        return found


class Vocabulary:
    """The words of the index in ``directory``, read again as the file grows. Safe from any thread."""

    def __init__(self, directory: Path):
        self._path = directory / _FILE
        self._lock = threading.Lock()
        self._read_to = 0
        self._words = {name: Words() for name in _LISTS}

    def of(self, principals: Iterable[str]) -> Words:
        """Return the words that a reader who holds ``principals`` may be compared with."""
        self._catch_up()
        return self._words["reseau" if "reseau" in principals else "public"]

    def add(self, words: Iterable[str], audiences: Iterable[str]) -> None:
        """Append what the file does not hold of the words of a document. Its caller holds the writer's lock."""
        name = next((each for each in _LISTS if each in audiences), None)
        if name is None:
            return
        self._catch_up()
        known = self._words[name]
        if new := sorted({word for word in words if word not in known and not is_marker(word)}):
            with self._path.open("ab") as file:
                # What a killed writer left of a line ends here.
                start = "\n" if file.tell() else ""
                file.write((start + "".join(f"{name[0]}{word}\n" for word in new)).encode())
            self._catch_up()

    def _catch_up(self) -> None:
        try:
            if self._path.stat().st_size == self._read_to:
                return
            with self._lock, self._path.open("rb") as file:
                file.seek(self._read_to)
                grown = file.read()
                # A line that is being written is read the next time.
                grown = grown[: grown.rfind(b"\n") + 1]
                self._read_to += len(grown)
                lines = [line for line in grown.decode(errors="ignore").split("\n") if len(line) > 1]
                for name, words in self._words.items():
                    # The network reads what the public does.
                    listed = _LISTS[: _LISTS.index(name) + 1]
                    words.add(line[1:] for line in lines if any(line[0] == each[0] for each in listed))
        except OSError:
            # No list yet, or a rebuild removed it: the engine forgives mistakes without it.
            return
