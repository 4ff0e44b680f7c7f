"""Smaller answers: once and for all for pages that are kept, each time for the others."""

from __future__ import annotations

import gzip

import brotli
from django.middleware.gzip import GZipMiddleware

#: Of Brotli (0–11): beyond, a page takes ten times longer for a few bytes.
QUALITY = 6
#: What is made of text; images, films and archives are small already.
TEXTUAL = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")


def accepted(header: str) -> str:
    """Return "br", "gzip" or "": the best that an Accept-Encoding header takes."""
    taken = {}
    for part in header.lower().split(","):
        name, _, quality = part.partition(";")
        taken[name.strip()] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ("br", "gzip") if taken.get(name)), "")


def compressed(body: bytes, encoding: str) -> bytes:
    """Return ``body`` in one of the encodings of ``accepted``."""
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=QUALITY)
    return gzip.compress(body, compresslevel=6, mtime=0)


class CompressionMiddleware(GZipMiddleware):
    """Django's compression of what is made for one reader, limited to whole answers made of text.

    It adds a random number of bytes, without which the size would tell a token that a page holds (BREACH).
    """

    def process_response(self, request, response):
        is_text = response.get("Content-Type", "").startswith(TEXTUAL)
        if response.streaming or not is_text or response.status_code == 206:
            return response
        return super().process_response(request, response)
