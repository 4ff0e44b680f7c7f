"""Who took which list away: written down each time, never with what was in it."""

from __future__ import annotations

import datetime as dt

from portal.registrations.models import ExportRecord


def record_export(*, what: str, rows: int, by, now: dt.datetime) -> ExportRecord:
    """Write down that ``by`` took ``rows`` lines away; ``what`` says of which list, with which filters, in French."""
    longest = ExportRecord._meta.get_field("what").max_length
    what = " ".join(what.split())
    if len(what) > longest:
        what = f"{what[: longest - 1]}…"
    return ExportRecord.objects.create(user=by, at=now, what=what, rows=rows)
