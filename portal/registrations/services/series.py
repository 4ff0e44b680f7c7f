"""A series in one go: one page per date laid out, each with a state of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from wagtail.actions.copy_page import CopyPageAction
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import log

from portal.base.audience import is_approved
from portal.base.templatetags.portal_tags import NBSP
from portal.registrations.models import Cycle, EventPage, Facilitator, Registration
from portal.registrations.titles import dated_title, undated_title

from . import refusals
from .facilitating import add_facilitator
from .page_writing import write_on_page
from .seats import lock_booking
from .series_plan import MOST_DATES, PlannedDate, SeriesRefused


@dataclass(frozen=True)
class Series:
    """What ``create_series`` did: pages made, dates that were there already, the cycle if one is shared."""

    created: tuple[EventPage, ...]
    existing: tuple[PlannedDate, ...]
    cycle: Cycle | None


def existing_dates(event: EventPage, dates: Iterable[PlannedDate]) -> set[str]:
    """Return the keys of ``dates`` that a page beside ``event`` already stands for: its own day, or a series' slug.

    Two queries, whatever the number of dates.
    """
    dates = list(dates)
    beside = EventPage.objects.child_of(event.get_parent()).filter(content_type_id=event.content_type_id)
    slugs = set(beside.filter(slug__in=[_slug(event, date) for date in dates]).values_list("slug", flat=True))
    name = undated_title(event.title)
    same_hour = beside.filter(start__in=[date.start for date in dates]).values_list("start", "title")
    starts = {start for start, title in same_hour if undated_title(title) == name}
    return {date.key for date in dates if _slug(event, date) in slugs or date.start in starts}


@transaction.atomic
def create_series(
    *,
    event: EventPage,
    dates: list[PlannedDate],
    cycle_title: str = "",
    publish: bool,
    by,
    now: dt.datetime,
) -> Series:
    """Make one page per date, copied from the latest version of ``event``: fresh state, never an alias.

    Dates that a page already stands for are left alone, so that a form sent twice makes nothing twice.
    ``cycle_title``: the dates, ``event`` included where it is still to come, are registered for together.
    Facilitators follow; what was written after the session does not. ``publish`` puts them on line, as far as
    ``by`` may. Raises MayNotChange or SeriesRefused; then nothing is made.
    """
    if not 1 <= len(dates) <= MOST_DATES:
        raise SeriesRefused(f"Gardez de 1 à {MOST_DATES} dates.")
    if any(date.start <= now for date in dates):
        raise SeriesRefused("Une de ces dates est passée.")
    check_may_create(event, by=by, publish=publish)
    # Two requests at once take turns here: the second one finds the pages of the first.
    lock_booking(event, now=now)
    already = existing_dates(event, dates)
    wanted = [date for date in dates if date.key not in already]
    existing = tuple(date for date in dates if date.key in already)
    if not wanted:
        return Series((), existing, None)
    model = event.get_latest_revision_as_object()
    cycle = _cycle_for(model, cycle_title, wanted, publish=publish, by=by, now=now) if cycle_title else None
    facilitators = [row.user for row in event.facilitators.select_related("user")]
    created = []
    for date in wanted:
        page = _copy(model, date, cycle=cycle, reference=wanted[0] if cycle else date, now=now, by=by)
        _name(facilitators, page, tells=publish, by=by, now=now)
        if publish:
            _publish(page, by=by)
            page = page.specific_class.objects.get(pk=page.pk)
        created.append(page)
    log(event, "registrations.series", user=by, data={"pages": [page.pk for page in created]})
    return Series(tuple(created), existing, cycle)


def _name(people: list, page: EventPage, *, tells: bool, by, now: dt.datetime) -> None:
    """Let ``people`` facilitate ``page``, before it is on line: else whoever made it is named."""
    for user in people:
        if not tells:
            # A draft may never be: nobody puts it in a diary yet.
            Facilitator.objects.create(event=page, user=user, added_by=by, added_at=now)
        elif is_approved(user):
            add_facilitator(event=page, user=user, by=by, now=now)


def check_may_create(event: EventPage, *, by, publish: bool) -> None:
    """Raise MayNotChange unless ``by`` may copy ``event`` beside itself, and publish there where asked."""
    if not event.permissions_for_user(by).can_edit():
        raise refusals.MayNotChange("Vous n’avez pas la main sur ce rendez-vous.")
    parent = event.get_parent().specific
    # A centre publishes its own sessions (decision 006): what it may do depends on the type that it adds.
    parent.page_class_being_added = event.specific_class
    rights = parent.permissions_for_user(by)
    if not rights.can_add_subpage() or (publish and not rights.can_publish_subpage()):
        raise refusals.MayNotChange("Vous ne pouvez pas publier ici.")


def _cycle_for(
    model: EventPage, title: str, wanted: list[PlannedDate], *, publish: bool, by, now: dt.datetime
) -> Cycle:
    """Return the cycle of the series, new or the model's own; the model joins it where it is still to come.

    Whoever is registered already has a seat on the dates of that day only: the cycle may not grow under her.
    """
    cycle = model.cycle
    if cycle and not EventPage.objects.filter(cycle=cycle).upcoming(now).exists():
        # It is over: what follows is another cycle, with another group.
        cycle = None
    if cycle and model.cycle_began_at(now):
        raise SeriesRefused(
            f"Ce cycle a commencé{NBSP}: on n’y ajoute plus de dates. Créez des dates indépendantes."
        )
    dates = EventPage.objects.filter(cycle=cycle) if cycle else EventPage.objects.filter(pk=model.pk)
    if Registration.objects.active().filter(event__in=dates.upcoming(now)).exists():
        raise SeriesRefused(
            "Des personnes sont déjà inscrites"
            f"{NBSP}: elles n’auraient pas leur place aux nouvelles dates. Créez des dates indépendantes."
        )
    if cycle is None:
        cycle = Cycle.objects.create(title=title[:200], slug=_free_slug(title))
        if model.start > now and not model.is_cancelled:
            model.cycle = cycle
            write_on_page(event=model, fields={"cycle": cycle}, by=by)
    if publish and not model.live and model.start > now:
        # One registers for all the dates at once: the first one has to be there with the others.
        _publish(model, by=by)
    return cycle


def _free_slug(title: str) -> str:
    """An identifier for a cycle of that ``title`` that no other has."""
    base = slugify(title)[:70] or "cycle"
    slug, number = base, 2
    while Cycle.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def _slug(event: EventPage, date: PlannedDate) -> str:
    name = slugify(undated_title(event.title))[:200].strip("-") or "rendez-vous"
    return f"{name}-{date.start:%Y-%m-%d}"


def _copy(
    model: EventPage, date: PlannedDate, *, cycle: Cycle | None, reference: PlannedDate, by, now: dt.datetime
) -> EventPage:
    """Copy ``model`` to ``date``. ``reference`` is the date that the registration window follows."""
    window = shifted_window(model, reference.start)
    if cycle:
        # One window for all: whoever opens the page of the third date registers for the first one too.
        window = dict.fromkeys(window) if model.start <= now else {}
    try:
        page = CopyPageAction(
            page=model,
            to=model.get_parent(),
            update_attrs={
                "title": dated_title(model.title, date.start, model.time_zone),
                "slug": find_available_slug(model.get_parent(), _slug(model, date)),
                "start": date.start,
                "end": date.end,
                "cycle": cycle,
                "go_live_at": None,
                "expire_at": None,
                "locked": False,
                "locked_at": None,
                "locked_by": None,
                **window,
            },
            # What a past session left is not something to read before the next one.
            exclude_fields=["related_links", "related_pages"] if model.is_past(now) else [],
            copy_revisions=False,
            keep_live=False,
            user=by,
            log_action="wagtail.copy",
        ).execute(skip_permission_checks=True)
    except ValidationError as error:
        raise SeriesRefused(_said(error)) from error
    return page


def shifted_window(event: EventPage, start: dt.datetime) -> dict[str, dt.datetime | None]:
    """Return the registration window of ``event`` moved with it to ``start``: as many days before, at the same hour.

    Local to the event's time zone; it never closes after ``start``.
    """
    zone = ZoneInfo(event.time_zone)
    days = start.astimezone(zone).date() - event.start.astimezone(zone).date()
    window = {}
    for name in ("registration_opens_at", "registration_closes_at"):
        moment = getattr(event, name)
        if moment is not None:
            local = moment.astimezone(zone)
            moment = dt.datetime.combine(local.date() + days, local.time(), tzinfo=zone)
        window[name] = moment
    if window["registration_closes_at"]:
        window["registration_closes_at"] = min(window["registration_closes_at"], start)
    return window


def _publish(page: EventPage, *, by) -> None:
    """Put the latest version of ``page`` on line once it is whole; the rights were checked before."""
    page = page.specific_class.objects.get(pk=page.pk)
    try:
        page.get_latest_revision_as_object().full_clean()
    except ValidationError as error:
        raise SeriesRefused(
            f"Le rendez-vous modèle n’est pas complet{NBSP}: {_said(error)} Complétez-le, ou créez des brouillons."
        ) from error
    (page.latest_revision or page.save_revision(user=by)).publish(user=by, skip_permission_checks=True)


def _said(error: ValidationError) -> str:
    return " ".join(error.messages)
