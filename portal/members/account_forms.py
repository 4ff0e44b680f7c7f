"""allauth's forms in the portal's words: one visible label a field, no placeholder, a password nobody needs."""

from __future__ import annotations

from allauth.account import forms as account
from allauth.core import context
from django import forms
from django.contrib.auth.hashers import make_password

from .accounts import ensure_email_address
from .remembering import HELP, LABEL, note_wish

#: The address that an invitation filled in (see ``views.invitation``).
INVITED_KEY = "members_invited_email"
EMAIL_LABEL = "Adresse e-mail"
EMAIL_INVALID = "Cette adresse n’est pas complète. Par exemple\u00a0: prenom.nom@exemple.fr"


class Plain:
    """Mixin: labels are enough; a placeholder repeats them and vanishes when one types."""

    labels: dict[str, str] = {}
    helps: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text)
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = EMAIL_INVALID


class SignupForm(Plain, account.SignupForm):
    labels = {"email": EMAIL_LABEL, "password1": "Mot de passe"}
    helps = {
        "email": "De préférence celle que le réseau connaît : un code y est envoyé.",
        "password1": "Sans mot de passe, un code vous est envoyé à chaque connexion. Au moins 10 caractères.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and context.request:
            self.initial.setdefault("email", context.request.session.get(INVITED_KEY, ""))

    def try_save(self, request):
        # Hashing takes time: spend it for a known address too, so that the answer's delay says nothing.
        if self.account_already_exists and self.cleaned_data.get("password1"):
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class RequestLoginCodeForm(Plain, account.RequestLoginCodeForm):
    remember = forms.BooleanField(required=False)
    labels = {"email": EMAIL_LABEL, "remember": LABEL}
    helps = {"remember": HELP}
    field_order = ["email", "remember"]

    def clean(self):
        data = super().clean()
        # Before the code leaves: the page where it is copied asks for nothing else.
        if context.request:
            note_wish(context.request.session, data.get("remember"))
        return data

    def clean_email(self):
        email = super().clean_email()
        if self._user:
            ensure_email_address(self._user)
        return email.lower()


class LoginForm(Plain, account.LoginForm):
    """Address and password, or the address alone: a code is then sent."""

    labels = {"login": EMAIL_LABEL, "password": "Mot de passe", "remember": LABEL}
    helps = {
        "login": "Par exemple\u00a0: prenom.nom@exemple.fr",
        "password": "Pas de mot de passe, ou oublié ? Laissez vide : un code vous est envoyé.",
        "remember": HELP,
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False

    def clean_login(self):
        return super().clean_login().lower()

    def login(self, request, redirect_url=None):
        # Said once for the code, the password, and the second step that may follow either.
        note_wish(request.session, self.cleaned_data["remember"])
        return super().login(request, redirect_url=redirect_url)

    def _clean_without_password(self, email, phone):
        form = RequestLoginCodeForm({"email": email, "remember": self.cleaned_data.get("remember")})
        if form.is_valid():
            self.user = form._user
        else:
            for error in form.errors.get("email", []):
                self.add_error("login", error)
        return self.cleaned_data


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    labels = {"email": EMAIL_LABEL}

    def clean_email(self):
        email = super().clean_email()
        for user in self.users:
            ensure_email_address(user)
        return email.lower()


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    labels = {"password1": "Nouveau mot de passe", "password2": "Le même, une seconde fois"}


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    labels = {
        "oldpassword": "Mot de passe actuel",
        "password1": "Nouveau mot de passe",
        "password2": "Le même, une seconde fois",
    }
    helps = {"oldpassword": ""}


class SetPasswordForm(Plain, account.SetPasswordForm):
    labels = {"password1": "Mot de passe", "password2": "Le même, une seconde fois"}


class AddEmailForm(Plain, account.AddEmailForm):
    labels = {"email": "Nouvelle adresse e-mail"}


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    labels = {"password": "Mot de passe"}
    helps = {"password": ""}


class CodeMixin(Plain):
    labels = {"code": "Code reçu par courriel"}
    helps = {"code": "Huit lettres ; le tiret et les majuscules ne comptent pas."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": "20",
        }


class ConfirmLoginCodeForm(CodeMixin, account.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(CodeMixin, account.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(CodeMixin, account.ConfirmPasswordResetCodeForm):
    pass
