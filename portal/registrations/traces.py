"""What gives a structure or a person away in a few lines of text. A help for whoever writes, not a wall.

It finds what has a shape (an address, a number, a site) and what looks like a name; each thing is quoted back,
and the writer decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache

from portal.base.templatetags.portal_tags import NBSP
from portal.members.models import Profile, RosterEntry
from portal.themes.models import Departement, Region, Terme

from .structure_names import Known, fold, structure_names_in

CACHE_KEY = "registrations.traces"
#: A name or an acronym that has just been added is known within this many seconds.
CACHE_SECONDS = 60
#: As many of one kind are quoted back: the writer has understood.
QUOTED = 3

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
#: French numbers, as they are written: 06 12 34 56 78, 06.12.34.56.78, +33 6 12 34 56 78.
PHONE = re.compile(r"(?<!\d)(?:\+33|0033|0)[\s.\u00a0-]?[1-9](?:[\s.\u00a0-]?\d{2}){4}(?!\d)")
#: SIREN (9 digits) or SIRET (14): groups of three, then five.
SIRET = re.compile(r"(?<!\d)\d{3}[\s\u00a0]?\d{3}[\s\u00a0]?\d{3}(?:[\s\u00a0]?\d{5})?(?!\d)")
SITE = re.compile(
    r"(?<![@\w.-])(?:https?://[^\s«»)]+|(?:www\.)?[\w-]+(?:\.[\w-]+)*"
    r"\.(?:fr|org|com|net|eu|bzh|coop|info|paris|alsace|corsica|re|gp|mq|gf|yt|nc|pf)(?![\w.-]*@)\b(?:/[^\s«»)]*)?)",
    re.IGNORECASE,
)
#: Sites that everyone works with.
PUBLIC_SITES = re.compile(
    r"(?:gouv\.fr|service-public\.(?:fr|gouv\.fr)|info-dla\.fr|avise\.org|urssaf\.fr|franceactive\.org|associations\.org|"
    r"legifrance\.gouv\.fr|net-entreprises\.fr|helloasso\.com)(?:/|$)",
    re.IGNORECASE,
)
_CAPITAL = "A-ZÀ-ÖØ-ÞŒ"
#: « 12 bis, rue du Port », « 3 place de l’Église »: a number, a kind of street, a capital; not « 9 h 30, rue … ».
STREET = re.compile(
    r"(?<![\d,.])(?<!h[ \u00a0])(?<!h)\d{1,4}(?:[ \u00a0]?(?:bis|ter|quater))?,?[ \u00a0]+"
    r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|route|square|cours|ruelle|passage|"
    r"faubourg|esplanade|sentier|lotissement|hameau|lieu-dit)[ \u00a0]"
    rf"(?:(?:de|du|des|la|le|les|à|aux?)[ \u00a0]|[dl][’'])*(?:[{_CAPITAL}]|\d{{1,2}}[ \u00a0][a-zéû]+)[\w’'-]*"
    rf"(?:[ \u00a0](?:(?:de|du|des|la|le|les)[ \u00a0])?[{_CAPITAL}\d][\w’'-]*)*",
)
#: « 35600 Redon », « BP 123 ».
POSTCODE = re.compile(
    r"(?<![\d.,])(?:0[1-9]|[1-8]\d|9[0-8])\d{3}[ \u00a0](?!(?:Euros?|EUR|Heures?|Personnes|Salarié)\b)"
    rf"[{_CAPITAL}][\w’'-]+"
    r"|\b(?:BP|CS)[ \u00a0]?\d{2,5}\b"
)
#: « Mme Exemple », « Monsieur Le Fictif »; not « Madame la Présidente ».
PERSON = re.compile(
    rf"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle|Maître|Me)[ \u00a0]"
    rf"((?:(?:de|du|d’|Le|La)[ \u00a0]?)?[{_CAPITAL}][\w’'-]+(?:[ \u00a0][{_CAPITAL}][\w’'-]+)?)"
)
QUOTES = '«»“”" \u00a0\u202f'
#: A title is no name.
TITLES = frozenset(["president", "presidente", "maire", "prefet", "prefete", "directeur", "directrice"])


@dataclass(frozen=True)
class Trace:
    """``kind`` in French, with its article; ``found`` as it was typed."""

    kind: str
    found: tuple[str, ...]

    def __str__(self):
        quoted = ", ".join(f"«{NBSP}{one.strip(QUOTES)}{NBSP}»" for one in self.found[:QUOTED])
        return f"{self.kind} ({quoted})"


def traces_in(text: str) -> list[str]:
    """Return what ``text`` seems to hold, each with what was seen, in French; an empty list: nothing was found."""
    return [str(trace) for trace in find_traces(text, known=known_names())] if text.strip() else []


def find_traces(text: str, *, known: Known) -> list[Trace]:
    """Return the traces of ``text``, kind by kind. No query."""
    kinds = (
        ("une adresse e-mail", _matches(EMAIL, text)),
        ("un numéro de téléphone", _matches(PHONE, text)),
        ("un numéro SIREN ou SIRET", (one for one in _matches(SIRET, text) if _is_siren(one))),
        ("un site", (one.rstrip(".,;:") for one in _matches(SITE, text) if not PUBLIC_SITES.search(one))),
        ("une adresse postale", (*_matches(STREET, text), *_matches(POSTCODE, text))),
        ("un nom de personne", _people(text)),
        ("un nom de structure", structure_names_in(text, known)),
    )
    return [Trace(kind, seen) for kind, found in kinds if (seen := tuple(dict.fromkeys(found)))]


def known_names() -> Known:
    """Return what the portal knows of names, read once a minute: four queries, then none."""
    known = cache.get(CACHE_KEY)
    if known is None:
        structures = {
            *Profile.objects.exclude(structure="").values_list("structure", flat=True),
            *RosterEntry.objects.exclude(bearer="").values_list("bearer", flat=True),
        }
        # What stands between brackets says where, or why: « (Ille-et-Vilaine) ».
        names = {re.sub(r"\s*\([^)]*\)", "", name).strip() for name in structures}
        ordinary = [
            *Terme.objects.values_list("sigle", flat=True),
            *Region.objects.values_list("label", flat=True),
            *Departement.objects.values_list("label", flat=True),
        ]
        known = Known(
            structures=tuple(sorted(name for name in names if name)),
            ordinary=frozenset(phrase for label in ordinary if (phrase := " ".join(fold(label)))),
        )
        cache.set(CACHE_KEY, known, CACHE_SECONDS)
    return known


def _matches(pattern: re.Pattern, text: str) -> Iterator[str]:
    return (match.group() for match in pattern.finditer(text))


def _people(text: str) -> Iterator[str]:
    for match in PERSON.finditer(text):
        if fold(match.group(1))[0] not in TITLES:
            yield match.group()


def _is_siren(text: str) -> bool:
    """Check the key of the first nine digits (Luhn, as INSEE computes it), to leave most amounts in peace."""
    digits = [int(character) for character in text if character.isdigit()][:9]
    weighted = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(digit - 9 if digit > 9 else digit for digit in weighted) % 10 == 0
