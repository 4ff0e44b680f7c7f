"""Who comes, as those who come with them may know it: the names of who agreed, and a number for the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.base.audience import is_approved

from .models import EventPage, Registration
from .permissions import may_run
from .rules import rule_of


@dataclass(frozen=True)
class Participant:
    name: str
    is_me: bool


@dataclass(frozen=True)
class ParticipantList:
    """``others`` have a seat and chose not to be seen; ``mine`` is the reader's own registration, if any."""

    shown: tuple[Participant, ...]
    others: int
    mine: Registration | None


def stays_until(event: EventPage) -> dt.datetime | None:
    """When the list of ``event`` goes, by its rule; None: with the names."""
    last = rule_of(event).participants_last
    return None if last is None else event.end + last


def may_see_participants(event: EventPage, user, registration: Registration | None, *, now: dt.datetime):
    """Tell whether ``user`` may see who comes to ``event``; ``registration`` is her active one there, if any.

    Confirmed people and those who run the session, as long as the rule says so. Never an account that nobody
    approved: an open webinar would hand the names of the network to whoever signs up. At most two queries.
    """
    if event.registration_mode != EventPage.RegistrationMode.HERE or event.is_cancelled:
        return False
    until = stays_until(event)
    if (until is not None and now >= until) or not is_approved(user):
        return False
    if registration is not None and registration.state == Registration.State.CONFIRMED:
        return True
    return may_run(user, event)


def participants_of(event: EventPage, user) -> ParticipantList:
    """Return who has a seat, for ``user``, who may see them (see ``may_see_participants``). One query."""
    rows = list(
        event.registrations.confirmed().select_related("user").order_by("user__last_name", "user__first_name")
    )
    # Without a name there is an address, which nobody agreed to show.
    seen = [row for row in rows if row.visible_to_participants and row.user and row.user.get_full_name()]
    return ParticipantList(
        shown=tuple(Participant(row.user.get_full_name(), row.user_id == user.pk) for row in seen),
        others=len(rows) - len(seen),
        mine=next((row for row in rows if row.user_id == user.pk), None),
    )
