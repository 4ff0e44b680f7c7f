"""Who facilitates an event, from the admin; and the events that wait to be closed out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from portal.registrations import services
from portal.registrations.animation_forms import AccountForm
from portal.registrations.closing import closing_items, to_close_out
from portal.registrations.models import Registration
from portal.registrations.permissions import RegistrationPermissionPolicy, events_followed_by

from .event import EventMixin


class FacilitatorsView(EventMixin, FormView):
    """Name someone by the address of her account; oneself too. It is logged."""

    action = "change"
    page_title = "Animation"
    template_name = "registrations/admin/facilitators.html"
    form_class = AccountForm

    def get_initial(self):
        return {"email": self.request.user.email if self.request.GET.get("moi") else ""}

    def get_context_data(self, **kwargs):
        rows = self.event.facilitators.select_related("user", "added_by")
        return super().get_context_data(event=self.event, rows=rows, **kwargs)

    def form_valid(self, form):
        try:
            services.add_facilitator(
                event=self.event, user=form.user, by=self.request.user, now=timezone.now()
            )
        except services.RegistrationRefused as refusal:
            form.add_error("email", refusal.sentence)
            return self.form_invalid(form)
        messages.success(self.request, f"{form.user} anime ce rendez-vous et lit ce qui y est apporté.")
        return redirect("inscriptions:facilitators", pk=self.event.pk)


class RemoveFacilitatorView(EventMixin, TemplateView):
    """Take someone off: GET asks, POST does."""

    action = "change"
    page_title = "Retirer de l’animation"
    template_name = "registrations/admin/remove_facilitator.html"

    @cached_property
    def person(self):
        return get_object_or_404(get_user_model(), pk=self.kwargs["user_pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(event=self.event, person=self.person, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            services.remove_facilitator(
                event=self.event, user=self.person, by=request.user, now=timezone.now()
            )
        except services.RegistrationRefused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, f"{self.person} n’anime plus ce rendez-vous.")
        return redirect("inscriptions:facilitators", pk=self.event.pk)


class ToCloseView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """« Rendez-vous à clôturer »: what is over, oldest first, with what is missing."""

    permission_policy = RegistrationPermissionPolicy(Registration)
    permission_required = "view"
    page_title = "Rendez-vous à clôturer"
    header_icon = "calendar-check"
    template_name = "registrations/admin/to_close.html"
    paginate_by = 50

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("inscriptions:index"), "label": "Inscriptions"},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        followed = events_followed_by(self.request.user)
        waiting = to_close_out(followed, now=timezone.now()).prefetch_related("facilitators__user", "state")
        page = Paginator(waiting.specific(), self.paginate_by).get_page(self.request.GET.get("p"))
        lines = [
            {
                "event": event,
                "missing": [item for item in closing_items(event) if not item.is_done],
                "facilitators": [row.user for row in event.facilitators.all()],
            }
            for event in page
        ]
        return super().get_context_data(page=page, lines=lines, **kwargs)
