"""What each page type asks of the database: an exact number, the same with three times as much content."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accessibility.models import PlanPage, StatementPage
from portal.base.models import BasePage
from portal.home.models import PhasePage, StandardPage
from portal.registrations.models import Cycle, RelatedPage
from portal.themes.models import Expansion, Terme, Theme
from ressources.models import FicheTool, Usage
from tests import factories

pytestmark = pytest.mark.django_db

#: By page type, of a page like those of the demonstration: for a stranger, for a member.
QUERIES = {
    "HomePage": (24, 31),
    "ThemeIndexPage": (10, 16),
    "ThemePage": (24, 31),
    "PhasePage": (26, 33),
    "RessourceIndexPage": (11, 17),
    "FichePage": (23, 31),
    "OutilPage": (17, 25),
    "WebinaireIndexPage": (14, 21),
    "WebinairePage": (14, 23),
    "WebinairePage replay": (15, 21),
    "CafeIndexPage": (11, 18),
    "CafePage": (15, 24),
    "CafePage past": (17, 25),
    "AgendaPage": (12, 19),
    "AgendaPage ?mois": (11, 18),
    "UrgencePage": (9, 15),
    "UrgencePage ?departement": (10, 16),
    "DispositifPage": (7, 12),
    "CentreIndexPage": (6, 12),
    "CentrePage": (21, 28),
    "GlossairePage": (7, 12),
    "StandardPage": (6, 12),
    "StatementPage": (6, 12),
    "PlanPage": (5, 10),
}
#: A month or a department is asked of the same types by their query string; a replay is a webinar that is over.
MORE_STATES = {"AgendaPage ?mois", "UrgencePage ?departement", "WebinairePage replay", "CafePage past"}


class Site:
    """A page of each type, each tied to something of every kind; ``grow`` adds as much again."""

    def __init__(self, tree, taxonomy):
        self.tree, self.taxonomy, self.number = tree, taxonomy, 0
        self.phase = tree.themes.add_child(
            instance=PhasePage(title="Urgence", slug="urgence", phase=taxonomy.urgence)
        )
        self.statement = tree.home.add_child(
            instance=StatementPage(title="Déclaration", slug="declaration", audience="public")
        )
        self.plan = self.statement.add_child(
            instance=PlanPage(title="Plan", slug="plan", first_year=2026, last_year=2028, audience="public")
        )
        self.standard = tree.home.add_child(
            instance=StandardPage(title="Page", slug="page", shows_centres=True)
        )
        self.filing = {
            "themes": [taxonomy.tresorerie, taxonomy.gouvernance],
            "secteurs": [taxonomy.culture],
            "phases": [taxonomy.urgence, taxonomy.anticiper],
            "regions": [taxonomy.bretagne],
            "structures": [taxonomy.association],
        }
        self.theme = factories.make_theme_page(tree, taxonomy.tresorerie)
        self.fiche = self.cafe = None
        self.grow()

    def grow(self) -> None:
        tree, filing, centre = self.tree, self.filing, self.tree.centre
        number, self.number = self.number, self.number + 1
        ago, public = {"starts_in": -dt.timedelta(days=9)}, {"audience": "public"}
        factories.make_centre(tree)
        tool = factories.make_tool(centre, **filing)
        fiches = [factories.make_fiche(centre, en_bref="<p>Bref.</p>", **filing) for _ in range(2)]
        cycle = Cycle.objects.create(title=f"Cycle {number}", slug=f"cycle-{number}")
        cafe = factories.make_cafe(centre, **public, **filing)
        dates = [factories.make_cafe(centre, cycle=cycle, **public, **filing) for _ in range(2)]
        past = factories.make_cafe(centre, **public, **ago, **filing)
        webinar = factories.make_webinar(centre, **filing)
        replay = factories.make_webinar(centre, transcript_vtt=factories.VTT, **ago, **filing)
        scheme = factories.make_scheme(
            tree.urgence, themes=filing["themes"], phases=filing["phases"], audience="public"
        )
        theme = Theme.objects.create(label=f"Thème {number}", slug=f"theme-{number}")
        factories.make_theme_page(tree, theme)
        terme = Terme.objects.create(sigle=f"SG{number}", slug=f"sg{number}")
        Expansion.objects.create(terme=terme, text="sens")
        if self.fiche is None:
            self.fiche, self.tool, self.cafe, self.past = fiches[0], tool, cafe, past
            self.webinar, self.replay, self.scheme = webinar, replay, scheme
        for event in (cafe, dates[0], webinar):
            factories.make_registration(event)
        Usage.objects.create(
            page=self.fiche,
            user=factories.make_user(),
            region=self.taxonomy.bretagne,
            created_at=timezone.now(),
        )
        FicheTool.objects.create(fiche=self.fiche, tool=tool)
        for event in (self.cafe, self.past, cafe, past, self.webinar, self.replay):
            RelatedPage.objects.create(event=event, page=self.fiche)
            RelatedPage.objects.create(event=event, page=self.tool)
        for event in (self.cafe, self.past, self.webinar, self.replay):
            RelatedPage.objects.create(event=event, page=fiches[1])

    def addresses(self) -> dict[str, str]:
        tree = self.tree
        pages = {
            type(page).__name__: page.url
            for page in (
                tree.home, tree.themes, self.theme, self.phase, tree.ressources, self.fiche, self.tool,
                tree.webinaires, self.webinar, tree.cafes, self.cafe, tree.agenda, tree.urgence, self.scheme,
                tree.centres, tree.centre, tree.glossaire, self.standard, self.statement, self.plan,
            )
        }  # fmt: skip
        return pages | {
            "AgendaPage ?mois": f"{tree.agenda.url}?mois={timezone.localdate():%Y-%m}",
            "UrgencePage ?departement": f"{tree.urgence.url}?departement=35",
            "WebinairePage replay": self.replay.url,
            "CafePage past": self.past.url,
        }


@pytest.fixture
def site(tree, taxonomy):
    return Site(tree, taxonomy)


def counted(client, addresses) -> dict[str, int]:
    """The queries of each page, once what a process and a session read once is read."""
    numbers = {}
    for name, address in addresses.items():
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            assert response.status_code == 200, address
        numbers[name] = len(queries)
    return numbers


@pytest.mark.parametrize("reader", ["stranger", "member"])
def test_each_page_asks_as_much_of_three_times_the_content(client, site, member, reader):
    if reader == "member":
        client.force_login(member)
    expected = {name: pair[reader == "member"] for name, pair in QUERIES.items()}
    assert counted(client, site.addresses()) == expected
    site.grow()
    site.grow()
    assert counted(client, site.addresses()) == expected


def test_every_page_type_is_counted():
    page_types = {
        model.__name__ for model in apps.get_models() if issubclass(model, BasePage) and model.is_creatable
    }
    assert set(QUERIES) == page_types | MORE_STATES
