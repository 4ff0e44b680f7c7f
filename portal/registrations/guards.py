"""An event with registrations is cancelled or archived, never deleted, nor is what it stands in."""

from __future__ import annotations

from portal.base.permissions import register_deletion_guard

from .models import EventPage, Registration, Takeaway


def refuse_with_registrations(page) -> str:
    """Return why ``page`` cannot be deleted: people registered for it, or for something below it.

    Cancelled and anonymous registrations count: they are the trace of what took place. At most one query, and
    none for a page that holds no event.
    """
    page_class = page.specific_class
    if page.is_leaf() and not (page_class and issubclass(page_class, EventPage)):
        return ""
    number = Registration.objects.filter(event__path__startswith=page.path).count()
    if not number:
        return ""
    people = "une inscription en dépend" if number == 1 else f"{number} inscriptions en dépendent"
    return (
        f"«\u00a0{page.get_admin_display_title()}\u00a0» ne se supprime pas\u00a0: {people}. "
        "Annulez le rendez-vous, ou dépubliez la page."
    )


def refuse_with_takeaways(page) -> str:
    """Return why ``page`` cannot be deleted: something was kept of it, or of a session below it.

    A session that people registered for elsewhere may have left something too. At most one query.
    """
    page_class = page.specific_class
    if page.is_leaf() and not (page_class and issubclass(page_class, EventPage)):
        return ""
    if not Takeaway.objects.filter(event__path__startswith=page.path).exists():
        return ""
    title = page.get_admin_display_title()
    return f"«\u00a0{title}\u00a0» ne se supprime pas\u00a0: ce qu’on en retient s’y lit. Dépubliez la page."


register_deletion_guard(refuse_with_registrations)
register_deletion_guard(refuse_with_takeaways)
