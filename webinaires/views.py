"""The files of a replay: who may read the page may read them, nobody else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from .models import WebinairePage


@require_safe
def transcript(request: HttpRequest, pk: int) -> HttpResponse:
    """The transcript as WebVTT: captions of the player, and a file to keep."""
    return _captions(request, pk, "transcript_vtt")


@require_safe
def chapters(request: HttpRequest, pk: int) -> HttpResponse:
    """The chapters as WebVTT, for the player."""
    return _captions(request, pk, "chapters_vtt")


def _captions(request, pk, field):
    page = _replay(pk)
    if not page.is_visible_to(request.user):
        return page.refuse(request)
    text = getattr(page, field).lstrip("\ufeff").strip()
    if not text:
        raise Http404("nothing written")
    response = HttpResponse(text + "\n", content_type="text/vtt; charset=utf-8")
    patch_cache_control(response, **{"private" if page.is_reserved else "public": True, "max_age": 0})
    return response


def _replay(pk: int) -> WebinairePage:
    """The live page of a replay that its readers can see; 404 before the webinar is over."""
    page = WebinairePage.objects.live().select_related("state").filter(pk=pk).first()
    if page is None or not page.shows_replay:
        raise Http404("no replay")
    return page
