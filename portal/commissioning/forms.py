"""« Signaler ce manque »."""

from __future__ import annotations

from django import forms

from portal.registrations.traced import TracedForm
from portal.themes.models import Theme

from .models import REPORT_LENGTH, GapReport


class GapForm(TracedForm):
    """What a reader did not find. A name is looked for in it: the writer is warned once, and decides."""

    traced = ("text",)

    text = forms.CharField(
        label="Ce que vous cherchiez",
        max_length=REPORT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=(
            "Une question, une situation type, en une ou deux phrases. "
            "Sans nom de structure, de personne ni de commune\u00a0: rien qui fasse reconnaître qui que ce soit."
        ),
        error_messages={"required": "Dites en quelques mots ce que vous cherchiez."},
    )
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label="Thème", required=False, to_field_name="slug", empty_label="Je ne sais pas"
    )
    wants_to_be_told = forms.BooleanField(label="Me prévenir quand une fiche paraît", required=False)
    searched = forms.CharField(
        required=False,
        max_length=GapReport._meta.get_field("searched").max_length,
        widget=forms.HiddenInput,
    )
    #: Nobody sees it: what fills it is a program.
    website = forms.CharField(
        label="Ne rien écrire ici",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not user.is_authenticated:
            del self.fields["wants_to_be_told"]
        self.ask_about_traces()

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))

    def shown_fields(self) -> list:
        """The fields that a person fills in."""
        return [field for field in self.visible_fields() if field.name != "website"]
