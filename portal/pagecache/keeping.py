"""How a response asks to be kept. Nothing is kept that did not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps

from .holes import current

#: A longer query string is nobody's link.
LONGEST_QUERY = 200


def keep(request, *, parameters: Iterable[str] = ()) -> None:
    """Let the answer to ``request`` be kept for anonymous readers, if nothing else speaks against it.

    ``parameters`` are those of the query string that change the page: with any other it is made anew each
    time, so that nobody fills the memory with pages that no link leads to.
    """
    recorder = current()
    query = request.META.get("QUERY_STRING", "")
    if recorder and len(query) <= LONGEST_QUERY and set(request.GET) <= set(parameters):
        recorder.is_wanted = True


def kept(view):
    """Decorate a view that answers every anonymous reader the same until content changes."""

    @wraps(view)
    def asking(request, *args, **kwargs):
        keep(request)
        return view(request, *args, **kwargs)

    return asking
