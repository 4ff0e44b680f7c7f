"""What the clock does for the texts of files."""

from __future__ import annotations

import datetime as dt

from portal.background.jobs import Job, register

from . import services, tasks


def catch_up(now: dt.datetime) -> str:
    """Ask again for the files whose task was lost, and for those that came without a signal."""
    forgotten = services.forgotten_documents(now=now)
    for document_id in forgotten:
        tasks.read_file.enqueue(document_id)
    return f"{len(forgotten)} fichier(s) à lire"


def note_uses(now: dt.datetime) -> str:
    """Look at every page again, before the index is checked."""
    return f"{services.note_all_uses()} page(s) dont les fichiers ont changé sans le dire"


register(Job("attachments.catch-up", "Fichiers restés à lire", catch_up, dt.timedelta(minutes=10)))
register(
    Job(
        "attachments.uses",
        "Fichiers que tiennent les pages",
        note_uses,
        dt.timedelta(days=1),
        not_before_hour=2,
    )
)
