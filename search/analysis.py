"""A document as words: what both engines index in place of its text."""

from __future__ import annotations

from dataclasses import dataclass

from .documents import Document
from .french import Token, clean, tokenise
from .lexicon import Lexicon

#: Raised when the words of a document change for another reason than its content: a new stemming rule, say.
ANALYSIS_VERSION = 3


@dataclass(frozen=True)
class Analysed:
    """Words separated by spaces: stems and markers by field, and the words as written (``raw``), by part.

    ``name`` and ``name_raw`` are the title for whoever completes it; ``title`` is what it weighs in a search.
    ``margin`` holds what weighs least: what is said in a recording and what attached files hold, long and loosely
    about the subject, and the entries of the lexicon.
    """

    name: str
    name_raw: str
    title: str
    summary: str
    keywords: str
    filed: str
    body: str
    margin: str
    raw: tuple[str, ...]

    @property
    def vocabulary(self) -> set[str]:
        """Every word of the document, stems and words as written."""
        fields = (self.name, self.summary, self.keywords, self.filed, self.body, self.margin)
        return {word for text in (*fields, *self.raw) for word in text.split()}


def analyse(document: Document, lexicon: Lexicon) -> Analysed:
    """Return the words of ``document``."""
    # Each once: a file may give its title with every page.
    body, margin = [document.body], {}
    for passage in document.passages:
        if passage.file:
            margin |= dict.fromkeys((passage.file, passage.text))
            continue
        body.append(passage.label)
        # Most bodies hold the text of their passages already.
        if passage.start:
            margin[passage.text] = None
        elif passage.text not in document.body:
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
    name = words(document.title)
    name_raw = raw[0] if raw else ""
    return Analysed(
        name=name,
        name_raw=name_raw,
        title="" if document.aside else name,
        summary="" if document.aside else words(document.summary),
        keywords=words(*document.keywords),
        filed=" ".join((words(*document.labels), *regions)).strip(),
        body="" if document.aside else words(*body),
        margin=words(document.title, document.summary, *body) if document.aside else words(*margin),
        raw=tuple(part for part in raw if part),
    )


def _stems(tokens: list[Token]) -> list[str]:
    return [token.stem for token in tokens if not token.is_stop_word] or [token.stem for token in tokens]
