"""The board in the admin: who sees what, what each may do, and that its cost does not grow."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.commissioning import services
from portal.commissioning.models import GapReport, Need
from search.models import SearchEntry
from tests import factories

pytestmark = pytest.mark.django_db
BOARD, RARE = "/admin/fiches-a-ecrire/", "/admin/recherches-rares/"
OPEN, TAKEN, PUBLISHED, SET_ASIDE = Need.State
ACTIONS = ("claim", "assign", "promise", "give_back", "link", "set_aside", "reopen", "reword")


def address(name, need):
    return reverse(f"board:{name}", args=[need.pk])


def page_of(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


# -- who sees what


@pytest.mark.parametrize(
    ("who", "board", "rare"),
    [
        ("editor", True, False),
        ("centre_user", True, False),
        ("admin", True, True),
        ("reader", False, True),
        ("member", False, False),
        ("pending", False, False),
    ],
)
def test_each_sees_her_own_part(client, request, need, who, board, rare):
    client.force_login(request.getfixturevalue(who))
    assert (client.get(BOARD).status_code == 200) is board
    assert (client.get(address("need", need)).status_code == 200) is board
    assert (client.get(RARE).status_code == 200) is rare
    home = client.get("/admin/").content.decode()
    assert (BOARD in home) is board
    assert (RARE in home) is rare


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("editor", {"assign", "promise", "give_back", "link", "set_aside", "reopen", "reword"}),
        ("centre_user", {"claim", "promise", "give_back", "link"}),
        ("other_user", {"claim"}),
        ("reader", set()),
        ("member", set()),
    ],
)
def test_each_does_her_own_part(client, request, taken, who, allowed):
    client.force_login(request.getfixturevalue(who))
    assert {name for name in ACTIONS if client.get(address(name, taken)).status_code == 200} == allowed
    before = Need.objects.values().get()
    for name in set(ACTIONS) - allowed:
        assert client.post(address(name, taken), {"reason": "Non.", "question": "Non ?"}).status_code == 302
    assert Need.objects.values().get() == before


@pytest.mark.parametrize("name", ["add", "sources"])
def test_avise_alone_proposes(client, editor, centre_user, reader, name):
    url = reverse(f"board:{name}")
    for person in (centre_user, reader):
        client.force_login(person)
        assert client.get(url).status_code == 302
        assert client.post(url, {"question": "Non ?"}).status_code in (302, 405)
    assert not Need.objects.exists()
    client.force_login(editor)
    assert client.get(url).status_code == 200


def test_the_buttons_are_those_one_may_press(client, need, taken, centre_user, other_user, editor):
    shown = {}
    for person in (centre_user, other_user, editor):
        client.force_login(person)
        page = page_of(client, address("need", taken))
        shown[person] = {name for name in ACTIONS if f'href="{address(name, taken)}"' in page}
    assert shown == {
        centre_user: {"promise", "give_back", "link"},
        other_user: set(),
        editor: {"assign", "promise", "give_back", "link", "set_aside", "reword"},
    }


# -- the board


def test_state_by_state_and_theme_by_theme(client, make_need, tree, centre_user, editor, taxonomy, now):
    first = make_need("Pour la trésorerie ?", themes=[taxonomy.tresorerie])
    make_need("Pour la gouvernance ?", themes=[taxonomy.gouvernance])
    make_need("Sans thème ?")
    taken = make_need("Prise ?", themes=[taxonomy.tresorerie])
    services.claim(need=taken, centre=tree.centre, by=centre_user, now=now)
    client.force_login(editor)
    page = page_of(client, BOARD)
    places = [page.index(text) for text in ("Pour la trésorerie", "Pour la gouvernance", "Sans thème\u00a0?")]
    assert places == sorted(places)
    assert taken.question not in page
    assert taken.question in page_of(client, BOARD, etat="prise")
    only = page_of(client, BOARD, theme="gouvernance")
    assert "Pour la gouvernance" in only
    assert first.question not in only


def test_the_centre_finds_its_own_first(client, taken, centre_user, other_user):
    client.force_login(centre_user)
    assert "Votre centre les écrit" in page_of(client, BOARD)
    client.force_login(other_user)
    assert "Votre centre les écrit" not in page_of(client, BOARD)


@pytest.mark.parametrize("etat", ["", "prise", "publiee", "ecartee", "nimporte", "\x00", "x" * 500])
@pytest.mark.parametrize("theme", ["", "nulle-part", "\x00"])
def test_any_parameter_is_taken(client, need, editor, etat, theme):
    client.force_login(editor)
    page_of(client, BOARD, etat=etat, theme=theme, page="-9999999999999")


@pytest.mark.parametrize("etat", ["ouverte", "prise", "publiee", "ecartee"])
def test_it_costs_the_same_whatever_the_number(
    client, make_need, tree, taxonomy, centre_user, member, editor, now, etat
):
    client.force_login(centre_user)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(BOARD, {"etat": etat})
        return len(captured)

    def add(number):
        page = factories.make_fiche(tree.centre)
        for place in range(number):
            need = make_need(f"Question {place} ?", themes=[taxonomy.tresorerie, taxonomy.gouvernance])
            services.watch(user=member, need=need, now=now)
            if etat in ("prise", "publiee"):
                services.claim(need=need, centre=tree.centre, by=centre_user, now=now)
            if etat == "publiee":
                services.link_page(need=need, page=page, by=editor, now=now)
            if etat == "ecartee":
                services.set_aside(need=need, reason="Non.", by=editor, now=now)

    add(1)
    queries()
    few = queries()
    add(7)
    assert queries() == few


# -- what is done from there


def test_a_centre_takes_dates_and_links(client, need, tree, other_centre, centre_user):
    client.force_login(centre_user)
    day = timezone.localdate() + dt.timedelta(days=40)
    client.post(address("claim", need), {"centre": tree.centre.pk, "promised_on": day.strftime("%d/%m/%Y")})
    need.refresh_from_db()
    assert (need.state, need.centre, need.promised_on) == (TAKEN, tree.centre, day)
    ours, theirs = factories.make_fiche(tree.centre), factories.make_fiche(other_centre)
    draft = factories.make_fiche(tree.centre, live=False)
    session = factories.make_cafe(tree.centre)
    form = page_of(client, address("link", need))
    assert f"{session.title} (café ou groupe, " in form
    assert ours.title in form
    assert theirs.title not in form
    assert draft.title not in form
    assert client.post(address("link", need), {"page": theirs.pk}).status_code == 200
    need.refresh_from_db()
    assert need.state == TAKEN
    client.post(address("link", need), {"page": ours.pk})
    need.refresh_from_db()
    assert (need.state, need.page_id) == (PUBLISHED, ours.pk)


def test_the_one_who_comes_second_reads_why(client, taken, other_centre, other_user):
    client.force_login(other_user)
    answer = client.post(address("claim", taken), {"centre": other_centre.pk}, follow=True)
    assert "CRDLA Financement vient de la prendre." in answer.content.decode()
    taken.refresh_from_db()
    assert taken.centre_id != other_centre.pk


@pytest.mark.parametrize("day", ["01/01/2020", "le 3", "32/13/2027"])
def test_a_date_that_cannot_be_is_said(client, need, tree, centre_user, day):
    client.force_login(centre_user)
    answer = client.post(address("claim", need), {"centre": tree.centre.pk, "promised_on": day})
    assert answer.status_code == 200
    assert "error-message" in answer.content.decode()
    need.refresh_from_db()
    assert need.state == OPEN


def test_a_centre_takes_for_itself_only(client, need, other_centre, centre_user):
    client.force_login(centre_user)
    assert client.post(address("claim", need), {"centre": other_centre.pk}).status_code == 200
    need.refresh_from_db()
    assert need.state == OPEN


def test_a_centre_gives_back(client, taken, centre_user):
    client.force_login(centre_user)
    client.post(address("give_back", taken), {"words": "Faute de temps."})
    taken.refresh_from_db()
    assert taken.state == OPEN
    assert "Faute de temps." in page_of(client, address("need", taken))


def test_avise_keeps_the_board(client, taken, editor, other_centre, taxonomy, tree):
    client.force_login(editor)
    client.post(address("assign", taken), {"centre": other_centre.pk})
    client.post(address("reword", taken), {"question": "Mieux dit ?", "themes": [taxonomy.gouvernance.pk]})
    taken.refresh_from_db()
    assert (taken.centre, taken.question) == (other_centre, "Mieux dit\u00a0?")
    answer = client.post(address("set_aside", taken), {"reason": ""})
    assert services.ReasonMissing.sentence in answer.content.decode()
    client.post(address("set_aside", taken), {"reason": "Un guide existe."})
    taken.refresh_from_db()
    assert taken.state == SET_ASIDE
    client.post(address("reopen", taken))
    page = factories.make_fiche(tree.centre)
    client.post(address("link", taken), {"page": page.pk})
    taken.refresh_from_db()
    assert (taken.state, taken.page_id) == (PUBLISHED, page.pk)


def test_a_get_changes_nothing(client, taken, editor):
    client.force_login(editor)
    before = Need.objects.values().get()
    for name in ACTIONS:
        client.get(address(name, taken))
    assert Need.objects.values().get() == before


def test_a_name_in_a_proposal_is_pointed_out(client, editor):
    client.force_login(editor)
    data = {"question": "Comment aider contact@foyer-exemple.test ?"}
    answer = client.post(reverse("board:add"), data)
    assert "une adresse e-mail" in answer.content.decode()
    assert not Need.objects.exists()
    client.post(reverse("board:add"), {**data, "send_anyway": "on"})
    assert Need.objects.exists()


def test_a_search_becomes_a_proposal(client, editor, search, taxonomy):
    search("Bail rural", days=5, theme=taxonomy.gouvernance)
    search("Rare", days=2)
    client.force_login(editor)
    sources = page_of(client, reverse("board:sources"))
    url = reverse("board:add") + "?mots=bail%20rural"
    assert url in sources
    assert "Rare" not in sources
    assert 'value="Bail rural"' in page_of(client, url)
    assert "Rare" not in page_of(client, reverse("board:add"), mots="rare"), "nor by typing its address"
    client.post(url, {"question": "Que vaut un bail rural ?", "themes": [taxonomy.gouvernance.pk]})
    need = Need.objects.get()
    assert (need.origin, need.key, need.searches) == ("sans-resultat", "bail rural", 5)
    assert url not in page_of(client, reverse("board:sources"))


def test_a_theme_becomes_a_proposal(client, editor, tree, taxonomy, now):
    event = factories.make_cafe(tree.centre, start=now - dt.timedelta(days=3), themes=[taxonomy.gouvernance])
    factories.make_registration(event, brought_situation=True)
    client.force_login(editor)
    url = reverse("board:add") + "?theme=gouvernance"
    assert url in page_of(client, reverse("board:sources"))
    client.post(url, {"question": "Qui décide ?", "themes": [taxonomy.gouvernance.pk]})
    assert Need.objects.get().origin == "difficultes"


# -- what one role reads


@pytest.fixture
def report(taxonomy, now):
    return services.report_gap(
        text="Le foyer des Hirondelles", user=None, now=now, theme=taxonomy.gouvernance
    )


def test_the_role_publishes_a_report_in_other_words(client, reader, report, taxonomy):
    client.force_login(reader)
    assert "Hirondelles" in page_of(client, RARE)
    url = reverse("rare_searches:publish_report", args=[report.pk])
    assert "Hirondelles" in page_of(client, url)
    client.post(url, {"question": "Comment renégocier ?", "themes": [taxonomy.gouvernance.pk]})
    assert Need.objects.get().question == "Comment renégocier\u00a0?"
    assert "Hirondelles" not in page_of(client, RARE)
    assert client.get(url).status_code == 404


def test_or_joins_it_to_another(client, reader, report, need):
    client.force_login(reader)
    client.post(reverse("rare_searches:publish_report", args=[report.pk]), {"same_as": need.pk})
    need.refresh_from_db()
    assert need.reports == 1
    assert Need.objects.count() == 1


def test_a_rewording_says_what_it_lacks(client, reader, report):
    client.force_login(reader)
    answer = client.post(reverse("rare_searches:publish_report", args=[report.pk]), {})
    page = answer.content.decode()
    assert "Écrivez la question, en clair." in page
    assert "Choisissez au moins un thème." in page
    assert not Need.objects.exists()


def test_the_role_publishes_a_rare_search(client, reader, search, taxonomy):
    search("Foyer des Hirondelles")
    client.force_login(reader)
    url = reverse("rare_searches:publish") + "?mots=foyer%20des%20hirondelles"
    assert url in page_of(client, RARE)
    assert "Foyer des Hirondelles" in page_of(client, url)
    client.post(url, {"question": "Comment renégocier ?", "themes": [taxonomy.gouvernance.pk]})
    assert Need.objects.get().origin == "rare"
    assert SearchEntry.objects.get().text == "", "erased, unless she says that they name nobody"
    assert client.get(url).status_code == 404


def test_the_role_keeps_words_that_name_nobody(client, reader, search, taxonomy):
    search("Bail rural")
    client.force_login(reader)
    data = {"question": "Que vaut-il ?", "themes": [taxonomy.gouvernance.pk], "keep_words": "1"}
    client.post(reverse("rare_searches:publish") + "?mots=bail%20rural", data)
    assert SearchEntry.objects.get().released
    assert Need.objects.get().key == "bail rural"


def test_the_role_lets_go(client, reader, search, report):
    search("Foyer des Hirondelles")
    client.force_login(reader)
    for query in ("mots=foyer%20des%20hirondelles", f"signalement={report.pk}"):
        url = f"{reverse('rare_searches:let_go')}?{query}"
        assert "irondelles" in page_of(client, url)
        assert SearchEntry.objects.filter(text="Foyer des Hirondelles").exists() or "signalement" in query
        client.post(url)
        assert client.get(url).status_code == 404
    assert SearchEntry.objects.get().text == ""
    assert GapReport.objects.get().text == ""


@pytest.mark.parametrize(
    "query", ["", "mots=", "mots=%00", "mots=inconnue", "signalement=x", "signalement=9999999"]
)
def test_what_is_not_there_is_not_found(client, reader, query):
    client.force_login(reader)
    for name in ("publish", "let_go"):
        assert client.get(f"{reverse(f'rare_searches:{name}')}?{query}").status_code == 404
        assert client.post(f"{reverse(f'rare_searches:{name}')}?{query}").status_code == 404


def test_nobody_else_answers(client, editor, centre_user, search, report):
    search("Foyer des Hirondelles")
    for person in (editor, centre_user):
        client.force_login(person)
        for url in (
            reverse("rare_searches:publish") + "?mots=foyer%20des%20hirondelles",
            reverse("rare_searches:let_go") + "?mots=foyer%20des%20hirondelles",
            f"{reverse('rare_searches:let_go')}?signalement={report.pk}",
            reverse("rare_searches:publish_report", args=[report.pk]),
        ):
            assert client.get(url).status_code == 302
            assert client.post(url, {"question": "Non ?"}).status_code == 302
    assert not Need.objects.exists()
    assert SearchEntry.objects.get().text
    report.refresh_from_db()
    assert report.text
