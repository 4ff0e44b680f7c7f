"""Sentences set apart, words that say what a thing is, and what is empty."""

from __future__ import annotations

import datetime as dt

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message

from cafes.models import CafePage
from portal.base.models import PortalSettings
from portal.styleguide.components import Sample

from .standins import PHASES


def alone(now: dt.datetime) -> list[Sample]:
    return [Sample("Tel quel", {})]


def notices(now: dt.datetime) -> list[Sample]:
    text = "Vous suivez déjà cette recherche : elle vous sera racontée chaque semaine."
    kinds = {"info": "Information", "success": "Réussite", "warning": "Attention", "error": "Erreur"}
    return [
        *(Sample(label, {"kind": kind, "text": text}) for kind, label in kinds.items()),
        Sample("Avec un titre", {"kind": "warning", "title": "À revoir", "text": "Vérifiez les montants."}),
    ]


def messages(now: dt.datetime) -> list[Sample]:
    said = [
        Message(constants.SUCCESS, "Votre place est gardée."),
        Message(constants.INFO, "Un code est parti à votre adresse."),
        Message(constants.WARNING, "Ce rendez-vous est dans une heure : la visio est déjà ouverte."),
        Message(constants.ERROR, "Ce code n’est plus valable. Demandez-en un autre."),
    ]
    return [
        Sample("Un de chaque niveau", {"messages": said}),
        Sample("Rien à dire : rien n’est montré", {"messages": []}),
    ]


def empty(now: dt.datetime) -> list[Sample]:
    return [
        Sample(
            "Ce qui manque, et quoi faire",
            {
                "icon_name": "cal",
                "title": "Rien de prévu pour l’instant",
                "text": "Un café difficultés, un webinaire, un groupe de pairs : l’agenda dit ce qui vient.",
                "url": "/agenda/",
                "label": "Voir l’agenda",
            },
        ),
        Sample("Sans suite à donner", {"icon_name": "check", "title": "Personne n’attend de réponse"}),
    ]


def tags(now: dt.datetime) -> list[Sample]:
    kinds = {
        "fiche": "Fiche",
        "outil": "Outil",
        "dispositif": "Dispositif",
        "webinaire": "Webinaire",
        "replay": "Replay",
        **dict(CafePage.Format.choices),
        "theme": "Gouvernance",
        "page": "Page",
        "plain": "Sans type",
    }
    return [
        *(Sample(label, {"kind": kind, "label": label}) for kind, label in kinds.items()),
        Sample("Qui mène quelque part", {"kind": "theme", "label": "Gouvernance", "url": "/themes/"}),
    ]


def phases(now: dt.datetime) -> list[Sample]:
    return [Sample(phase.short_label, {"phase": phase}) for phase in PHASES.values()]


def used(now: dt.datetime) -> list[Sample]:
    day = dt.date(2026, 3, 1)
    return [
        Sample("Par plusieurs", {"count": 4, "verified_on": day, "feminine": "fiche"}),
        Sample("Par une personne", {"count": 1, "verified_on": None, "feminine": "outil"}),
        Sample("Par personne, vérifiée", {"count": 0, "verified_on": day, "feminine": "fiche"}),
        Sample("Par personne, jamais vérifié", {"count": 0, "verified_on": None, "feminine": "outil"}),
    ]


def marks(now: dt.datetime) -> list[Sample]:
    return [Sample("Sans image : deux cercles qui se recoupent", {"portal": PortalSettings()})]
