from django.utils import timezone

from portal.base.prepared import Fixed
from portal.centres.shelves import Shelf, register, under
from portal.registrations.models import event_cards

from .models import WebinairePage


@event_cards(WebinairePage)
def replays_under(path, user, now):
    return under(path, WebinairePage.objects.visible_to(user)).replays(now)


def replays_of(centre, user):
    """The centre's past webinars that ``user`` may read, those with a replay."""
    return replays_under(path=Fixed(centre.path), user=user, now=timezone.now())[:8]


register(Shelf("replays", "Replays", "components/card_event.html", replays_of, order=40))
