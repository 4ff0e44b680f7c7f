"""What the lists and the spreadsheets of registrations write in their cells."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from portal.registrations.models import Registration


def in_paris(moment: dt.datetime) -> str:
    """Whatever the time zone of who downloads: the file goes to others."""
    return timezone.localtime(moment, timezone.get_default_timezone()).strftime("%d/%m/%Y %H:%M")


def attendance_of(row: Registration) -> str:
    return row.get_attendance_display() if row.attendance else ""


def person_of(row: Registration) -> str:
    """The name of who registered; a registration outlives the name."""
    return str(row.user) if row.user else "Anonyme"


def state_of(row: Registration) -> str:
    """« confirmée », « en attente, 2e »…"""
    if row.state != Registration.State.WAITING:
        return row.get_state_display()
    return f"en attente, {row.queue_rank}{'re' if row.queue_rank == 1 else 'e'}"
