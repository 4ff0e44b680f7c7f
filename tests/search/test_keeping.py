"""How long searches are kept, who decides of rare ones, and what is often searched."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command

from portal.background.services import preview_job, run_due_jobs
from portal.base.models import PortalSettings
from portal.members import groups
from search import frequent, journal
from search.engines.base import SearchUnavailable
from search.frequent import frequent_searches
from search.journal import NotRare, key_of
from search.models import FrequentSearch, SearchEntry
from tests import factories

NOW = dt.datetime(2026, 5, 4, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
TODAY, DAY = NOW.date(), dt.timedelta(days=1)
PUBLIC, NETWORK = frozenset({"public"}), frozenset({"public", "reseau", "groupe-3"})
pytestmark = pytest.mark.django_db


def searched(text, *ago, theme=None, total=3, **fields):
    """Entries of ``text``, one for each number of days ago."""
    for days in ago:
        SearchEntry.objects.create(
            day=TODAY - days * DAY, text=text, key=key_of(text), total=total, theme=theme, **fields
        )


def words_left():
    return sorted(SearchEntry.objects.with_words().values_list("text", flat=True))


# -- what is forgotten


def test_entries_are_kept_thirteen_months():
    for day in (dt.date(2025, 4, 3), dt.date(2025, 4, 4), TODAY):
        SearchEntry.objects.create(day=day, text="dette", key="dette", total=1, released=True)
    assert journal.forget(now=NOW) == (1, 0)
    assert set(SearchEntry.objects.values_list("day", flat=True)) == {dt.date(2025, 4, 4), TODAY}
    assert journal.forget(now=NOW) == (0, 0)


def test_rare_words_are_let_go_after_thirty_days_and_the_figures_stay():
    searched("Régie d’Exempleville", 31, 30, 1, clicked_rank=2)
    assert journal.forget(now=NOW) == (0, 1)
    assert words_left() == ["Régie d’Exempleville"] * 2
    emptied = SearchEntry.objects.get(key="")
    assert (emptied.text, emptied.total, emptied.clicked_rank) == ("", 3, 2)
    assert journal.forget(now=NOW + 30 * DAY) == (0, 2)
    assert SearchEntry.objects.count() == 3
    assert words_left() == []


def test_words_of_five_distinct_days_and_released_ones_stay():
    searched("dette", 40, 41, 42, 43, 44)
    searched("impôt", *[50] * 9, 51, 52, 53)
    searched("codéveloppement", 60)
    SearchEntry.objects.filter(text="codéveloppement").update(released=True)
    searched("codéveloppement", 45)
    assert journal.forget(now=NOW) == (0, 12), "nine searches of one day are one day"
    assert set(words_left()) == {"dette", "codéveloppement"}


def test_days_beyond_what_is_kept_do_not_count():
    searched("dette", 400, 40, 41, 42, 43)
    assert journal.overdue_words(now=NOW).count() == 4
    assert journal.forget(now=NOW) == (1, 4)


def test_the_clock_forgets_as_its_dry_run_says():
    searched("dette", 500, 31, 2)
    assert preview_job(name="search.forget", now=NOW) == (
        "1 recherche(s) de plus de 13 mois à supprimer, mots à oublier pour 1 rare(s)"
    )
    assert SearchEntry.objects.with_words().count() == 3
    (line,) = run_due_jobs(now=NOW, only="search.forget")
    assert line.endswith("1 recherche(s) de plus de 13 mois supprimée(s), mots oubliés pour 1 rare(s)")
    assert SearchEntry.objects.with_words().count() == 1


# -- rare searches


def test_rare_searches_are_listed_the_most_pressing_first(taxonomy):
    searched("Régie d’Exempleville", 20, 20, theme=taxonomy.gouvernance)
    searched("régie d’exempleville", 4)
    searched("autre chose", 30)
    searched("trop vieux", 31)
    searched("dette", 1, 2, 3, 4, 5)
    searched("publiée", 3, released=True)
    oldest, other = journal.rare_searches(now=NOW)
    assert (oldest.text, oldest.days_left) == ("autre chose", 0)
    assert (other.key, other.text, other.count) == ("regie exempleville", "Régie d’Exempleville", 3)
    assert (other.first_day, other.last_day) == (TODAY - 20 * DAY, TODAY - 4 * DAY)
    assert (other.theme, other.days_left) == (taxonomy.gouvernance, 26)


def test_released_words_are_read_by_all_and_kept():
    searched("codéveloppement", 40, 3)
    assert journal.release(key="codeveloppement", now=NOW) == 2
    assert journal.rare_searches(now=NOW) == []
    assert journal.forget(now=NOW + 40 * DAY) == (0, 0)
    searched("codéveloppement", 0)
    assert journal.rare_searches(now=NOW) == [], "released once, whoever searches it next"


def test_words_are_let_go_at_once():
    searched("Régie d’Exempleville", 40, 3)
    searched("dette", 3)
    assert journal.let_go(key="regie exempleville", now=NOW) == 2
    assert words_left() == ["dette"]
    assert SearchEntry.objects.count() == 3


@pytest.mark.parametrize("decide", [journal.release, journal.let_go])
@pytest.mark.parametrize("key", ["", "inconnu", "dette", "publiee", "vieux"])
def test_only_rare_words_that_are_kept_are_decided_on(decide, key):
    searched("dette", 1, 2, 3, 4, 5)
    searched("publiée", 1, released=True)
    searched("vieux", 31)
    searched("", 1)
    before = list(SearchEntry.objects.order_by("pk").values())
    with pytest.raises(NotRare):
        decide(key=key, now=NOW)
    assert list(SearchEntry.objects.order_by("pk").values()) == before


def test_one_group_alone_reads_rare_searches(db):
    right = Permission.objects.get(codename="see_rare_searches")
    editors, administrators = groups.ensure_avise_groups()
    editors.permissions.add(right)
    call_command("migrate", verbosity=0)
    assert [group.name for group in right.group_set.all()] == [groups.SEARCH_WATCH]
    watch = groups.ensure_search_watch()
    assert watch.permissions.count() == len(groups.SEARCH_WATCH_PERMISSIONS)
    for group, may in ((editors, False), (administrators, False), (watch, True)):
        user = factories.make_user(groups=[group])
        assert user.has_perm("search.see_rare_searches") == may
        assert user.has_perm("search.view_searchentry")


def test_no_form_of_the_admin_gives_that_right():
    from search.viewsets import permissions_to_offer

    assert [right.codename for right in permissions_to_offer()] == ["view_searchentry"]


# -- what is often searched


@pytest.fixture
def content(index, tree, taxonomy, bring_up_to_date):
    factories.make_fiche(tree.centre, title="Tenir la trésorerie", themes=[taxonomy.tresorerie])
    factories.make_fiche(tree.centre, title="Chômage technique", audience="reseau")
    bring_up_to_date()
    return index


def often(text, **fields):
    searched(text, 1, 2, 3, 4, 5, **fields)


def texts(**asked):
    return [search.text for search in frequent_searches(**{"principals": NETWORK, "limit": 9, **asked})]


def test_five_distinct_days_and_a_result_make_a_frequent_search(content, taxonomy):
    often("trésorerie", theme=taxonomy.tresorerie)
    searched("TRESORERIE", 1, 8)
    often("xylophone")
    often("trésorerie xylophone")
    searched("tenir", *[1] * 9, 2, 3, 4)
    often("")
    assert frequent.refresh(engine=content, now=NOW) == 1
    row = FrequentSearch.objects.get()
    assert (row.key, row.text, row.days, row.searches) == ("tresorerie", "trésorerie", 6, 7)
    assert (row.public_total, row.network_total, row.theme) == (1, 1, taxonomy.tresorerie)


def test_each_reader_gets_what_finds_something_for_them(content):
    often("trésorerie")
    often("chômage technique")
    frequent.refresh(engine=content, now=NOW)
    assert set(texts()) == {"trésorerie", "chômage technique"}
    assert texts(principals=PUBLIC) == ["trésorerie"]


def test_totals_are_asked_again_at_each_refresh(content, bring_up_to_date):
    from ressources.models import FichePage

    often("trésorerie")
    frequent.refresh(engine=content, now=NOW)
    fiche = FichePage.objects.get(title="Tenir la trésorerie")
    fiche.audience = "reseau"
    fiche.save()
    bring_up_to_date()
    frequent.refresh(engine=content, now=NOW)
    assert texts(principals=PUBLIC) == []
    assert texts() == ["trésorerie"]
    fiche.unpublish()
    bring_up_to_date()
    assert frequent.refresh(engine=content, now=NOW) == 0
    assert texts() == []


def test_what_is_not_searched_any_more_goes(content):
    often("trésorerie")
    frequent.refresh(engine=content, now=NOW)
    SearchEntry.objects.update(day=TODAY - 400 * DAY)
    frequent.refresh(engine=content, now=NOW)
    assert not FrequentSearch.objects.exists()


def test_without_an_engine_the_former_ones_stay(content, monkeypatch):
    often("trésorerie")
    frequent.refresh(engine=content, now=NOW)

    def away(self, request):
        raise SearchUnavailable("away")

    monkeypatch.setattr(type(content), "search", away)
    with pytest.raises(SearchUnavailable):
        frequent.refresh(engine=content, now=NOW)
    assert texts() == ["trésorerie"]


@pytest.fixture
def table():
    for days, text in ((30, "plan de trésorerie"), (20, "trésorerie"), (10, "Plans d’action"), (9, "CA")):
        FrequentSearch.objects.create(
            key=key_of(text), text=text, days=days, searches=days, public_total=1, network_total=2
        )


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", ["plan de trésorerie", "trésorerie", "Plans d’action", "CA"]),
        ("  ", ["plan de trésorerie", "trésorerie", "Plans d’action", "CA"]),
        ("TRESO", ["trésorerie", "plan de trésorerie"]),
        ("plan", ["plan de trésorerie", "Plans d’action"]),
        ("plan de tré", ["plan de trésorerie"]),
        ("ca", ["CA"]),
        ("ésor", []),
        ("***", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_prefix_is_compared_on_folded_words(table, prefix, expected):
    assert texts(prefix=prefix) == expected
    assert texts(prefix=prefix, limit=1) == expected[:1]


def test_the_clock_refreshes_them(content):
    often("trésorerie")
    (line,) = run_due_jobs(now=NOW, only="search.frequent")
    assert line == "search.frequent: 1 recherche(s) fréquente(s)"
    assert texts() == ["trésorerie"]


# -- « souvent cherché »


def hints(client, address="/"):
    from bs4 import BeautifulSoup

    page = BeautifulSoup(client.get(address).content, "html.parser")
    return [link.get_text() for link in page.select(".search__hint a")]


@pytest.fixture
def settings_of_portal(tree):
    from wagtail.models import Site

    return PortalSettings.for_site(Site.objects.get(is_default_site=True))


@pytest.mark.parametrize("address", ["/", "/nulle-part/"])
def test_the_editors_list_comes_first_then_what_is_searched(
    client, table, member, settings_of_portal, address
):
    settings_of_portal.often_searched = "gouvernance, dette"
    settings_of_portal.save()
    assert hints(client, address) == ["gouvernance", "dette"]
    settings_of_portal.often_searched = ""
    settings_of_portal.save()
    assert hints(client, address) == ["plan de trésorerie", "trésorerie", "Plans d’action"]
    FrequentSearch.objects.update(public_total=0)
    assert hints(client, address) == []
    client.force_login(member)
    assert len(hints(client, address)) == 3
