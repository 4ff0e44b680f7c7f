"""What a person lets the portal write to her about."""

from django import forms

from .categories import optional_categories
from .models import Preference


class PreferencesForm(forms.Form):
    """One box per category that may be refused, ticked unless the person said no."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        refused = set(Preference.objects.filter(user=user, wanted=False).values_list("kind", flat=True))
        for category in optional_categories():
            self.fields[category.name] = forms.BooleanField(
                label=category.label,
                help_text=category.help,
                required=False,
                initial=category.name not in refused,
            )
