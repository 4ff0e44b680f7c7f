"""An event that changes after its announcement."""

from __future__ import annotations

from .base import MessageWithInvitation, RegistrationMessage


class EventMoved(MessageWithInvitation):
    """``before``: start, end and place as they were announced."""

    name = "event_moved"
    label = "Rendez-vous déplacé"


class MeetingLinkChanged(RegistrationMessage):
    """For who had a seat and may have kept the former link; the calendar entry never held it."""

    name = "meeting_link_changed"
    label = "Lien de visio changé"


class EventCancelledMessage(RegistrationMessage):
    """``reason``: why, in the words of who organises."""

    name = "event_cancelled"
    label = "Rendez-vous annulé"

    @classmethod
    def calendar_method(cls, context: dict) -> str:
        return "CANCEL" if context["confirmed"] else ""
