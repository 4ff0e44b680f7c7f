"""Who may open these pages."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.views.decorators.cache import never_cache


def private(view):
    """A page of one's own: signed in, and kept by no cache."""
    return never_cache(login_required(view))


def for_members(view):
    """A page for approved members; a pending account is told that it is reserved (403)."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not (request.user.is_approved or request.user.is_superuser):
            raise PermissionDenied("reserved")
        return view(request, *args, **kwargs)

    return private(checked)
