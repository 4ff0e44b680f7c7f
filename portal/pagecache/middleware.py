"""Serves anonymous readers the pages that are kept, and keeps those that ask for it and may be."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags

from .boundaries import next_boundary
from .compression import accepted
from .entries import Entry, pages
from .generation import current_generation
from .holes import Recorder

logger = logging.getLogger(__name__)
#: What a browser may keep, if it asks each time whether it still stands; what others in between may not.
CACHE_CONTROL = "private, no-cache"
VARY = "Cookie, Accept-Encoding"
#: Headers that each answer has anew.
OWN_HEADERS = frozenset(
    ["cache-control", "connection", "content-encoding", "content-length", "date", "etag", "vary"]
)
#: Headers of a request for something else than the page as every stranger sees it.
TELLING = ("HTTP_AUTHORIZATION", "HTTP_HX_REQUEST", "HTTP_X_REQUESTED_WITH")
#: What a page may say it varies by and be kept: the key, or the refusal, sees to these.
VARIES_BY = frozenset(["cookie", "accept-encoding", "hx-request"])


class PageCacheMiddleware:
    """Stands before all that a kept page has no need of: the session, the reader, the policy of its content.

    The generation is read before the page is made. A page is made for strangers alone: whoever sends a cookie
    that could change it gets it made anew.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_anonymous(request):
            return guarded(self.get_response(request))
        # A host that is not ours is refused here as anywhere: this raises DisallowedHost.
        key = (request.scheme, request.get_host(), request.path, request.META.get("QUERY_STRING", ""))
        generation = current_generation()
        if generation is None:
            return guarded(self.get_response(request))
        now = timezone.now()
        entry = pages.get(key, generation=generation, now=now)
        if entry is not None:
            try:
                return answer(request, key, entry, now=now)
            except DatabaseError as error:
                logger.warning("A page that is kept cannot be filled: %s", error)
        return self.make(request, key, Recorder(generation, now))

    def make(self, request, key: tuple, recorder: Recorder):
        """Render the page; keep it if it may be; answer it with its holes filled."""
        with recorder.records():
            response = self.get_response(request)
        if not recorder.is_wanted or response.streaming:
            return guarded(response)
        may_stay = may_be_kept(request, response)
        if not may_stay and not recorder.holes:
            return guarded(response)
        pieces, holes = recorder.split(response.content)
        entry = Entry(
            generation=recorder.generation,
            expires_at=next_boundary(recorder.now),
            headers=tuple(
                (name, value) for name, value in response.items() if name.lower() not in OWN_HEADERS
            ),
            pieces=pieces,
            holes=holes,
            now=recorder.now,
        )
        if not may_stay:
            response.content = entry.filled(entry.values(), now=recorder.now).body("")
            return guarded(response)
        pages.put(key, entry, now=recorder.now)
        return answer(request, key, entry, now=recorder.now)


def is_anonymous(request) -> bool:
    """Tell whether ``request`` may be answered with a page that is the same for every stranger."""
    if not settings.PAGE_CACHE or request.method not in ("GET", "HEAD"):
        return False
    meta = request.META
    if any(name in meta for name in TELLING):
        return False
    return not meta.get("HTTP_COOKIE") or set(request.COOKIES) <= settings.PAGE_CACHE_HARMLESS_COOKIES


def may_be_kept(request, response) -> bool:
    """Tell whether ``response``, which asks for it, holds nothing that was made for one reader."""
    control = response.get("Cache-Control", "")
    vary = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return not (
        response.status_code != 200
        or response.cookies
        or "no-store" in control
        or "private" in control
        or not vary <= VARIES_BY
        or "'nonce-" in response.get("Content-Security-Policy", "")
        # A token was asked for: the page holds it.
        or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        or _has_session(request)
        or _has_messages(request)
    )


def answer(request, key: tuple, entry: Entry, *, now):
    """Answer ``entry`` with its holes filled: whole, compressed, or 304 where the reader has it."""
    values = entry.values()
    ready = entry.ready.get(values)
    encoding = accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if ready is None or encoding not in ready.bodies:
        ready = entry.filled(values, now=now)
        ready.body(encoding)
        pages.weigh(key)
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked and (asked == ready.etag or _matches(asked, ready.etag)):
        response = HttpResponseNotModified()
    else:
        body = ready.body(encoding)
        # The length is the body's, which a HEAD does not send.
        response = HttpResponse(b"" if request.method == "HEAD" else body)
        for name, value in entry.headers:
            response.headers[name] = value
        response.headers["Content-Length"] = str(len(body))
        if encoding:
            response.headers["Content-Encoding"] = encoding
    response.headers["ETag"] = ready.etag
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Vary"] = VARY
    return response


def guarded(response):
    """Say of a page that is not kept that nobody else may keep it either, unless it says something itself."""
    if response.get("Content-Type", "").startswith("text/html"):
        response.headers.setdefault("Cache-Control", CACHE_CONTROL)
    return response


def _matches(asked: str, etag: str) -> bool:
    """Compare as RFC 9110 (13.1.2) says for If-None-Match: weakly."""
    tags = parse_etags(asked)
    return tags == ["*"] or any(tag.removeprefix("W/") == etag.removeprefix("W/") for tag in tags)


def _has_session(request) -> bool:
    session = getattr(request, "session", None)
    if session is not None and (session.modified or not session.is_empty()):
        return True
    user = getattr(request, "_cached_user", None)
    return user is not None and user.is_authenticated


def _has_messages(request) -> bool:
    storage = getattr(request, "_messages", None)
    return storage is not None and bool(storage.added_new or storage.used)
