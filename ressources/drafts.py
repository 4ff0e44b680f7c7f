"""From what a session left to a draft fiche, and what happens to the draft when someone answers.

A draft is Wagtail's: nothing here publishes, and a fiche that is on line is never written to.
"""

from __future__ import annotations

import datetime as dt

from bs4 import BeautifulSoup
from django.db import transaction
from django.utils.html import escape
from django.utils.text import Truncator
from wagtail.log_actions import log
from wagtail.models import Revision

from portal.base.audience import Audience
from portal.registrations.models import Takeaway
from portal.registrations.permissions import may_run
from portal.registrations.rules import TakeawaysFor, rule_of
from search.pages import plain

from .messages import AgreementWithdrawn, DraftOpened
from .models import FichePage

#: The closed lists that a fiche takes from its session.
FILING = ("themes", "phases", "secteurs", "regions", "structures")
FOLLOW_UP_HEADING = "Un mois après\u00a0:"


class DraftRefused(Exception):
    """The draft was not opened; ``sentence`` says why, in French."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


class MayNotOpen(DraftRefused):
    def __init__(self):
        super().__init__("Vous n’animez pas ce rendez-vous.")


class NoCentre(DraftRefused):
    def __init__(self):
        super().__init__(
            "Ce rendez-vous n’est dans l’espace d’aucun centre : une fiche n’a pas où se ranger."
        )


def may_open(user, takeaway: Takeaway) -> bool:
    """Tell whether ``user`` may open the draft: she runs the session, or may write fiches in its centre."""
    if may_run(user, takeaway.event):
        return True
    centre = takeaway.event.centre
    return bool(centre and centre.permissions_for_user(user).can_add_subpage())


@transaction.atomic
def open_draft(*, takeaway: Takeaway, by, now: dt.datetime) -> FichePage:
    """Open the draft fiche of ``takeaway`` in the centre of its session, or return the one that is open.

    What was kept fills it: the situation with an agreement only. Who has no right on the centre needs none:
    the draft is the centre's, whose editors are told. ``now`` is aware. Raises MayNotOpen or NoCentre.
    """
    # Two clicks take turns on this row, and the second finds the first one's draft.
    locked = Takeaway.objects.select_for_update(of=("self",)).select_related("event", "fiche")
    takeaway = locked.get(pk=takeaway.pk)
    if not may_open(by, takeaway):
        raise MayNotOpen
    if takeaway.fiche:
        return takeaway.fiche.specific
    centre = takeaway.event.centre
    if centre is None:
        raise NoCentre
    fiche = centre.add_child(instance=_filled(takeaway, by=by))
    for name in FILING:
        getattr(fiche, name).set(getattr(takeaway.event, name).all())
    fiche.save()
    log(fiche, "wagtail.create", user=by)
    fiche.save_revision(user=by, clean=False)
    takeaway.fiche = fiche
    takeaway.save(update_fields=["fiche"])
    if not fiche.permissions_for_user(by).can_edit():
        DraftOpened.tell_editors(centre=centre, fiche=fiche, event=takeaway.event, by=by, now=now)
    return fiche


def _filled(takeaway: Takeaway, *, by) -> FichePage:
    event, leads = takeaway.event, takeaway.lead_lines
    themes = " et ".join(theme.label for theme in list(event.themes.all())[:2])
    followed = _follow_up(takeaway) if takeaway.followup else ""
    kept_for_members = rule_of(event).takeaways_audience == TakeawaysFor.MEMBERS
    return FichePage(
        title=f"{themes or event.title}\u00a0: une situation, des pistes",
        summary=Truncator(leads[0]).chars(300) if leads else "",
        demande=_paragraphs(takeaway.situation) if takeaway.shows_situation else "",
        demarche=_list("Les pistes travaillées entre collègues\u00a0:", leads),
        resultats=followed,
        consent=FichePage.Consent.ANONYMOUS,
        # The editor widens it, knowingly; nobody narrows what was open for an hour.
        audience=Audience.RESEAU if kept_for_members or event.is_reserved else Audience.PUBLIC,
        owner=by,
        live=False,
        has_unpublished_changes=True,
    )


@transaction.atomic
def follow_takeaway(*, takeaway: Takeaway, former_situation: str, now: dt.datetime) -> None:
    """Bring the draft of ``takeaway`` in line with an answer; to be called in the transaction of the answer.

    A situation that may no longer be read leaves the draft and its former versions, and the centre's editors
    are told: they may have used its words elsewhere. One that is agreed to comes in where nothing is written
    yet, and what was tried is added once. A fiche on line stays as it is: its editing screen says what is new.
    """
    if takeaway.fiche_id is None or takeaway.fiche.live:
        return
    fiche = takeaway.fiche.specific
    if not isinstance(fiche, FichePage):
        return
    readable = takeaway.situation if takeaway.shows_situation else ""
    if former_situation and former_situation != readable:
        _take_out(fiche, former_situation)
        AgreementWithdrawn.tell_editors(centre=fiche.centre, fiche=fiche, event=takeaway.event, now=now)
    draft = fiche.get_latest_revision_as_object()
    changed = False
    if readable and not plain(draft.demande):
        draft.demande, changed = _paragraphs(readable), True
    if takeaway.followup and plain(_paragraphs(takeaway.followup)) not in plain(draft.resultats):
        draft.resultats, changed = draft.resultats + _follow_up(takeaway), True
    if changed:
        draft.save_revision(clean=False, log_action=True)


def _take_out(fiche: FichePage, text: str) -> None:
    """Take the paragraphs of ``text`` out of the row of ``fiche`` and of all its versions."""
    fiche.demande = _without(fiche.demande, text)
    FichePage.objects.filter(pk=fiche.pk).update(demande=fiche.demande)
    for revision in Revision.objects.for_instance(fiche):
        held = revision.content.get("demande") or ""
        if (cleaned := _without(held, text)) != held:
            # Not save(): this is no new version, nor a reason to reset what waits for moderation.
            Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "demande": cleaned})


def _without(html: str, text: str) -> str:
    """``html`` without the paragraphs that say what ``text`` says; the editor puts keys on its own tags."""
    told = {_words(line) for line in _lines(text)}
    soup = BeautifulSoup(html, "html.parser")
    found = [tag for tag in soup.find_all(["p", "li"]) if _words(tag.get_text(" ")) in told]
    for tag in found:
        tag.decompose()
    return str(soup) if found else html


def _words(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in _lines(text))


def _list(heading: str, items: list[str]) -> str:
    return f"<p>{heading}</p><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _follow_up(takeaway: Takeaway) -> str:
    return f"<p>{FOLLOW_UP_HEADING}</p>{_paragraphs(takeaway.followup)}"
