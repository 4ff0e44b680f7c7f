"""Attestations: one document, printed from the page or drawn as a PDF.

It says who, which days, how long, who organised, and on which day it was issued. Of a session « entre pairs » it
says no more than that: neither its title, nor its centre, nor what was worked on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from portal.base import pdf
from portal.base.models import PortalSettings

from .hours import Attended

BETWEEN_PEERS = "Séance entre pairs"
#: What is left of a session once its registrations are anonymised.
TITLE_GONE = "Rendez-vous du réseau"
NETWORK = "Réseau DLA"
STYLES = "portal/css/attestation.css"


@dataclass(frozen=True)
class Line:
    """One day of an attestation; ``minutes`` is its duration."""

    date: dt.date
    title: str
    kind: str
    organiser: str
    minutes: int


@dataclass(frozen=True)
class Attestation:
    """``objectives`` (HTML) are those of a training; ``period`` is that of a
    year, "" for a training."""

    person: str
    heading: str
    title: str
    period: str
    lines: list[Line]
    objectives: str
    issued_on: dt.date
    filename: str

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    def html(self, *, styles: str, portal: PortalSettings, screen: dict | None = None) -> str:
        """The whole document; ``styles`` is the address of its style sheet.

        ``screen`` is what only a page shows: ``back_url``, and ``pdf_url`` or the ``sentence`` that says why not.
        """
        context = {
            "attestation": self,
            "styles": styles,
            "portal": portal,
            "screen": screen,
            "demo": settings.DEMO,
        }
        return render_to_string("registrations/attestation.html", context)

    def pdf(self, *, portal: PortalSettings) -> bytes:
        """The document as a tagged PDF. Raises ``portal.base.pdf.PdfUnavailable``."""
        return pdf.pdf_of(self.html(styles=pdf.STATIC_FILES + STYLES, portal=portal))


def of_year(user, year: int, attended: Sequence[Attended], *, today: dt.date) -> Attestation:
    """What ``user`` followed in ``year``."""
    return Attestation(
        person=str(user),
        heading="Attestation de participation",
        title=f"Année {year}",
        period=f"en {year}",
        lines=[_line(one) for one in attended],
        objectives="",
        issued_on=today,
        filename=f"attestation-{year}.pdf",
    )


def of_training(user, dates: Sequence[Attended], *, today: dt.date) -> Attestation:
    """The days of one training that ``user`` followed (at least one), with its objectives."""
    event = dates[0].event
    open_dates = [one.event for one in dates if not one.is_between_peers]
    title = BETWEEN_PEERS
    if open_dates:
        title = event.cycle.title if event.cycle else event.title
    # The dates of a cycle may repeat the same objectives.
    objectives = dict.fromkeys(date.certificate_text() for date in open_dates)
    return Attestation(
        person=str(user),
        heading="Attestation de formation",
        title=title,
        period="",
        lines=[_line(one) for one in dates],
        objectives="".join(text for text in objectives if text),
        issued_on=today,
        filename=f"attestation-formation-{dates[0].date:%Y-%m-%d}.pdf",
    )


def _line(one: Attended) -> Line:
    if one.event is None:
        return Line(one.date, TITLE_GONE, "", NETWORK, one.minutes)
    if one.is_between_peers:
        return Line(one.date, BETWEEN_PEERS, "", NETWORK, one.minutes)
    organiser = one.event.centre_title or NETWORK
    return Line(one.date, one.event.title, one.event.kind_label, organiser, one.minutes)
