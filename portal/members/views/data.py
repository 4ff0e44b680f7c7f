"""One's data: take it away, or have it erased."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.members.forms import EraseForm
from portal.members.privacy import LastAdministrator, erase_person, export_person

from .access import private


@require_safe
@private
def data(request):
    return render(request, "members/data.html")


@require_POST
@private
def export(request):
    now = timezone.now()
    content = export_person(user=request.user, by=request.user, now=now)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    day = timezone.localtime(now).date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="mes-donnees-{day}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@private
def erase(request):
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_person(user=request.user, by=request.user, now=timezone.now())
        except LastAdministrator as error:
            messages.error(request, str(error))
            return redirect("members:data")
        logout(request)
        messages.success(request, "Votre compte et vos données sont effacés. Merci d’être passé·e par ici.")
        return redirect("/")
    return render(request, "members/erase.html", {"form": form})
