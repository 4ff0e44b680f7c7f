"""allauth's adapter: French words, and mail that the outbox knows how to treat."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from portal.base.letters import absolute, letterhead, on_one_line, text_of
from portal.base.models import PortalSettings

from . import mails

#: A code in the context of a message makes it one that is never shown and dies with the code.
SECRETS = ("code", "key")


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter; the rules of the network are in ``approval`` and ``roster``."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": (
            "L’adresse et le mot de passe ne vont pas ensemble. "
            "Sans mot de passe, laissez ce champ vide : un code vous sera envoyé."
        ),
        "enter_current_password": "Indiquez votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon. Vérifiez le dernier message reçu.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "invalid_login": "Indiquez une adresse e-mail.",
        "rate_limited": "Trop d’essais en peu de temps. Patientez une minute, puis recommencez.",
        "same_as_current": "C’est déjà votre adresse.",
        "duplicate_email": "Cette adresse est déjà la vôtre.",
        "too_many_login_attempts": "Trop d’essais. Patientez quelques minutes, puis recommencez.",
        "cannot_remove_primary_email": "Choisissez d’abord une autre adresse principale.",
        "unverified_primary_email": "Confirmez d’abord cette adresse.",
    }

    def render_mail(self, template_prefix, email, context, headers=None):
        """Render as every letter of ours: one HTML template, from which the text is derived."""
        context = {
            **letterhead(),
            "login_url": absolute(reverse("account_login")),
            **context,
        }
        secret = any(name in context for name in SECRETS)
        headers = {
            **(headers or {}),
            **mails.headers(
                kind="compte",
                secret=secret,
                expires_seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT if secret else None,
            ),
        }
        # An editor's own time zone (Wagtail's admin has one each) is not the reader's.
        with timezone.override(None):
            try:
                html = render_to_string(f"{template_prefix}_message.html", context)
            except TemplateDoesNotExist:
                # A kind that a setting of tomorrow switches on: allauth's own words, rather than none.
                return super().render_mail(template_prefix, email, context, headers)
            subject = on_one_line(render_to_string(f"{template_prefix}_subject.txt", context))
        to = [email] if isinstance(email, str) else email
        message = EmailMultiAlternatives(
            self.format_email_subject(subject), text_of(html), self.get_from_email(), to, headers=headers
        )
        message.attach_alternative(html, "text/html")
        return message


class MFAAdapter(DefaultMFAAdapter):
    """The second factor, under the portal's own name."""

    def get_totp_issuer(self) -> str:
        return PortalSettings.of_default_site().name
