"""A seat, a place in the queue, and both given back."""

from __future__ import annotations

from .base import MessageWithInvitation, RegistrationMessage


class RegistrationConfirmed(MessageWithInvitation):
    name = "registration_confirmed"
    label = "Inscription confirmée"


class RegistrationWaiting(RegistrationMessage):
    name = "registration_waiting"
    label = "En file d’attente"


class SeatGiven(MessageWithInvitation):
    name = "seat_given"
    label = "Une place s’est libérée"


class RegistrationCancelled(RegistrationMessage):
    """``had_seat``: who only waited has no calendar entry to withdraw; ``by_other``: an organiser did it."""

    name = "registration_cancelled"
    label = "Désinscription"

    @classmethod
    def calendar_method(cls, context: dict) -> str:
        return "CANCEL" if context["had_seat"] else ""
