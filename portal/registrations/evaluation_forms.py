"""The three questions asked after a session."""

from __future__ import annotations

from django import forms

from .models import Evaluation
from .traced import TracedForm

_TEXT_MAX = Evaluation._meta.get_field("will_try").max_length


class EvaluationForm(TracedForm):
    """One choice and two optional sentences; what may name someone is asked about once, as everywhere."""

    traced = ("will_try", "to_change")

    useful = forms.TypedChoiceField(
        label="Ce rendez-vous vous a-t-il été utile\u00a0?",
        choices=list(reversed(Evaluation.Useful.choices)),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse\u00a0: les deux autres questions sont libres."},
    )
    will_try = forms.CharField(
        label="Ce que je vais essayer",
        required=False,
        max_length=_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Sans nom de structure ni de personne.",
    )
    to_change = forms.CharField(
        label="Ce qu’il faudrait changer",
        required=False,
        max_length=_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_about_traces()
