"""Cards and lists of what the site holds."""

from __future__ import annotations

import datetime as dt

from portal.styleguide.components import Sample
from ressources.cards import RessourceCard

from .standins import (
    BRETAGNE,
    GOUVERNANCE,
    HERE,
    LONG_TITLE,
    PHASES,
    TRESORERIE,
    Shown,
    centre,
    fiche,
    webinar,
)


def fiches(now: dt.datetime) -> list[Sample]:
    day = dt.date(2026, 3, 1)
    return [
        *(Sample(phase.label, {"page": _card(phase), "level": 4}) for phase in PHASES.values()),
        Sample("Sans moment, ni région", {"page": _card(regions=""), "level": 4}),
        Sample("Un titre long, deux régions", {
            "page": _card(PHASES["urgence"], title=LONG_TITLE, regions="Bretagne, Occitanie"), "level": 4,
        }),
        Sample("Réservée, vérifiée, pas encore utilisée", {
            "page": _card(PHASES["urgence"], is_reserved=True, uses_count=0, verified_on=day), "level": 4,
        }),
        Sample("Sur le site d’un centre", {
            "page": _card(PHASES["urgence"], external_url="https://centre.exemple.test/", uses_count=0), "level": 4,
        }),
        Sample("Un outil, à deux moments", {
            "page": _card(
                PHASES["anticiper"], PHASES["faire-face"], title="Plan de trésorerie sur treize semaines",
                summary="Un tableur à remplir en une heure avec la direction.", kind="outil", kind_label="Outil",
                uses_count=1,
            ),
            "level": 4,
        }),
    ]  # fmt: skip


def _card(*phases, **more) -> RessourceCard:
    """A fiche of the network, used by four colleagues."""
    fields = {
        "pk": 1,
        "title": "Tenir trois mois de trésorerie sans licencier",
        "url": HERE,
        "summary": "Une association culturelle regarde ses comptes chaque semaine, et négocie avant de manquer.",
        "kind": "fiche",
        "kind_label": "Fiche",
        "phase_slug": phases[0].slug if phases else "",
        "phase_label": phases[0].short_label if phases else "",
        "phases": tuple((phase.slug, phase.short_label) for phase in phases),
        "secteur": "Culture",
        "regions": "Bretagne",
        "external_url": "",
        "reading_minutes": 4,
        "is_reserved": False,
        "uses_count": 4,
        "verified_on": None,
    }
    return RessourceCard(**(fields | more))


def replays(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Complet", {"page": _replay(now, replay_minutes=54, transcript_vtt="WEBVTT"), "level": 4}),
        Sample("Sans transcription", {"page": _replay(now, replay_minutes=54), "level": 4}),
        Sample("Sans durée", {"page": _replay(now, transcript_vtt="WEBVTT"), "level": 4}),
        Sample("Une vidéo seule, réservée", {"page": _replay(now, audience="reseau"), "level": 4}),
        Sample("Un titre long", {"page": _replay(now, title=LONG_TITLE, replay_minutes=121), "level": 4}),
    ]


def _replay(now, **more) -> Shown:
    return webinar(now, days=-30, summary="Qui appeler, avec quelles pièces, et ce qui se négocie.", **more)


def centres(now: dt.datetime) -> list[Sample]:
    return [
        Sample("National", {
            "centre": centre(perimetre="Trésorerie, fonds propres, crises financières.", porteur="France Active"),
            "level": 4,
        }),
        Sample("Régional", {"centre": centre("DLA Bretagne", region=BRETAGNE), "level": 4}),
        Sample("Un nom, rien d’autre", {"centre": centre("Avise"), "level": 4}),
    ]  # fmt: skip


def themes(now: dt.datetime) -> list[Sample]:
    counts = ((TRESORERIE, 12), (GOUVERNANCE, 1))
    listed = [Shown(theme, fiches_count=number, page={"url": HERE}) for theme, number in counts]
    return [Sample("Leurs fiches comptées", {"themes": listed})]


def path(now: dt.datetime) -> list[Sample]:
    def numbered(fiches, events, schemes):
        return [
            Shown(phase, address=HERE, fiches_count=fiches, events_count=events, schemes_count=schemes)
            for phase in PHASES.values()
        ]

    return [
        Sample("Les quatre moments", {"phases": numbered(12, 3, 20)}),
        Sample("Un portail qui commence", {"phases": numbered(0, 0, 0)}),
    ]


def curve(now: dt.datetime) -> list[Sample]:
    phases = [Shown(phase, address=HERE) for phase in PHASES.values()]
    return [Sample(phase.label, {"phases": phases, "here": phase.slug}) for phase in PHASES.values()]


def story(now: dt.datetime) -> list[Sample]:
    brought = webinar(now, days=-30)
    return [Sample("En général", {}), Sample("D’une fiche", {"fiche": fiche(), "events": [brought]})]
