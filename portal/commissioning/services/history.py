"""The row that is locked, and the line that each change writes."""

from __future__ import annotations

import datetime as dt

from portal.commissioning.models import Need, NeedChange


def locked(need: Need) -> Need:
    """Return ``need`` as the database has it, its row locked until the end of the transaction.

    Nothing is joined to it: after a wait, PostgreSQL reads the locked row again and not those beside it, and a
    need just taken would have a centre's key and no centre.
    """
    return Need.objects.select_for_update().get(pk=need.pk)


def record(
    need: Need,
    action: NeedChange.Action,
    *,
    by,
    now: dt.datetime,
    words: str = "",
    fields: tuple = (),
    centre=None,
) -> Need:
    """Save ``fields`` of ``need`` with when it changed, and write the line of its history; return it.

    ``centre``: the one that the line names, where it is no more the need's.
    """
    centre = centre or need.centre
    need.changed_at = now
    need.save(update_fields=[*fields, "changed_at"])
    NeedChange.objects.create(
        need=need,
        at=now,
        action=action,
        by=by,
        centre=centre.title if centre else "",
        words=words[:300],
    )
    return need
