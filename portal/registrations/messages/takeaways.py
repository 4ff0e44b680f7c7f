"""What a session leaves: an agreement to ask for, and what became of a situation a month later."""

from __future__ import annotations

import datetime as dt

from portal.notifications import categories
from portal.notifications.envelope import ORDINARY_PRIORITY
from portal.notifications.messages import Notification
from portal.registrations.models import Takeaway

FOLLOW_UPS = categories.register(
    categories.Category(
        name="suites",
        label="Suites de mes situations",
        help="Une question, un mois après avoir apporté une situation.",
        order=40,
    )
)


class TakeawayMessage(Notification):
    """A message about one takeaway, to who brought the situation."""

    @classmethod
    def tell(cls, *, takeaway: Takeaway, now: dt.datetime) -> bool:
        """Write the message, in the current transaction; False where nobody is left to write to."""
        registration = takeaway.registration
        if registration is None or registration.user is None:
            return False
        context = {"takeaway": takeaway, "event": takeaway.event}
        return cls.send(user=registration.user, context=context, now=now)


class AgreementAsked(TakeawayMessage):
    """Holds the exact text, which no one else may read: hidden from staff and wiped once sent, like a code.

    It waits its turn all the same: nobody is at her screen for it.
    """

    name = "agreement_asked"
    label = "Accord demandé"
    is_secret = True
    priority = ORDINARY_PRIORITY
    lifetime = dt.timedelta(days=14)


class AgreementReminder(AgreementAsked):
    """Once, for who did not answer."""

    name = "agreement_reminder"
    label = "Accord demandé (rappel)"


class FollowUp(TakeawayMessage):
    """Once, a month after the session."""

    name = "takeaway_followup"
    label = "Un mois après"
    category = FOLLOW_UPS
