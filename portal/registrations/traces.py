"""What gives a structure or a person away in a few lines of text: an address, a number, a SIRET.

A help for whoever writes, not a wall: it finds what has a shape, not names.
"""

from __future__ import annotations

import re

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
#: French numbers, as they are written: 06 12 34 56 78, 06.12.34.56.78, +33 6 12 34 56 78.
PHONE = re.compile(r"(?<!\d)(?:\+33|0033|0)[\s.\u00a0-]?[1-9](?:[\s.\u00a0-]?\d{2}){4}(?!\d)")
#: SIREN (9 digits) or SIRET (14): groups of three, then five.
SIRET = re.compile(r"(?<!\d)\d{3}[\s\u00a0]?\d{3}[\s\u00a0]?\d{3}(?:[\s\u00a0]?\d{5})?(?!\d)")


def traces_in(text: str) -> list[str]:
    """Return what ``text`` seems to hold, in French, in this order; an empty list where nothing was found."""
    found = []
    if EMAIL.search(text):
        found.append("une adresse e-mail")
    if PHONE.search(text):
        found.append("un numéro de téléphone")
    if any(_is_siren(match.group()) for match in SIRET.finditer(text)):
        found.append("un numéro SIREN ou SIRET")
    return found


def _is_siren(text: str) -> bool:
    """Check the key of the first nine digits (Luhn, as INSEE computes it), to leave most amounts in peace."""
    digits = [int(character) for character in text if character.isdigit()][:9]
    weighted = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(digit - 9 if digit > 9 else digit for digit in weighted) % 10 == 0
