"""« Signaler un obstacle »."""

from __future__ import annotations

from django import forms

from .addresses import LENGTH, NotOurs, own_page
from .models import ObstacleReport


class ObstacleForm(forms.Form):
    """What stopped somebody. Two questions, and the rest as one likes."""

    page = forms.CharField(
        label="La page concernée",
        required=False,
        max_length=LENGTH,
        help_text="Son adresse sur ce portail. Laissez vide si l’obstacle est partout.",
    )
    tried = forms.CharField(
        label="Ce que vous cherchiez à faire",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites en quelques mots ce que vous cherchiez à faire."},
    )
    blocked = forms.CharField(
        label="Ce qui vous a bloqué·e",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites en quelques mots ce qui vous a bloqué·e."},
    )
    aid = forms.CharField(
        label="Avec quel matériel ou quelle aide technique",
        required=False,
        max_length=200,
        help_text=(
            "Par exemple\u00a0: lecteur d’écran, loupe, clavier seul, téléphone. "
            "Cela nous aide à reproduire l’obstacle\u00a0; ne l’écrivez que si vous le voulez bien."
        ),
    )
    email = forms.EmailField(
        label="Votre adresse e-mail",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Pour que nous puissions vous répondre. Par exemple\u00a0: prenom.nom@exemple.fr",
        error_messages={
            "invalid": "Cette adresse n’est pas complète. Par exemple\u00a0: prenom.nom@exemple.fr"
        },
    )
    #: Nobody sees it: what fills it is a program.
    website = forms.CharField(
        label="Ne rien écrire ici",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, host: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.host = host

    def clean_page(self) -> str:
        typed = self.cleaned_data["page"]
        if not typed:
            return ""
        try:
            return own_page(typed, host=self.host)
        except NotOurs as error:
            raise forms.ValidationError(
                "Ce n’est pas une adresse de ce portail. Copiez-la depuis la barre d’adresse, "
                "ou laissez vide."
            ) from error

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))

    def shown_fields(self) -> list:
        """The fields that a person fills in."""
        return [field for field in self.visible_fields() if field.name != "website"]


class FollowForm(forms.Form):
    """Where a report is, and what was answered."""

    state = forms.ChoiceField(label="Où en est-on", choices=ObstacleReport.State.choices)
    answer = forms.CharField(
        label="Réponse",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
