from django.utils import timezone

from portal.base.prepared import Fixed
from portal.centres.shelves import Shelf, register, under

from .models import EventPage, event_cards


@event_cards(EventPage)
def events_under(path, user, now):
    return under(path, EventPage.objects.visible_to(user)).not_cancelled().upcoming(now)


def upcoming_of(centre, user):
    """The centre's next sessions that ``user`` may read."""
    return events_under(path=Fixed(centre.path), user=user, now=timezone.now())[:8]


register(Shelf("rendez-vous", "Prochains rendez-vous", "components/card_event.html", upcoming_of, order=10))
