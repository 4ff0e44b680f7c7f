"""The words of an embedded index: what a word with a mistake, or an unfinished one, may be.

tantivy finds such words and gives all of them the same score. Known by name they are looked for as words, each
by its rarity and where it stands. The list is a file beside the index, which only grows until the next
rebuild: a word too many costs nothing, since it finds nothing that the reader may not read.
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
#: Words that an unfinished one, or one with a mistake, is taken for: the commonest continuations, the nearest words.
_MOST_ENDINGS = 12
_MOST_LIKENESSES = 6


@dataclass(frozen=True)
class Likeness:
    """A word of the index; ``mistakes`` separate it (or its beginning) from the one that was typed."""

    word: str
    mistakes: int


class Vocabulary:
    """The words of the index in ``directory``, read again as the file grows. Safe from any thread."""

    def __init__(self, directory: Path):
        self._path = directory / _FILE
        self._lock = threading.Lock()
        self._read_to = 0
        self._sorted: list[str] = []
        self._known: set[str] = set()
        self._by_letter: dict[str, list[str]] = {}

    def add(self, words: Iterable[str]) -> None:
        """Append the words that the file does not hold. Its caller holds the writer's lock."""
        self._catch_up()
        if new := sorted({word for word in words if word not in self._known and not is_marker(word)}):
            with self._path.open("ab") as file:
                file.write("".join(f"{word}\n" for word in new).encode())

    def likenesses(self, token: str, *, mistakes: int, prefix: bool) -> list[Likeness]:
        """Return the words that ``token`` may stand for, itself left out, the nearest first.

        One that begins so (with ``prefix``) counts no mistake. A word that the index holds has none either: it
        was meant.
        """
        self._catch_up()
        if not token:
            return []
        found: list[Likeness] = []
        if prefix:
            start = bisect.bisect_left(self._sorted, token)
            end = bisect.bisect_left(self._sorted, token + "\uffff", lo=start)
            # The shortest say least more than what was typed.
            endings = sorted(self._sorted[start:end], key=len)[:_MOST_ENDINGS]
            found = [Likeness(word, 0) for word in endings if word != token]
        if mistakes and not found and token not in self._known:
            words = self._by_letter.get(token[0], [])
            compared = [word[: len(token)] for word in words] if prefix else words
            near = process.extract(
                token, compared, scorer=OSA.distance, score_cutoff=mistakes, limit=_MOST_LIKENESSES
            )
            found = [Likeness(words[position], int(distance)) for _, distance, position in near]
        return found

    def _catch_up(self) -> None:
        try:
            size = self._path.stat().st_size
        except OSError:
            return
        if size == self._read_to:
            return
        with self._lock:
            if size <= self._read_to:
                return
            with self._path.open("rb") as file:
                file.seek(self._read_to)
                grown = file.read()
            # A line that is being written is read the next time.
            grown = grown[: grown.rfind(b"\n") + 1]
            new = {word for word in grown.decode().split("\n") if word} - self._known
            self._known |= new
            self._sorted = sorted(self._known)
            for word in sorted(new):
                self._by_letter.setdefault(word[0], []).append(word)
            self._read_to += len(grown)
