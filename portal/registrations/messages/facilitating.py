"""For those who run a session: named, handed over to, reminded, told of what changes.

Their own messages, since they may hold no seat. None holds a situation: the page it leads to does.
"""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from portal.members.clocks import zone_of
from portal.notifications.messages import Notification
from portal.notifications.rendering import absolute
from portal.registrations import ics
from portal.registrations.models import EventPage


class FacilitatorMessage(Notification):
    """A message about one event to one of those who run it; the meeting link is always in it."""

    @classmethod
    def tell(cls, *, user, event: EventPage, now: dt.datetime, method: str = "", **context) -> bool:
        """Write the message to ``user``, in the current transaction; False where nothing was written.

        ``method``: of the calendar file that goes with it (RFC 5546), "" for none. Reads ``event.state``.
        """
        context = {
            "event": event,
            "dates": [event],
            "member_zone": zone_of(user),
            "page_url": absolute(reverse("registrations:animation", args=[event.pk])),
            **context,
        }
        files = [ics.invitation(event, user, method=method, now=now)] if method else []
        return cls.send(user=user, context=context, now=now, attachments=files)


class FacilitatorNamed(FacilitatorMessage):
    """``by``: who named her, None for the portal."""

    name = "facilitator_named"
    label = "Animation confiée"


class FacilitatorRemoved(FacilitatorMessage):
    name = "facilitator_removed"
    label = "Animation retirée"


class HandedOver(FacilitatorMessage):
    """To whoever takes over, with all she needs. ``by``, ``coming`` (people), ``situations`` (a number)."""

    name = "handed_over"
    label = "Animation reprise"


class HandoverTold(FacilitatorMessage):
    """To the others who run the event. ``by`` hands over to ``to``."""

    name = "handover_told"
    label = "Passage de main"


class FacilitatorReminder(FacilitatorMessage):
    """The day before: ``people`` (registrations), ``situations`` and ``waiting`` (numbers)."""

    name = "facilitator_reminder"
    label = "Rappel à l’animation"


class FacilitatorEventMoved(FacilitatorMessage):
    """``before``: start, end and place as they were announced."""

    name = "facilitator_event_moved"
    label = "Rendez-vous déplacé (animation)"


class FacilitatorEventCancelled(FacilitatorMessage):
    """``by``: who cancelled, None for the portal; ``reason``."""

    name = "facilitator_event_cancelled"
    label = "Rendez-vous annulé (animation)"
