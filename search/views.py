"""The search page, its JSON, and the suggestions under the search box."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .forms import SearchParameters
from .labels import facet_labels
from .noting import note_search
from .promoted import promoted_for
from .results import Results, find
from .suggesting import suggest

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
    results = find(parameters, user=request.user, labels=labels, now=timezone.now())
    # Somebody who narrows the results or reads on has seen the editors' choice.
    if results.page == 1 and not parameters.facets:
        results = replace(results, promoted=promoted_for(results.query, user=request.user))
    return results


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
    context = {"results": results, "sorts": sorts, "is_partial": bool(only_part)}
    response = render(request, template, {**context, "journal": note_search(request, results)})
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
            # Of these, how many hold all the words.
            "whole": results.whole,
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
            "promoted": [
                {
                    "title": pick.title,
                    "description": pick.description,
                    "url": pick.url,
                    "type": pick.type,
                    "reserved": pick.is_reserved,
                }
                for pick in results.promoted
            ],
            "left_out": list(results.left_out),
            "correction": results.correction.text if results.correction else None,
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
        "missing": list(result.missing),
    }


def _passage_data(passage) -> dict:
    data = {"label": passage.label, "start": passage.start, "end": passage.end}
    return data | {"file": passage.file, "file_url": passage.url} if passage.file else data


@require_safe
@never_cache
@not_indexed
def suggestions(request):
    """``/recherche/suggestions``: what the words typed so far may mean, one group after the other."""
    groups = suggest(request.GET.get("q", ""), user=request.user)
    return JsonResponse(
        {
            "suggestions": [
                {
                    "group": group.title,
                    "label": item.label,
                    "detail": item.detail,
                    "type": item.type,
                    "url": item.url,
                }
                for group in groups
                for item in group.items
            ]
        },
        json_dumps_params={"ensure_ascii": False},
    )
