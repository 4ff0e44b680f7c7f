"""The letter in the admin: write, preview the audience, send once."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup

from .models import Issue, Subscription
from .services import AlreadySent, send_issue


class IssueEditView(EditView):
    @property
    def header_buttons(self):
        buttons = super().header_buttons
        if self.object.sent_at is None:
            address = reverse("newsletter_send", args=[self.object.pk])
            buttons.append(HeaderButton("Envoyer…", url=address, icon_name="mail"))
        return buttons


class IssueViewSet(SnippetViewSet):
    model = Issue
    icon = "mail"
    menu_label = "Lettres"
    list_display = ["subject", "sent_at", "recipients"]
    edit_view_class = IssueEditView


class SubscriptionViewSet(SnippetViewSet):
    model = Subscription
    icon = "group"
    menu_label = "Abonnements"
    list_display = ["email", "requested_at", "confirmed_at", "ended_at"]
    list_filter = ["confirmed_at", "ended_at"]
    search_fields = ["email"]
    # A subscription is its owner's: Avise's groups may look at it, and hold no right to add or change one.
    inspect_view_enabled = True


class NewsletterGroup(SnippetViewSetGroup):
    items = (IssueViewSet, SubscriptionViewSet)
    menu_label = "Lettre du réseau"
    menu_icon = "mail"
    menu_name = "lettre"
    menu_order = 500


@permission_required("newsletter.change_issue", raise_exception=True)
@require_http_methods(["GET", "POST"])
def send(request, pk: int):
    """GET says to how many people the letter would go; POST sends it, once."""
    issue = get_object_or_404(Issue, pk=pk)
    if request.method == "POST":
        try:
            number = send_issue(issue=issue, now=timezone.now())
            messages.success(request, f"La lettre part vers {number} personne(s).")
        except AlreadySent:
            messages.error(request, "Cette lettre est déjà partie : elle n’est pas envoyée deux fois.")
        return redirect(IssueViewSet().get_url_name("list"))
    return render(
        request,
        "newsletter/admin/send.html",
        {"issue": issue, "number": Subscription.objects.confirmed().count()},
    )


urlpatterns = [path("lettre/<id:pk>/envoyer/", send, name="newsletter_send")]
