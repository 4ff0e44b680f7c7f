"""The admin's first page: what one comes to publish, at one click; and the portal's colours around it."""

from django.db.models import Q
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page, WorkflowState

from cafes.models import CafePage
from portal.base.models import BasePage
from portal.centres.models import CentrePage
from portal.commissioning.models import Need
from portal.members.groups import APPROVE_MEMBERS
from portal.members.models import AccessRequest
from portal.registrations.closing import to_close_out
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


#: Lines of each list of « À faire », the most pressing first.
SHOWN = 4


def to_do(centre: CentrePage) -> dict:
    """What waits for ``centre``: sessions to close out, drafts, fiches that it promised, and fiches to take up."""
    now = timezone.now()
    # What is being read by someone else waits for that person. (Asked of Page: the relation is of its content type.)
    in_review = Page.objects.child_of(centre).filter(
        _workflow_states__status=WorkflowState.STATUS_IN_PROGRESS
    )
    # What was published and is not any more was withdrawn: nothing there is to finish.
    drafts = BasePage.objects.child_of(centre).filter(
        Q(live=True) | Q(first_published_at=None), has_unpublished_changes=True
    )
    return {
        "to_close": to_close_out(EventPage.objects.child_of(centre), now=now)[:SHOWN],
        "drafts": drafts.exclude(pk__in=in_review.values("pk")).order_by("-latest_revision_created_at")[
            :SHOWN
        ],
        "promised": Need.objects.filter(state=Need.State.TAKEN, centre=centre).order_by("promised_on", "pk")[
            :SHOWN
        ],
        "open_needs": Need.objects.filter(state=Need.State.OPEN).count(),
        "today": timezone.localdate(now),
    }


class CentrePanel(Component):
    """What waits for a centre, what a person of it can do from here, and its next sessions."""

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
                    "to_do": to_do(centre),
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
