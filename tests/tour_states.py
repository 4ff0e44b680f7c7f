"""States of the demonstration that one reaches by an act: forms with errors, what follows a registration, the
facilitator's pages, a page that was withdrawn. They are read, or refused: the tour leaves nothing behind it.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.tour import ADVISER, CENTRE, FINANCE, Stop

CAFE = f"{FINANCE}/quand-la-tresorerie-ne-passe-pas-le-mois/"
#: What a form of ours warns about: a name, a place.
NAMED = "Chez Mme Durand, présidente de l’association des Tilleuls à Rennes."


def send(**values: str) -> Callable:
    """Fill fields by their names and send the main form of the page; whatever is left out stays as it is."""

    def act(page) -> None:
        form = page.locator("main form[method=post]").filter(has=page.locator("[type=submit]")).first
        for name in values:
            form = page.locator("main form[method=post]").filter(has=page.locator(f"[name={name}]")).first
            break
        for name, value in values.items():
            form.locator(f"[name={name}]").first.fill(value)
        form.locator("[type=submit]").first.click()
        page.locator(".errors").first.wait_for()

    return act


def follow(selector: str, then: Callable | None = None) -> Callable:
    """Go where the first link that ``selector`` finds leads; then act there."""

    def act(page) -> None:
        page.goto(page.locator(f"main {selector}").first.get_attribute("href"))
        if then:
            then(page)

    return act


def sibling(selector: str, old: str, new: str, then: Callable | None = None) -> Callable:
    """Go to the address of a link with its part ``old`` put for ``new``; then act there."""

    def act(page) -> None:
        page.goto(
            page.locator(f"main {selector}").first.get_attribute("href").split("#")[0].replace(old, new)
        )
        if then:
            then(page)

    return act


def add_unknown(page) -> None:
    """Add someone who has no account to a session."""
    page.locator("#ajouter summary").click()
    send(email="personne@exemple.test")(page)


SEAT = "a[href*='/desinscription/']"
RUN = "a[href*='/animation/']"

REFUSED = [
    Stop("connexion-erreur", "/compte/login/", act=send(login="pas une adresse")),
    Stop("inscription-erreur", "/compte/signup/", act=send(email="pas une adresse", password1="court")),
    Stop("mot-de-passe-erreur", "/compte/password/reset/", act=send(email="pas une adresse")),
    Stop("lettre-erreur", "/lettre/", act=send(email="pas une adresse")),
    Stop("manque-erreur", "/recherche/manque/?q=xylophone", act=send(text="")),
    Stop("manque-nom-erreur", "/recherche/manque/?q=xylophone", act=send(text=NAMED)),
    Stop("profil-erreur", "/mon-espace/profil/", ADVISER, act=send(first_name="", last_name="")),
    Stop("effacer-erreur", "/mon-espace/donnees/effacer/", ADVISER, act=send()),
    Stop("adresse-erreur", "/compte/email/", ADVISER, act=send(email="pas une adresse")),
    Stop("alerte-erreur", "/alertes/nouvelle/?q=tr%C3%A9sorerie", ADVISER, act=send(name="")),
]
SESSIONS = [
    Stop("rdv-inscription", CAFE, ADVISER, act=follow("a[href*='/inscription/']")),
    Stop(
        "rdv-inscription-erreur", CAFE, ADVISER, act=follow("a[href*='/inscription/']", send(question=NAMED))
    ),
    Stop("rdv-inscrit", "/mon-espace/", ADVISER, act=sibling(SEAT, "desinscription", "inscription")),
    Stop("rdv-rendre-sa-place", "/mon-espace/", ADVISER, act=follow(SEAT)),
    Stop("rdv-participants", "/mon-espace/", ADVISER, act=sibling(SEAT, "desinscription", "participants")),
    Stop("rdv-avis", "/mon-espace/", ADVISER, act=follow("a[href*='/evaluation/']")),
    Stop("rdv-avis-erreur", "/mon-espace/", ADVISER, act=follow("a[href*='/evaluation/']", send())),
    Stop("rdv-accord", "/mon-espace/", ADVISER, act=follow("a[href*='/rendez-vous/accord/']")),
    Stop("heures", "/mon-espace/", ADVISER, act=follow("a[href*='/heures/']")),
]
FACILITATING = [
    Stop("animation", "/mon-espace/", CENTRE, act=follow(RUN)),
    Stop("animation-erreur", "/mon-espace/", CENTRE, act=follow(RUN, add_unknown)),
    Stop("animation-feuille", "/mon-espace/", CENTRE, act=sibling(RUN, "animation/", "animation/feuille/")),
    Stop("animation-bilan", "/mon-espace/", CENTRE, act=sibling(RUN, "animation/", "animation/bilan/")),
    Stop(
        "animation-bilan-erreur",
        "/mon-espace/",
        CENTRE,
        act=sibling(RUN, "animation/", "animation/bilan/", send(situation=NAMED, leads="")),
    ),
    Stop(
        "animation-passer-la-main",
        "/mon-espace/",
        CENTRE,
        act=follow(RUN, follow("a[href*='passer-la-main']")),
    ),
    Stop(
        "animation-annuler", "/mon-espace/", CENTRE, act=follow(RUN, follow("a[href*='/animation/annuler/']"))
    ),
]
ERRORS = [
    Stop("retiree", f"{FINANCE}/ancien-modele-de-plan-de-redressement/", status=410),
    Stop("retiree-centre", f"{FINANCE}/ancien-modele-de-plan-de-redressement/", CENTRE, status=410),
]
STATES = [*REFUSED, *SESSIONS, *FACILITATING, *ERRORS]
