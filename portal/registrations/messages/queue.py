"""The queue: a seat to take, no seat in the end, another date, the next session on a theme."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from portal.members.clocks import zone_of
from portal.notifications.messages import Notification
from portal.registrations.models import EventPage
from portal.registrations.permissions import may_follow

from .base import RegistrationMessage


class SeatOffered(RegistrationMessage):
    """In the last hours, to everyone who waits. ``seats``: how many are newly on offer."""

    name = "seat_offered"
    label = "Une place est à prendre"


class NoSeatFound(RegistrationMessage):
    """At the start, to who waited in vain. ``second``: a second date to come, if any; ``has_themes``."""

    name = "no_seat_found"
    label = "Pas de place trouvée"


class SecondDateOpen(RegistrationMessage):
    """To who waits, before the others. ``second``: the second date; ``others_from``: when the others may come."""

    name = "second_date_open"
    label = "Seconde date ouverte"


class NextOnTheme(Notification):
    """The answer to « prévenez-moi de la prochaine sur ce thème ». ``themes``: those she asked about."""

    name = "next_on_theme"
    label = "Un rendez-vous sur un thème attendu"


class OrganiserMessage(Notification):
    """About an event, to somebody who runs or organises it."""

    @classmethod
    def send_about(cls, *, event: EventPage, user, now: dt.datetime, **context) -> bool:
        """Write the message to ``user``; ``address`` leads to the list of registrations, for who may see it, or
        to the page of who runs the event.
        """
        may_see = may_follow(user, event)
        name = "inscriptions:event" if may_see else "registrations:animation"
        context = {
            "event": event,
            "dates": [event],
            "member_zone": zone_of(user),
            "address": reverse(name, args=[event.pk]),
            "may_see": may_see,
            **context,
        }
        return cls.send(user=user, context=context, now=now)


class SecondDateProposed(OrganiserMessage):
    """``waiting``: how many people wait."""

    name = "second_date_proposed"
    label = "Seconde date proposée"


class RelatedPeers(OrganiserMessage):
    """Two people of one structure have seats in a group of peers."""

    name = "related_peers"
    label = "Deux personnes d’une même structure"
