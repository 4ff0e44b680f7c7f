"""Addresses of Wagtail's admin that the portal opens to fewer people than Wagtail does."""

from django.contrib.auth.decorators import permission_required
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView

# The report names the last page edited of each type, drafts of every centre included.
_guarded = require_admin_access(
    permission_required("members.see_network_reports", raise_exception=True)(
        PageTypesUsageReportView.as_view()
    )
)
_guarded_results = require_admin_access(
    permission_required("members.see_network_reports", raise_exception=True)(
        PageTypesUsageReportView.as_view(results_only=True)
    )
)

urlpatterns = [
    path("admin/reports/page-types-usage/", _guarded),
    path("admin/reports/page-types-usage/results/", _guarded_results),
]
