"""What whoever runs a session fills in from her phone."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model

from .models import EventPage


class AccountForm(forms.Form):
    """Someone, by the address of her account; ``user`` is who was found."""

    email = forms.EmailField(
        label="Adresse e-mail",
        help_text="Celle de son compte sur le portail.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self):
        self.user = account_of(self.cleaned_data["email"])
        return self.user.email


class HandOverForm(forms.Form):
    """Who takes over: a name of the list, or an address. ``to`` is who was chosen."""

    person = forms.ModelChoiceField(
        label="Une personne de ce rendez-vous",
        queryset=get_user_model().objects.none(),
        required=False,
        empty_label="Choisir…",
    )
    email = forms.EmailField(
        label="Ou l’adresse e-mail d’un·e autre membre",
        required=False,
        help_text="Celle de son compte sur le portail.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, event: EventPage, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.to = None
        self.fields["person"].queryset = may_take_over(event).exclude(pk=by.pk)

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email:
            self.to = account_of(email)
        return email

    def clean(self):
        data = super().clean()
        person = data.get("person")
        if person and data.get("email"):
            self.add_error("email", "Choisissez un nom ou une adresse, pas les deux.")
        elif not self.errors and not person and not data.get("email"):
            self.add_error("person", "Choisissez qui prend la suite.")
        self.to = person or self.to
        return data


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="La raison, en une phrase",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Telle que chaque personne inscrite la lira.",
    )


def account_of(email: str):
    """Return the open account of ``email``; raises ValidationError where there is none."""
    user = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise forms.ValidationError("Aucun compte n’a cette adresse.")
    return user


def may_take_over(event: EventPage):
    """Return the accounts on the list of ``event``, or named to facilitate it, that may take over."""
    users = get_user_model().objects.approved()
    named = users.filter(facilitations__event=event)
    seated = users.filter(registrations__in=event.registrations.confirmed())
    return users.filter(pk__in=named.values("pk").union(seated.values("pk"))).order_by(
        "last_name", "first_name", "email"
    )
