"""HTML to a tagged PDF (PDF/UA-1) by WeasyPrint, an extra that an installation may go without.

Nothing is fetched from the network: the document may use the portal's static files, at ``STATIC_FILES``.
"""

from __future__ import annotations

import functools
import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation

#: Where a document finds its styles and fonts. No such host exists: only the fetcher below answers for it.
STATIC_FILES = "https://static.invalid/"


class PdfUnavailable(Exception):
    """WeasyPrint, or a system library that it draws with (Pango), is not installed here."""


@functools.cache
def _weasyprint():
    """Import WeasyPrint once: it takes half a second, and looks for its system libraries then.

    Raises PdfUnavailable.
    """
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as missing:
        raise PdfUnavailable(str(missing)) from missing

    class StaticFilesOnly(URLFetcher):
        """Answers with the portal's own static files, and refuses every other address."""

        def fetch(self, url, headers=None):
            path = static_path(url)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return weasyprint, StaticFilesOnly


def static_path(url: str) -> Path:
    """Return the file that ``url`` names under ``STATIC_FILES``. Raises ValueError for any other address."""
    if not url.startswith(STATIC_FILES):
        raise ValueError(f"Not a static file of the portal: {url}")
    try:
        found = finders.find(unquote(urlsplit(url).path).lstrip("/"))
    except SuspiciousFileOperation as outside:
        raise ValueError(f"Not a static file of the portal: {url}") from outside
    if not found:
        raise ValueError(f"No such static file: {url}")
    return Path(found)


def is_available() -> bool:
    """Tell whether ``pdf_of`` can work here."""
    try:
        _weasyprint()
    except PdfUnavailable:
        return False
    return True


def pdf_of(html: str) -> bytes:
    """Return ``html`` (a whole document, with its ``lang`` and title) as a tagged PDF. Raises PdfUnavailable.

    PDF/UA-1 (ISO 14289-1): without that variant WeasyPrint writes no tags, and a screen reader finds nothing.
    """
    weasyprint, StaticFilesOnly = _weasyprint()
    document = weasyprint.HTML(string=html, base_url=STATIC_FILES, url_fetcher=StaticFilesOnly())
    return document.write_pdf(pdf_variant="pdf/ua-1")
