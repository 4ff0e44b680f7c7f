"""Who follows an event's registrations: whoever may edit its page, and Avise everywhere.

A centre edits its own subtree, so it follows its own events: the rights are Wagtail's on pages, and nothing
is granted twice. ``registrations.view_registration`` and ``change_registration`` open all events.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from portal.base.audience import is_approved
from portal.members.models import Fonction, Profile

from .models import EventPage, Registration, Takeaway

_pages = PagePermissionPolicy(EventPage)
PAGE_ACTIONS = {"change", "publish"}
#: Registrations are made by people and changed by services: nobody adds or deletes a row by hand.
ACTIONS = {"view", "change"}


def _everywhere(user, action: str) -> bool:
    return user.is_active and (user.is_superuser or user.has_perm(f"registrations.{action}_registration"))


def events_followed_by(user, *, action: str = "view"):
    """Return the events whose registrations ``user`` may "view" or "change"."""
    if _everywhere(user, action):
        return EventPage.objects.all()
    if not user.is_active:
        return EventPage.objects.none()
    return _pages.instances_user_has_any_permission_for(user, PAGE_ACTIONS)


def may_follow(user, event: EventPage, *, action: str = "view") -> bool:
    """Tell whether ``user`` may "view" or "change" the registrations of ``event``."""
    if _everywhere(user, action):
        return True
    return user.is_active and _pages.user_has_any_permission_for_instance(user, PAGE_ACTIONS, event)


def may_mark_evidence(user) -> bool:
    """Tell whether ``user`` decides what is kept as evidence for a funder: who follows every event, Avise."""
    return user is not None and _everywhere(user, "change")


def may_read_sheets(user) -> bool:
    """Tell whether ``user`` reads the sign-in sheets kept as evidence: a right of its own, and no other gives it."""
    return user.is_active and user.has_perm("registrations.view_sheetline")


def may_run(user, event: EventPage) -> bool:
    """Tell whether ``user`` runs ``event``: named to facilitate it, or free to change its registrations."""
    if not user.is_authenticated or not user.is_active:
        return False
    return may_facilitate(user, event) or may_follow(user, event, action="change")


def may_facilitate(user, event: EventPage) -> bool:
    """Tell whether ``user`` facilitates ``event``: she alone reads what people bring to it. One query.

    Whoever follows the registrations, an administrator included, reads no situation unless she is named: what
    was promised to those who write one.
    """
    return is_approved(user) and event.facilitators.filter(user=user).exists()


def events_run_by(user):
    """Return the events that ``user`` is named to facilitate."""
    if not is_approved(user):
        return EventPage.objects.none()
    return EventPage.objects.filter(facilitators__user=user)


def may_rewrite(user, takeaway: Takeaway) -> bool:
    """Tell whether ``user`` may take up what was kept of an event, and read it whole.

    A situation that nobody agreed to yet is read by who wrote it and by the facilitators alone.
    """
    if not may_run(user, takeaway.event):
        return False
    return (
        takeaway.shows_situation
        or not takeaway.situation
        or takeaway.written_by_id == user.pk
        or may_facilitate(user, takeaway.event)
    )


def may_see_figures(user) -> bool:
    """Tell whether ``user`` reads the annual page: pilots, Avise, and who holds ``view_yearfigures``."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.has_perm("registrations.view_yearfigures"):
        return True
    readers = Profile.objects.filter(fonction__in=(Fonction.PILOTE, Fonction.AVISE))
    return is_approved(user) and readers.filter(user=user).exists()


class RegistrationPermissionPolicy(BasePermissionPolicy):
    """The rule above, in the form that Wagtail's views ask."""

    def user_has_permission(self, user, action):
        if action not in ACTIONS or not user.is_active:
            return False
        return _everywhere(user, action) or _pages.user_has_any_permission(user, PAGE_ACTIONS)

    def user_has_permission_for_instance(self, user, action, instance):
        return action in ACTIONS and may_follow(user, instance.event, action=action)

    def instances_user_has_any_permission_for(self, user, actions):
        asked = ACTIONS & set(actions)
        if not asked or not user.is_active:
            return Registration.objects.none()
        if any(_everywhere(user, action) for action in asked):
            return Registration.objects.all()
        return Registration.objects.filter(event__in=events_followed_by(user))

    def users_with_any_permission(self, actions):
        users = get_user_model().objects.filter(is_active=True)
        return users.filter(pk__in=[user.pk for user in users if self.user_has_any_permission(user, actions)])
