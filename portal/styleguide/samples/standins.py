"""Instances that were never saved, with what the database would say of them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cafes.models import CafePage
from portal.centres.models import CentrePage
from portal.registrations.models import EventState
from portal.themes.models import Phase, Region, Secteur, Theme, TypeStructure
from ressources.models import FichePage, OutilPage
from webinaires.models import WebinairePage

LONG_TITLE = (
    "Quand la trésorerie ne passe plus le mois et que le conseil d’administration découvre tout le même soir : "
    "par où commencer, avec qui, et dans quel ordre"
)
HERE = "#contenu"


class Rows(list):
    """What a manager gives a template: ``.all``."""

    def all(self) -> Rows:
        return self


class Shown:
    """An instance that was never saved; ``said`` stands for what would come from its rows."""

    def __init__(self, instance, **said):
        self.__dict__.update(said, _instance=instance)

    def __getattr__(self, name):
        return getattr(self.__dict__["_instance"], name)

    def __str__(self):
        return str(self._instance)


TRESORERIE = Theme(pk=1, label="Gestion financière et trésorerie", slug="gestion-financiere-et-tresorerie")
GOUVERNANCE = Theme(pk=2, label="Gouvernance", slug="gouvernance")
BRETAGNE = Region(pk=1, label="Bretagne", slug="bretagne", code="53")
OCCITANIE = Region(pk=2, label="Occitanie", slug="occitanie", code="76")
CULTURE = Secteur(pk=1, label="Culture, médias, patrimoine", slug="culture-medias-patrimoine")
ASSOCIATION = TypeStructure(pk=1, label="Association", slug="association")
PHASES = {
    slug: Phase(pk=number, slug=slug, label=label, short_label=short, summary=summary)
    for number, (slug, label, short, summary) in enumerate(
        (
            ("anticiper", "Anticiper et prévenir", "Anticiper", "Voir venir, tant que rien ne presse."),
            ("faire-face", "Faire face", "Faire face", "Les comptes se tendent : regarder, choisir, tenir."),
            ("urgence", "Faire face à l’urgence", "Urgence", "Les salaires du mois ne passent plus."),
            ("rebondir", "Rebondir", "Rebondir", "La crise est derrière : reconstruire sans oublier."),
        ),
        start=1,
    )
}


def day_at(now: dt.datetime, *, days: int, hour: int = 9, minute: int = 30) -> dt.datetime:
    """That hour of Paris, ``days`` after (or before) ``now``."""
    day = timezone.localtime(now, timezone.get_default_timezone()) + dt.timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def centre(title: str = "CRDLA Financement", **said) -> Shown:
    fields = {name: said.pop(name) for name in ("porteur", "perimetre", "region") if name in said}
    return Shown(CentrePage(pk=1, title=title, **fields), **{"url": HERE, **said})


def cafe(now: dt.datetime, *, days: int = 12, **more) -> Shown:
    """A café of an hour and a half, ``days`` from ``now``, by video, sixteen seats, four of them free."""
    fields = {
        "title": "Quand la trésorerie ne passe pas le mois",
        "format": CafePage.Format.CAFE,
        "capacity": 16,
        "audience": "reseau",
        "confidentiality": "entre-pairs",
        "meeting_url": "https://visio.exemple.test/salle",
        "speakers": "une chargée de mission et un pair",
    }
    return _event(CafePage, now, days=days, fields=fields, more=more)


def webinar(now: dt.datetime, *, days: int = 20, **more) -> Shown:
    fields = {"title": "Demander un délai à l’Urssaf et à la CCSF", "capacity": None, "open_to_pending": True}
    return _event(WebinairePage, now, days=days, fields=fields, more=more)


def _event(model, now, *, days, fields, more) -> Shown:
    names = {field.name for field in model._meta.concrete_fields} - {"cycle"}
    fields |= {name: more.pop(name) for name in list(more) if name in names}
    start = fields.pop("start", None) or day_at(now, days=days)
    cancelled, reason = more.pop("cancelled", False), more.pop("reason", "")
    event = model(pk=1, start=start, end=fields.pop("end", start + dt.timedelta(minutes=90)), **fields)
    event.confirmed_count = more.pop("confirmed", 12)
    event.waiting_count = more.pop("waiting", 0)
    state = EventState(event=event, cancelled_at=now if cancelled else None, cancellation_reason=reason)
    said = {
        "url": HERE,
        "themes": Rows([TRESORERIE]),
        "phases": Rows([PHASES["urgence"]]),
        "regions": Rows(),
        "centre": centre(),
        "centre_name": "CRDLA Financement",
        "cycle_id": None,
        "state": Shown(state, second_date_id=None),
    }
    return Shown(event, **{**said, **more})


def fiche(**more) -> Shown:
    """A fiche of the network's emergency, used by four colleagues."""
    fields = {
        "title": "Tenir trois mois de trésorerie sans licencier",
        "summary": "Une association culturelle regarde ses comptes chaque semaine, et négocie avant de manquer.",
        "demarche": "<p>Poser le plan de trésorerie sur treize semaines.</p>",
        "staff": "10-19",
        "support": "individuel",
    }
    return _resource(FichePage, fields, more)


def tool(**more) -> Shown:
    fields = {
        "title": "Plan de trésorerie sur treize semaines",
        "summary": "Un tableur à remplir en une heure avec la direction.",
    }
    return _resource(OutilPage, fields, more)


def _resource(model, fields, more) -> Shown:
    names = {field.name for field in model._meta.concrete_fields}
    fields |= {name: more.pop(name) for name in list(more) if name in names}
    said = {
        "url": HERE,
        "themes": Rows([TRESORERIE]),
        "phases": Rows([PHASES["urgence"]]),
        "secteurs": Rows([CULTURE]),
        "structures": Rows([ASSOCIATION]),
        "regions": Rows([BRETAGNE]),
        "uses_count": 4,
    }
    return Shown(model(pk=1, **fields), **{**said, **{name: _rows(value) for name, value in more.items()}})


def _rows(value):
    return Rows(value) if isinstance(value, list) else value
