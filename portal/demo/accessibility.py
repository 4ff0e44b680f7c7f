"""The accessibility statement and its plan, and two obstacles that somebody reported."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from portal.accessibility import rgaa
from portal.accessibility.models import LONGEST_SCHEME, ObstacleReport, PlanPage, StatementPage
from portal.home.models import HomePage

from .pages import add
from .reading import CONTENT, read, rich

#: Field of the statement by section of its file.
SECTIONS = {
    "Autres contenus non accessibles": "other_failures",
    "Technologies": "technologies",
    "Environnement": "environment",
    "Outils": "instruments",
}


def load_statement(home: HomePage, *, now: dt.datetime) -> list:
    """Write the statement that the skeleton made, and the plan under it."""
    entry = read(CONTENT / "pages" / "accessibilite.md")
    page = StatementPage.objects.child_of(home).get()
    page.title, page.summary = entry.meta["title"], entry.meta["summary"]
    page.established_on = rgaa.assessment().date
    for title, field in SECTIONS.items():
        setattr(page, field, entry.html(title))
    return [page, _plan(page, today=timezone.localdate(now))]


def _plan(statement: StatementPage, *, today: dt.date) -> PlanPage:
    entry = read(CONTENT / "pages" / "accessibilite-plan.md")
    last = dt.date(today.year + LONGEST_SCHEME - 1, 12, 31)
    plan = PlanPage(
        slug="plan",
        title=entry.meta["title"],
        summary=entry.meta["summary"],
        first_year=today.year,
        last_year=last.year,
        scheme=[("section", {"titre": title, "texte": rich(text)}) for title, text in entry.sections.items()],
        actions=[
            (
                "action",
                {
                    "quoi": action["quoi"],
                    "qui": action["qui"],
                    "echeance": min(last, today + relativedelta(months=action["mois"], day=31)),
                    "etat": action["etat"],
                },
            )
            for action in entry.meta["actions"]
        ],
    )
    return add(statement, plan)


def load_obstacles(*, now: dt.datetime) -> None:
    """One obstacle to read, one that was answered: rows alone, nobody is written to."""
    fixed_at = now - dt.timedelta(days=17)
    ObstacleReport.objects.create(
        page="/agenda/",
        tried="Je voulais voir les rendez-vous du mois prochain au clavier.",
        blocked="Je ne voyais plus où j’étais dans le tableau du mois.",
        aid="Clavier seul",
        created_at=now - dt.timedelta(days=20),
        changed_at=fixed_at,
        state=ObstacleReport.State.FIXED,
        answer="L’anneau qui entoure le lien choisi est maintenant plus épais et de deux couleurs.",
        answered_at=fixed_at,
    )
    ObstacleReport.objects.create(
        page="/centres/crdla-financement/plan-de-tresorerie-13-semaines/",
        tried="Remplir le tableur avec mon lecteur d’écran.",
        blocked="Les cellules à remplir ne sont pas annoncées, je ne sais pas ce que chaque ligne attend.",
        aid="Lecteur d’écran",
        created_at=now - dt.timedelta(days=2),
        changed_at=now - dt.timedelta(days=2),
    )
