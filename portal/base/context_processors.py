"""What every template may use."""

from django.conf import settings

from .models import PortalSettings


def portal(request):
    """Give the identity of the portal and whether this is the demonstration."""
    return {"demo": settings.DEMO, "portal": PortalSettings.for_request(request)}
