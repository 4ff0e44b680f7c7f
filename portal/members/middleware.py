"""No one works in the admin behind a single lock."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

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
