"""No one works in the admin behind a single lock; each session is known by where it is used from.

A remembered device stays remembered as long as it serves.
"""

from __future__ import annotations

import datetime as dt

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from .remembering import renew

#: « Vue il y a… » need not be finer, and a page that is read must not wait for the database's one writer.
ACTIVITY_NOTED_EVERY = dt.timedelta(minutes=5)
#: Recovery codes alone are no second factor: they come with one.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class StaffSecondFactorMiddleware:
    """Send who may enter the admin without a second factor to set one up.

    allauth asks for the second factor at every sign-in once there is one, and all sign-ins are allauth's: having
    one is having used it. ``STAFF_SECOND_FACTOR_REQUIRED`` is False in the demonstration alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.STAFF_SECOND_FACTOR_REQUIRED and self.lacks_second_factor(request):
            messages.warning(
                request, "L’administration demande une seconde étape à la connexion : choisissez la vôtre."
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def lacks_second_factor(self, request) -> bool:
        """Tell whether this request is for the admin, by someone who may enter it with one factor only."""
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return False
        if request.path in (reverse("wagtailadmin_login"), reverse("wagtailadmin_logout")):
            return False
        user = request.user
        return (
            user.is_authenticated
            and user.has_perm("wagtailadmin.access_admin")
            and not get_adapter().is_mfa_enabled(user, SECOND_FACTORS)
        )


class SessionActivityMiddleware:
    """Keep « Mes appareils connectés » true: where each session is used from, and since when.

    In the place of allauth's own, which writes at every request: here at a session's first, from another
    address or browser, and every ``ACTIVITY_NOTED_EVERY``. One query otherwise, none for a stranger.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.session.session_key and request.user.is_authenticated:
            self.note(request)
        return self.get_response(request)

    def note(self, request) -> None:
        """Write what this request says of its session that is not known yet."""
        key, now = request.session.session_key, timezone.now()
        longest = UserSession._meta.get_field("user_agent").max_length
        here = {
            "user_id": request.user.pk,
            "ip": get_account_adapter().get_client_ip(request),
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:longest],
        }
        known = next(iter(UserSession.objects.filter(session_key=key).values(*here, "last_seen_at")), None)
        if known is None:
            # Two first requests at once: one of them writes the row.
            UserSession.objects.bulk_create([UserSession(session_key=key, **here)], ignore_conflicts=True)
        elif now - known.pop("last_seen_at") >= ACTIVITY_NOTED_EVERY or known != here:
            UserSession.objects.create_from_request(request)


class RememberedDeviceMiddleware:
    """Put off the end of a remembered device's session, once a day; see ``remembering``."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.session.session_key and request.user.is_authenticated:
            renew(request.session, today=timezone.localdate())
        return self.get_response(request)
