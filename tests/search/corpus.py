"""A small network to search in: every document is there for a reason that a test names."""

import datetime as dt

from search.documents import Document, Passage
from search.lexicon import Lexicon

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
PUBLIC = frozenset({"public"})
MEMBER = frozenset({"public", "reseau"})
GROUP_7 = frozenset({"public", "reseau", "groupe-7"})

LEXICON = Lexicon.of(
    [
        ("DLA", ["dispositif local d'accompagnement"], False),
        ("CA", ["conseil d'administration", "chiffre d'affaires"], True),
        ("RH", ["ressources humaines"], False),
        ("AGE", ["assemblée générale extraordinaire"], False),
        ("SCIC", ["société coopérative d'intérêt collectif"], False),
        ("AGS", ["association pour la gestion du régime de garantie des créances des salariés"], False),
        ("GPEC", ["gestion prévisionnelle des emplois et des compétences", "GEPP"], False),
        (
            "DREETS",
            ["direction régionale de l'économie, de l'emploi, du travail et des solidarités"],
            False,
        ),
    ]
)


def document(identifier: str, title: str, **fields) -> Document:
    kind = identifier.rpartition("-")[0]
    return Document(
        **{
            "id": identifier,
            "type": kind,
            "title": title,
            "url": f"/{identifier}/",
            "audiences": ("public",),
            "published_at": NOW - dt.timedelta(days=int(identifier.rpartition("-")[2])),
            **fields,
        }
    )


def days(number: float) -> dt.datetime:
    return NOW + dt.timedelta(days=number)


DOCUMENTS = [
    document(
        "fiche-1",
        "Tenir trois mois de trésorerie quand la subvention tarde",
        summary="Un plan de trésorerie glissant, une cession Dailly et un dialogue avec la banque.",
        body="L’association employeuse de quatorze salarié·es bâtit son prévisionnel semaine par semaine.",
        passages=(
            Passage(
                "Le compte passe sous zéro en mars : on remonte depuis cette date.",
                anchor="demarche",
                label="Démarche",
            ),
            Passage(
                "Reporter une échéance se demande avant de la manquer.",
                anchor="enseignements",
                label="Enseignements",
            ),
        ),
        themes=("gestion-financiere", "gouvernance"),
        secteurs=("aide-a-domicile",),
        phases=("faire-face",),
        regions=("bretagne",),
        structures=("association",),
        centre="crdla-financement",
        keywords=("liquidités",),
    ),
    document(
        "fiche-2",
        "Remettre le conseil d’administration au travail",
        summary="Quand la présidente part seule.",
        body="Les administrateurs reprennent leurs réunions. Ça va mieux.",
        themes=("gouvernance",),
        phases=("anticiper",),
        regions=("bretagne", "occitanie"),
        structures=("association",),
        centre="crdla-culture",
    ),
    document(
        "fiche-3",
        "Préparer un rapprochement entre deux structures",
        body="Le DLA a proposé une ingénierie collective et des travaux communs sur les ressources humaines.",
        themes=("cooperation",),
        phases=("rebondir",),
        regions=("occitanie",),
        structures=("scic",),
        centre="crdla-culture",
    ),
    document(
        "fiche-4",
        "Note interne sur la trésorerie d’un réseau",
        body="Réservée aux membres : le montant xylophone.",
        audiences=("reseau",),
        themes=("gestion-financiere",),
        phases=("urgence",),
        regions=("corse",),
        centre="avise",
    ),
    document(
        "fiche-5",
        "Carnet du groupe de codéveloppement sur la trésorerie",
        body="Réservé au groupe sept : le mot ornithorynque.",
        audiences=("groupe-7",),
        themes=("secret-du-groupe",),
        phases=("urgence",),
    ),
    document(
        "outil-6",
        "Plan de trésorerie à remplir",
        summary="Un tableur et son mode d’emploi.",
        themes=("gestion-financiere",),
        phases=("faire-face", "anticiper"),
        structures=("association", "scic"),
        centre="crdla-financement",
    ),
    document(
        "dispositif-7",
        "Salaires impayés : la garantie de l’AGS",
        summary="Quand la structure ne peut plus payer les salaires.",
        body="La procédure de redressement ouvre la garantie.",
        themes=("crise",),
        phases=("urgence",),
        keywords=("paie", "dépôt de bilan"),
    ),
    document(
        "dispositif-8",
        "Le dispositif local d’accompagnement en urgence",
        body="Les chargé·e·s d’accompagnement réorientent ; le ou la directeur·rice décide.",
        themes=("posture",),
        phases=("urgence",),
    ),
    document(
        "cafe-9",
        "Café difficultés : crise de gouvernance",
        summary="Une heure et demie entre pairs.",
        themes=("gouvernance",),
        phases=("faire-face",),
        starts_at=days(4),
        ends_at=days(4.1),
        centre="avise",
    ),
    document(
        "cafe-10",
        "Café difficultés : baisse des financements",
        themes=("gestion-financiere",),
        starts_at=days(-20),
        ends_at=days(-19.9),
        centre="avise",
    ),
    document(
        "webinaire-11",
        "Lire un plan de trésorerie avec une présidente",
        type="replay",
        themes=("gestion-financiere",),
        starts_at=days(-60),
        ends_at=days(-59.9),
        centre="crdla-financement",
        passages=(
            Passage(
                "Bonjour et bienvenue à toutes et à tous.", start="0", end="30", anchor="t-0", label="Accueil"
            ),
            Passage(
                "On ne commence pas par le tableau, on commence par la date où le compte passe sous zéro.",
                start="760",
                end="965",
                anchor="t-760",
                label="Le tableau",
            ),
        ),
    ),
    document(
        "webinaire-12",
        "Mécénat et journaux locaux",
        starts_at=days(12),
        ends_at=days(12.1),
        themes=("partenariats",),
    ),
    document(
        "theme-13",
        "Gestion financière et trésorerie",
        themes=("gestion-financiere",),
        summary="Voir venir la tension.",
    ),
    document(
        "page-14", "Qui sommes-nous ?", body="Le réseau, son histoire, ses œuvres et son chiffre d’affaires."
    ),
]

#: Documents that a public search of everything finds.
PUBLIC_IDS = {doc.id for doc in DOCUMENTS if "public" in doc.audiences}
