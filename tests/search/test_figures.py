"""« Ce qui se cherche » in the admin: three lists of a period, their spreadsheet, and who reads them."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from portal.members import groups
from search.figures import View, entries_of, grouped, lines_of, summary_of
from search.journal import key_of
from search.models import SearchEntry
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ADDRESS = "/admin/recherches/"


def searched(text, *ago, total=3, theme=None, **fields):
    today = timezone.localdate()
    for days in ago:
        SearchEntry.objects.create(
            day=today - days * DAY, text=text, key=key_of(text), total=total, theme=theme, **fields
        )


@pytest.fixture
def journal(taxonomy):
    searched("trésorerie", 1, 2, 3, 4, 5, total=10, theme=taxonomy.tresorerie, clicked_rank=1)
    searched("Trésorerie", 6, 7, total=4, theme=taxonomy.tresorerie, clicked_rank=4)
    searched("licorne", 1, 2, 3, 4, 5, total=0)
    searched("bureau", 1, 2, 3, 4, 5, 5, total=8, theme=taxonomy.gouvernance)
    searched("Régie d’Exempleville", 1, 2, theme=taxonomy.gouvernance)
    searched("codéveloppement", 3, total=0, released=True)
    searched("hiver", 60, 61, 62, 63, 64)
    searched("", 9)


def texts(view, *, period="30-jours", theme=None):
    now = timezone.now()
    entries = entries_of(period=period, theme=theme, now=now)
    return [line.text for line in lines_of(grouped(entries, view=view, now=now), entries)]


def test_the_most_frequent(journal, taxonomy):
    assert texts(View.FREQUENT) == ["trésorerie", "bureau", "licorne", "codéveloppement"]
    assert "hiver" in texts(View.FREQUENT, period="3-mois")
    assert texts(View.FREQUENT, theme=taxonomy.gouvernance) == ["bureau"]


def test_what_finds_nothing(journal):
    assert texts(View.EMPTY) == ["licorne", "codéveloppement"]
    searched("licorne", 1, 2, 3, 4, 5, total=2)
    assert "licorne" in texts(View.EMPTY), "one time in two"
    searched("licorne", 1, total=2)
    assert "licorne" not in texts(View.EMPTY)


def test_what_is_not_opened(journal):
    assert texts(View.UNOPENED) == ["bureau"]
    searched("bureau", 1, 2, 3)
    searched("bureau", 1, clicked_rank=2)
    assert "bureau" in texts(View.UNOPENED), "once in ten"
    searched("bureau", 1, clicked_rank=2)
    assert "bureau" not in texts(View.UNOPENED)


def test_the_figures_of_a_line(journal, taxonomy):
    now = timezone.now()
    entries = entries_of(period="30-jours", theme=None, now=now)
    line = lines_of(grouped(entries, view=View.FREQUENT, now=now), entries)[0]
    assert (line.key, line.theme, line.searches, line.days) == ("tresorerie", taxonomy.tresorerie, 7, 7)
    assert line.average == pytest.approx(58 / 7)
    assert (line.empty, line.opened, line.share_opened, line.median_rank) == (0, 7, 1, 1)


def test_the_figures_of_a_period(journal):
    now = timezone.now()
    summary = summary_of(entries_of(period="30-jours", theme=None, now=now), now=now)
    assert (summary.searches, summary.empty, summary.opened) == (22, 6, 7)
    assert (summary.rare, summary.wordless, summary.median_rank) == (2, 1, 1)


def test_a_period_ends_today_and_holds_its_days(journal):
    SearchEntry.objects.all().delete()
    searched("dette", 0, 1, 2, 3, 29)
    assert texts(View.FREQUENT) == ["dette"]
    now = timezone.now()
    assert entries_of(period="30-jours", theme=None, now=now).count() == 5
    searched("dette", 30)
    assert entries_of(period="30-jours", theme=None, now=now).count() == 5


# -- the screen


@pytest.fixture
def editor(db):
    return factories.make_user("redaction@exemple.test", groups=[groups.ensure_avise_groups()[0]])


def text_of(response):
    return response.content.decode().replace("&nbsp;", " ").replace("\u00a0", " ")


def test_an_editor_reads_the_three_lists(client, journal, editor, taxonomy):
    client.force_login(editor)
    page = text_of(client.get(ADDRESS))
    assert "22 recherches en 30 jours" in page
    assert "2 recherches rares, non montrées" in page
    assert "Exempleville" not in page
    assert "/recherche/?q=tr%C3%A9sorerie" in page
    page = text_of(client.get(f"{ADDRESS}?liste=sans-resultat"))
    assert "licorne" in page
    assert "bureau" not in page
    page = text_of(client.get(f"{ADDRESS}?liste=sans-clic&periode=13-mois&theme=gouvernance"))
    assert "bureau" in page
    assert "licorne" not in page
    assert 'value="gouvernance" selected' in page
    assert ADDRESS in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "liste=inconnue&periode=jamais&theme=rien&p=abc&export=exe",
        "p=99999",
        "p=-1",
        "theme=%00",
        "liste=%FF",
        "periode=" + "9" * 3000,
    ],
)
def test_nonsense_gets_the_usual_page(client, journal, editor, query):
    client.force_login(editor)
    page = client.get(f"{ADDRESS}?{query}")
    assert page.status_code == 200
    assert "trésorerie" in text_of(page)


def test_an_empty_journal_says_so(client, editor, taxonomy):
    client.force_login(editor)
    assert "Rien n’a été cherché en 30 jours." in text_of(client.get(ADDRESS))
    assert "Rien n’a été cherché en 30 jours sur ce thème." in text_of(
        client.get(f"{ADDRESS}?theme=gouvernance")
    )
    searched("Régie d’Exempleville", 1, clicked_rank=1)
    assert "Rien n’a encore été cherché cinq jours différents." in text_of(client.get(ADDRESS))
    for name, told in (
        ("sans-resultat", "a trouvé quelque chose"),
        ("sans-clic", "a fini par être ouvert"),
    ):
        assert told in text_of(client.get(f"{ADDRESS}?liste={name}"))


def test_the_spreadsheet_holds_the_list_and_no_formula(client, journal, editor, taxonomy):
    searched("=cmd|' /C calc'!A0", 1, 2, 3, 4, 5, theme=taxonomy.gouvernance)
    client.force_login(editor)
    response = client.get(f"{ADDRESS}?export=xlsx")
    rows = list(load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values)
    assert rows[0][:4] == ("Recherche", "Thème", "Fois", "Jours différents")
    assert rows[1] == ("trésorerie", "Gestion financière et trésorerie", 7, 7, 8.3, 0, 1, 1)
    said = [row[0] for row in rows]
    assert "'=cmd|' /C calc'!A0" in said
    assert "Régie d’Exempleville" not in said
    csv = b"".join(client.get(f"{ADDRESS}?export=csv&liste=sans-resultat").streaming_content).decode()
    assert csv.splitlines()[1].startswith("licorne,,5,5,0")
    assert "trésorerie" not in csv
    assert "recherches-frequentes-" in response["Content-Disposition"]


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}?export=xlsx"])
def test_others_do_not_read_it(client, journal, tree, centre_user, member, address):
    for user in (None, member, centre_user):
        client.logout()
        if user:
            client.force_login(user)
        response = client.get(address)
        assert response.status_code == 302
    assert ADDRESS not in client.get("/admin/").content.decode()


def test_the_watch_reads_it_and_nothing_else(client, journal):
    client.force_login(factories.make_user(groups=[groups.ensure_search_watch()]))
    assert "trésorerie" in text_of(client.get(ADDRESS))
    assert "Exempleville" not in text_of(client.get(ADDRESS)), "rare ones have a screen of their own"
    assert client.get("/admin/membres/").status_code == 302


def test_queries_do_not_grow_with_the_list(client, journal, editor):
    client.force_login(editor)
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    for number in range(60):
        searched(f"sujet {number}", 1, 2, 3, 4, 5)
    with CaptureQueriesContext(connection) as many:
        page = client.get(ADDRESS)
    assert len(many) <= len(few) + 1
    assert "p=2" in page.content.decode()
