"""What every template may use."""

from django.conf import settings

from .models import PortalSettings
from .serving import site_of


def portal(request):
    """Give the identity of the portal and whether this is the demonstration."""
    site_of(request)
    return {"demo": settings.DEMO, "portal": PortalSettings.for_request(request)}
