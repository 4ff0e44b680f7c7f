"""Open a second date for those who wait: one form, its date filled in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.generic import FormView
from wagtail.admin.widgets import AdminDateTimeInput

from portal.base.templatetags.portal_tags import day, hour
from portal.registrations import services

from .event import EventMixin


class SecondDateForm(forms.Form):
    start = forms.DateTimeField(
        label="Début de la seconde date",
        widget=AdminDateTimeInput,
        help_text="La même durée, les mêmes places, la même équipe\u00a0; tout se modifie ensuite sur sa page.",
    )


class SecondDateView(EventMixin, FormView):
    """GET proposes a date, POST publishes the copy and invites the queue."""

    action = "change"
    page_title = "Ouvrir une seconde date"
    template_name = "registrations/admin/second_date.html"
    form_class = SecondDateForm

    def get_initial(self):
        return {"start": services.default_second_date(self.event, now=timezone.now())}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            event=self.event, waiting=self.event.registrations.waiting().count(), **kwargs
        )
        return context | {"media": context["form"].media}

    def form_valid(self, form):
        start, now = form.cleaned_data["start"], timezone.now()
        try:
            second = services.open_second_date(event=self.event, start=start, by=self.request.user, now=now)
        except services.RegistrationRefused as refusal:
            form.add_error("start", refusal.sentence)
            return self.form_invalid(form)
        opens_at = second.registration_opens_at
        messages.success(
            self.request,
            format_html(
                "La seconde date est en ligne\u00a0: les personnes qui attendent sont invitées, "
                "les autres pourront s’inscrire le {}, à {}.",
                day(opens_at),
                hour(opens_at),
            ),
        )
        return redirect("inscriptions:event", pk=second.pk)
