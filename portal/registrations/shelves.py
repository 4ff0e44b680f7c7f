from portal.centres.shelves import Shelf, register

from .models import EventPage


def upcoming_of(centre, user):
    """The centre's next sessions that ``user`` may read."""
    return (
        EventPage.objects.child_of(centre)
        .visible_to(user)
        .not_cancelled()
        .for_cards()
        .upcoming()
        .specific()[:8]
    )


register(Shelf("rendez-vous", "Prochains rendez-vous", "components/card_event.html", upcoming_of, order=10))
