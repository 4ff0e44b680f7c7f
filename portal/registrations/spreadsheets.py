"""What goes into a spreadsheet: text, never a formula."""

from __future__ import annotations

import unicodedata

#: What a spreadsheet program may take for the start of a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@")
#: In front of a formula a program may skip them, or take them for the start of one (tab, carriage return).
CONTROLS = ("\t", "\r", "\n")


def neutralised(text: str) -> str:
    """Return ``text`` so that no spreadsheet program runs it as a formula: with an apostrophe in front.

    Spaces and invisible characters before the sign are looked through, and full-width signs are signs: some
    programs read « ＝ » as « = ».
    """
    seen = unicodedata.normalize("NFKC", _from_first_seen(text))
    return f"'{text}" if seen.startswith((*FORMULA_STARTS, *CONTROLS)) else text


def _from_first_seen(text: str) -> str:
    """``text`` from its first character that shows, or from the first control: that one counts by itself."""
    for place, character in enumerate(text):
        if character in CONTROLS:
            return text[place:]
        # Zs: spaces of every width; Cf: zero-width joiners, byte-order marks, direction marks.
        if unicodedata.category(character) not in ("Zs", "Cf", "Cc"):
            return text[place:]
    return ""
