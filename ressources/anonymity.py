"""What could give a structure away in an anonymised fiche: exact amounts and sizes, and places below the region.

A help for whoever writes, not a wall: she may have good reasons (a legal ceiling), and decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPACE = "[ \u00a0\u202f]"
#: 48 250 · 48.250 · 48250 · 48,5
_NUMBER = rf"(?:\d{{1,3}}(?:(?:{_SPACE}|\.)\d{{3}})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
_AMOUNT = rf"{_SPACE}*(?:[kKM]€|€|(?:mille|milliers?{_SPACE}d[’']|millions?{_SPACE}d[’'])?{_SPACE}*euros?\b)"
_SIZE = rf"{_SPACE}*(?:salari[ée][\w·]*|ETP\b|emplois?\b|équivalents?{_SPACE}temps{_SPACE}plein)"
_UNIT = rf"(?:{_AMOUNT}|{_SIZE})"


def _bands(unit: str) -> str:
    """« entre 40 000 € et 50 000 € », « de 3 à 5 salarié·es », « 1 ou 2 ETP », « moins de 10 », « 50 et plus »."""
    number = _NUMBER
    return (
        rf"entre{_SPACE}{number}(?:{unit})?{_SPACE}et{_SPACE}{number}{unit}"
        rf"|{number}{_SPACE}*(?:à|ou|-|–){_SPACE}*{number}{unit}"
        rf"|(?:moins|plus){_SPACE}de{_SPACE}{number}{unit}"
        rf"|[<>≤≥]{_SPACE}*{number}{unit}"
        rf"|(?:inf|sup)érieure?s?{_SPACE}à{_SPACE}{number}{unit}"
        rf"|(?:jusqu[’']à|au-delà{_SPACE}de|au{_SPACE}plus|au{_SPACE}moins){_SPACE}{number}{unit}"
        rf"|{number}{unit}{_SPACE}(?:(?:et|ou){_SPACE}plus|au{_SPACE}plus|au{_SPACE}moins)"
    )


_BAND = re.compile(rf"(?<![\d,.])(?:{_bands(_AMOUNT)}|{_bands(_SIZE)})", re.IGNORECASE)
_EXACT = re.compile(rf"(?<![\d,.]){_NUMBER}{_UNIT}")
#: A department is told from a common noun (somme, manche, lot) by what comes before it.
_BEFORE = r"(?:\b(?:dans|de|du|des|en|le|la|les|à)\s+|\b[ld]['’])(?:le\s+|la\s+|les\s+|l['’])?"


def exact_figures_in(text: str) -> list[str]:
    """Return the amounts and sizes that ``text`` (plain) gives exactly, as they are written, each once.

    A band (« entre 40 000 et 50 000 € », « moins de 10 salarié·es ») is none.
    """
    rest = _BAND.sub(" … ", text)
    return list(dict.fromkeys(match.group().strip() for match in _EXACT.finditer(rest)))


def places_in(text: str, names: Iterable[str]) -> list[str]:
    """Return those of ``names`` (departments) that ``text`` (plain) speaks of as places, each once."""
    straight = text.replace("’", "'")
    return [
        name
        for name in names
        if re.search(_BEFORE + re.escape(name.replace("’", "'")) + r"(?![\w-])", straight)
    ]
