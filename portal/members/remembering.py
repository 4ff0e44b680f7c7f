"""« Rester connecté·e sur cet appareil »: asked at sign-in, off unless ticked, renewed by use.

The wish is said before the code is sent and kept in the session until the sign-in is complete, second factor
included; it is then what the session lasts. Without it, the session ends with the browser.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings

LABEL = "Rester connecté·e sur cet appareil"
HELP = "Pendant trente jours, prolongés à chaque visite. Pas sur un ordinateur partagé."
WISH_KEY = "members_remember"
#: The day of the last renewal, in the sessions of remembered devices alone.
RENEWED_KEY = "members_renewed_on"


def note_wish(session, wanted: bool) -> None:
    """Keep what was ticked until the sign-in that follows is complete."""
    session[WISH_KEY] = bool(wanted)


def apply_wish(session, *, today: dt.date) -> None:
    """Make the session of someone who just signed in last as she wished: 30 days, or the browser's time."""
    wanted = session.pop(WISH_KEY, False)
    session.set_expiry(settings.SESSION_COOKIE_AGE if wanted else 0)
    if wanted:
        session[RENEWED_KEY] = today.isoformat()


def renew(session, *, today: dt.date) -> bool:
    """Put off the end of a remembered session, once a day; returns whether it was.

    A session that ends with the browser is left alone. Writing it again is what moves its end.
    """
    if session.get(RENEWED_KEY, today.isoformat()) == today.isoformat():
        return False
    session[RENEWED_KEY] = today.isoformat()
    return True
