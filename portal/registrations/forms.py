"""The form by which one registers. Nothing typed is lost when something is missing."""

from __future__ import annotations

from django import forms

from .rules import rule_of
from .traces import traces_in


class RegistrationForm(forms.Form):
    """Question, access needs, rule, visibility; a question that may identify someone is confirmed once."""

    rule = forms.BooleanField(
        error_messages={"required": "Pour vous inscrire, acceptez la règle de confidentialité."}
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
    send_anyway = forms.BooleanField(
        label="J’ai relu ma situation\u00a0: envoyer quand même",
        required=False,
        help_text="Cochez si ce qui a été repéré ne permet de reconnaître personne.",
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
        if not event.asks_question:
            del self.fields["question"]
        # The box appears with the warning, and not before.
        self._traces = traces_in(self.data.get("question", "")) if event.asks_question else []
        if not self._traces:
            del self.fields["send_anyway"]

    def clean(self):
        data = super().clean()
        if self._traces and not data.get("send_anyway"):
            found = " et ".join(self._traces)
            self.add_error(
                "question",
                f"Votre texte semble contenir {found}. Retirez-le, ou cochez «\u00a0envoyer quand même\u00a0».",
            )
        return data
