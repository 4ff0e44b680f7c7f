"""The transcript as a page shows it: sections, paragraphs and lines, each with an anchor of its own.

A second is reached at ``#t=760``, the media fragment that chapters and search results use: it is the id of the
chapter or of the line that starts there, so that the address works without JavaScript. Paragraphs have
``t-760`` beside. No id is given twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .captions import Chapter, Cue, turns_by_chapter


@dataclass(frozen=True)
class Line:
    """One cue, times in seconds; ``anchor`` is "" where something before it starts in the same second."""

    start: float
    end: float
    text: str
    anchor: str

    @property
    def second(self) -> int:
        return int(self.start)


@dataclass(frozen=True)
class Paragraph:
    """What one voice says in a row; ``voice`` is "" where the same voice goes on."""

    start: float
    anchor: str
    voice: str
    lines: tuple[Line, ...]

    @property
    def second(self) -> int:
        return int(self.start)


@dataclass(frozen=True)
class Section:
    """A chapter and what is said in it; ``title`` is "" where the transcript has no chapters."""

    title: str
    start: float
    end: float
    anchor: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def second(self) -> int:
        return int(self.start)


def sections(chapters: list[Chapter], cues: list[Cue]) -> list[Section]:
    """Lay the transcript out under its chapters; a chapter without a word is kept. Times in seconds."""
    taken: set[str] = set()

    def once(anchor: str) -> str:
        if anchor in taken:
            return ""
        taken.add(anchor)
        return anchor

    anchors = {id(chapter): once(f"t={int(chapter.start)}") for chapter in chapters}
    laid_out = []
    for chapter, turns in turns_by_chapter(chapters, cues):
        paragraphs, speaking = [], None
        for turn in turns:
            lines = tuple(
                Line(cue.start, cue.end, cue.text, once(f"t={int(cue.start)}")) for cue in turn.cues
            )
            voice = turn.voice if turn.voice != speaking else ""
            speaking = turn.voice
            paragraphs.append(Paragraph(turn.start, once(f"t-{int(turn.start)}"), voice, lines))
        laid_out.append(
            Section(
                title=chapter.title if chapter else "",
                start=chapter.start if chapter else 0.0,
                end=chapter.end if chapter else max((cue.end for cue in cues), default=0.0),
                anchor=anchors[id(chapter)] if chapter else "",
                paragraphs=tuple(paragraphs),
            )
        )
    return laid_out


def second_asked(text: str | None) -> int | None:
    """Read ``?t=``: « 760 », « 760.5 », « 12:40 » or « 1:02:40 », in whole seconds; None for anything else."""
    text = (text or "").strip()
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text):
        return int(float(text))
    if re.fullmatch(r"([0-9]{1,2}:)?[0-5]?[0-9]:[0-5][0-9]", text):
        seconds = 0
        for part in text.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds
    return None


def line_at(laid_out: list[Section], second: int) -> Line | None:
    """Return the line being said at ``second``, or the last one before it; None without a transcript."""
    found = None
    for section in laid_out:
        for paragraph in section.paragraphs:
            for line in paragraph.lines:
                if found is not None and line.second > second:
                    return found
                found = line
    return found
