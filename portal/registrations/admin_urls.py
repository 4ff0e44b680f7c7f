"""Addresses of Wagtail's admin that the portal answers first. To be included before Wagtail's own."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.pages.delete import DeleteView
from wagtail.models import Page

from portal.base.permissions import reason_not_to_delete

from .backoffice.copying import DatedCopyView


class ReasonedDeleteView(DeleteView):
    """Wagtail's view, which says only that one may not: here, why a page that others depend on stays."""

    def dispatch(self, request, page_id, *args, **kwargs):
        page = get_object_or_404(Page, id=page_id)
        may_see = page.specific.permissions_for_user(request.user).can_edit()
        if may_see and (reason := reason_not_to_delete(page)):
            messages.error(request, reason)
            return redirect("wagtailadmin_explore", page.get_parent().pk)
        return super().dispatch(request, page_id, *args, **kwargs)


urlpatterns = [
    path("admin/pages/<id:page_id>/copy/", require_admin_access(DatedCopyView.as_view())),
    path("admin/pages/<id:page_id>/delete/", require_admin_access(ReasonedDeleteView.as_view())),
]
