"""What the portal writes to those who register. No subject holds a situation, or more than the session's title."""

from .afterwards import AfterSession
from .base import MessageWithInvitation, RegistrationMessage
from .facilitating import (
    FacilitatorEventCancelled,
    FacilitatorEventMoved,
    FacilitatorNamed,
    FacilitatorReminder,
    FacilitatorRemoved,
    HandedOver,
    HandoverTold,
)
from .life import EventCancelledMessage, EventMoved, MeetingLinkChanged
from .queue import NextOnTheme, NoSeatFound, RelatedPeers, SeatOffered, SecondDateOpen, SecondDateProposed
from .reminders import DayReminder, HourReminder, Reminder, WeekReminder
from .seats import RegistrationCancelled, RegistrationConfirmed, RegistrationWaiting, SeatGiven
from .takeaways import AgreementAsked, AgreementReminder, FollowUp

__all__ = [
    "AfterSession",
    "AgreementAsked",
    "AgreementReminder",
    "DayReminder",
    "EventCancelledMessage",
    "EventMoved",
    "FacilitatorEventCancelled",
    "FacilitatorEventMoved",
    "FacilitatorNamed",
    "FacilitatorReminder",
    "FacilitatorRemoved",
    "FollowUp",
    "HandedOver",
    "HandoverTold",
    "HourReminder",
    "MeetingLinkChanged",
    "MessageWithInvitation",
    "NextOnTheme",
    "NoSeatFound",
    "RegistrationCancelled",
    "RegistrationConfirmed",
    "RegistrationMessage",
    "RegistrationWaiting",
    "RelatedPeers",
    "Reminder",
    "SeatGiven",
    "SeatOffered",
    "SecondDateOpen",
    "SecondDateProposed",
    "WeekReminder",
]
