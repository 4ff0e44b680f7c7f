"""The log of hours, and its attestations. Everything here is one's own, and nothing is written."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.base import pdf
from portal.base.models import PortalSettings
from portal.registrations import attestations, hours

NO_PDF = "Le PDF ne peut pas être préparé ici\u00a0: imprimez cette page, sur papier ou dans un fichier PDF."


@never_cache
@login_required
@require_safe
def year_log(request, year: int):
    """What one followed in a year, with the way to its attestations."""
    attended = hours.attended_in(request.user, year)
    if not attended:
        raise Http404
    trainings = {}
    for one in attended:
        if one.gives_certificate:
            trainings.setdefault(one.event.cycle_id or -one.event.pk, one)
    context = {
        "year": year,
        "attended": attended,
        "minutes": sum(one.minutes for one in attended),
        "trainings": list(trainings.values()),
        "years": hours.years_of(request.user),
        "has_pdf": pdf.is_available(),
        "has_gone": any(one.event is None for one in attended),
    }
    return render(request, "registrations/hours.html", context)


@never_cache
@login_required
@require_safe
def year_attestation(request, year: int):
    """The attestation of a year, to print."""
    return _page(
        request,
        _of_year(request, year),
        back=reverse("registrations:hours", args=[year]),
        pdf_url=reverse("registrations:attestation_pdf", args=[year]),
    )


@never_cache
@login_required
@require_safe
def year_attestation_pdf(request, year: int):
    """The same as a PDF; where none can be made, the page to print."""
    page_url = reverse("registrations:attestation", args=[year])
    return _pdf(request, _of_year(request, year), page_url=page_url)


@never_cache
@login_required
@require_safe
def training_attestation(request, pk: int):
    """The attestation of a training, by one's registration for one of its dates, to print."""
    attestation, year = _of_training(request, pk)
    return _page(
        request,
        attestation,
        back=reverse("registrations:hours", args=[year]),
        pdf_url=reverse("registrations:training_attestation_pdf", args=[pk]),
    )


@never_cache
@login_required
@require_safe
def training_attestation_pdf(request, pk: int):
    """The same as a PDF; where none can be made, the page to print."""
    attestation, _ = _of_training(request, pk)
    return _pdf(request, attestation, page_url=reverse("registrations:training_attestation", args=[pk]))


def _of_year(request, year: int) -> attestations.Attestation:
    attended = hours.attended_in(request.user, year)
    if not attended:
        raise Http404
    return attestations.of_year(request.user, year, attended, today=timezone.localdate())


def _of_training(request, pk: int) -> tuple[attestations.Attestation, int]:
    dates = hours.training_of(request.user, pk)
    if not dates:
        raise Http404
    return attestations.of_training(request.user, dates, today=timezone.localdate()), dates[0].date.year


def _page(request, attestation: attestations.Attestation, *, back: str, pdf_url: str):
    has_pdf = pdf.is_available()
    screen = {"back_url": back, "pdf_url": pdf_url if has_pdf else "", "sentence": "" if has_pdf else NO_PDF}
    portal = PortalSettings.for_request(request)
    return HttpResponse(attestation.html(styles=static(attestations.STYLES), portal=portal, screen=screen))


def _pdf(request, attestation: attestations.Attestation, *, page_url: str):
    try:
        content = attestation.pdf(portal=PortalSettings.for_request(request))
    except pdf.PdfUnavailable:
        # The page says so, and can be printed.
        return redirect(page_url)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{attestation.filename}"'},
    )
