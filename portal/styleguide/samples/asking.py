"""Forms, with what a person has typed well or badly, and going through lists."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict

from portal.styleguide.components import Sample
from portal.themes.filters import Filter

REGIONS = (("", "Choisissez"), ("bretagne", "Bretagne"), ("occitanie", "Occitanie"))


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom", max_length=60)
    email = forms.EmailField(
        label="Adresse e-mail", help_text="Celle de votre structure, si elle en donne une.", required=False
    )
    text = forms.CharField(
        label="Ce que vous apportez",
        widget=forms.Textarea,
        required=False,
        help_text="Sans nom de structure : seule l’animation le lit, et il s’efface trente jours après.",
    )
    region = forms.ChoiceField(label="Région", choices=REGIONS)
    day = forms.DateField(label="Jour", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    file = forms.FileField(label="Fichier", required=False, help_text="Un tableur, 5 Mo au plus.")
    rhythm = forms.ChoiceField(
        label="Rythme",
        choices=(("jour", "Chaque jour"), ("semaine", "Chaque semaine")),
        widget=forms.RadioSelect,
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes",
        choices=(("gouvernance", "Gouvernance"), ("tresorerie", "Trésorerie")),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label="J’ai lu la règle, et je la suivrai.")


def _asked(**initial) -> SampleForm:
    return SampleForm(initial=initial)


def _refused() -> SampleForm:
    form = SampleForm(data={"email": "camille", "day": "le 32"}, files={})
    form.full_clean()
    return form


def _closed() -> SampleForm:
    form = _asked(name="Camille Exemple", region="bretagne", rhythm="semaine", themes=["gouvernance"])
    for field in form.fields.values():
        field.disabled = True
    return form


def fields(now: dt.datetime) -> list[Sample]:
    return [
        *(Sample(f"Demandé : {field.label}", {"field": field}) for field in _asked()),
        *(
            Sample(f"À revoir : {field.label}", {"field": field})
            for field in _refused()
            if field.name in ("name", "email", "region", "day", "rhythm", "agreed")
        ),
        *(
            Sample(f"Fermé : {field.label}", {"field": field})
            for field in _closed()
            if field.name in ("name", "region", "rhythm")
        ),
    ]


def notes(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Une aide", {"field": _asked()["email"]}),
        Sample("Une aide et une erreur", {"field": _refused()["email"]}),
        Sample("Rien à dire", {"field": _asked()["name"]}),
    ]


def errors(now: dt.datetime) -> list[Sample]:
    one = SampleForm(data={"name": "Camille", "region": "bretagne", "rhythm": "jour"})
    one.full_clean()
    whole = SampleForm(data={"name": "Camille", "region": "bretagne", "rhythm": "jour", "agreed": "on"})
    whole.add_error(None, "Ce rendez-vous vient d’être annulé : rien n’a été enregistré.")
    return [
        Sample("Un point", {"form": one}),
        Sample("Plusieurs", {"form": _refused()}),
        Sample("Le formulaire entier", {"form": whole}),
        Sample("Aucun : rien n’est montré", {"form": _asked()}),
    ]


def whole(now: dt.datetime) -> list[Sample]:
    return [Sample("À remplir", {"form": _asked()}), Sample("À revoir", {"form": _refused()})]


def searches(now: dt.datetime) -> list[Sample]:
    common = {
        "label": "Une difficulté, un thème, un sigle",
        "placeholder": "",
        "q": "",
        "often": (),
        "wide": False,
    }
    often = ["plan de trésorerie", "baisse de subvention", "crise de gouvernance"]
    return [
        Sample("À l’accueil", {
            **common, "id": "q", "placeholder": "trésorerie, mandat ad hoc, RPS…", "often": often,
        }),
        Sample("Après une recherche", {**common, "id": "q", "q": "trésorerie", "wide": True}),
    ]  # fmt: skip


def _filter(chosen: str) -> Filter:
    return Filter("region", "Région", "Toutes les régions", list(REGIONS[1:]), chosen, "?")


def filters(now: dt.datetime) -> list[Sample]:
    return [
        Sample(
            "une région choisie",
            {
                "filters": [_filter("bretagne")],
                "chosen": [_filter("bretagne")],
                "action": "#",
                "kept": [("type", "outil")],
                "label": "Filtrer",
                "note": "Avec les rendez-vous ouverts à toute la France.",
            },
        )
    ]


def pills(now: dt.datetime) -> list[Sample]:
    return [
        Sample("un filtre", {"chosen": [_filter("occitanie")], "cleared": "#"}),
        Sample("aucun, rien n’est montré", {"chosen": [], "cleared": "#"}),
    ]


def pages(now: dt.datetime) -> list[Sample]:
    many, two = Paginator(range(120), 10), Paginator(range(15), 10)
    query = QueryDict("type=outil")

    def sample(title: str, items) -> Sample:
        return Sample(title, {"items": items, "query": query, "label": f"Pages : {title}"})

    return [
        sample("la première", many.page(1)),
        sample("au milieu", many.page(6)),
        sample("la dernière", many.page(12)),
        sample("deux en tout", two.page(1)),
        sample("une seule, rien n’est montré", Paginator(range(3), 10).page(1)),
    ]
