"""Read WebVTT (https://www.w3.org/TR/webvtt1/): chapters and transcript, with seconds as floats."""

from __future__ import annotations

import functools
import html
import re
from dataclasses import dataclass
from io import StringIO

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

_TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
TIMES = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?$")
TAGS = re.compile(r"</?(?:c|i|b|u|v|lang|ruby|rt)(?:[.\s][^>]*)?>|<\d[\d:.]*>")


class CaptionError(ValueError):
    """The text is not WebVTT; the message is one French sentence for the editor."""


@dataclass(frozen=True)
class Chapter:
    """A titled span of a replay; ``start`` and ``end`` in seconds."""

    start: float
    end: float
    title: str


@dataclass(frozen=True)
class Cue:
    """What one voice says between ``start`` and ``end`` (seconds)."""

    start: float
    end: float
    voice: str
    text: str


@dataclass(frozen=True)
class Turn:
    """Consecutive cues of one voice inside one chapter, read as a paragraph; ``cues`` keep their times."""

    voice: str
    cues: tuple[Cue, ...]

    @property
    def start(self) -> float:
        return self.cues[0].start


def chapter_list(text: str) -> list[Chapter]:
    """Return the chapters of a WebVTT text, [] for an empty one. Raises CaptionError."""
    return [Chapter(cue.start, cue.end, cue.text) for cue in _read(text)]


def cue_list(text: str) -> list[Cue]:
    """Return the cues of a WebVTT transcript, [] for an empty one. Raises CaptionError."""
    return list(_read(text))


def turns_by_chapter(chapters: list[Chapter], cues: list[Cue]) -> list[tuple[Chapter | None, list[Turn]]]:
    """Group cues under their chapter (by start time), then into turns of speech."""
    spans = chapters or [None]
    grouped: list[tuple[Chapter | None, list[Turn]]] = []
    for position, chapter in enumerate(spans):
        starts = chapter.start if chapter and position else 0
        ends = spans[position + 1].start if chapter and position + 1 < len(spans) else float("inf")
        turns: list[Turn] = []
        for cue in cues:
            if not starts <= cue.start < ends:
                continue
            # A long turn is cut, so that a paragraph stays readable and its time useful.
            same_voice = turns and turns[-1].voice == cue.voice and cue.start - turns[-1].start < 45
            if same_voice:
                turns[-1] = Turn(cue.voice, (*turns[-1].cues, cue))
            else:
                turns.append(Turn(cue.voice, (cue,)))
        grouped.append((chapter, turns))
    return grouped


@functools.lru_cache(maxsize=128)
def _read(text: str) -> tuple[Cue, ...]:
    text = re.sub(r"\r\n?", "\n", text or "").lstrip("\ufeff").strip()
    if not text:
        return ()
    if not re.match(r"WEBVTT(?:[ \t\n]|$)", text):
        raise CaptionError(
            "Ce texte n’est pas du WebVTT : il commence par « WEBVTT », seul sur sa première ligne."
        )
    _check_blocks(text)
    try:
        captions = list(webvtt.from_buffer(StringIO(text + "\n")))
    except (MalformedFileError, MalformedCaptionError) as error:
        raise CaptionError(f"Ce texte WebVTT ne se lit pas : {error}.") from error
    cues, last = [], -1.0
    for caption in captions:
        start = caption.start_time.in_milliseconds() / 1000
        end = caption.end_time.in_milliseconds() / 1000
        if end <= start:
            raise CaptionError(f"Le passage qui commence à {caption.start} finit avant d’avoir commencé.")
        if start < last:
            raise CaptionError(f"Les temps reculent à {caption.start} : mettez les passages dans l’ordre.")
        last = start
        cues += [Cue(start, end, voice, said) for voice, said in _voices(caption.raw_text) if said]
    return tuple(cues)


def _check_blocks(text: str) -> None:
    """Refuse what the reader would drop in silence: a passage whose times are missing or misspelt."""
    header, *blocks = re.split(r"\n{2,}", text)
    if "-->" in header:
        raise CaptionError("Laissez une ligne vide après « WEBVTT », avant le premier passage.")
    for block in blocks:
        lines = [line.strip() for line in block.strip().split("\n")]
        if not lines[0] or re.match(r"(NOTE|STYLE|REGION)\b", lines[0]):
            continue
        times = next((line for line in lines[:2] if "-->" in line), None)
        if times is None:
            raise CaptionError(f"Ce passage n’a pas de temps : « {lines[0][:60]} ».")
        if not TIMES.match(times):
            raise CaptionError(
                f"Ces temps ne se lisent pas : « {times[:60]} ». Écrivez par exemple 00:12:40.000 --> 00:12:48.500."
            )


def _voices(raw: str) -> list[tuple[str, str]]:
    """Split the text of a cue by ``<v Name>`` spans: (voice, plain text), the voice "" before the first."""
    parts = re.split(r"<v(?:\.[^\s>]+)*[ \t]+([^>]+)>", raw)
    spans = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return [(_plain(voice), _plain(said)) for voice, said in spans]


def _plain(text: str) -> str:
    """Text without the tags of WebVTT, its character references resolved, on one line."""
    return re.sub(r"[ \t\n]+", " ", html.unescape(TAGS.sub("", text))).strip()
