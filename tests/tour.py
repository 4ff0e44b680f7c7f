"""The pages of the demonstration, one stop for each page type and each state a reader meets.

What looks at every page goes through these stops: axe, the HTML checker, the weights, the screens, Lighthouse and
the bench. A new page type without a stop fails ``tests/base/test_tour.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

#: The demonstration's accounts (``portal.demo.people``); "" is a reader without one.
ADVISER = "adherente@exemple.test"
CENTRE = "centre@exemple.test"
EDITOR = "redaction@exemple.test"


@dataclass(frozen=True)
class Stop:
    """One page in one state.

    ``path`` is where it starts; ``act``, given the browser's page there, brings it into its state (follows a link,
    sends a form filled in badly). ``page_type`` names the Wagtail class shown; ``indexed`` says that search engines
    may list it; ``status`` is what the server answers once redirects are followed.
    """

    name: str
    path: str
    who: str = ""
    page_type: str = ""
    status: int = 200
    indexed: bool = False
    act: Callable | None = None


def _page(name: str, path: str, page_type: str, **more) -> Stop:
    return Stop(name, path, page_type=page_type, **{"indexed": True, **more})


FINANCE = "/centres/crdla-financement"

PUBLIC = [
    _page("accueil", "/", "HomePage"),
    _page("themes", "/themes/", "ThemeIndexPage"),
    _page("theme", "/themes/gestion-financiere-et-tresorerie/", "ThemePage"),
    _page("phase", "/themes/urgence/", "PhasePage"),
    _page("ressources", "/ressources/", "RessourceIndexPage"),
    _page("fiche", f"{FINANCE}/tenir-trois-mois-de-tresorerie/", "FichePage"),
    _page("outil", f"{FINANCE}/plan-de-tresorerie-13-semaines/", "OutilPage"),
    _page("webinaires", "/webinaires/", "WebinaireIndexPage"),
    _page("webinaire", "/centres/avise/mandat-ad-hoc-et-conciliation/", "WebinairePage"),
    _page("replay", f"{FINANCE}/demander-un-delai-urssaf-ccsf/", "WebinairePage"),
    _page("cafes", "/cafes/", "CafeIndexPage"),
    _page("cafe", f"{FINANCE}/quand-la-tresorerie-ne-passe-pas-le-mois/", "CafePage"),
    _page("cafe-passe", "/centres/crdla-sport/clubs-quand-les-benevoles-s-en-vont/", "CafePage"),
    _page("agenda", "/agenda/", "AgendaPage"),
    _page("agenda-mois", f"/agenda/?mois={dt.date.today():%Y-%m}", "AgendaPage", indexed=False),
    _page("urgence", "/urgence/", "UrgencePage"),
    _page("urgence-departement", "/urgence/?departement=35", "UrgencePage", indexed=False),
    _page("dispositif", "/urgence/mandat-ad-hoc/", "DispositifPage"),
    _page("centres", "/centres/", "CentreIndexPage"),
    _page("centre", f"{FINANCE}/", "CentrePage"),
    _page("glossaire", "/glossaire/", "GlossairePage"),
    _page("accessibilite", "/accessibilite/", "StatementPage"),
    _page("accessibilite-plan", "/accessibilite/plan/", "PlanPage"),
    Stop("accessibilite-grille", "/accessibilite/grille/", indexed=True),
    _page("page", "/le-dla-et-les-structures-en-difficulte/", "StandardPage"),
]
SEARCHES = [
    Stop("recherche", "/recherche/"),
    Stop("recherche-resultats", "/recherche/?q=tr%C3%A9sorerie"),
    Stop("recherche-facette", "/recherche/?q=tr%C3%A9sorerie&type=fiche&phase=urgence"),
    Stop("recherche-rien", "/recherche/?q=xylophone"),
]
DOORS = [
    Stop("connexion", "/compte/login/"),
    Stop("inscription", "/compte/signup/"),
    Stop("mot-de-passe", "/compte/password/reset/"),
    Stop("code", "/compte/login/code/"),
    Stop("lettre", "/lettre/"),
    Stop("obstacle", "/accessibilite/signaler/?page=%2Furgence%2F"),
    Stop("reserve", "/centres/crdla-numerique/messagerie-piratee-la-place-du-dla/"),
    Stop("introuvable", "/nulle-part/", status=404),
]
SIGNED_IN = [
    Stop("membre-accueil", "/", ADVISER, page_type="HomePage"),
    Stop("membre-fiche", f"{FINANCE}/mandat-ad-hoc-puis-conciliation/", ADVISER, page_type="FichePage"),
    Stop("membre-replay", "/centres/avise/accompagner-sans-porter/", ADVISER, page_type="WebinairePage"),
    Stop(
        "membre-cafe", f"{FINANCE}/quand-la-tresorerie-ne-passe-pas-le-mois/", ADVISER, page_type="CafePage"
    ),
    Stop("membre-agenda", "/agenda/", ADVISER, page_type="AgendaPage"),
    Stop("membre-recherche", "/recherche/?q=tr%C3%A9sorerie", ADVISER),
    Stop("espace", "/mon-espace/", ADVISER),
    Stop("profil", "/mon-espace/profil/", ADVISER),
    Stop("donnees", "/mon-espace/donnees/", ADVISER),
    Stop("effacer", "/mon-espace/donnees/effacer/", ADVISER),
    Stop("courriels", "/mon-espace/courriels/", ADVISER),
    Stop("annuaire", "/annuaire/", ADVISER),
    Stop("alerte", "/alertes/nouvelle/?q=tr%C3%A9sorerie", ADVISER),
    Stop("a-ecrire", "/recherche/a-ecrire/", ADVISER),
    Stop("manque", "/recherche/manque/?q=xylophone", ADVISER),
    Stop("appareils", "/compte/sessions/", ADVISER),
    Stop("deux-etapes", "/compte/2fa/", ADVISER),
    Stop("adresse", "/compte/email/", ADVISER),
    Stop("bilan", "/bilan/", EDITOR),
]
STOPS = [*PUBLIC, *SEARCHES, *DOORS, *SIGNED_IN]
