"""The tree that every installation starts with: home, lists, one page per theme and per phase."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Collection, Page, Site

from cafes.models import CafeIndexPage
from portal.accessibility.models import StatementPage
from portal.centres.models import CentreIndexPage
from portal.themes.models import Phase, Theme
from ressources.models import RessourceIndexPage, UrgencePage
from webinaires.models import WebinaireIndexPage

from .models import AgendaPage, GlossairePage, HomePage, PhasePage, StandardPage, ThemeIndexPage, ThemePage

#: Under the home page, in the order of the menus: type, slug, title, summary.
SECTIONS = (
    (ThemeIndexPage, "themes", "Thèmes", "Ce sur quoi portent les difficultés, et ce que le réseau en sait."),
    (
        RessourceIndexPage,
        "ressources",
        "Ressources",
        "Les fiches écrites par le réseau et les outils à emporter.",
    ),
    (
        WebinaireIndexPage,
        "webinaires",
        "Webinaires",
        "Ceux qui viennent, et les replays où l’on trouve la bonne minute.",
    ),
    (
        CafeIndexPage,
        "cafes",
        "Cafés difficultés",
        "Apporter la situation qui vous résiste, ou venir écouter : cafés, codéveloppement, analyse de pratiques.",
    ),
    (AgendaPage, "agenda", "Agenda", "Tous les rendez-vous du réseau."),
    (
        UrgencePage,
        "urgence",
        "Urgence",
        "Cinq questions, les délais de la loi, les erreurs à éviter et les bons guichets.",
    ),
    (
        CentreIndexPage,
        "centres",
        "Centres",
        "Qui publie et anime : les centres de ressources, l’Avise, les DLA régionaux.",
    ),
    (GlossairePage, "glossaire", "Glossaire", "Les sigles du réseau, en clair."),
    (
        StatementPage,
        "accessibilite",
        "Déclaration d’accessibilité",
        "L’état d’accessibilité du portail, comment nous signaler un obstacle, et vos recours.",
    ),
)
#: Pages that every footer leads to; their texts are the publisher's to write.
LEGAL = (
    ("a-propos", "À propos"),
    ("charte-entre-pairs", "La charte entre pairs"),
    ("donnees-personnelles", "Vos données personnelles"),
    ("mentions-legales", "Mentions légales"),
)
TO_WRITE = "<p>Cette page reste à écrire par l’éditeur du site.</p>"


@transaction.atomic
def ensure_site(*, hostname: str, port: int = 80) -> HomePage:
    """Create the pages that are missing and return the home page. Idempotent; edits are kept."""
    root = Page.get_first_root_node()
    _name_the_roots()
    home = HomePage.objects.first()
    if home is None:
        # Wagtail's own welcome page stands where the home page goes.
        Page.objects.child_of(root).filter(slug="home").delete()
        root.refresh_from_db()
        home = root.add_child(instance=HomePage(title="Entre pairs", slug="accueil"))
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"hostname": hostname, "port": port, "root_page": home, "site_name": "Entre pairs"},
        )
    present = set(home.get_children().values_list("slug", flat=True))
    for model, slug, title, summary in SECTIONS:
        if slug not in present:
            _add(home, model(title=title, slug=slug, summary=summary))
    for slug, title in LEGAL:
        if slug not in present:
            _add(
                home,
                StandardPage(title=title, slug=slug, body=[("section", {"titre": "", "texte": TO_WRITE})]),
            )
    _filing_pages(home)
    return home


def _filing_pages(home: HomePage) -> None:
    index = ThemeIndexPage.objects.child_of(home).first()
    for theme in Theme.objects.filter(page=None):
        _add(index, ThemePage(title=theme.label, slug=theme.slug, theme=theme, summary=theme.summary))
    for phase in Phase.objects.filter(page=None):
        _add(index, PhasePage(title=phase.label, slug=phase.slug, phase=phase, summary=phase.summary))


def _add(parent, page):
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()


def _name_the_roots() -> None:
    """Wagtail's migrations name them in English, and every chooser shows it."""
    Page.objects.filter(depth=1, title="Root").update(title="Racine", draft_title="Racine")
    Collection.objects.filter(depth=1, name="Root").update(name="Racine")
