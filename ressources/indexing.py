"""Fiches, tools and schemes as the search sees them."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from search.documents import Document, Passage
from search.pages import (
    FILED_RELATIONS,
    PAGE_RELATIONS,
    centre_slug,
    depends_on_lists,
    noon,
    page_fields,
    plain,
    with_centre,
)
from search.registry import Label, depends, register

from .models import DispositifPage, FichePage, OutilPage, UrgencePage, Usage


def fiche_document(page: FichePage) -> Document:
    """A fiche: each section is a passage that opens at its anchor."""
    sections = []
    for section in page.sections():
        if section["field"] == "etapes":
            text = plain(*(f"{block.value['quand']} {block.value['texte']}" for block in section["value"]))
        else:
            text = plain(section["value"])
        sections.append(Passage(text=text, anchor=section["anchor"], label=section["title"]))
    figures = [f"{block.value['valeur']} {block.value['libelle']}" for block in page.chiffres]
    quotes = [block.value["texte"] for block in page.temoignage]
    return Document(
        **page_fields(page, kind="fiche", dated=page.verified_on, uses=uses_of(page)),
        type="fiche",
        body=plain(*(passage.text for passage in sections), *figures, *quotes),
        passages=tuple(sections),
        centre=centre_slug(page),
        reviewed_at=noon(page.verified_on),
    )


def tool_document(page: OutilPage) -> Document:
    """A tool: its instructions and the name of its file."""
    return Document(
        **page_fields(page, kind="outil", dated=page.verified_on, uses=uses_of(page)),
        type="outil",
        body=plain(page.body, page.file.title if page.file else ""),
        centre=centre_slug(page),
        reviewed_at=noon(page.verified_on),
    )


def scheme_document(page: DispositifPage) -> Document:
    """A scheme to refer to."""
    passages = [
        Passage(text=plain(text), anchor=anchor, label=label)
        for anchor, label, text in (
            ("a-quoi-ca-sert", "À quoi ça sert", page.purpose),
            ("qui-contacter", "Qui contacter", page.whom),
            ("comment-faire", "Comment faire", page.how),
            ("attention", "Attention", page.beware),
        )
        if text
    ]
    return Document(
        **page_fields(page, kind="dispositif", dated=page.checked_on),
        type="dispositif",
        body=plain(
            *(passage.text for passage in passages), page.conditions, page.delay, page.get_nature_display()
        ),
        passages=tuple(passages),
        reviewed_at=noon(page.checked_on),
    )


def urgence_document(page: UrgencePage) -> Document:
    """The emergency page itself: what one types when it is urgent leads to it."""
    passages = [
        Passage(text=plain(text), anchor=anchor, label=label)
        for anchor, label, text in (
            ("questions", "Cinq questions à poser", page.questions),
            ("horloges", "Les horloges légales", page.clocks),
            ("erreurs", "Les erreurs à éviter", page.mistakes),
            ("ensuite", "Ce que le DLA fait ensuite", page.afterwards),
        )
        if text
    ]
    return Document(
        **page_fields(page, kind="urgence"),
        type="page",
        body=plain(*(passage.text for passage in passages)),
        passages=tuple(passages),
    )


def uses_of(page) -> int:
    """How many people said that ``page`` served them; no query where ``used`` counted it."""
    return page.uses_count if hasattr(page, "uses_count") else page.uses.count()


def used(pages):
    """Add ``uses_count``: how many people said that the page served them."""
    number = Usage.objects.filter(page=OuterRef("pk")).order_by().values("page").annotate(n=Count("pk"))
    return pages.annotate(uses_count=Coalesce(Subquery(number.values("n")), 0))


register(
    FichePage,
    kind="fiche",
    label="Fiche",
    plural="Fiches",
    icon="doc",
    document=fiche_document,
    queryset=lambda: with_centre(used(FichePage.objects.live())).prefetch_related(*FILED_RELATIONS),
)
register(
    OutilPage,
    kind="outil",
    label="Outil",
    plural="Outils",
    icon="tool",
    document=tool_document,
    queryset=lambda: (
        with_centre(used(OutilPage.objects.live())).select_related("file").prefetch_related(*FILED_RELATIONS)
    ),
)
register(
    DispositifPage,
    kind="dispositif",
    label="Dispositif",
    plural="Dispositifs",
    icon="bouee",
    types={
        "dispositif": Label(
            "Dispositif",
            "Dispositifs",
            "bouee",
            (
                "C’est urgent ? Les questions à poser, les délais et qui appeler sont sur la page Urgence.",
                "/urgence/",
            ),
        )
    },
    document=scheme_document,
    queryset=lambda: DispositifPage.objects.live().prefetch_related(*FILED_RELATIONS),
)

register(
    UrgencePage,
    kind="urgence",
    label="Urgence",
    plural="Urgence",
    icon="bouee",
    document=urgence_document,
    queryset=lambda: UrgencePage.objects.live().prefetch_related(*PAGE_RELATIONS),
    types={"page": Label("Page", "Pages")},
)

for model, kind in ((FichePage, "fiche"), (OutilPage, "outil"), (DispositifPage, "dispositif")):
    depends_on_lists(model, kind=kind)
for model, kind in ((FichePage, "fiche"), (OutilPage, "outil")):
    depends(
        Usage,
        kind=kind,
        pks=lambda use, model=model: model.objects.filter(pk=use.page_id).values_list("pk", flat=True),
    )
