"""The sign-in sheet that a funder may ask for: kept by Avise's decision, read with a right of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.generic import FormView, TemplateView
from wagtail.admin.widgets import AdminDateInput

from portal.registrations import services
from portal.registrations.models import EventPage, Registration
from portal.registrations.permissions import may_mark_evidence, may_read_sheets

from .event import EventMixin


class EvidenceForm(forms.Form):
    until = forms.DateField(
        label="Garder jusqu’au",
        widget=AdminDateInput,
        help_text="La date que le financeur demande ; passée cette date, la feuille s’efface la nuit suivante.",
    )
    reason = forms.CharField(
        label="Pour qui, et pourquoi",
        max_length=300,
        help_text="Gardé dans l’historique de la page : « FSE+, convention 2026, contrôle de service fait ».",
    )


class EvidenceView(EventMixin, FormView):
    """Mark an event as evidence, or take the mark off; Avise's alone to do."""

    page_title = "Émargement pour un financeur"
    template_name = "registrations/admin/evidence.html"
    form_class = EvidenceForm

    def dispatch(self, request, *args, **kwargs):
        if not may_mark_evidence(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"until": getattr(getattr(self.event, "state", None), "evidence_until", None)}

    def get_context_data(self, **kwargs):
        may_read = may_read_sheets(self.request.user)
        context = super().get_context_data(event=self.event, may_read=may_read, **kwargs)
        return context | {"media": context["form"].media}

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") != "remove":
            return super().post(request, *args, **kwargs)
        services.mark_as_evidence(event=self.event, until=None, by=request.user, now=timezone.now())
        messages.success(request, "La feuille n’est plus gardée pour un financeur.")
        return self.back()

    def form_valid(self, form):
        data, now = form.cleaned_data, timezone.now()
        try:
            services.mark_as_evidence(
                event=self.event, until=data["until"], reason=data["reason"], by=self.request.user, now=now
            )
        except services.RegistrationRefused as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        messages.success(self.request, "La feuille d’émargement est gardée jusqu’à cette date.")
        return self.back()


@dataclass(frozen=True)
class Line:
    name: str
    structure: str
    minutes: int


def sheet_of(event: EventPage) -> list[Line]:
    """Who was present at ``event``: from the registrations that still have a name, and from the lines kept."""
    came = event.registrations.confirmed().filter(
        user__isnull=False, attendance=Registration.Attendance.PRESENT
    )
    rows = list(came.select_related("user"))
    structures = services.structures_of({row.user_id for row in rows})
    lines = [Line(str(row.user), structures.get(row.user_id, ""), event.minutes) for row in rows]
    lines += [Line(line.name, line.structure, line.minutes) for line in event.sheet_lines.all()]
    return sorted(lines, key=lambda line: (line.name, line.structure))


class SheetView(EventMixin, TemplateView):
    """The sheet, to print. Whoever reads it is written down beside the exports."""

    page_title = "Feuille d’émargement"
    template_name = "registrations/admin/sheet.html"

    def dispatch(self, request, *args, **kwargs):
        # The right to read sheets, and no other: following every registration does not give it.
        if not may_read_sheets(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        lines, now = sheet_of(self.event), timezone.now()
        services.record_export(
            what=f"Feuille d’émargement\u00a0: {self.event.title}, {timezone.localdate(self.event.start):%d/%m/%Y}",
            rows=len(lines),
            by=self.request.user,
            now=now,
        )
        return super().get_context_data(event=self.event, lines=lines, printed_at=now, **kwargs)
