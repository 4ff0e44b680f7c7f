"""``/manifest.webmanifest``: what a device is told when the portal is put among its applications."""

from django.http import JsonResponse
from django.templatetags.static import static

from portal.base.models import PortalSettings

#: The ground of the light scheme (``--paper``): a manifest knows one colour only.
PAPER = "#fbf7f0"


def manifest(request):
    """The name, the tagline and the mark, as an editor set them. At most two queries."""
    portal = PortalSettings.for_request(request)
    told = {
        "name": portal.name,
        "short_name": portal.name,
        "description": portal.tagline,
        "lang": "fr",
        "start_url": "/",
        "display": "browser",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [_icon(portal)],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _icon(portal: PortalSettings) -> dict:
    if portal.mark is None:
        return {"src": static("portal/img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    picture = portal.mark.get_rendition("max-512x512")
    if portal.mark.is_svg():
        return {"src": picture.url, "sizes": "any", "type": "image/svg+xml"}
    return {"src": picture.url, "sizes": f"{picture.width}x{picture.height}"}
