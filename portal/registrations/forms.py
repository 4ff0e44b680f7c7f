"""The form by which one registers. Nothing typed is lost when something is missing."""

from __future__ import annotations

from django import forms

from .models import Registration
from .rules import rule_of
from .traced import TracedForm


class RegistrationForm(TracedForm):
    """Question, access needs, rule, visibility; a question that may identify someone is confirmed once."""

    traced = ("question",)
    send_anyway_label = "J’ai relu ma situation\u00a0: envoyer quand même"

    rule = forms.BooleanField(
        error_messages={"required": "Pour vous inscrire, acceptez la règle de confidentialité."}
    )
    role = forms.ChoiceField(
        label="Ce que vous venez faire",
        choices=[choice for choice in Registration.Role.choices if choice[0]],
        initial=Registration.Role.CONSULTANT,
        widget=forms.RadioSelect,
        help_text="La situation du jour se choisit ensemble, au début\u00a0; l’autre fois, ce sera la vôtre.",
        error_messages={"required": "Dites si vous apportez une situation, ou si vous venez aider."},
    )
    question = forms.CharField(
        label="Une situation à apporter",
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=(
            "Deux ou trois lignes, sans nom de structure. Seule l’animation les lit, "
            "et elles s’effacent trente jours après."
        ),
    )
    access_needs = forms.CharField(
        label="Vos besoins d’accès",
        required=False,
        max_length=300,
        help_text="Sous-titres, pauses, accès de plain-pied…",
    )
    visible = forms.BooleanField(label="Les autres personnes inscrites peuvent voir mon nom", required=False)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        rule = rule_of(event)
        if rule.must_be_accepted:
            self.fields["rule"].label = rule.promise
        else:
            del self.fields["rule"]
        if not event.specific_deferred.asks_role:
            del self.fields["role"]
        if not event.asks_question:
            del self.fields["question"]
        self.ask_about_traces()
