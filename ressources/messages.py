"""What the portal writes to a centre about its drafts."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model
from django.urls import reverse

from portal.members.groups import EDITORS
from portal.notifications.messages import Notification
from portal.notifications.rendering import absolute


class CentreMessage(Notification):
    """A message to the editors of a centre, one each."""

    @classmethod
    def tell_editors(cls, *, centre, fiche, event, now: dt.datetime, **context) -> int:
        """Write to the people of ``centre``, to Avise's editors where it has none; return to how many.

        In the current transaction. The message holds no situation.
        """
        people = get_user_model().objects.filter(is_active=True).order_by("pk")
        to = people.filter(groups=centre.group_id) if centre and centre.group_id else people.none()
        context |= {
            "centre": centre,
            "fiche": fiche,
            "event": event,
            "edit_url": absolute(reverse("wagtailadmin_pages:edit", args=[fiche.pk])),
        }
        return sum(
            cls.send(user=user, context=context, now=now)
            for user in to or people.filter(groups__name=EDITORS)
        )


class DraftOpened(CentreMessage):
    """``by``: who facilitated, and has no right on the centre's pages."""

    name = "fiche_draft_opened"
    label = "Brouillon de fiche ouvert"


class AgreementWithdrawn(CentreMessage):
    name = "agreement_withdrawn"
    label = "Accord repris"
