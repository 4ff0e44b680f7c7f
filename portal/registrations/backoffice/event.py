"""One event's registrations: who comes, what they bring, who came; add, take off, cancel."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.registrations import services
from portal.registrations.cautions import cautions_about
from portal.registrations.models import EventPage, Registration
from portal.registrations.organisers import facilitators_of
from portal.registrations.permissions import may_facilitate, may_follow
from portal.registrations.titles import undated_title

#: Dates shown beside one of a series: the next ones, then the last ones.
MOST_SIBLINGS = 12


def siblings_of(event: EventPage, *, now: dt.datetime) -> list[EventPage]:
    """Return the other dates of the cycle of ``event`` or, outside of one, of its series, with their seats.

    A series is told by its title: the same, but for the day. In order; the next ones first where there are many.
    Two queries, whatever their number.
    """
    if event.cycle_id:
        dates = EventPage.objects.filter(cycle_id=event.cycle_id)
    else:
        name = undated_title(event.title)
        beside = EventPage.objects.sibling_of(event, inclusive=True).filter(title__startswith=name)
        named = beside.order_by("start").values_list("pk", "title")
        dates = EventPage.objects.filter(pk__in=[pk for pk, title in named if undated_title(title) == name])
    others = dates.exclude(pk=event.pk).select_related("state").with_seats()
    coming = list(others.upcoming(now)[:MOST_SIBLINGS])
    past = list(others.past(now)[: MOST_SIBLINGS - len(coming)])
    return [*reversed(past), *coming]


class EventMixin(WagtailAdminTemplateMixin):
    """A page about one event, for who may follow its registrations. ``action`` is what the page needs."""

    header_icon = "calendar-check"
    action = "view"
    #: An action on the event, under its list.
    is_about_one_thing = True

    def dispatch(self, request, *args, **kwargs):
        if not may_follow(request.user, self.event, action=self.action):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def event(self) -> EventPage:
        return get_object_or_404(EventPage.objects.select_related("state", "cycle"), pk=self.kwargs["pk"])

    @cached_property
    def may_change(self) -> bool:
        return may_follow(self.request.user, self.event, action="change")

    def get_page_subtitle(self):
        return self.event.title

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("inscriptions:index"), "label": "Inscriptions"},
            {"url": reverse("inscriptions:event", args=[self.event.pk]), "label": self.event.title},
            *([{"url": "", "label": self.page_title}] if self.is_about_one_thing else []),
        ]

    def back(self):
        return redirect("inscriptions:event", pk=self.event.pk)

    def refused(self, refusal: services.RegistrationRefused):
        messages.error(self.request, refusal.sentence)
        return self.back()


class EventRegistrationsView(EventMixin, TemplateView):
    """The list of one event; from the start on, a form to note who came."""

    page_title = "Inscriptions"
    is_about_one_thing = False
    template_name = "registrations/admin/event.html"

    def get_context_data(self, **kwargs):
        event, now = self.event.specific, timezone.now()
        event._state.fields_cache["state"] = services.ensure_state(event)
        reads_situations = may_facilitate(self.request.user, event)
        rows = event.registrations.select_related("user__profile__region").with_rank().in_queue_order()
        if not reads_situations:
            # Promised to whoever writes one: read by those who run the session, an administrator included.
            rows = rows.defer("question")
        by_state = {state: [row for row in rows if row.state == state] for state in Registration.State}
        confirmed, waiting = by_state[Registration.State.CONFIRMED], by_state[Registration.State.WAITING]
        event.confirmed_count, event.waiting_count = len(confirmed), len(waiting)
        is_past = event.is_past(now)
        return super().get_context_data(
            event=event,
            confirmed=confirmed,
            waiting=waiting,
            cancelled=by_state[Registration.State.CANCELLED],
            seats_left=event.seats_left(),
            reads_situations=reads_situations,
            brings_situations=event.asks_question or any(row.brought_situation for row in confirmed),
            has_needs=any(row.access_needs for row in confirmed),
            facilitators=facilitators_of(event),
            cautions=cautions_about(event, now=now),
            pairs=[] if is_past or event.is_cancelled else services.same_structure_pairs(event),
            siblings=siblings_of(event, now=now),
            may_change=self.may_change,
            may_move=self.may_change
            and not event.is_cancelled
            and not (event.live and event.has_started(now)),
            may_edit=event.permissions_for_user(self.request.user).can_edit(),
            is_past=is_past,
            notes_attendance=self.may_change and event.has_started(now) and not event.is_cancelled,
            attendances=Registration.Attendance.choices,
            export_url=f"{reverse('inscriptions:index')}?event={event.pk}&export=xlsx",
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Note who came: one field ``presence-<registration>`` each; what is unknown is left alone."""
        noted, now = 0, timezone.now()
        for registration in self.event.registrations.confirmed():
            value = request.POST.get(f"presence-{registration.pk}")
            if (
                value is None
                or value == registration.attendance
                or value not in Registration.Attendance.values
            ):
                continue
            try:
                services.set_attendance(registration=registration, attendance=value, by=request.user, now=now)
            except services.RegistrationRefused as refusal:
                return self.refused(refusal)
            noted += 1
        messages.success(request, "C’est noté." if noted else "Rien n’a changé.")
        return self.back()


class AddForm(forms.Form):
    email = forms.EmailField(
        label="Adresse e-mail de la personne",
        help_text="Celle de son compte. Elle reçoit une confirmation avec le fichier pour son agenda.",
    )

    def clean_email(self):
        user = (
            get_user_model().objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        )
        if user is None:
            raise forms.ValidationError("Aucun compte n’a cette adresse.")
        self.user = user
        return user.email


class AddView(EventMixin, FormView):
    """Give someone a seat, free or not."""

    action = "change"
    page_title = "Ajouter une personne"
    template_name = "registrations/admin/add.html"
    form_class = AddForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(event=self.event, seats_left=self.event.seats_left(), **kwargs)

    def form_valid(self, form):
        try:
            services.add_over_capacity(
                event=self.event, user=form.user, by=self.request.user, now=timezone.now()
            )
        except services.AlreadyRegistered:
            form.add_error("email", "Cette personne a déjà une place.")
            return self.form_invalid(form)
        except services.RegistrationRefused as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        messages.success(self.request, f"{form.user} a une place\u00a0; un courriel le lui dit.")
        return self.back()


class CancelEventForm(forms.Form):
    reason = forms.CharField(
        label="Raison",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une phrase, telle que les personnes inscrites la liront.",
    )


class CancelEventView(EventMixin, FormView):
    """Cancel the event: everyone on the list is told."""

    action = "change"
    page_title = "Annuler le rendez-vous"
    template_name = "registrations/admin/cancel_event.html"
    form_class = CancelEventForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            event=self.event, concerned=self.event.registrations.active().count(), **kwargs
        )

    def form_valid(self, form):
        reason = form.cleaned_data["reason"]
        try:
            services.cancel_event(event=self.event, by=self.request.user, reason=reason, now=timezone.now())
        except services.RegistrationRefused as refusal:
            return self.refused(refusal)
        messages.success(
            self.request, "Le rendez-vous est annulé\u00a0; chaque personne inscrite est prévenue."
        )
        return self.back()


class CancelRegistrationView(EventMixin, TemplateView):
    """Take someone off the list: GET asks, POST does."""

    action = "change"
    page_title = "Annuler une inscription"
    template_name = "registrations/admin/cancel_registration.html"

    @cached_property
    def registration(self) -> Registration:
        return get_object_or_404(Registration.objects.select_related("user"), pk=self.kwargs["pk"])

    @cached_property
    def event(self) -> EventPage:
        return EventPage.objects.select_related("state", "cycle").get(pk=self.registration.event_id)

    def get_context_data(self, **kwargs):
        return super().get_context_data(event=self.event, registration=self.registration, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            services.cancel_registration(registration=self.registration, by=request.user, now=timezone.now())
        except services.RegistrationRefused as refusal:
            return self.refused(refusal)
        messages.success(
            request, "L’inscription est annulée\u00a0; la personne est prévenue, et la file servie."
        )
        return self.back()
