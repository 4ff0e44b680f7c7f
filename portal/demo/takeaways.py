"""What past cafés left: one agreed to and become a fiche, one that waits for the adviser's agreement."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model

from cafes.models import CafePage
from portal.registrations.models import Registration, Takeaway
from portal.registrations.services import write_takeaway

from .people import ACCOUNTS
from .reading import entries


def load_takeaways(fiches: dict, *, now: dt.datetime) -> None:
    """Write the ``situations`` of past cafés; what was answered is written as it was left."""
    for entry in entries("cafes"):
        for told in entry.meta.get("situations") or []:
            event = CafePage.objects.get(slug=entry.slug)
            registration = _who_brought_it(event, told.get("apportee_par"))
            texts = {"situation": told["situation"], "leads": "\n".join(told["pistes"])}
            if told["accord"] == "donne":
                _agreed(event, registration, told, texts, fiches)
            else:
                # By whoever administers: the demonstration's facilitators come and go.
                by = get_user_model().objects.get(email=ACCOUNTS["administration"])
                write_takeaway(event=event, brought_by=registration, by=by, now=now, **texts)


def _who_brought_it(event: CafePage, account: str | None) -> Registration:
    there = event.registrations.confirmed().filter(attendance=Registration.Attendance.PRESENT)
    if account:
        user = get_user_model().objects.get(email=ACCOUNTS[account])
        registration = there.filter(user=user).first() or there.create(
            event=event,
            user=user,
            state=Registration.State.CONFIRMED,
            attendance=Registration.Attendance.PRESENT,
            rule=event.confidentiality,
            rule_version="1",
            created_at=event.start - dt.timedelta(days=9),
            confirmed_at=event.start - dt.timedelta(days=9),
        )
    else:
        registration = there.order_by("pk").first()
    registration.brought_situation = True
    registration.save(update_fields=["brought_situation"])
    return registration


def _agreed(event: CafePage, registration: Registration, told: dict, texts: dict, fiches: dict) -> Takeaway:
    written, followed = event.end + dt.timedelta(hours=3), event.end + dt.timedelta(days=30)
    return Takeaway.objects.create(
        event=event,
        registration=registration,
        agreement=Takeaway.Agreement.GIVEN,
        agreement_asked_at=written,
        agreement_answered_at=written + dt.timedelta(days=1),
        created_at=written,
        updated_at=written,
        fiche=fiches.get(told.get("fiche")),
        followup_asked_at=followed if told.get("suite") else None,
        followup=told.get("suite") or "",
        followup_at=followed + dt.timedelta(days=2) if told.get("suite") else None,
        **texts,
    )
