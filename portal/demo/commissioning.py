"""The board of fiches to write, with a need in each state, and what one role still has to read."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model
from django.utils import timezone

from portal.centres.models import CentrePage
from portal.commissioning.models import GapReport, Need, Watch
from portal.commissioning.services import assign, claim, count_all, link_page, propose, set_aside
from portal.themes.models import Phase, Theme
from search.models import SearchEntry

from .people import ACCOUNTS
from .reading import yaml_list


def load_needs(people: list, fiches: dict, *, now: dt.datetime) -> None:
    """Write the board of ``besoins.yaml`` as it would have come about; again changes nothing."""
    if Need.objects.exists():
        return
    content = yaml_list("besoins.yaml")
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    for told in content["besoins"]:
        _need(told, people, fiches, themes, now=now)
    for told in content["signalements"]:
        user = people[told["par"]] if "par" in told else None
        GapReport.objects.create(
            text=told["texte"],
            searched=told.get("recherche", ""),
            theme=themes[told["theme"]],
            user=user,
            is_anonymous=user is None,
            wants_to_be_told=user is not None,
            created_at=now - dt.timedelta(days=told["il_y_a"]),
        )
    count_all(now=now)


def _need(told: dict, people: list, fiches: dict, themes: dict, *, now: dt.datetime) -> None:
    User = get_user_model()
    editor = User.objects.get(email=ACCOUNTS["redaction"])
    proposed = now - dt.timedelta(days=told["il_y_a"])
    filed = [themes[slug] for slug in told["themes"]]
    searched = told.get("recherche")
    if searched:
        _searches(searched, filed[0], first=told["il_y_a"], now=now)
    need = propose(
        question=told["question"],
        details=told.get("precisions", ""),
        themes=filed,
        phase=Phase.objects.filter(slug=told["moment"]).first() if "moment" in told else None,
        origin=Need.Origin(told["origine"]),
        key=searched["cle"] if searched else "",
        by=editor,
        now=proposed,
    )
    Watch.objects.bulk_create(
        Watch(user=people[place], need=need, created_at=proposed + dt.timedelta(days=1, hours=place))
        for place in told["attendue_par"]
    )
    later = proposed + dt.timedelta(days=told["il_y_a"] // 2)
    if taken := told.get("prise"):
        centre = CentrePage.objects.get(slug=taken["centre"])
        day = timezone.localdate(now) + dt.timedelta(days=taken.get("promise_dans", 0))
        promised = day if "promise_dans" in taken else None
        by = User.objects.get(email=ACCOUNTS[taken["par"]])
        claim(need=need, centre=centre, by=by, promised_on=promised, now=later)
    if slug := told.get("fiche"):
        fiche = fiches[slug]
        assign(need=need, centre=fiche.centre, by=editor, now=later)
        # Who waited read it in her time: no message leaves.
        need.watches.update(told_at=later)
        link_page(need=need, page=fiche, by=editor, now=later)
    if reason := told.get("ecartee"):
        set_aside(need=need, by=editor, reason=reason, now=later)


def _searches(searched: dict, theme: Theme, *, first: int, now: dt.datetime) -> None:
    """Write ``jours`` distinct days of searches, ``par_jour`` each, from ``first`` days ago on."""
    today = timezone.localdate(now)
    SearchEntry.objects.bulk_create(
        SearchEntry(
            day=today - dt.timedelta(days=max(0, first - day)),
            text=searched["texte"],
            key=searched["cle"],
            total=searched.get("resultats", 0),
            theme=theme,
        )
        for day in range(searched["jours"])
        for _ in range(searched["par_jour"])
    )
