"""Move one session: a new start, end or place, and everyone registered is told."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView
from wagtail.admin.widgets import AdminDateTimeInput

from portal.registrations import services
from portal.registrations.cautions import cautions_about
from portal.registrations.event_forms import USUAL_LENGTH, check_is_near
from portal.registrations.models import EventPage

from .event import EventMixin


class RescheduleForm(forms.Form):
    start = forms.DateTimeField(label="Nouveau début", widget=AdminDateTimeInput)
    end = forms.DateTimeField(
        label="Nouvelle fin",
        required=False,
        widget=AdminDateTimeInput,
        help_text="Vide\u00a0: la même durée qu’aujourd’hui.",
    )
    place = forms.CharField(label="Lieu", required=False, max_length=200, help_text="Vide\u00a0: en visio.")

    def __init__(self, *args, length=USUAL_LENGTH, **kwargs):
        super().__init__(*args, **kwargs)
        self.length = length

    def clean_start(self):
        start = self.cleaned_data["start"]
        check_is_near(start)
        return start

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("start") and "end" not in self.errors and not cleaned.get("end"):
            cleaned["end"] = cleaned["start"] + self.length
        return cleaned


class RescheduleView(EventMixin, FormView):
    """GET asks, POST moves: the page is written, a draft that waits on it is kept."""

    action = "change"
    page_title = "Déplacer le rendez-vous"
    template_name = "registrations/admin/reschedule.html"
    form_class = RescheduleForm

    @cached_property
    def shown(self) -> EventPage:
        """The date that moves: what readers see or, off line, the latest version."""
        event = self.event.specific
        return event if event.live else event.get_latest_revision_as_object()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"length": self.shown.end - self.shown.start}

    def get_initial(self):
        return {"start": self.shown.start, "place": self.shown.place}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            event=self.shown,
            concerned=self.event.registrations.active().count(),
            has_draft=self.event.live and self.event.has_unpublished_changes,
            held=services.reason_page_is_held(self.event),
            **kwargs,
        )
        return context | {"media": context["form"].media}

    def form_valid(self, form):
        asked, now = form.cleaned_data, timezone.now()
        concerned = self.event.registrations.active().exists()
        try:
            moved = services.reschedule(
                event=self.event,
                start=asked["start"],
                end=asked["end"],
                place=asked["place"],
                by=self.request.user,
                now=now,
            )
        except services.RegistrationRefused as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        told = concerned and moved.live
        messages.success(
            self.request,
            "Le rendez-vous est déplacé"
            + ("\u00a0; chaque personne inscrite est prévenue." if told else "."),
        )
        for caution in cautions_about(moved, now=now):
            messages.warning(self.request, caution.sentence)
        return self.back()
