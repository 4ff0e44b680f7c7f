"""« Prévenez-moi de la prochaine sur ce thème »."""

from __future__ import annotations

from django import forms


class WatchForm(forms.Form):
    """The themes of one event; all are ticked until she says otherwise."""

    themes = forms.ModelMultipleChoiceField(
        label="Thèmes",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un thème."},
    )

    def __init__(self, *args, themes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = themes
        self.fields["themes"].initial = themes
