"""The clock on someone's wall: overseas, it does not show the hour that the portal speaks of (Paris time)."""

from __future__ import annotations

from .models import Profile


def zone_of(user) -> str:
    """Return the time zone (IANA) of the region that ``user`` works in; "" where nobody says.

    Read once per user object: a page of sixty sessions asks as much as a page of one.
    """
    if user is None or not user.is_authenticated:
        return ""
    if not hasattr(user, "_time_zone"):
        zones = Profile.objects.filter(user=user).values_list("region__time_zone", flat=True)
        user._time_zone = zones.first() or ""
    return user._time_zone
