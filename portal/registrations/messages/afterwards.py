"""Just after a session."""

from __future__ import annotations

from portal.notifications import categories

from .base import RegistrationMessage

AFTERWARDS = categories.register(
    categories.Category(
        name="apres",
        label="Après mes rendez-vous",
        help="Un merci et trois questions, une heure après la fin.",
        order=35,
    )
)


class AfterSession(RegistrationMessage):
    """Thanks, and the way to the three questions. ``kept``: there is something to read of the session."""

    name = "after_session"
    label = "Après le rendez-vous"
    category = AFTERWARDS
