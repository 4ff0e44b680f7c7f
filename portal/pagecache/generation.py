"""The content generation: what it is at this moment, and how its rows are kept few."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection, transaction

from .models import Change
from .watching import watcher_of

logger = logging.getLogger(__name__)
#: Rows that are left alone: adding them up takes no time.
FEW = 200

_SUMS = f"SELECT SUM(weight), SUM(token) FROM {Change._meta.db_table}"  # noqa: S608 (a constant)


def current_generation() -> str | None:
    """Return the generation that is committed now; None where there is none, or no telling. One query.

    Read it before what is kept under it: a change in between makes an entry that nobody asks for.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SUMS)
            weight, token = cursor.fetchone()
    except DatabaseError as error:
        logger.warning("No page is kept: %s", error)
        return None
    return None if weight is None else f"{weight}-{token}"


def prune(*, more_than: int = FEW) -> int:
    """Put one row in the place of the others, if there are ``more_than`` that; return how many went.

    The sums stay what they are, hence what is kept as well. A row that another transaction holds is left.
    """
    if Change.objects.count() <= more_than:
        return 0
    with watcher_of(connection).silence(), transaction.atomic():
        rows = list(
            Change.objects.select_for_update(
                skip_locked=connection.features.has_select_for_update_skip_locked
            )
        )
        Change.objects.filter(pk__in=[row.pk for row in rows]).delete()
        Change.objects.create(weight=sum(row.weight for row in rows), token=sum(row.token for row in rows))
    return len(rows)
