"""The directory: members who chose to be in it, for members."""

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.base.listing import paginate
from portal.members.forms import DirectoryForm
from portal.members.models import Profile

from .access import for_members

PER_PAGE = 24


@require_safe
@for_members
def directory(request):
    form = DirectoryForm(request.GET)
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    profiles = (
        Profile.objects.filter(in_directory=True, user__is_active=True, user__approved_at__isnull=False)
        .select_related("user", "region", "departement")
        .prefetch_related("themes")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    if text := chosen.get("q", "").replace("\x00", ""):
        for word in text.split()[:5]:
            profiles = profiles.filter(
                Q(user__first_name__icontains=word)
                | Q(user__last_name__icontains=word)
                | Q(structure__icontains=word)
            )
    if "region" in chosen:
        profiles = profiles.filter(region=chosen["region"])
    if "fonction" in chosen:
        profiles = profiles.filter(fonction=chosen["fonction"])
    if "theme" in chosen:
        profiles = profiles.filter(themes=chosen["theme"])
    return render(
        request,
        "members/directory.html",
        {"form": form, "items": paginate(profiles, request, per_page=PER_PAGE), "is_filtered": bool(chosen)},
    )
