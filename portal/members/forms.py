"""The forms of « Mon espace » and of the directory."""

from django import forms

from portal.themes.models import Departement, Region, Theme

from .models import AccessRequest, Fonction, Profile
from .profiles import functions_open_to, locked_fields, profile_of

NBSP = "\u00a0"


class ProfileForm(forms.ModelForm):
    first_name = forms.CharField(
        label="Prénom", max_length=150, error_messages={"required": "Indiquez votre prénom."}
    )
    last_name = forms.CharField(
        label="Nom", max_length=150, error_messages={"required": "Indiquez votre nom."}
    )

    class Meta:
        model = Profile
        fields = ["fonction", "structure", "departement", "region", "themes", "presentation", "in_directory"]
        widgets = {
            "themes": forms.CheckboxSelectMultiple,
            "presentation": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {
            "fonction": "Fonction",
            "structure": "Structure",
            "departement": "Département",
            "region": "Région",
            "themes": "Thèmes suivis",
            "presentation": "Présentation",
            "in_directory": "Être visible dans l’annuaire du réseau",
        }
        help_texts = {
            "structure": "Celle qui porte le DLA, le centre de ressources, ou votre employeur.",
            "departement": "Il donne la région.",
            "region": "Pour une fonction nationale, la région de votre bureau.",
            "presentation": "Ce sur quoi un·e collègue peut vous appeler. 600 signes au plus.",
            "in_directory": "Nom, fonction, structure, région, thèmes et présentation, pour les seuls membres.",
        }

    field_order = ["first_name", "last_name"]

    def __init__(self, *args, user, by=None, **kwargs):
        self.user = user
        by_oneself = by is None or by.pk == user.pk
        kwargs.setdefault("instance", profile_of(user))
        super().__init__(*args, **kwargs)
        self.fields["first_name"].initial = user.first_name
        self.fields["last_name"].initial = user.last_name
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"
        self.fields["structure"].widget.attrs["autocomplete"] = "organization"
        choices = functions_open_to(user) if by_oneself else Fonction.choices
        self.fields["fonction"].choices = [("", "Choisir…"), *choices]
        for name in ("departement", "region"):
            self.fields[name].empty_label = "Choisir…"
        self.fields["departement"].queryset = Departement.objects.select_related("region")
        self.locked = locked_fields(user) if by_oneself else frozenset()
        if not by_oneself:
            # Being seen is for the person to choose.
            del self.fields["in_directory"]
        for name in self.locked:
            self.fields[name].disabled = True

    def values(self) -> dict:
        """What ``profiles.save_profile`` takes."""
        return {name: self.cleaned_data[name] for name in self.fields}

    def _post_clean(self):
        # The service writes; the form only checks.
        pass


class AccessRequestForm(ProfileForm):
    """A complete profile, and a word to those who decide."""

    message = forms.CharField(
        label="Un mot pour la personne qui lira votre demande",
        required=False,
        max_length=AccessRequest._meta.get_field("message").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Qui vous a parlé du portail, depuis quand vous accompagnez…",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("fonction", "structure"):
            self.fields[name].required = True

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("region") and not cleaned.get("departement") and "region" not in self.errors:
            self.add_error("region", "Indiquez votre région : c’est elle qui dit à qui va votre demande.")
        return cleaned

    def values(self):
        return {name: value for name, value in super().values().items() if name != "message"}


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi",
        max_length=AccessRequest._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La personne reçoit cette phrase, et peut déposer une nouvelle demande.",
        error_messages={"required": f"Dites en une phrase pourquoi{NBSP}: la personne la recevra."},
    )


class EraseForm(forms.Form):
    confirm = forms.BooleanField(
        label="Je comprends que l’effacement est immédiat et définitif.",
        error_messages={"required": "Cochez la case pour confirmer."},
    )


class DirectoryForm(forms.Form):
    """Filters of the directory; what is not understood filters nothing."""

    q = forms.CharField(label="Nom ou structure", required=False, max_length=80)
    region = forms.ModelChoiceField(
        Region.objects.all(), label="Région", required=False, to_field_name="slug", empty_label="Toutes"
    )
    fonction = forms.ChoiceField(
        label="Fonction", required=False, choices=[("", "Toutes"), *Fonction.choices]
    )
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label="Thème suivi", required=False, to_field_name="slug", empty_label="Tous"
    )
