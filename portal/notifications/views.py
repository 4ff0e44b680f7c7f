from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.base.listing import paginate

from .forms import PreferencesForm
from .models import OutgoingMessage
from .reading import read
from .services import save_preferences


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request):
    """The messages that the person wants; what follows from her own acts always goes."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        save_preferences(user=request.user, wanted=form.cleaned_data)
        messages.success(request, "C’est noté.")
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})


def demo_only(view):
    """Answer 404 outside the demonstration: these pages show codes."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@never_cache
@require_safe
def demo_mail(request):
    """Every message of the demonstration, newest first, codes included."""
    page = paginate(OutgoingMessage.objects.order_by("-pk"), request, per_page=30)
    return render(
        request, "notifications/demo_mail.html", {"items": page, "letters": [read(row) for row in page]}
    )


@demo_only
@never_cache
@require_safe
def demo_html(request, pk: int):
    """The HTML of a message as a mail program shows it: its styles alone, no script, nothing fetched."""
    letter = read(get_object_or_404(OutgoingMessage, pk=pk))
    if not letter.html:
        raise Http404
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation"
    return HttpResponse(letter.html, headers={"Content-Security-Policy": policy, "X-Robots-Tag": "noindex"})


@demo_only
@never_cache
@require_safe
def demo_attachment(request, pk: int, number: int):
    """Attachment ``number`` (from 1) of a message, as a download."""
    attachments = read(get_object_or_404(OutgoingMessage, pk=pk)).attachments
    if not 1 <= number <= len(attachments):
        raise Http404
    attachment = attachments[number - 1]
    return HttpResponse(
        attachment.content,
        content_type=attachment.content_type,
        headers={"Content-Disposition": content_disposition_header(True, attachment.name)},
    )
