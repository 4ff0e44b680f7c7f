"""The personal link into one session: signed, tied to one registration, opening nothing else.

Nothing is stored: the link is worth what the registration is worth when it is followed (``services.joining``),
so that a seat given back, or a session cancelled, takes it back at once. Its address is told to one person
only; it must be in no calendar, no subject, and no message that staff may read.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from portal.notifications.rendering import absolute

from .models import Registration

#: A salt of its own: no other signature of the portal opens a meeting.
_signer = Signer(sep=".", salt="registrations.join")


class WrongLink(Exception):
    """This address was not made by the portal, or was cut on its way."""


def join_token(registration: Registration) -> str:
    """Return the token of ``registration``, the same each time."""
    return _signer.sign(str(registration.pk))


def join_link(registration: Registration) -> str:
    """Return the full address by which the person of ``registration`` joins without signing in."""
    return absolute(reverse("registrations:join_by_link", args=[join_token(registration)]))


def registration_of(token: str) -> Registration:
    """Return the registration that ``token`` speaks of, with its event and state. Raises WrongLink."""
    try:
        pk = int(_signer.unsign(token))
        return Registration.objects.select_related("event__state", "user").get(pk=pk)
    except (BadSignature, ValueError, Registration.DoesNotExist) as error:
        raise WrongLink from error
