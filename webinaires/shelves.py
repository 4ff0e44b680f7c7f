from portal.centres.shelves import Shelf, register

from .models import WebinairePage


def replays_of(centre, user):
    """The centre's past webinars that ``user`` may read, those with a replay."""
    return WebinairePage.objects.child_of(centre).visible_to(user).for_cards().replays()[:8]


register(Shelf("replays", "Replays", "components/card_event.html", replays_of, order=40))
