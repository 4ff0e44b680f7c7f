"""The search page, its JSON, and the suggestions under the search box."""

from __future__ import annotations

import logging
from functools import wraps

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.base.audience import principals

from .engines import get_engine
from .engines.base import SearchUnavailable
from .forms import SearchParameters
from .labels import facet_labels
from .registry import registry
from .results import Results, find

logger = logging.getLogger(__name__)

MAX_SUGGESTIONS = 8
SORT_LABELS = {"pertinence": "pertinence", "date": "date"}


def not_indexed(view):
    """Keep the pages of results out of other search engines."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def _results(request) -> Results:
    labels = facet_labels(request.user)
    parameters = SearchParameters.parse(request.GET, labels)
    return find(parameters, user=request.user, labels=labels, now=timezone.now())


@require_safe
@never_cache
@not_indexed
def search(request):
    """``/recherche/``: the page, or with htmx the part of it that changes."""
    results = _results(request)
    # Going back in the history asks for the whole page, with the same header.
    only_part = request.htmx and not request.htmx.history_restore_request
    template = "search/partials/resultats.html" if only_part else "search/results.html"
    sorts = [
        {
            "label": label,
            "address": results.parameters.query_string(sort=sort, page=1),
            "is_current": results.parameters.sort == sort,
        }
        for sort, label in SORT_LABELS.items()
    ]
    response = render(request, template, {"results": results, "sorts": sorts, "is_partial": bool(only_part)})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@never_cache
@not_indexed
def search_json(request):
    """``/recherche.json``: the same results as data. Extracts are HTML, escaped, with ``<mark>``."""
    results = _results(request)
    return JsonResponse(
        {
            "total": results.total,
            "page": results.page,
            "pages": results.pages,
            "hits": [_hit_data(result) for result in results.hits],
            "facets": {
                facet.name: [
                    {
                        "value": option.value,
                        "label": option.label,
                        "count": option.count,
                        "selected": option.selected,
                    }
                    for option in facet.options
                ]
                for facet in results.facets
            },
            "left_out": list(results.left_out),
            "unknown": list(results.parameters.unknown),
            "degraded": results.is_degraded,
            "engine": results.engine,
            "took_ms": results.took_ms,
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _hit_data(result) -> dict:
    document, passage = result.document, result.passage
    return {
        "id": document.id,
        "type": document.type,
        "title": document.title,
        "title_html": result.extract.title,
        "extract_html": result.extract.text,
        "url": result.url,
        "passage": _passage_data(passage) if passage else None,
        "themes": list(document.themes),
        "phases": list(document.phases),
        "regions": list(document.regions),
        "centre": document.centre,
        "date": document.date.isoformat() if document.date else None,
        "reserved": result.is_reserved,
    }


def _passage_data(passage) -> dict:
    data = {"label": passage.label, "start": passage.start, "end": passage.end}
    return data | {"file": passage.file, "file_url": passage.url} if passage.file else data


@require_safe
@never_cache
@not_indexed
def suggestions(request):
    """``/recherche/suggestions``: what the words typed so far may mean, as data or, with htmx, as a list.

    Answers an empty list when the engine is down: the box works without it.
    """
    text = request.GET.get("q", "")
    try:
        found = get_engine().suggest(text, principals=principals(request.user), limit=MAX_SUGGESTIONS)
    except SearchUnavailable as error:
        logger.warning("no suggestions: %s", error)
        found = []
    visible = registry.visible_ids(request.user, [suggestion.document for suggestion in found])
    types = registry.types()
    items = [
        {
            "label": suggestion.document.title,
            "summary": suggestion.document.summary if suggestion.document.type == "terme" else "",
            "type": suggestion.document.type,
            "type_label": types[suggestion.document.type].label if suggestion.document.type in types else "",
            "url": suggestion.document.url,
        }
        for suggestion in found
        if suggestion.document.id in visible
    ]
    if request.htmx:
        return render(request, "search/partials/suggestions.html", {"suggestions": items})
    return JsonResponse({"suggestions": items}, json_dumps_params={"ensure_ascii": False})
