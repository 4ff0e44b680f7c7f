"""Days when people do not work or may be away: public holidays, national and local, and school holidays.

Public holidays come from the ``holidays`` library (Code du travail, L3133-1; L3134-13 for Alsace and Moselle;
L3422-2 and the local labour codes overseas), school holidays from ``vacances-scolaires-france``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from holidays import France
from vacances_scolaires_france import SchoolHolidayDates

NATIONAL = ""


@dataclass(frozen=True)
class Territory:
    """A part of the country with public holidays of its own.

    ``subdivision`` is the library's code (ISO 3166-2), ``region`` the Insee code of the region or collectivity
    that the holidays are observed in.
    """

    subdivision: str
    label: str
    region: str


#: The library gives Moselle and Alsace the same days. Good Friday is theirs where there is a Protestant church.
TERRITORIES: dict[str, Territory] = {
    territory.subdivision: territory
    for territory in (
        Territory("6AE", "Alsace et Moselle", "44"),
        Territory("971", "Guadeloupe", "01"),
        Territory("972", "Martinique", "02"),
        Territory("973", "Guyane", "03"),
        Territory("974", "La Réunion", "04"),
        Territory("976", "Mayotte", "06"),
        Territory("BL", "Saint-Barthélemy", "977"),
        Territory("MF", "Saint-Martin", "978"),
        Territory("WF", "Wallis-et-Futuna", "986"),
        Territory("PF", "Polynésie française", "987"),
        Territory("NC", "Nouvelle-Calédonie", "988"),
    )
}
SCHOOL_ZONES = ("A", "B", "C")


@lru_cache(maxsize=256)
def public_holidays(year: int, subdivision: str = NATIONAL) -> dict[dt.date, str]:
    """Return the public holidays of ``year`` and their French names; with a territory's, those of the country too.

    ``subdivision`` is a key of TERRITORIES, or NATIONAL. The dictionary is shared: do not change it.
    """
    days = France(years=year, subdiv=subdivision or None, language="fr")
    return {day: name.replace("'", "’") for day, name in days.items()}


def territories_of(region_codes) -> list[str]:
    """Return the territories with holidays of their own among regions (Insee codes), in the order of TERRITORIES."""
    codes = set(region_codes)
    return [key for key, territory in TERRITORIES.items() if territory.region in codes]


@lru_cache(maxsize=1)
def _school_calendar() -> SchoolHolidayDates:
    # One reading of fourteen thousand lines, the first time that somebody asks.
    return SchoolHolidayDates()


@lru_cache(maxsize=1)
def school_holidays_known_until() -> dt.date:
    """The last day that the school calendar speaks of; what comes after it is unknown, not free."""
    return max(_school_calendar().data)


def school_holiday(day: dt.date, zone: str) -> str:
    """Return the French name of the school holiday of ``zone`` ("A", "B" or "C") on ``day``, or "".

    Corsica and the overseas territories have calendars of their own, which the library does not hold. Nothing
    is known after ``school_holidays_known_until()``: the answer is "" there too.
    """
    entry = _school_calendar().data.get(day)
    if not entry or not entry[f"vacances_zone_{zone.lower()}"]:
        return ""
    return entry["nom_vacances"].replace("'", "’")
