"""« Prévenez-moi de la prochaine sur ce thème »: asked by whoever found no seat, answered once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from portal.members.clocks import zone_of
from portal.registrations.messages import NextOnTheme
from portal.registrations.models import EventPage, SeatInvitation, ThemeWatch
from portal.themes.models import Theme

from .seats import may_attend


@transaction.atomic
def watch_themes(*, user, themes: Iterable[Theme], now: dt.datetime) -> list[ThemeWatch]:
    """Note that ``user`` wants to be told of the next session on each of ``themes``; return her watches on them.

    Asking again changes nothing.
    """
    themes = list(themes)
    ThemeWatch.objects.bulk_create(
        [ThemeWatch(user=user, theme=theme, created_at=now) for theme in themes], ignore_conflicts=True
    )
    return list(ThemeWatch.objects.filter(user=user, theme__in=themes).select_related("theme"))


@transaction.atomic
def unwatch(*, user, theme: Theme, now: dt.datetime) -> bool:
    """Forget that ``user`` waits for ``theme``; returns False where she did not."""
    deleted, _ = ThemeWatch.objects.filter(user=user, theme=theme).delete()
    return bool(deleted)


def answer_watches(*, event: EventPage, now: dt.datetime) -> int:
    """Tell who waits for a theme of ``event``, just announced, that it takes registrations; return how many.

    One message a person, whatever the number of themes, and her watches on them are over. To be called in the
    transaction of the first announcement. Whoever may not come keeps waiting for the next one, and so does
    whoever is invited to it before the others: that message tells her. Three queries, and those of each message.
    """
    if not takes_registrations(event, now=now):
        return 0
    watches = ThemeWatch.objects.filter(theme__in=event.themes.all(), user__is_active=True)
    invited = SeatInvitation.objects.filter(event=event).values("user")
    people: dict = {}
    for watch in watches.exclude(user__in=invited).select_related("user", "theme").order_by("pk"):
        people.setdefault(watch.user, []).append(watch)
    told = 0
    for user, hers in people.items():
        if not may_attend(event, user):
            continue
        NextOnTheme.send(
            user=user,
            context={
                "event": event,
                "dates": [event],
                "themes": [watch.theme for watch in hers],
                "member_zone": zone_of(user),
                "now": now,
            },
            now=now,
        )
        ThemeWatch.objects.filter(pk__in=[watch.pk for watch in hers]).delete()
        told += 1
    return told


def takes_registrations(event: EventPage, *, now: dt.datetime) -> bool:
    """Tell whether one may register for ``event`` here, now or later. One query in a cycle."""
    here = event.registration_mode == EventPage.RegistrationMode.HERE
    return (
        here
        and event.live
        and not event.is_cancelled
        and now < event.closes_at
        and not event.cycle_began_at(now)
    )
