"""A document as words: what both engines index in place of its text."""

from __future__ import annotations

from dataclasses import dataclass

from .documents import Document
from .french import Token, clean, tokenise
from .lexicon import Lexicon

#: Raised when the words of a document change for another reason than its content: a new stemming rule, say.
ANALYSIS_VERSION = 2


@dataclass(frozen=True)
class Analysed:
    """Words separated by spaces: stems and markers by field, and the words as written (``raw``), by part."""

    title: str
    title_raw: str
    summary: str
    keywords: str
    filed: str
    body: str
    raw: tuple[str, ...]


def analyse(document: Document, lexicon: Lexicon) -> Analysed:
    """Return the words of ``document``."""
    body = [document.body]
    for passage in document.passages:
        body.append(passage.label)
        # Most bodies hold the text of their passages already.
        if passage.text not in document.body:
            body.append(passage.text)
    raw: list[str] = []

    def words(*texts: str) -> str:
        found: list[str] = []
        for text in texts:
            if not text:
                continue
            tokens = list(tokenise(clean(text)))
            raw.append(" ".join(token.folded for token in tokens))
            found += _stems(tokens)
            found += lexicon.markers(tokens)
        return " ".join(found)

    # Filing stops at the region, and goes without saying in most texts.
    regions = (marker for slug in document.regions for marker in lexicon.places.markers_of_region(slug))
    title = words(document.title)
    return Analysed(
        title=title,
        title_raw=raw[0] if raw else "",
        summary=words(document.summary),
        keywords=words(*document.keywords),
        filed=" ".join((words(*document.labels), *regions)).strip(),
        body=words(*body),
        raw=tuple(part for part in raw if part),
    )


def _stems(tokens: list[Token]) -> list[str]:
    return [token.stem for token in tokens if not token.is_stop_word] or [token.stem for token in tokens]
