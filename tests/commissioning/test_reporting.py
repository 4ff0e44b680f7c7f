"""« Signaler ce manque », and the rare searches: read by one role, reworded or let go, forgotten after a month."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.commissioning import services
from portal.commissioning.jobs import forget, would_forget
from portal.commissioning.models import GapReport, Need, Watch
from portal.commissioning.services import reporting
from search.models import SearchEntry
from tests import factories

pytestmark = pytest.mark.django_db
WAITING, RELEASED, LET_GO = GapReport.State
ADDRESS = "/recherche/manque/"


@pytest.fixture(autouse=True)
def _fresh(tree):
    # The limits on the form are counted there.
    cache.clear()


@pytest.fixture
def report(now, taxonomy):
    def write(text="Un modèle de convention de portage", user=None, **fields):
        return services.report_gap(
            text=text, user=user, now=fields.pop("at", now), theme=taxonomy.gouvernance, **fields
        )

    return write


# -- the form


def test_its_address_has_a_name():
    assert reverse("report_gap") == ADDRESS


def test_it_comes_filled_in_and_a_get_writes_nothing(client, taxonomy):
    page = client.get(ADDRESS, {"q": "bail  rural\x00", "theme": "gouvernance"}).content.decode()
    assert "bail rural</textarea>" in page
    assert 'value="gouvernance" selected' in page
    assert "wants_to_be_told" not in page, "who has no account cannot be told"
    assert not GapReport.objects.exists()


@pytest.mark.parametrize("q", ["x" * 9000, "<script>", '"', "\x00", "🦊" * 300])
def test_any_query_fills_it_in(client, q):
    assert client.get(ADDRESS, {"q": q, "theme": q}).status_code == 200


def test_a_stranger_reports(client, taxonomy):
    data = {"text": "Un modèle de bail", "searched": "bail", "theme": "gouvernance", "wants_to_be_told": "on"}
    assert client.post(ADDRESS, data).url == "/recherche/"
    report = GapReport.objects.get()
    assert (report.text, report.searched, report.theme) == ("Un modèle de bail", "bail", taxonomy.gouvernance)
    assert (report.user, report.is_anonymous, report.wants_to_be_told) == (None, True, False)
    assert report.state == WAITING
    assert not Need.objects.exists()


def test_who_signed_in_may_be_told(client, pending):
    client.force_login(pending)
    assert "wants_to_be_told" in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {"text": "Un modèle de bail", "wants_to_be_told": "on"})
    report = GapReport.objects.get()
    assert (report.user, report.is_anonymous, report.wants_to_be_told) == (pending, False, True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": "  "}, "Dites en quelques mots"),
        ({"text": "x" * 401}, "400"),
        ({"text": "Un bail", "theme": "nulle-part"}, "theme"),
        ({"text": "Un bail", "searched": "x" * 201}, "200"),
    ],
)
def test_what_is_wrong_is_said(client, data, said):
    answer = client.post(ADDRESS, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not GapReport.objects.exists()


def test_a_name_is_pointed_out_once(client):
    text = "Écrire à contact@foyer-exemple.test"
    answer = client.post(ADDRESS, {"text": text})
    assert answer.status_code == 422
    assert "une adresse e-mail" in answer.content.decode()
    assert not GapReport.objects.exists()
    client.post(ADDRESS, {"text": text, "send_anyway": "on"})
    assert GapReport.objects.get().text == text


def test_a_program_is_thanked_and_not_heard(client):
    assert client.post(ADDRESS, {"text": "Achetez", "website": "https://example.org/"}).status_code == 302
    assert not GapReport.objects.exists()


def test_the_crowd_without_account_is_heard_so_many_times_a_day(client, report, member, now, monkeypatch):
    monkeypatch.setattr(reporting, "ANONYMOUS_A_DAY", 2)
    report(at=now - dt.timedelta(days=1))
    report()
    client.post(ADDRESS, {"text": "Deux"})
    answer = client.post(ADDRESS, {"text": "Trois, de trop"})
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "connectez-vous" in page
    assert "Trois, de trop</textarea>" in page, "nothing typed is lost"
    client.force_login(member)
    assert client.post(ADDRESS, {"text": "Avec un compte"}).status_code == 302
    assert GapReport.objects.count() == 4


def test_so_is_one_account(report, member, now, monkeypatch):
    monkeypatch.setattr(reporting, "MINE_A_DAY", 1)
    report(user=member)
    with pytest.raises(services.TooManyReports):
        report(user=member)
    report(user=factories.make_user())
    report()


def test_so_is_one_address(client):
    for _ in range(20):
        assert client.post(ADDRESS, {"text": "Encore"}).status_code == 302
    assert client.post(ADDRESS, {"text": "De trop"}).status_code == 429
    assert GapReport.objects.count() == 20


# -- reports, for the one role


def test_published_in_other_words_it_forgets_hers_and_she_is_told(report, reader, pending, taxonomy, now):
    row = report(user=pending, searched="portage", wants_to_be_told=True)
    need = services.publish_report(
        report=row, question="Comment porter ?", themes=[taxonomy.gouvernance], by=reader, now=now
    )
    row.refresh_from_db()
    assert (row.state, row.need, row.text, row.searched, row.user) == (RELEASED, need, "", "", None)
    need.refresh_from_db()
    assert (need.origin, need.reports, need.question) == ("signale", 1, "Comment porter\u00a0?")
    assert need.evidence == ["1\u00a0signalement"]
    assert Watch.objects.get().user == pending


def test_who_did_not_ask_is_not_told(report, reader, member, now):
    services.publish_report(report=report(user=member), question="Quoi ?", by=reader, now=now)
    assert not Watch.objects.exists()


def test_it_joins_what_the_board_has(report, need, reader, member, now):
    services.watch(user=member, need=need, now=now)
    services.join_report(report=report(user=member, wants_to_be_told=True), need=need, by=reader, now=now)
    services.join_report(report=report(), need=need, by=reader, now=now)
    need.refresh_from_db()
    assert need.reports == 2
    assert Watch.objects.count() == 1
    assert Need.objects.count() == 1


def test_let_go_it_is_forgotten(report, reader, member, now):
    row = report(user=member, wants_to_be_told=True)
    services.let_report_go(report=row, by=reader, now=now)
    row.refresh_from_db()
    assert (row.state, row.text, row.user, row.wants_to_be_told) == (LET_GO, "", None, False)


def test_it_is_answered_once(report, need, reader, now):
    row = report()
    services.let_report_go(report=row, by=reader, now=now)
    for answer in (
        lambda: services.publish_report(report=row, question="Quoi ?", by=reader, now=now),
        lambda: services.join_report(report=row, need=need, by=reader, now=now),
        lambda: services.let_report_go(report=row, by=reader, now=now),
    ):
        with pytest.raises(services.AlreadyAnswered):
            answer()
    assert Need.objects.count() == 1


def test_one_role_alone_answers(report, need, search, editor, centre_user, member, now):
    search("foyer les hirondelles")
    row = report()
    for person in (editor, centre_user, member):
        for answer in (
            lambda by: services.publish_report(report=row, question="Quoi ?", by=by, now=now),
            lambda by: services.join_report(report=row, need=need, by=by, now=now),
            lambda by: services.let_report_go(report=row, by=by, now=now),
            lambda by: services.let_rare_go(key="foyer les hirondelles", by=by, now=now),
            lambda by: services.publish_rare(
                key="foyer les hirondelles", question="Quoi ?", keep_words=True, by=by, now=now
            ),
        ):
            with pytest.raises(services.MayNot):
                answer(person)
    row.refresh_from_db()
    assert row.state == WAITING
    assert SearchEntry.objects.get().key


def test_after_a_month_the_words_go(report, reader, need, member, now):
    old = report(user=member, searched="x", wants_to_be_told=True, at=now - dt.timedelta(days=30))
    young = report(at=now - dt.timedelta(days=29))
    assert would_forget(now) == "1 manque(s) signalé(s) à oublier, 0 attente(s) à effacer"
    old.refresh_from_db()
    assert old.text, "announcing changes nothing"
    assert forget(now) == "1 manque(s) signalé(s) oublié(s), 0 attente(s) effacée(s)"
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, old.text, old.searched, old.user) == (LET_GO, "", "", None)
    assert young.text
    assert would_forget(now).startswith("0 ")


# -- rare searches


def test_reworded_a_rare_search_is_on_the_board_and_its_words_go(search, reader, taxonomy, now):
    search("foyer les hirondelles bail", days=2, times=2)
    key = "foyer les hirondelles bail"
    need = services.publish_rare(
        key=key,
        question="Comment renégocier un bail ?",
        themes=[taxonomy.tresorerie],
        keep_words=False,
        by=reader,
        now=now,
    )
    need.refresh_from_db()
    assert (need.origin, need.key, need.searches, need.search_days) == ("rare", "", 4, 2)
    assert not SearchEntry.objects.filter(text__contains="hirondelles").exists()
    assert SearchEntry.objects.count() == 4, "the figures stay"
    services.count_all(now=now)
    need.refresh_from_db()
    assert need.searches == 4, "and are not counted again from words that are gone"


def test_words_that_name_nobody_go_on_being_counted(search, reader, now):
    search("bail rural environnemental")
    need = services.publish_rare(
        key="bail rural environnemental", question="Qu’est-ce ?", keep_words=True, by=reader, now=now
    )
    assert SearchEntry.objects.get().released
    search("bail rural environnemental", days=2)
    services.count_all(now=now)
    need.refresh_from_db()
    assert (need.key, need.searches) == ("bail rural environnemental", 3)


def test_a_rare_search_is_let_go(search, reader, now):
    search("foyer les hirondelles")
    services.let_rare_go(key="foyer les hirondelles", by=reader, now=now)
    assert SearchEntry.objects.get().key == ""


@pytest.mark.parametrize("key", ["", "bail rural", "jamais cherché"])
def test_what_is_not_rare_is_not_settled_here(search, reader, now, key):
    search("bail rural", days=5)
    search("", days=1)
    with pytest.raises(services.NoSuchSearch):
        services.let_rare_go(key=key, by=reader, now=now)
    for keep_words in (True, False):
        with pytest.raises(services.NoSuchSearch):
            services.publish_rare(key=key, question="Quoi ?", keep_words=keep_words, by=reader, now=now)
    assert not Need.objects.exists(), "nothing is left half done"
    assert SearchEntry.objects.filter(text="bail rural").count() == 5
