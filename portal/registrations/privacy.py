"""What registrations hold of a person, and how they forget her."""

from __future__ import annotations

import datetime as dt

from portal.members.privacy import register

from . import services
from .models import AttendanceRecord, Registration


def export_registrations(user) -> dict:
    """Everything that ``user`` told or that was noted of her, ready for JSON."""
    rows = Registration.objects.filter(user=user).select_related("event").order_by("pk")
    return {
        "inscriptions": [
            {
                "rendez_vous": row.event.title,
                "debut": row.event.start.isoformat(),
                "etat": row.get_state_display(),
                "presence": row.get_attendance_display(),
                "situation_apportee": row.question,
                "besoins_d_acces": row.access_needs,
                "regle_acceptee": row.rule,
                "version_de_la_regle": row.rule_version,
                "visible_des_autres": row.visible_to_participants,
                "inscrite_le": row.created_at.isoformat(),
                "annulee_le": row.cancelled_at.isoformat() if row.cancelled_at else None,
            }
            for row in rows
        ],
        "presences_anciennes": [
            {"date": record.date.isoformat(), "minutes": record.minutes}
            for record in AttendanceRecord.objects.filter(user=user)
        ],
    }


def erase_registrations(*, user, now: dt.datetime) -> None:
    """Give back every seat to come (the queues are served), then take the name off what is past."""
    coming = Registration.objects.active().filter(user=user, event__end__gt=now).select_related("event")
    # One cancellation takes the other dates of its cycle with it: ask again each time.
    while registration := coming.first():
        services.cancel_registration(registration=registration, by=None, now=now, tell=False)
    services.take_names_off(Registration.objects.filter(user=user))
    AttendanceRecord.objects.filter(user=user).delete()


register("inscriptions", export=export_registrations, erase=erase_registrations)
