"""The form of a fiche: five things are indispensable to submit it, none to keep a draft."""

from wagtail.admin.forms import WagtailAdminPageForm

MISSING = {
    "summary": "Écrivez une ou deux phrases : elles donnent envie d’ouvrir la fiche.",
    "phases": "Dites à quel moment en était la structure.",
    "themes": "Choisissez au moins un thème.",
}


class FicheForm(WagtailAdminPageForm):
    """Title, summary, phase, theme and the approach (or where to read it) are asked for; drafts wait for none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, sentence in MISSING.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = sentence

    def clean(self):
        data = super().clean()
        if not self.is_deferred_validation and not data.get("demarche") and not data.get("external_url"):
            self.add_error(
                "demarche", "Racontez la démarche, ou indiquez où lire la fiche sur le site du centre."
            )
        return data
