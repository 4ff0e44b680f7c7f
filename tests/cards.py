"""The cards of given events, as lists show them."""

from portal.registrations.models import EventCard, EventPage, event_cards


@event_cards(EventPage)
def _chosen(keys):
    return EventPage.objects.filter(pk__in=keys).order_by("pk")


def card_of(event) -> EventCard:
    return _chosen(keys=[event.pk]).first()


def cards_of(events) -> list[EventCard]:
    """By order of creation."""
    return list(_chosen(keys=[event.pk for event in events]))
