"""A webinar becomes a replay as time passes: nobody saves it then, so the clock tells the index."""

from __future__ import annotations

import datetime as dt

from portal.background.jobs import Job, register
from search.services import note_documents

from .models import WebinairePage

#: Looked back at a little more than the job's period: a late clock misses none.
LOOK_BACK = dt.timedelta(hours=3)


def index_what_ended(now: dt.datetime) -> str:
    """Index again the webinars that ended since the last look."""
    ended = WebinairePage.objects.live().filter(end__lte=now, end__gt=now - LOOK_BACK)
    pks = list(ended.values_list("pk", flat=True))
    note_documents("webinaire", pks, now=now)
    return f"{len(pks)} webinaire(s) terminé(s)"


register(
    Job(
        "webinars-ended",
        "Webinaires terminés : mettre la recherche à jour",
        index_what_ended,
        dt.timedelta(hours=1),
    )
)
