"""What the tests of the queue do and look at, in one word each."""

import datetime as dt

from portal.registrations import services
from portal.registrations.models import EventPage, EventState, Registration
from portal.registrations.status import status_of

HOURS = dt.timedelta(hours=1)


def states(*registrations):
    return [Registration.objects.get(pk=row.pk).state for row in registrations]


def give_back(registration, now):
    services.cancel_registration(registration=registration, by=registration.user, now=now)


def publish(event, **changes):
    page = type(event).objects.get(pk=event.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()


def status(event, user, now):
    return status_of(EventPage.objects.get(pk=event.pk), user, now=now)


def on_offer(event):
    return EventState.objects.get(event=event).seats_on_offer


def body(message):
    return message.get_body(("plain",)).get_content()
