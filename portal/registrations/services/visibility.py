"""Being seen, or not, by those who come to the same session: a choice that may change."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.registrations.models import Registration

from . import refusals


@transaction.atomic
def set_visibility(*, registration: Registration, visible: bool, by, now: dt.datetime) -> Registration:
    """Show or hide the person of ``registration`` on the list, on every date of its cycle at once.

    Hers alone to decide, whenever: raises MayNotChange for anyone else, NotActive once she has given her seat
    back. ``now`` is not kept: a choice is no event.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",)).select_related("event").get(pk=registration.pk)
    )
    if by is None or registration.user_id != by.pk:
        raise refusals.MayNotChange
    if not registration.is_active:
        raise refusals.NotActive
    hers = Registration.objects.active().filter(user_id=registration.user_id)
    cycle = registration.event.cycle_id
    same = hers.filter(event__cycle_id=cycle) if cycle else hers.filter(pk=registration.pk)
    # Through the keys: SQLite updates no join.
    Registration.objects.filter(pk__in=list(same.values_list("pk", flat=True))).update(
        visible_to_participants=visible
    )
    registration.visible_to_participants = visible
    return registration
