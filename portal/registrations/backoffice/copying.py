"""Wagtail's copy of a page, which keeps dates: an event is copied to another one."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.actions.copy_page import CopyPageAction
from wagtail.admin.views.pages.copy import CopyView

from portal.registrations.models import EventPage
from portal.registrations.services import shifted_window


class DatedCopyView(CopyView):
    """As Wagtail's; for an event, the copy stands at the date that was asked for, with a fresh state."""

    @property
    def copies_event(self) -> bool:
        page_class = self.page.specific_class
        return bool(page_class and issubclass(page_class, EventPage))

    def get_template_names(self):
        return ["registrations/admin/copy.html"] if self.copies_event else super().get_template_names()

    def form_valid(self, form):
        if not self.copies_event:
            return super().form_valid(form)
        parent = form.cleaned_data["new_parent_page"] or self.parent_page
        rights = parent.specific.permissions_for_user(self.request.user)
        event, start = self.page.specific, form.cleaned_data["new_start"]
        new_page = CopyPageAction(
            page=event,
            to=parent,
            update_attrs={
                "title": form.cleaned_data["new_title"],
                "slug": form.cleaned_data["new_slug"],
                "start": start,
                "end": start + (event.end - event.start),
                # The dates of a cycle are booked together: nobody joins one by copying a page.
                "cycle": None,
                "go_live_at": None,
                "expire_at": None,
                **shifted_window(event, start),
            },
            keep_live=bool(form.cleaned_data.get("publish_copies")) and rights.can_publish_subpage(),
            user=self.request.user,
        ).execute()
        fate = "." if new_page.live else ", en brouillon\u00a0: relisez-le, puis publiez-le."
        messages.success(self.request, f"«\u00a0{new_page.title}\u00a0» est copié à sa nouvelle date{fate}")
        for hook in hooks.get_hooks("after_copy_page"):
            result = hook(self.request, self.page, new_page)
            if hasattr(result, "status_code"):
                return result
        return redirect("wagtailadmin_pages:edit", new_page.pk)
