"""Who facilitates the demonstration's sessions, and what each left open or closed once it was over."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model

from portal.centres.models import centre_of
from portal.registrations.models import EventPage, EventState, Facilitator, Registration

from .people import ACCOUNTS

#: The demonstration's centre facilitates these too, beside Avise: a phone page full of people, and one to close.
SHARED = (
    "tenir-sa-place-quand-le-conseil-d-administration-se-dechire",
    "annoncer-une-mauvaise-nouvelle",
)
#: Left as it is an hour after a session: a few presences to note, nothing written, not closed out.
LEFT_OPEN = "annoncer-une-mauvaise-nouvelle"
#: Older sessions than this were closed out.
CLOSED_AFTER = dt.timedelta(weeks=4)


def load_facilitators(*, now: dt.datetime) -> None:
    """Name who facilitates each session; no message leaves, as for what was done long ago."""
    User = get_user_model()
    malik, solene = (User.objects.get(email=ACCOUNTS[kind]) for kind in ("centre", "redaction"))
    rows = []
    for event in EventPage.objects.select_related("state").order_by("start"):
        centre = centre_of(event)
        group = centre.group if centre else None
        people = list(User.objects.approved().filter(groups=group).order_by("pk")[:1]) if group else []
        people = people or [solene]
        if event.slug in SHARED:
            people = [malik, *(person for person in people if person != malik)]
        rows += [
            Facilitator(event=event, user=person, added_at=min(event.start, now) - dt.timedelta(days=20))
            for person in people
        ]
    Facilitator.objects.bulk_create(rows, ignore_conflicts=True)
    _close_out(now=now)
    _leave_open()


def _close_out(*, now: dt.datetime) -> None:
    over = EventPage.objects.filter(end__lte=now - CLOSED_AFTER).exclude(slug=LEFT_OPEN)
    for event in over:
        EventState.objects.filter(event=event).update(
            closed_out_at=event.end + dt.timedelta(days=2),
            closed_out_by=event.facilitators.values("user")[:1],
            evaluation_sent_at=event.end + dt.timedelta(hours=2) if event.evaluated else None,
        )


def _leave_open() -> None:
    """Of the latest session, a few presences are still to be noted."""
    rows = Registration.objects.confirmed().filter(event__slug=LEFT_OPEN).order_by("pk")
    # The adviser came: she is asked about what she brought.
    rows = rows.exclude(user__email=ACCOUNTS["conseillere"])
    to_note = list(rows.values_list("pk", flat=True))[1::4]
    Registration.objects.filter(pk__in=to_note).update(attendance=Registration.Attendance.UNKNOWN)
