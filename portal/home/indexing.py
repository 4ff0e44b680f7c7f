"""Themes, centres, editorial pages and the lexicon as the search sees them."""

from portal.base.audience import Audience
from portal.centres.models import CentrePage
from portal.themes.models import Phase, Terme, Theme
from search.documents import Document
from search.pages import PAGE_RELATIONS, page_fields, plain
from search.registry import Label, depends, register

from .models import PhasePage, StandardPage, ThemePage


def theme_document(page: ThemePage) -> Document:
    """A theme's page, filed under its own theme."""
    fields = page_fields(page, kind="theme") | {"themes": (page.theme.slug,)}
    return Document(**fields, type="theme", body=plain(page.intro))


def phase_document(page: PhasePage) -> Document:
    """A phase's page, filed under its own phase."""
    fields = page_fields(page, kind="moment") | {"phases": (page.phase.slug,)}
    return Document(**fields, type="page", body=plain(page.intro))


def standard_document(page: StandardPage) -> Document:
    """An editorial page."""
    texts = []
    for block in page.body:
        if block.block_type in ("section", "vigilance"):
            texts += [block.value["titre"], block.value["texte"]]
        elif block.block_type == "chiffre":
            texts += [block.value["valeur"], block.value["libelle"]]
        elif block.block_type == "citation":
            texts.append(block.value["texte"])
    return Document(**page_fields(page, kind="page"), type="page", body=plain(*texts))


def centre_document(page: CentrePage) -> Document:
    """A centre; its former names find it."""
    fields = page_fields(page, kind="centre")
    fields["keywords"] += tuple(page.former_names_list())
    if page.region:
        fields["regions"] = (page.region.slug,)
    return Document(
        **fields, type="centre", body=plain(page.body, page.porteur, page.perimetre), centre=page.slug
    )


def term_document(term: Terme) -> Document:
    """A term of the lexicon, found by its acronym and by what it stands for."""
    return Document(
        id=f"terme-{term.pk}",
        type="terme",
        title=term.sigle,
        summary=" ; ".join(term.expansion_texts),
        body=term.definition,
        url=f"/glossaire/#{term.slug}",
        audiences=(Audience.PUBLIC.value,),
        # Who types "CA" is asked which; who types "DLA" wants what is written about it.
        aside=not term.ambiguous,
    )


register(
    ThemePage,
    kind="theme",
    label="Thème",
    plural="Thèmes",
    icon="tag",
    types={"theme": Label("Thème", "Thèmes", "tag", suggested_as="Thèmes")},
    document=theme_document,
    queryset=lambda: ThemePage.objects.live().select_related("theme").prefetch_related(*PAGE_RELATIONS),
)
register(
    PhasePage,
    kind="moment",
    label="Moment",
    plural="Moments",
    icon="boussole",
    document=phase_document,
    queryset=lambda: PhasePage.objects.live().select_related("phase").prefetch_related(*PAGE_RELATIONS),
    types={"page": Label("Page", "Pages")},
)
register(
    StandardPage,
    kind="page",
    label="Page",
    plural="Pages",
    icon="doc",
    document=standard_document,
    queryset=lambda: StandardPage.objects.live().prefetch_related(*PAGE_RELATIONS),
)
register(
    CentrePage,
    kind="centre",
    label="Centre",
    plural="Centres",
    icon="centre",
    document=centre_document,
    queryset=lambda: CentrePage.objects.live().select_related("region").prefetch_related(*PAGE_RELATIONS),
)
register(
    Terme,
    kind="terme",
    label="Terme",
    plural="Glossaire",
    icon="quote",
    types={
        "terme": Label("Terme", "Glossaire", "quote", suggested_as="Termes du lexique", says_summary=True)
    },
    document=term_document,
    queryset=lambda: Terme.objects.prefetch_related("expansions"),
)

depends(
    Theme, kind="theme", pks=lambda theme: ThemePage.objects.filter(theme=theme).values_list("pk", flat=True)
)
depends(
    Phase, kind="moment", pks=lambda phase: PhasePage.objects.filter(phase=phase).values_list("pk", flat=True)
)
