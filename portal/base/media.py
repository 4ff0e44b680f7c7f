"""Serve media files. Wagtail guards documents; images and films of reserved collections go through here.

Files are stored in one place whatever their audience, so that changing a collection moves nothing. A front
server must therefore not serve ``/media/`` by itself: it may cache what is answered here as public.
"""

from __future__ import annotations

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseForbidden
from django.utils.cache import patch_cache_control
from django.utils.http import http_date, parse_http_date_safe
from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtailmedia.models import get_media_model

#: Where Wagtail's document view is the only door.
GUARDED_ELSEWHERE = ("documents/",)
AN_HOUR = 3600
A_YEAR = 365 * 24 * AN_HOUR


def serve(request, path: str):
    """Answer a file of the media folder to who may have it: 200, 206, 304, 403 or 404."""
    if path.startswith(GUARDED_ELSEWHERE) or ".." in path.split("/") or "\x00" in path:
        raise Http404
    collection_id = _collection_of(path)
    restrictions = _restrictions(collection_id)
    if not all(restriction.accept_request(request) for restriction in restrictions):
        return HttpResponseForbidden("Ce fichier est réservé au réseau.")
    if not default_storage.exists(path):
        raise Http404
    response = _file_response(request, path)
    if restrictions:
        patch_cache_control(response, private=True, max_age=0)
    else:
        # A name is given once (portal.base.storage): whoever has the file need not ask again. But its collection
        # may become a reserved one: what stands between asks after an hour.
        patch_cache_control(response, public=True, max_age=A_YEAR, s_maxage=AN_HOUR, immutable=True)
    return response


def _collection_of(path: str) -> int:
    """The collection of the image, rendition or film stored at ``path``. One query."""
    Image, Media = get_image_model(), get_media_model()
    if path.startswith("images/"):
        lookup = Image.get_rendition_model().objects.filter(file=path).values_list("image__collection")
    elif path.startswith("original_images/"):
        lookup = Image.objects.filter(file=path).values_list("collection")
    elif path.startswith("media/"):
        lookup = Media.objects.filter(file=path).values_list("collection")
    elif path.startswith("media_thumbnails/"):
        lookup = Media.objects.filter(thumbnail=path).values_list("collection")
    else:
        raise Http404
    found = lookup.first()
    if found is None:
        # Not a file that we know: it has no owner, hence no audience.
        raise Http404
    return found[0]


def _restrictions(collection_id: int) -> list:
    """Every restriction that weighs on a collection, its ancestors' included. Two queries."""
    return list(Collection.objects.get(pk=collection_id).get_view_restrictions().prefetch_related("groups"))


def _file_response(request, path: str):
    modified = int(default_storage.get_modified_time(path).timestamp())
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    size = default_storage.size(path)
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if since is not None and modified <= since:
        response = FileResponse(status=304)
    else:
        response = FileResponse(default_storage.open(path), content_type=content_type)
        span = _range(request.headers.get("Range", ""), size)
        if span:
            # Players seek: they ask for the part that they play (RFC 9110, section 14).
            start, end = span
            stream = default_storage.open(path)
            stream.seek(start)
            response = FileResponse(_Limited(stream, end - start + 1), status=206, content_type=content_type)
            response["Content-Range"] = f"bytes {start}-{end}/{size}"
            response["Content-Length"] = str(end - start + 1)
    response["Accept-Ranges"] = "bytes"
    response["Last-Modified"] = http_date(modified)
    if content_type == "image/svg+xml":
        # An uploaded drawing must not run anything when it is opened by itself.
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte of a single satisfiable range, else None (the whole file is answered)."""
    if not header.startswith("bytes=") or "," in header:
        return None
    first, dash, last = header.removeprefix("bytes=").strip().partition("-")
    if not dash or not (first + last).isdigit():
        return None
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end < size else None


class _Limited:
    """A file-like that ends after ``length`` bytes."""

    def __init__(self, stream, length: int):
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        data = self.stream.read(size)
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.stream.close()
