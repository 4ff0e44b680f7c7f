from portal.centres.shelves import Shelf, register

from .models import FichePage, OutilPage


def fiches_of(centre, user):
    """The centre's latest fiches that ``user`` may read."""
    return FichePage.objects.child_of(centre).visible_to(user).for_cards().latest_first()[:12]


def tools_of(centre, user):
    """The centre's tools that ``user`` may read."""
    return OutilPage.objects.child_of(centre).visible_to(user).for_cards().order_by("title")


register(Shelf("fiches", "Fiches", "components/card_fiche.html", fiches_of, order=20))
register(Shelf("outils", "Outils", "components/card_fiche.html", tools_of, order=30))
