"""Write fields of an event's page where it is live and where it is a draft, so that neither undoes the other."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from portal.base.templatetags.portal_tags import NBSP
from portal.registrations.models import EventPage

from . import refusals


class PageIsHeld(refusals.RegistrationRefused):
    """Someone else's work on the page would be undone."""


def reason_page_is_held(event: EventPage) -> str:
    """Return why the page of ``event`` must not be written now (locked, under review, scheduled), or ""."""
    if event.locked:
        return f"La page est verrouillée{NBSP}: déverrouillez-la d’abord."
    if event.workflow_in_progress:
        return f"La page est en relecture{NBSP}: attendez son issue, ou annulez la relecture."
    if event.revisions.exclude(approved_go_live_at=None).exists():
        return f"Une publication est programmée pour cette page{NBSP}: annulez-la d’abord."
    return ""


@transaction.atomic
def write_on_page(*, event: EventPage, fields: dict, by) -> EventPage:
    """Write ``fields`` on the page of ``event``; return the page as it then stands.

    A live page is published anew with what readers see and ``fields``; a draft that waits beside it receives
    them too, and waits on. A page that is off line stays so. The rights are the caller's affair.
    Raises PageIsHeld, or RegistrationRefused with what the page itself refuses.
    """
    if reason := reason_page_is_held(event):
        raise PageIsHeld(reason)
    draft = event.has_unpublished_changes and event.latest_revision_id
    row = event.specific_class.objects.get(pk=event.pk)
    if row.live:
        row = _written(row, fields)
        row.save_revision(user=by).publish(user=by, skip_permission_checks=True)
        if draft:
            waiting = event.latest_revision.as_object()
            _written(waiting, fields).save_revision(user=by, clean=False)
    else:
        latest = _written(event.get_latest_revision_as_object(), fields)
        latest.save_revision(user=by, clean=False)
        # Lists of drafts read the row.
        event.specific_class.objects.filter(pk=event.pk).update(**fields)
    return event.specific_class.objects.get(pk=event.pk)


def _written(page: EventPage, fields: dict) -> EventPage:
    for name, value in fields.items():
        setattr(page, name, value)
    try:
        page.clean()
    except ValidationError as error:
        raise refusals.RegistrationRefused(" ".join(error.messages)) from error
    return page
