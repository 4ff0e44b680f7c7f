"""The grid of the assessment, and « Signaler un obstacle ». GET shows, POST writes."""

from __future__ import annotations

import csv
from contextlib import suppress

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import rgaa, services
from .addresses import NotOurs, own_page
from .forms import ObstacleForm
from .models import StatementPage, with_pages

#: How often the form is listened to, by IP address (a whole office may share one); see also the service.
RATES = {"report": "20/h/ip"}
THANKS = "C’est transmis. Merci\u00a0: ce que vous avez rencontré gêne sans doute d’autres personnes."
THANKS_AND_ANSWER = "C’est transmis. Merci\u00a0: nous vous répondons sous une semaine, à l’adresse donnée."


def _published() -> rgaa.Assessment:
    """The assessment, where the statement publishes it. Raises Http404."""
    if not StatementPage.objects.live().filter(shows_assessment=True).exists():
        raise Http404
    return rgaa.assessment()


@require_safe
def grid(request):
    """``/accessibilite/grille/``: what was found of each criterion, theme by theme."""
    found = _published()
    return render(
        request,
        "accessibility/grid.html",
        {
            "assessment": found,
            "pages": [{"page": page, "count": found.count_of(page.key)} for page in found.pages],
            "themes": [
                {
                    "theme": theme,
                    "lines": [_line(found, finding) for finding in theme.findings],
                }
                for theme in found.themes
            ],
        },
    )


def _line(found: rgaa.Assessment, finding: rgaa.Finding) -> dict:
    """One criterion as the grid shows it: where it does not apply is not said again."""
    line = with_pages(found, finding)
    if finding.status is rgaa.Status.NOT_APPLICABLE:
        line["pages"] = []
    return line


@require_safe
def grid_file(request):
    """``/accessibilite/grille.csv``: one line a criterion, one column a page; for a spreadsheet in French."""
    found = _published()
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="grille-rgaa-{found.date}.csv"'},
    )
    # Without this mark, a spreadsheet takes the accents for something else.
    response.write("\ufeff")
    lines = csv.writer(response, delimiter=";")
    lines.writerow(
        ["Critère", "Intitulé", "Résultat", *(page.name for page in found.pages), "Vérifié par", "Remarque"]
    )
    for finding in found.findings:
        lines.writerow(
            [
                finding.number,
                finding.title,
                finding.status.value,
                *(status.value for status in finding.by_page.values()),
                ", ".join(finding.means_labels),
                finding.remark,
            ]
        )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request):
    """``/accessibilite/signaler/?page=``: GET shows the form, filled in with the page one comes from; POST writes."""
    host = request.get_host()
    if request.method != "POST":
        return _show(request, ObstacleForm(host=host, initial=_initial(request, host)))
    form = ObstacleForm(request.POST, host=host)
    if form.is_from_a_program:
        # It is told what a person is told.
        return _thanks(request, THANKS)
    if not form.is_valid():
        return _show(request, form, status=422)
    values = {name: form.cleaned_data[name] for name in ("page", "tried", "blocked", "aid", "email")}
    try:
        if ratelimit.consume(request, app="portal.accessibility", action="report", config=RATES) is None:
            raise services.TooManyReports
        services.report_obstacle(
            **values, user=request.user if request.user.is_authenticated else None, now=timezone.now()
        )
    except services.TooManyReports as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, form, status=429)
    return _thanks(request, THANKS_AND_ANSWER if values["email"] else THANKS)


def _initial(request, host: str) -> dict:
    initial = {"email": request.user.email} if request.user.is_authenticated else {}
    with suppress(NotOurs):
        initial["page"] = own_page(request.GET.get("page", ""), host=host)
    return initial


def _show(request, form, status: int = 200):
    return render(request, "accessibility/report.html", {"form": form}, status=status)


def _thanks(request, sentence: str):
    messages.success(request, sentence)
    return redirect("accessibility:report")
