from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from .services import WORDING, BadLink, confirm, email_of, leave, request_subscription

#: How often the form is listened to: by IP address (a whole office may share one) and by address typed.
RATES = {"subscribe": "20/h/ip,5/d/key"}


class SubscribeForm(forms.Form):
    email = forms.EmailField(
        label="Votre adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=WORDING, error_messages={"required": "Cochez la case pour nous donner votre accord."}
    )


@require_http_methods(["GET", "POST"])
def subscribe(request):
    """Ask for the letter: the answer is the same for a known address, an unknown one, and too many requests."""
    known = {"email": request.user.email} if request.user.is_authenticated else {}
    form = SubscribeForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        user = request.user if request.user.is_authenticated else None
        if _is_listened_to(request, email):
            request_subscription(email=email, user=user, now=timezone.now())
        messages.success(
            request, "Un message part à cette adresse : le lien qu’il contient confirme l’abonnement."
        )
        return redirect("newsletter:subscribe")
    return render(request, "newsletter/subscribe.html", {"form": form}, status=422 if form.errors else 200)


def _is_listened_to(request, email: str) -> bool:
    # The public ``allauth.core.ratelimit`` reads ACCOUNT_RATE_LIMITS alone; this is what it calls.
    usage = ratelimit.consume(request, app="portal.newsletter", action="subscribe", config=RATES, key=email)
    return usage is not None


@require_http_methods(["GET", "POST"])
def confirm_subscription(request, token: str):
    """GET shows what the button does; POST confirms (mail scanners follow links)."""
    return _by_token(
        request, token, "confirmer", confirm, "C’est confirmé : la prochaine lettre vous arrive."
    )


@require_http_methods(["GET", "POST"])
def end_subscription(request, token: str):
    """GET shows what the button does; POST ends the subscription."""
    return _by_token(request, token, "quitter", leave, "C’est fait : vous ne recevrez plus la lettre.")


def _by_token(request, token, purpose, service, done):
    try:
        email = email_of(token, purpose)
        if request.method == "POST":
            service(token=token, now=timezone.now())
            messages.success(request, done)
            return redirect("newsletter:subscribe")
    except BadLink:
        return render(request, "newsletter/bad_link.html", status=400)
    return render(request, "newsletter/by_token.html", {"email": email, "purpose": purpose})
