"""What is kept of a session, where it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from portal.base.templatetags.portal_tags import short_date
from portal.registrations.models import EventPage, Takeaway
from portal.registrations.outcomes import Offer, offers_for
from portal.registrations.permissions import may_rewrite
from portal.registrations.takeaways import Kept, shown_takeaways

register = template.Library()


@dataclass(frozen=True)
class Note:
    """A takeaway as who runs the session sees it: how the agreement stands, and what can become of it."""

    takeaway: Takeaway
    #: Without the situation for who only follows the registrations, until someone agrees to it.
    kept: Kept
    may_rewrite: bool
    standing: str
    offers: list[Offer]


@register.simple_tag(takes_context=True)
def takeaways_of(context, event: EventPage) -> list[Kept]:
    """``{% takeaways_of page as kept %}``: what the reader may read of what is kept of ``event``."""
    return shown_takeaways(event, context["request"].user)


@register.simple_tag(takes_context=True)
def notes_of(context, event: EventPage) -> list[Note]:
    """``{% notes_of event as notes %}``: the takeaways of ``event``, for who runs it."""
    user = context["request"].user
    rows = event.takeaway_notes.select_related("registration__user", "fiche", "event")
    return [_note(row, user) for row in rows]


def _note(takeaway: Takeaway, user) -> Note:
    whole = may_rewrite(user, takeaway)
    kept = Kept(takeaway.situation if whole else "", takeaway.lead_lines)
    return Note(takeaway, kept, whole, _standing(takeaway), offers_for(takeaway, user))


def _standing(takeaway: Takeaway) -> str:
    """How the agreement stands, in one French sentence."""
    person = takeaway.registration and takeaway.registration.user
    who = str(person) if person else "La personne qui l’a apportée"
    Agreement = Takeaway.Agreement
    if takeaway.agreement == Agreement.ASKED:
        until = short_date(takeaway.answer_before)
        return f"Accord demandé à {who}, jusqu’au {until}\u00a0: d’ici là, seules les pistes se lisent"
    if takeaway.agreement == Agreement.GIVEN:
        return f"{who} a donné son accord"
    if takeaway.lapsed:
        return "Sans réponse, c’est non\u00a0: les pistes seules restent"
    if takeaway.agreement == Agreement.REFUSED:
        return f"{who} préfère que non\u00a0: les pistes seules restent"
    return f"Apportée par {who}" if person else "Personne à qui demander un accord"
