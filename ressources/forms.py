"""The form of a fiche: five things are indispensable to submit it, none to keep a draft."""

from django import forms
from wagtail.admin.forms import WagtailAdminPageForm

from portal.themes.models import Departement, Region
from search.pages import plain

from .anonymity import exact_figures_in, places_in

MISSING = {
    "summary": "Écrivez une ou deux phrases : elles donnent envie d’ouvrir la fiche.",
    "phases": "Dites à quel moment en était la structure.",
    "themes": "Choisissez au moins un thème.",
}
ANONYMOUS, NAMED = "anonymisee", "nommee"
#: What a reader reads, in which a detail could give a structure away.
READ = (
    "title",
    "summary",
    "en_bref",
    "contexte",
    "demande",
    "demarche",
    "chiffres",
    "etapes",
    "acteurs",
    "moyens",
    "resultats",
    "temoignage",
    "facteurs",
    "vigilance",
    "enseignements",
    "transferer",
)


class FicheForm(WagtailAdminPageForm):
    """Title, summary, phase, theme and the approach (or where to read it) are asked for; drafts wait for none.

    So is the structure's consent: a proof where it is named; where it is not, bands in the place of exact
    amounts and sizes, and no place below the region. The editor is told what was found, and decides.
    """

    details_checked = forms.BooleanField(
        label="J’ai relu ces détails\u00a0: ils ne font reconnaître personne",
        required=False,
        help_text="Un plafond légal ou un tarif public, par exemple, peut rester tel quel.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, sentence in MISSING.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = sentence
        if not self.is_bound:
            # The box comes with the warning, and not before.
            del self.fields["details_checked"]

    def clean(self):
        data = super().clean()
        checked = data.pop("details_checked", False)
        found = {}
        if not self.is_deferred_validation:
            if not data.get("demarche") and not data.get("external_url"):
                self.add_error(
                    "demarche",
                    "Racontez la démarche, ou indiquez où lire la fiche sur le site du centre.",
                )
            if data.get("consent") == NAMED and not (data.get("consent_note") or "").strip():
                self.add_error(
                    "consent_note",
                    "La structure est nommée : notez qui a donné son accord, et quand.",
                )
            if data.get("consent") == ANONYMOUS:
                found = details_in(data)
                if found and not checked:
                    self._warn(found)
        if not found:
            self.fields.pop("details_checked", None)
        return data

    def _warn(self, found: dict[str, list[str]]) -> None:
        for name, details in found.items():
            told = ", ".join(f"«\u00a0{detail}\u00a0»" for detail in details)
            self.add_error(
                name,
                f"La structure est anonymisée, et ce texte dit {told}. Écrivez une tranche "
                "(«\u00a0entre 40 000 et 50 000\u00a0€\u00a0»), la région au plus fin\u00a0; "
                "ou cochez, plus bas, que vous avez relu ces détails.",
            )


def details_in(data: dict) -> dict[str, list[str]]:
    """Return by field what could give the structure away in cleaned ``data``. Two queries."""
    regions = set(Region.objects.values_list("label", flat=True))
    names = [name for name in Departement.objects.values_list("label", flat=True) if name not in regions]
    found = {}
    for field in READ:
        text = plain(data[field]) if data.get(field) else ""
        if text and (details := [*exact_figures_in(text), *places_in(text, names)]):
            found[field] = details
    return found
