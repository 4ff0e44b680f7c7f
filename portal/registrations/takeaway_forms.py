"""The forms of what a session leaves. Nothing typed is lost when something is missing."""

from __future__ import annotations

from django import forms

from .models import EventPage, Takeaway
from .services import may_have_brought
from .traced import TracedForm


class WhoBroughtIt(forms.ModelChoiceField):
    """A person by her name, who told a situation beforehand marked; her registration is what is stored."""

    def label_from_instance(self, registration):
        told = " (avait écrit une situation)" if registration.brought_situation else ""
        return f"{registration.user}{told}"


class TakeawayForm(TracedForm):
    """The situation in general terms, the leads, and who is to be asked whether she agrees."""

    traced = ("situation", "leads")

    situation = forms.CharField(
        label="La situation, en termes généraux",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=(
            "Ni nom, ni commune, ni montant exact\u00a0: ce que des collègues d’une autre région y reconnaîtraient."
        ),
    )
    leads = forms.CharField(
        label="Les pistes",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Une par ligne.",
        error_messages={
            "required": "Écrivez au moins une piste\u00a0: c’est ce qui reste dans tous les cas."
        },
    )
    brought_by = WhoBroughtIt(
        label="Qui a apporté cette situation\u00a0?",
        queryset=None,
        required=False,
        empty_label="Personne en particulier",
        help_text=(
            "Un courriel lui demande si elle est d’accord avec ce texte. "
            "Sans son accord, seules les pistes restent."
        ),
    )

    def __init__(self, *args, event: EventPage, takeaway: Takeaway | None = None, **kwargs):
        if takeaway:
            kwargs["initial"] = {
                "situation": takeaway.situation,
                "leads": takeaway.leads,
                "brought_by": takeaway.registration_id,
            }
        super().__init__(*args, **kwargs)
        choices = may_have_brought(event, kept=takeaway.registration if takeaway else None)
        self.fields["brought_by"].queryset = choices
        if not choices.exists():
            # Nobody was there, or they are forgotten: there is nothing to choose from.
            del self.fields["brought_by"]
        self.ask_about_traces()


class FollowUpForm(TracedForm):
    """What was tried since, in a few lines."""

    traced = ("text",)

    text = forms.CharField(
        label="Qu’avez-vous essayé, et qu’est-ce que cela a donné\u00a0?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Deux lignes suffisent, sans nom de structure. «\u00a0Rien encore\u00a0» est une réponse utile.",
        error_messages={"required": "Écrivez au moins quelques mots."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_about_traces()
