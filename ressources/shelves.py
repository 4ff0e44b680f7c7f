from portal.base.prepared import Fixed
from portal.centres.shelves import Shelf, register, under

from .cards import ressource_cards
from .models import FichePage, OutilPage


@ressource_cards(FichePage)
def fiches_under(path, user):
    return under(path, FichePage.objects.visible_to(user)).latest_first()


@ressource_cards(OutilPage)
def tools_under(path, user):
    return under(path, OutilPage.objects.visible_to(user)).order_by("title")


def fiches_of(centre, user):
    """The centre's latest fiches that ``user`` may read."""
    return fiches_under(path=Fixed(centre.path), user=user)[:12]


def tools_of(centre, user):
    """The centre's tools that ``user`` may read."""
    return tools_under(path=Fixed(centre.path), user=user)


register(Shelf("fiches", "Fiches", "components/card_fiche.html", fiches_of, order=20))
register(Shelf("outils", "Outils", "components/card_fiche.html", tools_of, order=30))
