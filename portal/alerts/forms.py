"""What a person says of an alert: its name, and how often she wants to hear of it."""

from __future__ import annotations

from django import forms

from .models import NAME_LENGTH, SavedSearch


class AlertForm(forms.Form):
    name = forms.CharField(
        label="Nom de l’alerte",
        max_length=NAME_LENGTH,
        help_text="Pour la reconnaître dans vos courriels\u00a0; vous seul·e le voyez.",
        error_messages={"required": "Donnez un nom à cette alerte."},
    )
    frequency = forms.ChoiceField(
        label="Quand vous écrire",
        choices=SavedSearch.Frequency.choices,
        widget=forms.RadioSelect,
        initial=SavedSearch.Frequency.WEEKLY,
        error_messages={
            "required": "Choisissez quand vous écrire.",
            "invalid_choice": "Choisissez quand vous écrire.",
        },
    )


def suggested_name(words: str) -> str:
    """Return ``words``, a search as one reads it, cut to what a name holds."""
    return words if len(words) <= NAME_LENGTH else words[: NAME_LENGTH - 1].rstrip(" ,") + "…"
