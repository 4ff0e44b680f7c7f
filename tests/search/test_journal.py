"""The journal of searches: what is noted and what is not, refinements, clicks, and a busy database."""

import datetime as dt
import sqlite3
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.utils import timezone

from search import journal
from search.forms import SearchParameters
from search.journal import BadToken, key_of
from search.labels import facet_labels
from search.lexicon import Lexicon
from search.models import SearchEntry
from search.query import parse
from search.results import Results, find
from tests import factories

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 5, 4, 10, 0, tzinfo=PARIS)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
db = pytest.mark.django_db


def results_of(text, *, total=3, facets=None, page=1, degraded=False, themes=()):
    """What the engine is taken to have answered; ``themes`` are those of each hit, in order."""
    return Results(
        parameters=SearchParameters(text=text, facets=facets or {}, page=page),
        query=parse(text, Lexicon()),
        hits=tuple(SimpleNamespace(document=SimpleNamespace(themes=slugs)) for slugs in themes),
        total=total,
        whole=total,
        facets=(),
        engine="essai",
        took_ms=1.0,
        is_degraded=degraded,
    )


def note(text, *, token="", now=NOW, **answer):
    return journal.record(results=results_of(text, **answer), token=token, now=now)


# -- what two searches share


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Plan de trésorerie", "plan  TRESORERIE"),
        ("l’aide à domicile", "aide domicile"),
        ("œuvre", "oeuvre"),
        ("association -sport", "Association  -Sport"),
        ("qui sommes-nous ?", "Qui sommes nous"),
    ],
)
def test_two_searches_that_say_the_same_share_a_key(one, other):
    assert key_of(one) == key_of(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("plan trésorerie", "trésorerie plan"), ("association sport", "association -sport"), ("CA", "CAE")],
)
def test_two_that_do_not_have_one_each(one, other):
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize("nothing", ["", "  ", "***", "\x00", "\u202e"])
def test_what_holds_no_word_has_no_key(nothing):
    assert key_of(nothing) == ""


def test_a_key_fits_its_column():
    assert len(key_of("œ" * 200)) <= 200


# -- what is noted


@db
def test_a_search_is_noted_without_person_or_hour(taxonomy):
    assert note("Plan de trésorerie", total=12, facets={"type": ("fiche", "outil")})
    entry = SearchEntry.objects.get()
    assert (entry.day, entry.text, entry.key) == (NOW.date(), "Plan de trésorerie", "plan tresorerie")
    assert (entry.total, entry.facets, entry.clicked_rank) == (12, {"type": ["fiche", "outil"]}, None)
    assert {field.name for field in SearchEntry._meta.get_fields()} == {
        "id", "day", "text", "key", "facets", "total", "clicked_rank", "theme", "released",
    }  # fmt: skip


@db
def test_the_day_is_that_of_paris():
    note("dette", now=dt.datetime(2026, 5, 4, 22, 30, tzinfo=dt.UTC))
    assert SearchEntry.objects.get().day == dt.date(2026, 5, 5)


@db
@pytest.mark.parametrize(
    "answer",
    [
        {"text": ""},
        {"text": "***"},
        {"text": "dette", "page": 2},
        {"text": "dette", "degraded": True},
    ],
    ids=["empty", "no word", "second page", "database"],
)
def test_what_is_not_noted(answer):
    assert note(**answer) == ""
    assert not SearchEntry.objects.exists()


@db
def test_filters_alone_are_noted_without_words(taxonomy):
    assert note("***", facets={"theme": ("gouvernance",)})
    entry = SearchEntry.objects.get()
    assert (entry.text, entry.key, entry.theme) == ("", "", taxonomy.gouvernance)


@db
@pytest.mark.parametrize(
    ("chosen", "hits", "expected"),
    [
        (("gouvernance",), [("gestion-financiere-et-tresorerie",)], "gouvernance"),
        ((), [("gouvernance",), ("gestion-financiere-et-tresorerie",), ()], "gouvernance"),
        (
            (),
            [("gouvernance",), *[("gestion-financiere-et-tresorerie",)] * 3],
            "gestion-financiere-et-tresorerie",
        ),
        (
            ("gouvernance", "gestion-financiere-et-tresorerie"),
            [("numerique",), ("numerique", "gouvernance")],
            "gouvernance",
        ),
        ((), [("inconnu",)], None),
        ((), [], None),
    ],
)
def test_the_theme_is_the_chosen_one_or_that_of_the_first_hits(taxonomy, chosen, hits, expected):
    note("dette", facets={"theme": chosen}, themes=hits)
    theme = SearchEntry.objects.get().theme
    assert (theme and theme.slug) == expected


# -- while one types


@db
@pytest.mark.parametrize(
    "second",
    [
        {"text": "plan de tres"},
        {"text": "plan de trésorerie"},
        {"text": "plan"},
        {"text": "plan de trésor", "facets": {"type": ("fiche",)}},
        {"text": "plan de trésor"},
    ],
)
def test_a_search_that_goes_on_takes_the_row_of_the_one_before(second):
    token = note("plan de trésor", total=9)
    again = note(**second, total=4, token=token, now=NOW + 90 * SECOND)
    entry = SearchEntry.objects.get()
    assert (entry.text, entry.key, entry.total) == (second["text"], key_of(second["text"]), 4)
    assert note("plan de trésorerie prévisionnel", token=again, now=NOW + 200 * SECOND)
    assert SearchEntry.objects.count() == 1, "each answer gives two minutes more"


@db
def test_another_search_has_a_row_of_its_own():
    token = note("trésorerie")
    note("gouvernance", token=token, now=NOW + SECOND)
    assert SearchEntry.objects.count() == 2


@db
def test_what_is_erased_to_search_something_else_stays():
    token = note("trésorerie", total=7)
    token = note("tr", token=token, total=200, now=NOW + SECOND)
    assert SearchEntry.objects.get().text == "trésorerie"
    note("gouvernance", token=token, now=NOW + 2 * SECOND)
    assert set(SearchEntry.objects.values_list("text", "total")) == {("trésorerie", 7), ("gouvernance", 3)}


@db
def test_after_two_minutes_or_a_click_it_is_another_search():
    token = note("trésor")
    note("trésorerie", token=token, now=NOW + 2 * MINUTE + SECOND)
    assert SearchEntry.objects.count() == 2
    token = note("gouvern")
    journal.note_click(token=token, rank=1, now=NOW)
    note("gouvernance", token=token, now=NOW + SECOND)
    assert SearchEntry.objects.count() == 4


@db
@pytest.mark.parametrize("token", ["x", "1-2:3", "1:1", "é" * 300, "\x00"])
def test_a_token_that_is_not_ours_changes_nothing(token):
    note("trésor")
    assert note("trésorerie", token=token)
    assert SearchEntry.objects.count() == 2


@db
def test_a_row_that_is_gone_is_written_anew():
    token = note("trésor")
    SearchEntry.objects.all().delete()
    assert note("trésorerie", token=token)
    assert SearchEntry.objects.count() == 1


# -- a click


@db
def test_the_first_click_wins():
    token = note("dette", total=8)
    assert journal.note_click(token=token, rank=4, now=NOW + MINUTE)
    assert not journal.note_click(token=token, rank=1, now=NOW + MINUTE)
    assert SearchEntry.objects.get().clicked_rank == 4


@db
@pytest.mark.parametrize("rank", [-1, 0, 21, 10**9])
def test_a_rank_that_no_page_has_is_refused(rank):
    token = note("dette", total=500)
    with pytest.raises(BadToken):
        journal.note_click(token=token, rank=rank, now=NOW)
    assert SearchEntry.objects.get().clicked_rank is None


@db
def test_what_comes_near_is_no_answer_and_its_click_counts(index, tree, bring_up_to_date):
    factories.make_fiche(tree.centre, title="Suivre sa trésorerie")
    factories.make_fiche(tree.centre, title="Écrire une paie")
    bring_up_to_date()

    def noted(text):
        labels = facet_labels(AnonymousUser())
        results = find(SearchParameters(text), user=AnonymousUser(), labels=labels, now=NOW)
        token = journal.record(results=results, now=NOW)
        return results, SearchEntry.objects.latest("pk"), token

    results, entry, token = noted("trésorerie paie")
    assert (results.total, results.whole, results.near, entry.total) == (2, 0, 2, 0)
    assert journal.note_click(token=token, rank=2, now=NOW)
    results, entry, _ = noted("trésorerie xylophone")
    assert (results.left_out, results.whole, entry.total) == (("xylophone",), 1, 0)
    assert noted("trésorerie")[1].total == 1


@db
def test_an_old_token_is_refused():
    token = note("dette")
    with pytest.raises(BadToken):
        journal.note_click(token=token, rank=1, now=NOW + journal.OPENED_WITHIN + SECOND)
    assert journal.note_click(token=token, rank=1, now=NOW + journal.OPENED_WITHIN)


@db
def test_a_page_that_was_only_come_back_to_is_taken_back():
    token = note("dette")
    assert journal.take_back(token=token, now=NOW)
    assert not SearchEntry.objects.exists()
    assert not journal.take_back(token=token, now=NOW)


@db
def test_what_was_opened_or_is_old_is_not_taken_back():
    token = note("dette")
    journal.note_click(token=token, rank=1, now=NOW)
    assert not journal.take_back(token=token, now=NOW)
    with pytest.raises(BadToken):
        journal.take_back(token=note("impôt"), now=NOW + 2 * MINUTE + SECOND)
    assert SearchEntry.objects.count() == 2


# -- a database that is busy, or broken


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own way of waiting")
@db
def test_the_journal_waits_a_moment_and_everything_else_as_before(monkeypatch):
    def timeout():
        return connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]

    before, during = timeout(), []
    monkeypatch.setattr(SearchEntry, "save", lambda self: during.append(timeout()))
    note("dette")
    assert during == [journal.PAGE_WAIT]
    assert timeout() == before > 1_000

    def broken(self):
        raise DatabaseError("broken")

    monkeypatch.setattr(SearchEntry, "save", broken)
    assert note("dette") == ""
    assert timeout() == before


@pytest.fixture
def writer(tmp_path, monkeypatch):
    """What stands for another process, on a file that this connection is made to use."""
    path = tmp_path / "occupe.sqlite3"
    target = sqlite3.connect(path)
    connection.ensure_connection()
    connection.connection.backup(target)
    target.close()
    usual = connection.settings_dict["NAME"]
    held = connection.connection
    connection.connection = None
    connection.settings_dict["NAME"] = str(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    yield other
    other.close()
    connection.connection.close()
    connection.settings_dict["NAME"] = usual
    connection.connection = held


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own way of waiting")
@pytest.mark.django_db(transaction=True)
def test_a_page_is_answered_while_another_writes(client, index, writer, caplog):
    # An earlier test may have emptied the tables, the site's too.
    factories.make_tree()
    # The first page of all writes down the usual settings.
    client.get("/recherche/", headers={"User-Agent": BROWSER})
    writer.execute("BEGIN IMMEDIATE")
    began = timezone.now()
    response = client.get("/recherche/?q=dette", headers={"User-Agent": BROWSER})
    assert response.status_code == 200
    assert b"data-journal" not in response.content
    assert "database is locked" in caplog.text
    # Anything else waits thirty seconds.
    assert timezone.now() - began < dt.timedelta(seconds=15)
    writer.execute("ROLLBACK")
    assert b"data-journal" in client.get("/recherche/?q=dette", headers={"User-Agent": BROWSER}).content


@db
def test_a_broken_journal_breaks_no_page(client, index, monkeypatch):
    def broken(self, *args, **kwargs):
        raise DatabaseError("no such table")

    monkeypatch.setattr(SearchEntry, "save", broken)
    assert client.get("/recherche/?q=dette").status_code == 200


# -- through the pages


@pytest.fixture
def content(index, tree, taxonomy, bring_up_to_date):
    for title in ("Tenir la trésorerie", "Trésorerie et banque"):
        factories.make_fiche(tree.centre, title=title, themes=[taxonomy.tresorerie])
    bring_up_to_date()


def token_in(response):
    _, _, rest = response.content.decode().partition('data-journal="')
    return rest.partition('"')[0]


@db
def test_the_page_and_its_part_are_noted(client, content, taxonomy):
    page = client.get("/recherche/?q=trésorer", headers={"User-Agent": BROWSER})
    token = token_in(page)
    headers = {"User-Agent": BROWSER, "HX-Request": "true", "X-Search-Token": token}
    part = client.get("/recherche/?q=trésorerie&type=fiche&tri=date", headers=headers)
    assert token_in(part)
    entry = SearchEntry.objects.get()
    assert (entry.text, entry.total, entry.theme) == ("trésorerie", 2, taxonomy.tresorerie)
    assert entry.facets == {"type": ["fiche"]}


@db
def test_a_token_is_in_no_address_nor_field(client, content):
    response = client.get("/recherche/?q=trésorerie")
    assert response.content.decode().count(token_in(response)) == 1


@db
@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/recherche.json?q=trésorerie", {}),
        ("/recherche/suggestions?q=trésorerie", {}),
        ("/recherche/", {}),
        ("/recherche/?q=", {}),
        ("/recherche/?q=trésorerie&page=2", {}),
        ("/recherche/?q=trésorerie", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("/recherche/?q=trésorerie", {"User-Agent": "curl/8.5.0"}),
        ("/recherche/?q=trésorerie", {"User-Agent": "python-requests/2.32"}),
        ("/recherche/?q=trésorerie", {"Sec-Purpose": "prefetch;prerender"}),
        ("/recherche/?q=trésorerie", {"HX-Request": "true", "HX-History-Restore-Request": "true"}),
    ],
)
def test_what_nobody_searched_is_not_noted(client, content, address, headers):
    response = client.get(address, headers={"User-Agent": BROWSER, **headers})
    assert response.status_code == 200
    assert b"data-journal" not in response.content
    assert not SearchEntry.objects.exists()


@db
def test_a_head_and_a_search_without_an_engine_are_not_noted(client, content, index, monkeypatch):
    from search.engines.base import SearchUnavailable

    client.head("/recherche/?q=trésorerie")

    def away(self, request):
        raise SearchUnavailable("away")

    monkeypatch.setattr(type(index), "search", away)
    assert client.get("/recherche/?q=trésorerie").status_code == 200
    assert not SearchEntry.objects.exists()


@db
def test_a_search_queues_no_task(client, content, monkeypatch):
    """Wagtail would queue one for each row that points at something, and the page would wait for the queue."""
    from wagtail.signal_handlers import update_reference_index_task

    monkeypatch.setattr(type(update_reference_index_task), "enqueue", lambda *a, **k: pytest.fail("queued"))
    client.get("/recherche/?q=trésorerie")
    assert SearchEntry.objects.exists()


@db
def test_a_click_is_noted_without_csrf_token_or_cookie(content):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    token = token_in(strict.get("/recherche/?q=trésorerie"))
    assert strict.post("/recherche/clic", {"jeton": token, "rang": "2"}).status_code == 204
    assert strict.post("/recherche/clic", {"jeton": token, "rang": "1"}).status_code == 204
    assert SearchEntry.objects.get().clicked_rank == 2


@db
def test_coming_back_is_no_other_search(client, content):
    token = token_in(client.get("/recherche/?q=trésorerie"))
    again = token_in(client.get("/recherche/?q=trésorerie"))
    assert client.post("/recherche/retour", {"jeton": again}).status_code == 204
    assert SearchEntry.objects.count() == 1
    assert client.post("/recherche/clic", {"jeton": token, "rang": "1"}).status_code == 204
    assert SearchEntry.objects.get().clicked_rank == 1


@db
@pytest.mark.parametrize("rank", ["", "0", "-1", "21", "9" * 400, "٣", "1.5", "\x00", "un"])
def test_a_bad_rank_does_no_harm(client, content, rank):
    token = token_in(client.get("/recherche/?q=trésorerie"))
    assert client.post("/recherche/clic", {"jeton": token, "rang": rank}).status_code == 400
    assert SearchEntry.objects.get().clicked_rank is None


@db
@pytest.mark.parametrize("token", ["", "x", "1-1:abc", "é\x00" * 50, "9" * 5000])
def test_a_bad_token_does_no_harm(client, content, token):
    client.get("/recherche/?q=trésorerie")
    assert client.post("/recherche/clic", {"jeton": token, "rang": "1"}).status_code == 400
    assert client.post("/recherche/retour", {"jeton": token}).status_code == 400
    assert SearchEntry.objects.get().clicked_rank is None


@db
@pytest.mark.parametrize("address", ["/recherche/clic", "/recherche/retour"])
def test_reading_does_not_click(client, address):
    assert client.get(address).status_code == 405
    assert client.post(address, b"\xff\xfe", content_type="application/octet-stream").status_code == 400
