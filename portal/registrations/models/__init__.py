"""Events and who comes. What an editor writes is on the page; what a service writes is in ``EventState``."""

from .afterwards import Evaluation, ExportRecord, SheetLine, Takeaway, YearFigures
from .around import CalendarFeed, Facilitator, SeatInvitation, Telling, ThemeWatch
from .cards import EventCard, event_cards
from .events import Cycle, EventManager, EventPage, EventQuerySet, EventState, RelatedPage
from .registrations import AttendanceRecord, Registration, RegistrationQuerySet, ReminderSent
from .traits import ClosingItem, Step

__all__ = [
    "AttendanceRecord",
    "CalendarFeed",
    "ClosingItem",
    "Cycle",
    "Evaluation",
    "EventCard",
    "EventManager",
    "EventPage",
    "EventQuerySet",
    "EventState",
    "ExportRecord",
    "Facilitator",
    "Registration",
    "RegistrationQuerySet",
    "RelatedPage",
    "ReminderSent",
    "SeatInvitation",
    "SheetLine",
    "Step",
    "Takeaway",
    "Telling",
    "ThemeWatch",
    "YearFigures",
    "event_cards",
]
