"""What changes registrations and the life of an event. Each function is one transaction and takes ``now``."""

from .keeping import anonymise_old_registrations, forget_questions, send_reminders, take_names_off
from .life import announce_change, cancel_event, ensure_state
from .refusals import (
    AlreadyRegistered,
    CycleBegun,
    EventCancelled,
    EventOver,
    EventStarted,
    MayNotAttend,
    MayNotChange,
    NeedsApproval,
    NotActive,
    NotAvailable,
    NotStarted,
    RegisteredElsewhere,
    RegistrationClosed,
    RegistrationNotOpen,
    RegistrationRefused,
    RuleNotAccepted,
)
from .registering import (
    add_over_capacity,
    cancel_registration,
    check_may_register,
    register,
    set_attendance,
)
from .seats import lock_booking, serve_queue

__all__ = [
    "AlreadyRegistered",
    "CycleBegun",
    "EventCancelled",
    "EventOver",
    "EventStarted",
    "MayNotAttend",
    "MayNotChange",
    "NeedsApproval",
    "NotActive",
    "NotAvailable",
    "NotStarted",
    "RegisteredElsewhere",
    "RegistrationClosed",
    "RegistrationNotOpen",
    "RegistrationRefused",
    "RuleNotAccepted",
    "add_over_capacity",
    "announce_change",
    "anonymise_old_registrations",
    "cancel_event",
    "cancel_registration",
    "check_may_register",
    "ensure_state",
    "forget_questions",
    "lock_booking",
    "register",
    "send_reminders",
    "serve_queue",
    "set_attendance",
    "take_names_off",
]
