"""The closed lists and the lexicon in the admin, under one menu."""

from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import Departement, Phase, Region, Secteur, SynonymSet, Terme, Theme, TypeStructure


class ListEntryViewSet(SnippetViewSet):
    list_display = ["label", "slug", "order"]
    search_fields = ["label", "slug"]
    ordering = ["order", "label"]


class ThemeViewSet(ListEntryViewSet):
    model = Theme
    icon = "tag"


class SecteurViewSet(ListEntryViewSet):
    model = Secteur
    icon = "list-ul"


class TypeStructureViewSet(ListEntryViewSet):
    model = TypeStructure
    icon = "group"


class PhaseViewSet(ListEntryViewSet):
    model = Phase
    icon = "order"


class RegionViewSet(ListEntryViewSet):
    model = Region
    icon = "site"
    list_display = ["label", "code", "slug"]


class DepartementViewSet(SnippetViewSet):
    model = Departement
    icon = "site"
    list_display = ["code", "label", "region"]
    list_filter = ["region"]
    search_fields = ["code", "label"]
    ordering = ["code"]
    list_per_page = 50


class TermeViewSet(SnippetViewSet):
    model = Terme
    icon = "openquote"
    list_display = [
        "sigle",
        Column("meanings", label="Développés", accessor=lambda terme: " ; ".join(terme.expansion_texts)),
        Column("several", label="Plusieurs sens", accessor=lambda terme: "Oui" if terme.ambiguous else ""),
    ]
    list_filter = ["ambiguous"]
    search_fields = ["sigle", "definition"]
    ordering = ["sigle"]
    list_per_page = 50


class SynonymSetViewSet(SnippetViewSet):
    model = SynonymSet
    icon = "link"
    list_display = ["words", "note"]
    search_fields = ["words"]
    ordering = ["words"]
    list_per_page = 50


class TaxonomyViewSetGroup(SnippetViewSetGroup):
    items = (
        ThemeViewSet,
        PhaseViewSet,
        SecteurViewSet,
        TypeStructureViewSet,
        RegionViewSet,
        DepartementViewSet,
        TermeViewSet,
        SynonymSetViewSet,
    )
    menu_label = "Thèmes et lexique"
    menu_icon = "tag"
    menu_name = "taxonomies"
    menu_order = 300
