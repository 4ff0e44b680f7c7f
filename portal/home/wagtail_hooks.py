"""The admin's first page: what one comes to publish, at one click; and the portal's colours around it."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.ui.components import Component

from cafes.models import CafePage
from portal.centres.models import CentrePage
from portal.members.groups import APPROVE_MEMBERS
from portal.members.models import AccessRequest
from portal.registrations.models import EventPage
from ressources.models import FichePage, OutilPage
from webinaires.models import WebinairePage

#: What a centre publishes: type, words of the button, icon of the admin.
PUBLISHABLE = (
    (FichePage, "Écrire une fiche", "doc-full"),
    (CafePage, "Annoncer un café ou un groupe", "group"),
    (WebinairePage, "Annoncer un webinaire", "media"),
    (OutilPage, "Partager un outil", "download"),
)


class CentrePanel(Component):
    """What a person of a centre can do from here, and her centre's next sessions."""

    name = "centre"
    order = 50
    template_name = "home/admin/centre_panel.html"

    def get_context_data(self, parent_context):
        request = parent_context["request"]
        centres = CentrePage.objects.filter(group__in=request.user.groups.all()).order_by("path")
        return {
            "request": request,
            "centres": [
                {
                    "centre": centre,
                    "explore_url": reverse("wagtailadmin_explore", args=[centre.pk]),
                    "actions": [
                        {
                            "label": label,
                            "icon": icon,
                            "url": reverse(
                                "wagtailadmin_pages:add",
                                args=[model._meta.app_label, model._meta.model_name, centre.pk],
                            ),
                        }
                        for model, label, icon in PUBLISHABLE
                    ],
                    "events": EventPage.objects.child_of(centre).live().with_seats().upcoming()[:5],
                }
                for centre in centres
            ],
        }


class AvisePanel(Component):
    """What waits for Avise: the requests for access, and the ways to its daily work."""

    name = "avise"
    order = 40
    template_name = "home/admin/avise_panel.html"

    def get_context_data(self, parent_context):
        return {"waiting": AccessRequest.objects.filter(state__in=AccessRequest.OPEN).count()}


@hooks.register("construct_homepage_panels")
def add_panels(request, panels):
    if request.user.has_perm(APPROVE_MEMBERS):
        panels.append(AvisePanel())
    panels.append(CentrePanel())


@hooks.register("insert_global_admin_css")
def portal_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("portal/css/admin.css"))
