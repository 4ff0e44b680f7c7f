"""The page of who runs a session, made for a phone: who comes, who is there, what is left to see to.

It opens for facilitators and for whoever may change the event's registrations; situations are for the first.
"""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.registrations import services
from portal.registrations.animation import count_of, dialled, people_of, timed_steps, warnings_about
from portal.registrations.animation_forms import AccountForm
from portal.registrations.closing import closing_items
from portal.registrations.models import EventPage
from portal.registrations.permissions import may_facilitate, may_follow, may_run
from portal.registrations.rules import rule_of
from portal.registrations.services.presence import PRESENT_BEFORE

#: In the session: the registrations that « tout le monde est là » changed, so that it may be taken back.
TAKEN_AT_ONCE = "presence_taken_at_once"


def run_by_or_404(request, pk: int) -> EventPage:
    """Return the event for who runs it, on line or not; 404 for anyone else, who is told no more than that."""
    event = EventPage.objects.filter(pk=pk).select_related("state", "cycle").first()
    if event is None or not may_run(request.user, event):
        raise Http404
    return event


@never_cache
@login_required
@require_safe
def animation(request, pk: int):
    """Who comes, where to go, what to do now."""
    return _page(request, run_by_or_404(request, pk))


def _page(request, event: EventPage, *, form: AccountForm | None = None, status: int = 200):
    now = timezone.now()
    page = event.specific
    facilitates = may_facilitate(request.user, event)
    people = people_of(event, reads_situations=facilitates)
    is_past, started = event.is_past(now), event.has_started(now)
    notes_presence = not event.is_cancelled and now >= event.start - PRESENT_BEFORE
    context = {
        "event": event,
        "kind_label": page.kind_label,
        "rule": rule_of(event),
        "facilitates": facilitates,
        "facilitators": [row.user for row in event.facilitators.select_related("user")],
        "organises": may_follow(request.user, event),
        "people": people,
        "count": count_of(people),
        "warnings": [] if is_past or event.is_cancelled else warnings_about(page, people),
        "same_structure": [] if event.is_cancelled else services.same_structure_pairs(event),
        "brought": sum(bool(person.registration.question) for person in people),
        "waiting": event.number_waiting(),
        "asks_role": page.asks_role,
        "has_run_sheet": bool(page.run_sheet()),
        "dialled": dialled(event.meeting_phone),
        "is_past": is_past,
        "started": started,
        "notes_presence": notes_presence,
        "taken_at_once": bool(_taken_at_once(request, event)),
        "items": closing_items(page) if is_past and not event.is_cancelled else [],
        "form": form or AccountForm(),
    }
    return render(request, "registrations/animation/page.html", context, status=status)


# -- presence


@login_required
@require_POST
def presence(request, pk: int, registration_pk: int):
    """Note who is there, one person at a time; answers in JSON to a script that asks for it."""
    event = run_by_or_404(request, pk)
    registration = get_object_or_404(event.registrations.filter(user__isnull=False), pk=registration_pk)
    wants_json = request.headers.get("accept", "").startswith("application/json")
    try:
        registration = services.set_attendance(
            registration=registration,
            attendance=request.POST.get("attendance", ""),
            by=request.user,
            now=timezone.now(),
        )
    except services.RegistrationRefused as refusal:
        if wants_json:
            return JsonResponse({"refused": refusal.sentence}, status=409)
        messages.error(request, refusal.sentence)
    except ValueError:
        raise Http404 from None
    _forget_taken(request, event)
    if wants_json:
        count = count_of(people_of(event, reads_situations=False))
        return JsonResponse(
            {
                "attendance": registration.attendance,
                "summary": count.sentence,
                "unknown": count.unknown,
            }
        )
    return redirect(f"{reverse('registrations:animation', args=[pk])}#personne-{registration.pk}")


@login_required
@require_POST
def everyone(request, pk: int):
    """« Tout le monde est là », its undoing, and « les autres étaient absents », by the button's name."""
    event, now = run_by_or_404(request, pk), timezone.now()
    act = request.POST.get("act")
    try:
        if act == "present":
            keys = services.note_all_present(event=event, by=request.user, now=now)
            _remember_taken(request, event, keys)
            done = "C’est noté\u00a0: tout le monde est là." if keys else "Tout était déjà noté."
        elif act == "absent":
            keys = services.note_others_absent(event=event, by=request.user, now=now)
            _remember_taken(request, event, keys)
            done = "C’est noté." if keys else "Tout était déjà noté."
        elif act == "undo":
            keys = _taken_at_once(request, event)
            services.take_back_presence(event=event, keys=keys, by=request.user, now=now)
            _forget_taken(request, event)
            done = (
                "C’est repris\u00a0: ces présences sont de nouveau à noter." if keys else "Rien n’a changé."
            )
        else:
            raise Http404
    except services.RegistrationRefused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return _back(event, "qui-vient")


def _taken_at_once(request, event: EventPage) -> list[int]:
    return request.session.get(TAKEN_AT_ONCE, {}).get(str(event.pk), [])


def _remember_taken(request, event: EventPage, keys: list[int]) -> None:
    request.session[TAKEN_AT_ONCE] = {str(event.pk): keys} if keys else {}


def _forget_taken(request, event: EventPage) -> None:
    if _taken_at_once(request, event):
        request.session[TAKEN_AT_ONCE] = {}


@login_required
@require_POST
def add(request, pk: int):
    """Someone more: a seat before the session, a presence once people arrive."""
    event, now = run_by_or_404(request, pk), timezone.now()
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form=form, status=422)
    try:
        if now < event.start - PRESENT_BEFORE:
            services.add_over_capacity(event=event, user=form.user, by=request.user, now=now)
            done = f"{form.user} a une place\u00a0; un courriel le lui dit."
        else:
            services.add_walk_in(event=event, user=form.user, by=request.user, now=now)
            done = f"{form.user} est sur la liste, présence notée."
    except services.AlreadyRegistered:
        form.add_error("email", "Cette personne est déjà sur la liste.")
    except services.RegistrationRefused as refusal:
        form.add_error("email", refusal.sentence)
    if form.errors:
        return _page(request, event, form=form, status=422)
    messages.success(request, done)
    return _back(event, "qui-vient")


# -- who facilitates


@login_required
@require_POST
def name_myself(request, pk: int):
    """An organiser names herself to facilitate: it is logged, and she reads what is brought from then on."""
    event = run_by_or_404(request, pk)
    try:
        services.add_facilitator(event=event, user=request.user, by=request.user, now=timezone.now())
    except services.FacilitatesAlready:
        pass
    except services.MayNotFacilitate:
        messages.error(request, "Votre compte n’est pas validé\u00a0: vous ne pouvez pas animer.")
    except services.RegistrationRefused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Vous animez ce rendez-vous. C’est inscrit dans son historique.")
    return _back(event)


# -- on paper, and by the clock


@never_cache
@login_required
@require_safe
def sheet(request, pk: int):
    """The sign-in sheet: names and structures, a column a day to sign in, and nothing else."""
    event = run_by_or_404(request, pk)
    first, last = timezone.localdate(event.start), timezone.localdate(event.end)
    days = [first + dt.timedelta(days=number) for number in range(min((last - first).days + 1, 5))]
    context = {
        "event": event,
        "people": people_of(event, reads_situations=False),
        "facilitators": [row.user for row in event.facilitators.select_related("user")],
        "days": days,
        "blank_lines": range(4),
    }
    return render(request, "registrations/animation/sheet.html", context)


@never_cache
@login_required
@require_safe
def run_sheet(request, pk: int):
    """The timed steps with their hours; a script adds a clock."""
    event = run_by_or_404(request, pk)
    steps = timed_steps(event.specific)
    planned = sum(step.minutes for step in steps)
    lasts = int((event.end - event.start).total_seconds() // 60)
    context = {"event": event, "steps": steps, "planned": planned, "lasts": lasts, "over": planned - lasts}
    return render(request, "registrations/animation/run_sheet.html", context)


# -- once it is over


@login_required
@require_POST
def close_out(request, pk: int):
    """Close the session out; what is missing is said."""
    event = run_by_or_404(request, pk)
    try:
        services.close_out(event=event, by=request.user, now=timezone.now())
    except services.RegistrationRefused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Le rendez-vous est clôturé. Merci\u00a0!")
    return _back(event, "cloturer")


@login_required
@require_POST
def nothing_to_note(request, pk: int):
    """There is nothing to keep of this session, or there is after all."""
    event, nothing = run_by_or_404(request, pk), request.POST.get("nothing") == "on"
    try:
        services.set_nothing_to_note(event=event, nothing=nothing, by=request.user, now=timezone.now())
    except services.RegistrationRefused as refusal:
        messages.error(request, refusal.sentence)
    return _back(event, "cloturer")


def _back(event: EventPage, anchor: str = ""):
    address = reverse("registrations:animation", args=[event.pk])
    return redirect(f"{address}#{anchor}" if anchor else address)
