"""What the portal writes to who waits for a fiche."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from portal.notifications.categories import Category, register
from portal.notifications.envelope import ORDINARY_PRIORITY
from portal.notifications.messages import Notification
from portal.notifications.rendering import absolute

from .links import stop_token

AWAITED = register(
    Category(
        name="fiches-attendues",
        label="Les fiches que j’attends",
        help="Un courriel quand une fiche que vous avez demandée est publiée.",
        order=60,
    )
)


class FicheThere(Notification):
    """The fiche that she waits for is published, and she may read it: once."""

    name = "fiche_there"
    label = "Une fiche attendue est publiée"
    category = AWAITED
    # The link by which she stops waiting is hers: staff do not see it.
    is_secret = True
    priority = ORDINARY_PRIORITY
    lifetime = dt.timedelta(days=7)

    @classmethod
    def tell(cls, *, user, need, page, now: dt.datetime) -> bool:
        """Write the message to ``user``, in the current transaction; False where she refused such mail."""
        others = user.awaited_fiches.filter(told_at=None).exclude(need=need).count()
        context = {
            "need": need,
            "page": page,
            "page_url": absolute(page.url or "/"),
            "others": others,
            "stop_url": absolute(reverse("stop_waiting", args=[stop_token(user)])),
        }
        return cls.send(user=user, context=context, now=now)
