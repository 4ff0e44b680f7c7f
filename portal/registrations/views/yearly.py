"""The annual page, for pilots, Avise and whoever was given the right to read it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.registrations.models import EventPage, YearFigures
from portal.registrations.permissions import may_see_figures
from portal.registrations.services.exports import record_export
from portal.registrations.year_sheet import CONTENT_TYPE, workbook_of
from portal.registrations.yearly import Report, report_of


@never_cache
@login_required
@require_safe
def last(request):
    """The address to remember: it leads to the year under way."""
    _check_may_read(request)
    return redirect("registrations:figures", timezone.localdate().year)


@never_cache
@login_required
@require_safe
def year_page(request, year: int):
    """The figures of a year beside the one before, to read or print."""
    report = _report(request, year)
    context = {"report": report, "years": _years(), "year": year, "before": year - 1}
    return render(request, "registrations/bilan.html", context)


@never_cache
@login_required
@require_safe
def year_xlsx(request, year: int):
    """The same in a workbook; who took it away is written down."""
    content, rows = workbook_of(_report(request, year))
    record_export(what=f"Bilan {year}", rows=rows, by=request.user, now=timezone.now())
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="bilan-{year}.xlsx"'},
    )


def _report(request, year: int) -> Report:
    _check_may_read(request)
    if year not in _years():
        raise Http404
    return report_of(year=year, now=timezone.now())


def _check_may_read(request) -> None:
    if not may_see_figures(request.user):
        raise PermissionDenied("reserved")


def _years() -> list[int]:
    """The years there is something to say of, the present one first. Two queries."""
    this_year = timezone.localdate().year
    first = EventPage.objects.live().order_by("start").values_list("start", flat=True).first()
    frozen = YearFigures.objects.order_by("year").values_list("year", flat=True).first()
    started = timezone.localdate(first).year if first else this_year
    return list(range(this_year, min(started, frozen or started, this_year) - 1, -1))
