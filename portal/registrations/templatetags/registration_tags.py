from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from portal.registrations.rules import rule_of
from portal.registrations.status import EventStatus, status_of

register = template.Library()


@register.simple_tag(takes_context=True)
def registration_status(context, event) -> EventStatus:
    """``{% registration_status event as status %}``: where the reader stands with ``event``."""
    request = context.get("request")
    return status_of(event, request.user if request else AnonymousUser(), now=timezone.now())


@register.filter
def rule_sentence(event) -> str:
    """The confidentiality rule of ``event`` in one sentence."""
    return rule_of(event).sentence


@register.filter
def rule_on_card(event) -> str:
    """The rule of ``event`` in the few words that a card has room for, "" where it restrains nothing."""
    return rule_of(event).card_wording
