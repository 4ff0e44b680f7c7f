"""What registrations hold of a person, and how they forget her."""

from __future__ import annotations

import datetime as dt

from portal.members.privacy import register

from . import services
from .feeds import feed_address
from .models import (
    AttendanceRecord,
    CalendarFeed,
    ExportRecord,
    Facilitator,
    Registration,
    SeatInvitation,
    Takeaway,
    ThemeWatch,
)


def export_registrations(user) -> dict:
    """Everything that ``user`` told or that was noted of her, ready for JSON."""
    rows = Registration.objects.filter(user=user).select_related("event__state").order_by("pk")
    return {
        "inscriptions": [
            {
                "rendez_vous": row.event.title,
                "debut": row.event.start.isoformat(),
                "etat": row.get_state_display(),
                "presence": row.get_attendance_display(),
                "a_rejoint_la_visio_le": row.joined_at.isoformat() if row.joined_at else None,
                "situation_apportee": row.question,
                "besoins_d_acces": row.access_needs,
                "role_souhaite": row.get_role_display() if row.role else "",
                "regle_acceptee": row.rule,
                "version_de_la_regle": row.rule_version,
                "visible_des_autres": row.visible_to_participants,
                # That she answered, and no more: which answer is hers, nobody can tell.
                "a_repondu_a_l_evaluation": row.has_evaluated,
                "inscrite_le": row.created_at.isoformat(),
                "annulee_le": row.cancelled_at.isoformat() if row.cancelled_at else None,
                "emargement_garde_jusqu_au": _sheet_kept_until(row),
            }
            for row in rows
        ],
        "animations": [
            {"rendez_vous": row.event.title, "depuis": row.added_at.isoformat()}
            for row in Facilitator.objects.filter(user=user).select_related("event").order_by("pk")
        ],
        "themes_attendus": [
            {"theme": watch.theme.label, "demande_le": watch.created_at.isoformat()}
            for watch in ThemeWatch.objects.filter(user=user).select_related("theme").order_by("pk")
        ],
        "invitations_a_une_seconde_date": [
            {"rendez_vous": invitation.event.title, "invitee_le": invitation.created_at.isoformat()}
            for invitation in SeatInvitation.objects.filter(user=user).select_related("event").order_by("pk")
        ],
        "abonnement_d_agenda": _feed_of(user),
        "listes_exportees": [
            {"le": record.at.isoformat(), "quoi": record.what, "lignes": record.rows}
            for record in ExportRecord.objects.filter(user=user)
        ],
        "presences_anciennes": [
            {"date": record.date.isoformat(), "minutes": record.minutes}
            for record in AttendanceRecord.objects.filter(user=user)
        ],
        "ce_qu_on_en_retient": [
            {
                "rendez_vous": row.event.title,
                "situation": row.situation,
                "pistes": row.leads,
                "accord": row.get_agreement_display(),
                "repondu_le": row.agreement_answered_at.isoformat() if row.agreement_answered_at else None,
                "ce_que_vous_avez_essaye": row.followup,
            }
            for row in Takeaway.objects.filter(registration__user=user).select_related("event")
        ],
    }


def _sheet_kept_until(row: Registration) -> str | None:
    """Until when a funder may be shown that she came, where that was decided."""
    state = getattr(row.event, "state", None)
    return state.evidence_until.isoformat() if state and state.evidence_until else None


def _feed_of(user) -> dict | None:
    feed = CalendarFeed.objects.filter(user=user).first()
    return {"adresse": feed_address(feed), "cree_le": feed.created_at.isoformat()} if feed else None


def erase_registrations(*, user, now: dt.datetime) -> None:
    """Give back every seat to come (the queues are served), then take the name off what is past."""
    coming = Registration.objects.active().filter(user=user, event__end__gt=now).select_related("event")
    # One cancellation takes the other dates of its cycle with it: ask again each time.
    while registration := coming.first():
        services.cancel_registration(registration=registration, by=None, now=now, tell=False)
    services.forget_who_brought(user=user, now=now)
    services.forget_person(user=user, now=now)
    AttendanceRecord.objects.filter(user=user).delete()
    services.close_feed(user=user)
    Facilitator.objects.filter(user=user).delete()
    ThemeWatch.objects.filter(user=user).delete()
    SeatInvitation.objects.filter(user=user).delete()


register("inscriptions", export=export_registrations, erase=erase_registrations)
