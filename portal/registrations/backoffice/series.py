"""A series in one go: what is asked, every date that comes of it with its state, then one page per date."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from portal.base.daysoff import SCHOOL_ZONES, TERRITORIES, territories_of
from portal.base.templatetags.portal_tags import plural
from portal.registrations import services
from portal.registrations.cautions import zones_invited
from portal.registrations.models import EventPage
from portal.registrations.services.series_plan import MOST_DATES, MOST_WEEKS

from .event import EventMixin

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


class SeriesForm(forms.Form):
    """What an organiser asks for; ``event`` gives what she leaves alone."""

    every = forms.IntegerField(label="Rythme, en semaines", min_value=1, max_value=MOST_WEEKS, initial=2)
    weekday = forms.TypedChoiceField(
        label="Jour de la semaine",
        coerce=int,
        choices=[(number, name) for number, name in enumerate(WEEKDAYS)],
    )
    other_hour = forms.TimeField(
        label="Une autre heure, en alternance",
        required=False,
        widget=AdminTimeInput,
        help_text="Vide\u00a0: toujours la même heure.",
    )
    first_day = forms.DateField(
        label="À partir du",
        required=False,
        widget=AdminDateInput,
        help_text="Vide\u00a0: à la suite du rendez-vous modèle.",
    )
    count = forms.IntegerField(
        label="Nombre de dates", required=False, min_value=1, max_value=MOST_DATES, initial=6
    )
    until = forms.DateField(
        label="Ou jusqu’au",
        required=False,
        widget=AdminDateInput,
        help_text="Avec un nombre de dates, la série s’arrête au premier des deux.",
    )
    public_holidays = forms.BooleanField(
        label="Sauter les jours fériés nationaux", required=False, initial=True
    )
    territories = forms.MultipleChoiceField(
        label="Sauter aussi les jours fériés locaux",
        required=False,
        choices=[(key, territory.label) for key, territory in TERRITORIES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Cochés d’avance\u00a0: ceux des régions de ce rendez-vous.",
    )
    school_zones = forms.MultipleChoiceField(
        label="Sauter les vacances scolaires",
        required=False,
        choices=[(zone, f"Zone {zone}") for zone in SCHOOL_ZONES],
        widget=forms.CheckboxSelectMultiple,
        help_text="La Corse et l’outre-mer ont leur propre calendrier, que le portail ne connaît pas.",
    )
    cycle_title = forms.CharField(
        label="Un seul cycle, à s’inscrire d’un coup",
        required=False,
        max_length=200,
        help_text="Son nom, par exemple «\u00a0Analyse de pratiques, printemps\u00a0». Vide\u00a0: chaque date se "
        "réserve à part.",
    )

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event
        self.zone = ZoneInfo(event.time_zone)
        local = event.start.astimezone(self.zone)
        self.fields["weekday"].initial = local.weekday()
        codes = [region.code for region in event.regions.all()]
        self.fields["territories"].initial = territories_of(codes)
        if event.cycle_id:
            self.fields["cycle_title"].initial = event.cycle.title

    def rhythm(self) -> services.Rhythm:
        """What was asked, once the form is valid."""
        asked = self.cleaned_data
        own_hour = self.event.start.astimezone(self.zone).time().replace(second=0, microsecond=0)
        hours = (own_hour, asked["other_hour"]) if asked["other_hour"] else (own_hour,)
        return services.Rhythm(
            every=asked["every"],
            weekday=asked["weekday"],
            hours=hours,
            count=asked["count"],
            until=asked["until"],
            first_day=asked["first_day"],
            skips_public_holidays=asked["public_holidays"],
            territories=tuple(asked["territories"]),
            school_zones=tuple(asked["school_zones"]),
        )


class SeriesView(EventMixin, TemplateView):
    """GET lays the dates out (nothing is written); POST makes a page of each date that is kept."""

    action = "change"
    page_title = "Créer une série"
    template_name = "registrations/admin/series.html"

    def dispatch(self, request, *args, **kwargs):
        # Who follows registrations without writing pages (a facilitator) makes no series.
        try:
            services.check_may_create(self.event.specific, by=request.user, publish=False)
        except services.MayNotChange as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def model_event(self) -> EventPage:
        """The latest version of the page: what the organiser sees when she edits it."""
        return self.event.specific.get_latest_revision_as_object()

    @cached_property
    def may_publish(self) -> bool:
        try:
            services.check_may_create(self.event.specific, by=self.request.user, publish=True)
        except services.MayNotChange:
            return False
        return True

    def plan(self, form: SeriesForm, now: dt.datetime) -> services.Plan | None:
        """Lay out what ``form`` asks for; None where it asks for nothing that can be, and the form says why."""
        if not form.is_valid():
            return None
        event = self.model_event
        try:
            return services.plan_series(
                start=event.start,
                end=event.end,
                time_zone=event.time_zone,
                rhythm=form.rhythm(),
                zones=zones_invited(event),
                now=now,
            )
        except services.SeriesRefused as refusal:
            form.add_error(None, refusal.sentence)
            return None

    def get_context_data(self, **kwargs):
        event, now = self.model_event, timezone.now()
        asked = self.request.GET if "every" in self.request.GET else None
        form = kwargs.pop("form", None) or SeriesForm(asked, event=event)
        plan = kwargs.pop("plan", None) or (self.plan(form, now) if form.is_bound else None)
        chosen = kwargs.pop("chosen", None)
        existing = services.existing_dates(event, plan.dates) if plan else set()
        lines = [
            {
                "date": date,
                "start": date.start.replace(tzinfo=None),
                "end": date.end.replace(tzinfo=None),
                "exists": date.key in existing,
                "is_checked": date.key in chosen if chosen is not None else date.is_kept,
            }
            for date in (plan.dates if plan else ())
        ]
        return super().get_context_data(
            event=event,
            form=form,
            # The same answers once more, in the form that creates: without ids, which a page has once each.
            answers=SeriesForm(form.data, event=event, auto_id=False) if plan else None,
            plan=plan,
            lines=lines,
            number_kept=sum(line["is_checked"] and not line["exists"] for line in lines),
            is_for_all=not event.regions.all(),
            may_publish=self.may_publish,
            is_abroad=event.time_zone != timezone.get_default_timezone_name(),
            media=form.media,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """The rhythm comes back with the dates ticked: what was not in its plan is not made."""
        now = timezone.now()
        form = SeriesForm(request.POST, event=self.model_event)
        plan = self.plan(form, now)
        if plan is None:
            return self.render_to_response(self.get_context_data(form=form))
        chosen = set(request.POST.getlist("dates"))
        try:
            series = services.create_series(
                event=self.event.specific,
                dates=[date for date in plan.dates if date.key in chosen],
                cycle_title=form.cleaned_data["cycle_title"],
                publish=request.POST.get("publish") == "oui",
                by=request.user,
                now=now,
            )
        except services.RegistrationRefused as refusal:
            messages.error(request, refusal.sentence)
            return self.render_to_response(self.get_context_data(form=form, plan=plan, chosen=chosen))
        self._say(series)
        if series.created and not series.created[0].live:
            return redirect("wagtailadmin_explore", self.event.get_parent().pk)
        return self.back()

    def _say(self, series: services.Series) -> None:
        created, existing = len(series.created), len(series.existing)
        if created:
            fate = "créée" if created == 1 else "créées"
            how = "en ligne" if self.request.POST.get("publish") == "oui" else "en brouillon"
            messages.success(self.request, f"{plural(created, 'date', 'dates')} {fate}, {how}.")
        if existing:
            text = plural(existing, "date existait déjà", "dates existaient déjà")
            messages.warning(self.request, f"{text}\u00a0: rien n’y a changé.")
