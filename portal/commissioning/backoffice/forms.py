"""The forms of the board."""

from __future__ import annotations

from django import forms
from wagtail.admin.widgets import AdminDateInput, AdminPageChooser

from portal.base.models import BasePage
from portal.base.templatetags.portal_tags import short_date
from portal.centres.models import CentrePage
from portal.commissioning import services
from portal.commissioning.models import Need
from portal.registrations.traced import TracedForm
from portal.themes.models import Theme

NBSP = "\u00a0"


class NeedForm(TracedForm, forms.ModelForm):
    """What a fiche to write asks, in plain words, and where it is filed."""

    traced = ("question", "details")
    send_anyway_label = "J’ai relu\u00a0: garder ce texte"

    class Meta:
        model = Need
        fields = ["question", "details", "themes", "phase", "secteur"]
        widgets = {
            "question": forms.TextInput,
            "details": forms.Textarea(attrs={"rows": 4}),
            "themes": forms.CheckboxSelectMultiple,
        }
        error_messages = {"question": {"required": "Écrivez la question, en clair."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phase"].empty_label = self.fields["secteur"].empty_label = "Aucun en particulier"
        self.ask_about_traces()

    def values(self) -> dict:
        """What ``services.propose`` and ``reword`` take."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self):
        # The service writes; the form only checks.
        pass


class RewordedForm(TracedForm):
    """What a rare search or a report becomes on the board. ``said``: the words it comes from."""

    traced = ("question", "details")
    send_anyway_label = "J’ai relu\u00a0: publier au tableau"

    question = forms.CharField(
        label="La question, en clair",
        max_length=Need._meta.get_field("question").max_length,
        help_text="Comme un·e collègue la poserait. Rien qui fasse reconnaître une structure.",
        error_messages={"required": "Écrivez la question, en clair."},
    )
    details = forms.CharField(
        label="Précisions",
        required=False,
        max_length=Need._meta.get_field("details").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que la fiche devrait dire, à qui elle servirait.",
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label="Thèmes",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un thème."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_about_traces()

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("question", "details", "themes")}


class RareForm(RewordedForm):
    keep_words = forms.ChoiceField(
        label="Les mots cherchés",
        choices=[
            ("", f"Les effacer{NBSP}: ils peuvent faire reconnaître quelqu’un"),
            ("1", f"Les garder au journal des recherches{NBSP}: ils ne désignent personne"),
        ],
        widget=forms.RadioSelect,
        required=False,
        initial="",
        help_text="Gardés, ils sont lus par toute l’équipe éditoriale et continuent d’être comptés.",
    )

    def values(self) -> dict:
        return super().values() | {"keep_words": self.cleaned_data["keep_words"] == "1"}


class ReportForm(RewordedForm):
    """``same_as``: the board has it already."""

    same_as = forms.ModelChoiceField(
        Need.objects.to_write().order_by("question"),
        label="Le tableau l’a-t-il déjà\u00a0?",
        required=False,
        empty_label="Non, c’est une nouvelle fiche",
        help_text="Si oui, le signalement s’ajoute à cette fiche, et le reste du formulaire est inutile.",
    )
    field_order = ["same_as"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.data.get("same_as"):
            self.fields["question"].required = self.fields["themes"].required = False


class PromiseForm(forms.Form):
    promised_on = forms.DateField(
        label="Promise pour le",
        required=False,
        widget=AdminDateInput,
        help_text="Facultatif. Les membres du réseau la lisent\u00a0; elle se change à tout moment.",
        error_messages={"invalid": "Écrivez une date, comme 15/03/2027."},
    )


class ClaimForm(PromiseForm):
    """``centres``: those that the person may write for."""

    centre = forms.ModelChoiceField(
        CentrePage.objects.none(), label="Centre", error_messages={"required": "Choisissez un centre."}
    )
    field_order = ["centre", "promised_on"]

    def __init__(self, *args, centres, **kwargs):
        super().__init__(*args, **kwargs)
        found = CentrePage.objects.filter(pk__in=[centre.pk for centre in centres]).order_by("title")
        self.fields["centre"].queryset = found
        if len(centres) == 1:
            self.fields["centre"].initial = centres[0]
            self.fields["centre"].widget = forms.HiddenInput()


class GiveBackForm(forms.Form):
    words = forms.CharField(
        label="Un mot pour la suite",
        required=False,
        max_length=300,
        help_text="Ce qui est déjà fait, pourquoi vous la rendez. Lu par les centres et par l’Avise.",
    )


class SetAsideForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi elle ne sera pas écrite",
        max_length=Need._meta.get_field("reason").max_length,
        help_text="Une phrase, que liront les centres et les personnes qui l’attendaient.",
        error_messages={"required": services.ReasonMissing.sentence},
    )


class PageField(forms.ModelChoiceField):
    def label_from_instance(self, page):
        # Not ``kind_label``, which some types work out from their row.
        kind = page.page_type_display_name.lower()
        day = short_date(page.last_published_at) if page.last_published_at else ""
        return f"{page.title} ({', '.join(part for part in (kind, day) if part)})"


class CentreLinkForm(forms.Form):
    """Among what the centre has published, the latest first."""

    page = PageField(
        BasePage.objects.none(),
        label="La page qui y répond",
        empty_label="Choisir…",
        help_text="Parmi les pages publiées de votre centre, la dernière d’abord.",
        error_messages={"required": "Choisissez la page qui y répond."},
    )

    def __init__(self, *args, need, **kwargs):
        super().__init__(*args, **kwargs)
        pages = services.pages_of(need.centre) if need.centre else BasePage.objects.none()
        self.fields["page"].queryset = pages.order_by("-last_published_at", "-pk")


class AviseLinkForm(forms.Form):
    """Any published page: the answer may exist already."""

    page = forms.ModelChoiceField(
        BasePage.objects.live(),
        label="La page qui y répond",
        widget=AdminPageChooser,
        error_messages={
            "required": "Choisissez la page qui y répond.",
            "invalid_choice": services.PageNotLive.sentence,
        },
    )

    def __init__(self, *args, need, **kwargs):
        super().__init__(*args, **kwargs)
