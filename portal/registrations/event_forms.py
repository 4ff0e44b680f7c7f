"""The forms of an event's page in the admin: writing it, and copying it to another date."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm
from wagtail.admin.widgets import AdminDateTimeInput

from .titles import undated_title

#: What an event lasts where nobody says.
USUAL_LENGTH = dt.timedelta(minutes=90)
#: Further ahead than this, a year was mistyped.
FURTHEST = dt.timedelta(days=10 * 366)


def check_is_near(start: dt.datetime) -> None:
    """Raise ValidationError where ``start`` (aware) is so far ahead that it is a slip of the hand."""
    if start > timezone.now() + FURTHEST:
        raise forms.ValidationError("Cette date est dans plus de dix ans\u00a0: vérifiez l’année.")


class WhoMayRegister(forms.RadioSelect):
    """The two answers to « qui peut s’inscrire », said plainly, for the boolean ``open_to_pending``."""

    def __init__(self, attrs=None, choices=()):
        super().__init__(
            attrs,
            choices=(
                ("False", "Le réseau seulement : les comptes validés"),
                ("True", "Tout compte, même en attente de validation"),
            ),
        )


class EventPageForm(WagtailAdminPageForm):
    """An event without an end lasts an hour and a half."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "end" in self.fields:
            self.fields["end"].required = False
            self.fields["end"].help_text = "Vide\u00a0: une heure et demie après le début."

    def clean_start(self):
        start = self.cleaned_data["start"]
        if start:
            check_is_near(start)
        return start

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("start") and "end" not in self.errors and not cleaned.get("end"):
            cleaned["end"] = cleaned["start"] + USUAL_LENGTH
        return cleaned


class EventCopyForm(CopyForm):
    """Copy an event to another date: not as an alias, which would take registrations beside the other."""

    new_start = forms.DateTimeField(label="Nouveau début", widget=AdminDateTimeInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
        event = self.page.specific
        proposed = next_time(event.start, now=timezone.now())
        length = _spoken(event.end - event.start)
        self.fields["new_title"].initial = undated_title(event.title)
        self.fields["new_start"].initial = proposed
        self.fields["new_start"].help_text = (
            f"La durée reste la même ({length})\u00a0; les inscriptions s’ouvrent et se ferment d’autant plus "
            "tard. La copie repart de zéro\u00a0: personne n’y est inscrit."
        )
        name = slugify(undated_title(event.title))[:200]
        self.fields["new_slug"].initial = f"{name}-{timezone.localdate(proposed):%Y-%m-%d}"
        self.order_fields(["new_title", "new_start"])

    def clean_new_start(self):
        start = self.cleaned_data["new_start"]
        if start <= timezone.now():
            raise forms.ValidationError("Choisissez une date à venir.")
        check_is_near(start)
        return start


def next_time(start: dt.datetime, *, now: dt.datetime) -> dt.datetime:
    """The same weekday and hour in Paris as ``start``, a week after it or, for what is past, after ``now``."""
    local, today = timezone.localtime(start), timezone.localtime(now)
    if start > now + FURTHEST:
        return start
    weeks = max(1, (today.date() - local.date()).days // 7 + 1)
    return timezone.make_aware(local.replace(tzinfo=None) + dt.timedelta(weeks=weeks))


def _spoken(length: dt.timedelta) -> str:
    """« 1 h 30 », « 45 min », « 2 jours »."""
    minutes = int(length.total_seconds() // 60)
    if minutes >= 24 * 60:
        return f"{-(-minutes // (24 * 60))}\u00a0jours"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h\u00a0{rest:02d}" if rest else f"{hours}\u00a0h"
