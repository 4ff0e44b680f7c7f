"""A long queue is a demand: it proposes a second date, and whoever waits is let in first."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from wagtail.log_actions import log

from portal.base.daysoff import public_holidays
from portal.base.models import PortalSettings
from portal.base.templatetags.portal_tags import NBSP
from portal.registrations.messages import SecondDateOpen, SecondDateProposed
from portal.registrations.models import EventPage, EventState, Registration, SeatInvitation
from portal.registrations.organisers import facilitators_of, organisers_of
from portal.registrations.permissions import may_follow
from portal.registrations.queue_rules import FIRST_CALL

from . import refusals
from .seats import Booking, lock_booking, may_attend
from .series import PlannedDate, check_may_create, create_series

AFTER = dt.timedelta(days=14)
WEEK = dt.timedelta(days=7)


class SecondDateRefused(refusals.RegistrationRefused):
    sentence = "La seconde date n’a pas pu être ouverte."


def queue_threshold() -> int:
    """From how many people waiting a second date is proposed; 0: never. One query."""
    settings = PortalSettings.of_default_site()
    return settings.queue_threshold


def propose_second_date(booking: Booking, *, now: dt.datetime) -> bool:
    """Tell who organises and who runs the event, once in its life, that its queue calls for a second date.

    To be called under the lock, when someone joins the queue. In a cycle it is once for all its dates.
    """
    states = booking.states.values()
    if any(state.second_date_proposed_at or state.second_date_id for state in states):
        return False
    threshold = queue_threshold()
    waiting = booking.asked.registrations.waiting().count()
    if not threshold or waiting < threshold:
        return False
    EventState.objects.filter(pk__in=[state.pk for state in states]).update(second_date_proposed_at=now)
    for state in states:
        state.second_date_proposed_at = now
    event = booking.asked
    readers = {user.pk: user for user in [*organisers_of(event), *facilitators_of(event)]}
    for user in readers.values():
        SecondDateProposed.send_about(event=event, user=user, now=now, waiting=waiting)
    return True


def default_second_date(event: EventPage, *, now: dt.datetime) -> dt.datetime:
    """Return the start to propose: the same weekday and hour (local) two weeks later, then the next week that
    leaves time for the first call and is not a national public holiday.
    """
    zone = ZoneInfo(event.time_zone)
    local = event.start.astimezone(zone)
    day = local.date() + AFTER
    while dt.datetime.combine(
        day, local.time(), tzinfo=zone
    ) < now + 2 * FIRST_CALL or day in public_holidays(day.year):
        day += WEEK
    return dt.datetime.combine(day, local.time(), tzinfo=zone)


@transaction.atomic
def open_second_date(*, event: EventPage, start: dt.datetime, by, now: dt.datetime) -> EventPage:
    """Publish a copy of ``event`` at ``start`` (aware), and let those who wait for it register before the others.

    It lasts as long, in a state of its own. Everyone who waits and may come is invited in queue order and told
    once; the others come in 48 hours later, or at half the time left where it starts before four days. Whoever
    waits keeps her rank until she has a seat on either date. Raises MayNotChange, EventCancelled,
    SecondDateRefused or another RegistrationRefused; then nothing is made. Returns the second date.
    """
    if not may_follow(by, event, action="change"):
        raise refusals.MayNotChange
    check_may_create(event, by=by, publish=True)
    booking = lock_booking(event, now=now)
    first, state = booking.asked, booking.state
    if state.cancelled_at:
        raise refusals.EventCancelled
    if first.cycle_id:
        raise SecondDateRefused(f"Un cycle se suit en entier{NBSP}: créez une seconde série de dates.")
    if state.second_date_id and has_second_date(state):
        raise SecondDateRefused("Une seconde date est déjà ouverte pour ce rendez-vous.")
    if start <= now:
        raise SecondDateRefused("Choisissez une date à venir.")
    second = _copy(first.specific, start=start, by=by, now=now)
    waiting = first.registrations.waiting().filter(user__isnull=False).in_queue_order()
    invited = [row for row in waiting.select_related("user__profile__region") if may_attend(second, row.user)]
    # Before the page is on line: from its first minute on, those who wait find the door open.
    SeatInvitation.objects.bulk_create(
        SeatInvitation(event=second, user=row.user, created_at=now) for row in invited
    )
    second.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    state.second_date = second
    state.save(update_fields=["second_date"])
    log(first, "registrations.second_date", user=by, data={"page": second.pk, "invited": len(invited)})
    second = EventPage.objects.select_related("state").get(pk=second.pk)
    for row in invited:
        SecondDateOpen.tell(
            registration=row,
            events=[first],
            now=now,
            second=second,
            second_dates=[second],
            others_from=second.registration_opens_at,
        )
    return second


def has_second_date(state: EventState) -> bool:
    """Tell whether the second date tied to ``state`` stands: on line and not cancelled."""
    second = state.second_date
    return bool(second and second.live and not second.is_cancelled)


def leave_first_queues(*, user, dates: list[EventPage], now: dt.datetime) -> list[EventPage]:
    """Take ``user``, who has now a seat on ``dates``, out of the queues that one of them was opened for.

    ``dates`` come from ``lock_booking``. Returns the events whose queue she left: her confirmation says so, and
    nothing else is written to her. No query unless one of ``dates`` is a second date. The first event is not
    locked (its key comes before those locked here): leaving a queue frees no seat. A row that is being served
    at this very moment is left to it: she then has both seats, and knows it.
    """
    seconds = [date.pk for date in dates if date.is_second_date]
    if not seconds:
        return []
    waits = Registration.objects.waiting().filter(
        user=user, event__state__second_date__in=seconds, event__start__gt=now
    )
    # What someone else is changing is being served: to wait for it here would be a lock out of order.
    free = waits.select_related("event").select_for_update(of=("self",), skip_locked=True)
    left = list(free.in_queue_order())
    Registration.objects.filter(pk__in=[row.pk for row in left]).update(
        state=Registration.State.CANCELLED, cancelled_at=now
    )
    return [row.event for row in left]


def _copy(first: EventPage, *, start: dt.datetime, by, now: dt.datetime) -> EventPage:
    """Make a draft of the second date, as a series of one: what was written after a session does not follow."""
    zone = ZoneInfo(first.time_zone)
    start = start.astimezone(zone)
    made = create_series(
        event=first,
        dates=[PlannedDate(start, start + (first.end - first.start))],
        publish=False,
        by=by,
        now=now,
    )
    if not made.created:
        raise SecondDateRefused("Une page existe déjà à cette date pour ce rendez-vous.")
    second = made.created[0].get_latest_revision_as_object()
    opens_at = min(now + FIRST_CALL, now + (start - now) / 2)
    second.registration_opens_at = opens_at
    if second.registration_closes_at and second.registration_closes_at <= opens_at:
        second.registration_closes_at = None
    return second
