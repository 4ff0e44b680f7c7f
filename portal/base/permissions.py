"""Rights on pages: Wagtail's own, with the refusals that only the content itself can know."""

from __future__ import annotations

from collections.abc import Callable

from wagtail.models import PagePermissionTester

#: Called with a page; returns why the page and what is below it may not be deleted, or "".
DeletionGuard = Callable[[object], str]
_guards: list[DeletionGuard] = []


def register_deletion_guard(guard: DeletionGuard) -> DeletionGuard:
    """Let an app refuse the deletion of pages that something of its own depends on."""
    if guard not in _guards:
        _guards.append(guard)
    return guard


def reason_not_to_delete(page) -> str:
    """Return one French sentence saying why ``page`` (or what is below it) may not be deleted, or ""."""
    for guard in _guards:
        if reason := guard(page):
            return reason
    return ""


class ProtectedPagePermissionTester(PagePermissionTester):
    """Refuses the deletion of a page that others depend on; lets a centre publish its own sessions."""

    def can_delete(self, ignore_bulk=False):
        return super().can_delete(ignore_bulk=ignore_bulk) and not reason_not_to_delete(self.page)

    def can_publish(self):
        if super().can_publish():
            return True
        return self.page.published_by_its_centre and not self.page_is_root and self.can_edit()

    def can_unpublish(self):
        return super().can_unpublish() or (self.page.live and self.can_publish())

    def can_publish_subpage(self):
        if super().can_publish_subpage():
            return True
        page_class = getattr(self.page, "page_class_being_added", None)
        return bool(page_class and page_class.published_by_its_centre and self.can_add_subpage())
