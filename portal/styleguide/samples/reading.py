"""What is read: heads of pages, texts, figures, files, pictures."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from urllib.parse import quote

from django.forms.utils import flatatt
from django.utils.safestring import mark_safe
from wagtail.rich_text import RichText

from portal.home.models import StandardPage
from portal.styleguide.components import Sample

from .standins import BRETAGNE, GOUVERNANCE, HERE, LONG_TITLE, OCCITANIE, PHASES, TRESORERIE, Shown, fiche


def identities(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Tout est dit", {
            "page": fiche(
                themes=[TRESORERIE, GOUVERNANCE],
                phases=[PHASES["faire-face"], PHASES["urgence"]],
                regions=[BRETAGNE, OCCITANIE],
            ),
        }),
        Sample("Le moins possible", {
            "page": fiche(themes=[], phases=[], secteurs=[], structures=[], regions=[], staff="", support=""),
        }),
    ]  # fmt: skip


def _page(title: str, *, way: tuple[str, ...] = ("Accueil", "Ressources"), summary: str = "") -> Shown:
    ancestors = [
        SimpleNamespace(title=name, url=HERE, depth=depth)
        for depth, name in enumerate(("Racine", *way), start=1)
    ]
    return Shown(StandardPage(pk=1, title=title, summary=summary), url=HERE, get_ancestors=ancestors)


def crumbs(now: dt.datetime) -> list[Sample]:
    return [
        Sample("Le titre de la page", {"page": _page("Glossaire", way=("Accueil",)), "current": ""}),
        Sample("Le mot qui la dit", {
            "page": _page(LONG_TITLE, way=("Accueil", "Centres", "CRDLA Financement")), "current": "Fiche",
        }),
    ]  # fmt: skip


def heads(now: dt.datetime) -> list[Sample]:
    short = _page("Les ressources", summary="Fiches et outils écrits par les collègues.", way=("Accueil",))
    return [
        Sample("Une page", {"page": short, "modifier": "", "title": "", "lead": ""}),
        *(
            Sample(phase.label, {
                "page": short, "modifier": phase.slug, "title": phase.label, "lead": phase.summary,
            })
            for phase in PHASES.values()
        ),
        Sample("Un titre long, sans chapeau", {
            "page": _page(LONG_TITLE), "modifier": "", "title": "", "lead": "",
        }),
        Sample("Sans page", {
            "page": None, "modifier": "", "title": "La lettre du réseau", "lead": "Une fois par mois au plus.",
        }),
    ]  # fmt: skip


def sections(now: dt.datetime) -> list[Sample]:
    text = RichText(
        "<p>Pour qui accompagne une structure dans le cadre du DLA.</p><ul><li>Lire</li><li>Venir</li></ul>"
    )
    return [
        Sample("Avec un titre", {"value": {"titre": "Pour qui ?", "texte": text}}),
        Sample("Sans titre", {"value": {"titre": "", "texte": text}}),
    ]


def quotes(now: dt.datetime) -> list[Sample]:
    text = "On a tenu parce qu’on a regardé les chiffres chaque lundi, ensemble."
    return [
        Sample("Qui parle", {"value": {"texte": text, "auteur": "Une présidente bénévole"}}),
        Sample("Sans auteur·e", {"value": {"texte": text, "auteur": ""}}),
    ]


def watches(now: dt.datetime) -> list[Sample]:
    text = RichText(
        "<p>Un délai accordé se perd au premier retard : notez la date avant de la promettre.</p>"
    )
    return [Sample("Un point", {"value": {"titre": "Point de vigilance", "texte": text}})]


def figures(now: dt.datetime) -> list[Sample]:
    value = {
        "valeur": "6 sur 10",
        "libelle": "structures accompagnées deux fois",
        "source": "Enquête fictive, 2026",
    }
    return [Sample("Avec sa source", {"value": value})]


def documents(now: dt.datetime) -> list[Sample]:
    file = SimpleNamespace(
        url=HERE, title="Plan de trésorerie sur treize semaines", file_extension="xlsx", get_file_size=48_000
    )
    return [Sample("Un tableur", {"value": file})]


class Picture:
    """Stands for a picture of the library and for its sizes: no file is read, and none is written."""

    title = alt = default_alt_text = contextual_alt_text = "Deux cercles qui se recoupent"
    decorative = False
    width, height = 660, 220
    url = "data:image/svg+xml," + quote(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 66 22" width="660" height="220">'
        '<rect width="66" height="22" fill="#f3ecdf"/><g fill="none" stroke-width="2">'
        '<circle cx="29" cy="11" r="8" stroke="#0e5a55"/><circle cx="37" cy="11" r="8" stroke="#bc4b2a"/></g></svg>'
    )

    def is_svg(self) -> bool:
        return False

    def get_rendition(self, _size) -> Picture:
        return self

    def get_renditions(self, *sizes) -> dict:
        return {getattr(size, "spec", size): self for size in sizes}

    @property
    def attrs_dict(self) -> dict:
        return {"src": self.url, "width": self.width, "height": self.height, "alt": self.alt}

    def img_tag(self, extra_attributes=None) -> str:
        return mark_safe(f"<img{flatatt({**self.attrs_dict, **(extra_attributes or {})})}>")


def images(now: dt.datetime) -> list[Sample]:
    return [Sample("Toute la largeur du texte", {"value": Picture()})]
