"""The demonstration: complete, loaded once, and dated from the day it is loaded."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cafes.models import CafePage
from portal.alerts.running import due_alerts
from portal.base.models import BasePage
from portal.commissioning.models import GapReport, Need, Watch
from portal.demo import services
from portal.demo.alerts import load_alerts
from portal.demo.commissioning import load_needs
from portal.demo.reading import entries, rich, start_of
from portal.demo.searches import load_searches
from portal.members.models import Profile, RosterEntry, User
from portal.registrations.closing import to_close_out
from portal.registrations.hours import attended_in, years_of
from portal.registrations.models import EventPage, Registration, Takeaway, YearFigures
from portal.registrations.services import results_of
from portal.registrations.yearly import report_of
from portal.themes.models import Terme, Theme
from ressources.models import DispositifPage, FichePage, OutilPage
from search.figures import View, entries_of, grouped, summary_of
from search.journal import overdue_words, rare_searches
from search.models import SearchEntry
from tests.factories import ensure_roots
from tests.tour import STOPS
from tests.typography import mistakes_of_page
from webinaires.models import WebinairePage

MONDAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load once for the module, in a transaction that is rolled back after it."""
    from django.db import transaction
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        ensure_roots()
        services.load(now=timezone.now(), say=lambda step: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_everything_that_was_promised_is_there(demo):
    assert Theme.objects.filter(page__live=True).exclude(page__intro="").count() == 21
    assert Terme.objects.count() == 154
    assert FichePage.objects.live().count() >= 30
    assert OutilPage.objects.live().exclude(file=None).count() == 8
    assert DispositifPage.objects.live().count() >= 20
    assert WebinairePage.objects.live().count() == 14
    assert WebinairePage.objects.live().replays().count() == 9
    assert CafePage.objects.live().count() == 20
    assert CafePage.objects.past().count() == 8
    assert RosterEntry.objects.count() + Profile.objects.filter(user__approved_at=None).count() == 40


def test_a_situation_became_a_fiche_and_another_waits_for_the_adviser(demo):
    agreed = Takeaway.objects.get(agreement=Takeaway.Agreement.GIVEN)
    assert agreed.is_published
    assert agreed.followup
    asked = Takeaway.objects.get(agreement=Takeaway.Agreement.ASKED)
    assert asked.registration.user.email == "adherente@exemple.test"
    assert asked.registration.attendance == Registration.Attendance.PRESENT


def test_the_centre_s_account_has_sessions_to_run_and_one_to_close_out(demo):
    hers = EventPage.objects.filter(facilitators__user__email="centre@exemple.test")
    codev = hers.get(slug="tenir-sa-place-quand-le-conseil-d-administration-se-dechire")
    assert codev.specific.run_sheet_steps.count() == 8
    assert codev.registrations.confirmed().filter(role="client").exists()
    (left_open,) = to_close_out(hers, now=timezone.now())
    noted = set(left_open.registrations.confirmed().values_list("attendance", flat=True))
    assert {"", "present"} <= noted


def test_registrations_are_in_every_state(demo):
    for state in Registration.State.values:
        assert Registration.objects.filter(state=state).exists(), state
    for attendance in Registration.Attendance.values:
        assert Registration.objects.filter(attendance=attendance).exists(), attendance
    assert EventPage.objects.exclude(state__cancelled_at=None).exists()
    for event in EventPage.objects.exclude(capacity=None):
        assert event.registrations.confirmed().count() <= event.capacity


def test_the_board_has_a_need_in_every_state(demo):
    assert set(Need.objects.values_list("state", flat=True)) == set(Need.State.values)
    assert Need.objects.filter(searches__gte=5).exists()
    assert Need.objects.filter(sessions__gte=1).exists()
    assert Need.objects.get(state=Need.State.PUBLISHED).page.live
    assert Watch.objects.filter(user__email="adherente@exemple.test", told_at=None).exists()
    assert GapReport.objects.filter(state=GapReport.State.WAITING).count() == 2
    before = Need.objects.count(), Watch.objects.count(), SearchEntry.objects.count()
    load_needs([], {}, now=timezone.now())
    assert (Need.objects.count(), Watch.objects.count(), SearchEntry.objects.count()) == before


def test_fiches_are_worth_reading(demo):
    for fiche in FichePage.objects.live():
        words = len(" ".join(str(section["value"]) for section in fiche.sections()).split())
        assert words >= 400, fiche.slug
        assert fiche.themes.exists(), fiche.slug
        assert fiche.phases.exists(), fiche.slug
        assert fiche.summary, fiche.slug


def test_replays_have_chapters_and_a_transcript(demo):
    for webinar in WebinairePage.objects.live().replays():
        assert webinar.chapters(), webinar.slug
        assert len(webinar.cues()) > 100, webinar.slug
    assert WebinairePage.objects.exclude(media=None).count() == 1


def test_no_link_is_left_unresolved(demo, client):
    from django.core.serializers import serialize

    for model in (FichePage, DispositifPage, OutilPage):
        assert "page:" not in serialize("json", model.objects.all()).replace("homepage:", "")


def test_every_public_page_of_the_demonstration_answers(demo, client):
    for page in BasePage.objects.visible_to(None):
        response = client.get(page.url)
        assert response.status_code == 200, page.url


def test_what_the_past_sessions_left_can_be_read(demo):
    latest = EventPage.objects.get(slug="annoncer-une-mauvaise-nouvelle")
    assert results_of(latest) is not None, "five answers at least"
    adviser = User.objects.get(email="adherente@exemple.test")
    years = years_of(adviser)
    assert len(years) >= 2
    assert any(line.gives_certificate for year in years for line in attended_in(adviser, year.year))
    frozen = YearFigures.objects.get()
    shown = report_of(year=frozen.year + 1, now=timezone.now())
    assert not shown.is_empty
    assert all(figure.before.text for figure in shown.figures)


def test_a_year_was_searched_and_every_list_has_something_to_say(demo):
    now = timezone.now()
    entries = entries_of(period="13-mois", theme=None, now=now)
    assert entries.count() > 1_500
    assert not overdue_words(now=now).exists()
    for view in View:
        assert len(grouped(entries, view=view, now=now)) >= 3, view
    assert len(rare_searches(now=now)) >= 5
    assert summary_of(entries, now=now).wordless
    editor = User.objects.get(email="redaction@exemple.test")
    assert editor.has_perm("search.see_rare_searches")
    assert not User.objects.get(email="centre@exemple.test").has_perm("search.view_searchentry")


def test_the_same_day_has_the_same_searches(demo):
    def loaded():
        SearchEntry.objects.all().delete()
        load_searches(now=now)
        return list(SearchEntry.objects.order_by("pk").values_list("day", "text", "total", "clicked_rank"))

    now = timezone.now()
    assert loaded() == loaded()


def test_the_adviser_has_an_alert_at_work_and_one_on_pause(demo):
    adviser = User.objects.get(email="adherente@exemple.test")

    def states():
        return sorted(adviser.saved_searches.values_list("state", "frequency"))

    assert states() == [("active", "hebdomadaire"), ("pause", "hebdomadaire")]
    load_alerts(adviser, now=timezone.now())
    assert states() == [("active", "hebdomadaire"), ("pause", "hebdomadaire")], "loaded once"
    assert list(due_alerts(now=timezone.now())), "it has something to tell from the first run on"


def test_loading_again_changes_nothing(demo, settings):
    settings.DEMO = True
    FichePage.objects.filter(slug="lire-les-signaux-faibles").update(title="Un titre corrigé")
    call_command("load_demo", verbosity=0)
    assert FichePage.objects.get(slug="lire-les-signaux-faibles").title == "Un titre corrigé"
    assert FichePage.objects.live().count() == len(entries("fiches"))
    # One was withdrawn, for its address to answer 410.
    assert FichePage.objects.not_live().count() == 1


@pytest.mark.django_db
def test_it_loads_in_the_demonstration_only(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo")


@pytest.mark.parametrize("offset", range(7))
def test_dates_keep_their_side_whatever_the_weekday(offset):
    today = MONDAY + dt.timedelta(days=offset)
    coming = start_of({"semaines": 1, "jour": "lundi", "heure": "09:30"}, today=today)
    over = start_of({"semaines": -1, "jour": "vendredi", "heure": "16:00"}, today=today)
    assert coming.date() > today > over.date()
    assert (coming.hour, coming.minute) == (9, 30)


def test_a_day_off_gives_way():
    christmas = start_of({"semaines": 4, "jour": "vendredi", "heure": "9:00"}, today=MONDAY)
    assert christmas.date() == dt.date(2026, 12, 28)


def test_markdown_becomes_what_rich_text_holds():
    html = rich("Un **mot** et un *autre*.\n\n- point\n\n[lien](page:urgence)")
    assert html.startswith("<p>Un <b>mot</b> et un <i>autre</i>.</p>\n<ul>\n<li>point</li>\n</ul>")
    assert html.endswith('<p><a href="page:urgence">lien</a></p>')


def test_every_page_is_written_as_french_is(demo, client, settings):
    """The stops of the tour that need no browser; the search has no index here, and lists what the database finds."""
    settings.DEMO = True
    wrong = {}
    for stop in STOPS:
        if stop.act:
            continue
        client.logout()
        if stop.who:
            client.force_login(User.objects.get(email=stop.who))
        response = client.get(stop.path, follow=True)
        assert response.status_code == stop.status, stop.name
        if mistakes := mistakes_of_page(response.content.decode()):
            wrong[stop.name] = mistakes
    assert wrong == {}
