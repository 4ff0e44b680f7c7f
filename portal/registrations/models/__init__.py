"""Events and who comes. What an editor writes is on the page; what a service writes is in ``EventState``."""

from .events import Cycle, EventManager, EventPage, EventQuerySet, EventState, RelatedPage
from .registrations import AttendanceRecord, Registration, RegistrationQuerySet

__all__ = [
    "AttendanceRecord",
    "Cycle",
    "EventManager",
    "EventPage",
    "EventQuerySet",
    "EventState",
    "Registration",
    "RegistrationQuerySet",
    "RelatedPage",
]
