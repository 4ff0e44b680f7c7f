"""The pages of the demonstration, one stop for each page type and each state a reader meets.

What looks at every page goes through these stops: axe, the HTML checker, the weights, the screens, Lighthouse and
the bench. A new page type without a stop fails ``tests/base/test_tour.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from tests import states

#: The demonstration's accounts (``portal.demo.people``); "" is a reader without one.
ADVISER = "adherente@exemple.test"
CENTRE = "centre@exemple.test"
EDITOR = "redaction@exemple.test"
PENDING = "chloe.arnavielle@exemple.test"


@dataclass(frozen=True)
class Stop:
    """One page in one state.

    ``path`` is where it starts; ``act``, given the browser's page there, brings it into its state (follows a link,
    sends a form filled in badly). ``page_type`` names the Wagtail class shown; ``indexed`` says that search engines
    may list it; ``status`` is what the server answers once redirects are followed, ``answer`` what it answers to the
    last page that the act asks for.
    """

    name: str
    path: str
    who: str = ""
    page_type: str = ""
    status: int = 200
    answer: int = 200
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
    Stop("retiree", f"{FINANCE}/ancien-modele-de-plan-de-redressement/", status=410),
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
YEAR = dt.date.today().year
TREASURY = f"{FINANCE}/quand-la-tresorerie-ne-passe-pas-le-mois/"
FULL = "/centres/avise/tenir-sa-place-quand-le-conseil-d-administration-se-dechire/"
RESERVED = "/centres/avise/soixante-structures-et-un-dimanche-soir/"
#: What opens, unfolds or is printed.
OPENED = [
    Stop("menu-ouvert", "/", act=states.unfold("details.site-menu")),
    Stop("suggestions", "/", act=states.type_in("main input[name=q]", "trésor", until="[role=option]")),
    Stop(
        "recherche-filtres",
        "/recherche/?q=tr%C3%A9sorerie",
        act=states.unfold("details.facets, .facets__more"),
    ),
    Stop("recherche-tapee", "/recherche/", act=states.type_in("main input[name=q]", "mandat", until=".hit")),
    Stop("recherche-sigle", "/recherche/?q=CA"),
    Stop("recherche-sans-un-mot", "/recherche/?q=tr%C3%A9sorerie+xylophone"),
    Stop("recherche-rien-avec-filtre", "/recherche/?q=zzzzzzzz&type=fiche"),
    Stop(
        "replay-cherche",
        f"{FINANCE}/demander-un-delai-urssaf-ccsf/",
        act=states.type_in("[data-search] input", "urssaf", until="mark"),
    ),
    Stop("agenda-abonnement", "/agenda/", act=states.unfold("details.subscribe")),
    Stop("agenda-vide", "/agenda/?type=seminaire&theme=gouvernance&region=corse"),
    Stop("agenda-passe", "/agenda/?periode=passe"),
    Stop("agenda-mois-vide", f"/agenda/?mois={YEAR + 1}-08"),
    Stop("webinaires-passes", "/webinaires/?periode=passe"),
    Stop("ressources-outils", "/ressources/?type=outil"),
    Stop("fiche-imprimee", f"{FINANCE}/tenir-trois-mois-de-tresorerie/", act=states.printed),
    Stop("urgence-imprimee", "/urgence/?departement=35", act=states.printed),
]
#: Forms refused, links past their time, and what is said once a form is sent.
ANSWERS = [
    Stop(
        "connexion-refusee",
        "/compte/login/",
        act=states.send("Continuer", login="personne@exemple.test", password="ce-n-est-pas-le-bon"),
    ),
    Stop("inscription-refusee", "/compte/signup/", act=states.send("Créer mon compte", email="sans arobase")),
    Stop("code-attendu", "/compte/signup/", act=states.ask_for_an_account),
    Stop(
        "code-refuse",
        "/compte/signup/",
        act=states.then(states.ask_for_an_account, states.send("Confirmer", code="XXXXXX")),
    ),
    Stop(
        "mot-de-passe-refuse",
        "/compte/password/reset/",
        act=states.send("Recevoir|Envoyer|Continuer", email=""),
    ),
    Stop("lettre-refusee", "/lettre/", answer=422, act=states.send("M’abonner", email="sans arobase")),
    Stop("lettre-demandee", "/lettre/", act=states.subscribe),
    Stop("lettre-lien-passe", "/lettre/confirmer/ancien/", status=400),
    Stop("rejoindre-lien-passe", "/rejoindre/ancien/", status=404),
    Stop("alerte-lien-passe", "/alertes/lien/ancien/", status=404),
    Stop("attente-lien-passe", "/recherche/a-ecrire/arret/ancien/", status=400),
    Stop("invitation-passee", "/mon-espace/invitation/ancien/", status=410),
    Stop("manque-public", "/recherche/manque/?q=xylophone"),
    Stop("manque-refuse", "/recherche/manque/", answer=422, act=states.send("Signaler", text="")),
]
#: An adviser's sessions, alerts and waits, seen without a word being written.
MEMBER_STATES = [
    Stop("attente-accueil", "/mon-espace/", PENDING),
    Stop("attente-reserve", RESERVED, PENDING, status=403),
    Stop("attente-profil", "/mon-espace/profil/", PENDING),
    Stop("inscrire", TREASURY, ADVISER, act=states.follow(r"/inscription/$")),
    Stop("inscrire-refuse", TREASURY, ADVISER, answer=422, act=states.register_badly),
    Stop("membre-file", FULL, ADVISER),
    Stop(
        "file-rejointe",
        "/mon-espace/",
        ADVISER,
        act=states.then(
            states.follow(r"conseil-d-administration-se-dechire/$", r"/inscription/"),
        ),
    ),
    Stop(
        "place-gardee",
        "/mon-espace/",
        ADVISER,
        act=states.then(
            states.follow(r"mandat-ad-hoc-et-conciliation/$", r"/inscription/faite/$"),
        ),
    ),
    Stop("rendre-sa-place", "/mon-espace/", ADVISER, act=states.follow(r"/desinscription/$")),
    Stop(
        "participants",
        "/mon-espace/",
        CENTRE,
        act=states.follow(r"ne-passe-pas-le-mois/$", r"/participants/$"),
    ),
    Stop("prevenez-moi", FULL, ADVISER, act=states.follow(r"/prevenez-moi/$")),
    Stop(
        "prevenez-moi-refuse",
        FULL,
        ADVISER,
        answer=422,
        act=states.then(states.follow(r"/prevenez-moi/$"), states.send("Prévenez-moi", themes=False)),
    ),
    Stop("evaluation", "/mon-espace/", ADVISER, act=states.follow(r"/evaluation/$")),
    Stop(
        "evaluation-refusee",
        "/mon-espace/",
        ADVISER,
        answer=422,
        act=states.then(states.follow(r"/evaluation/$"), states.send("Envoyer|Répondre")),
    ),
    Stop("accord", "/mon-espace/", ADVISER, act=states.follow(r"/accord/\d+/$")),
    Stop("heures", f"/mon-espace/heures/{YEAR}/", ADVISER),
    Stop("attestation", f"/mon-espace/heures/{YEAR}/attestation/", ADVISER),
    Stop(
        "profil-refuse",
        "/mon-espace/profil/",
        ADVISER,
        act=states.send("Enregistrer", first_name="", structure=""),
    ),
    Stop("profil-enregistre", "/mon-espace/profil/", ADVISER, act=states.send("Enregistrer")),
    Stop("effacer-refuse", "/mon-espace/donnees/effacer/", ADVISER, act=states.send("Effacer mon compte")),
    Stop(
        "alerte-refusee",
        "/alertes/nouvelle/?q=tr%C3%A9sorerie",
        ADVISER,
        answer=422,
        act=states.send("Créer", name=""),
    ),
    Stop("alerte-changee", "/mon-espace/", ADVISER, act=states.follow(r"/alertes/\d+/$")),
    Stop(
        "manque-membre-refuse",
        "/recherche/manque/",
        ADVISER,
        answer=422,
        act=states.send("Signaler", text=""),
    ),
    Stop("ne-plus-attendre", "/recherche/a-ecrire/", ADVISER, act=states.follow(r"/ne-plus-attendre/$")),
    Stop("mot-de-passe-change", "/compte/password/change/", ADVISER, act=states.send("Changer|Enregistrer")),
    Stop(
        "adresse-refusee",
        "/compte/email/",
        ADVISER,
        act=states.send("Changer|Ajouter|Continuer", email="non"),
    ),
    Stop("cles", "/compte/2fa/webauthn/", ADVISER),
    Stop("comptes-relies", "/compte/3rdparty/", ADVISER),
    Stop("confirmer-que-c-est-moi", "/compte/2fa/totp/activate/", ADVISER),
    Stop("deconnexion", "/compte/logout/", ADVISER),
    Stop("courriels-de-la-demonstration", "/demo/courriels/"),
]
ANIMATION = r"/rendez-vous/\d+/animation/"
#: Who runs a session.
RUNNING = [
    Stop("animation-espace", "/mon-espace/", CENTRE),
    Stop("animation", FULL, CENTRE, act=states.run()),
    Stop("animation-a-cloturer", "/mon-espace/", CENTRE, act=states.follow(ANIMATION + "#cloturer")),
    Stop("animation-ajouter", FULL, CENTRE, act=states.run(then=states.unfold("details.run__add"))),
    Stop("deroule", FULL, CENTRE, act=states.run("deroule/")),
    Stop("feuille", FULL, CENTRE, act=states.run("feuille/")),
    Stop("passer-la-main", FULL, CENTRE, act=states.run("passer-la-main/")),
    Stop(
        "passer-la-main-refuse",
        FULL,
        CENTRE,
        answer=422,
        act=states.run("passer-la-main/", then=states.send("Continuer", email="personne")),
    ),
    Stop("annuler-le-rendez-vous", FULL, CENTRE, act=states.run("annuler/")),
    Stop(
        "ce-qu-on-en-retient",
        "/mon-espace/",
        CENTRE,
        act=states.then(states.follow(ANIMATION + "#cloturer"), states.go("bilan/")),
    ),
    Stop(
        "ce-qu-on-en-retient-refuse",
        "/mon-espace/",
        CENTRE,
        answer=422,
        act=states.then(
            states.follow(ANIMATION + "#cloturer"), states.go("bilan/"), states.send("Enregistrer")
        ),
    ),
    Stop("demandes", "/mon-espace/demandes/", EDITOR),
    Stop("demande", "/mon-espace/demandes/", EDITOR, act=states.follow(r"/demandes/\d+/$")),
    Stop("retiree-centre", f"{FINANCE}/ancien-modele-de-plan-de-redressement/", CENTRE, status=410),
    Stop("bilan-passe", f"/bilan/{YEAR - 1}/", EDITOR),
]
STOPS = [*PUBLIC, *SEARCHES, *DOORS, *SIGNED_IN, *OPENED, *ANSWERS, *MEMBER_STATES, *RUNNING]
