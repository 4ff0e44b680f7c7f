"""What is told, to whom, and how often: audiences, double runs, an engine that is down."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from portal.alerts import running, services
from portal.alerts.models import SavedSearch, ToldDocument
from portal.alerts.running import due_alerts, run_due_alerts
from portal.alerts.schedule import PARIS
from portal.background.services import run_due_jobs
from portal.base.models import BasePage
from portal.notifications.models import OutgoingMessage, Preference
from portal.themes.models import Terme
from search.engines import get_engine
from search.engines.base import SearchUnavailable
from search.models import IndexChange
from tests import factories
from tests.notifications.conftest import parse

pytestmark = pytest.mark.django_db
HOUR, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def publish(tree):
    """A fiche on the subject, online now or ``at`` another time."""

    def make(title="Tenir la trésorerie", at=None, **fields):
        fiche = factories.make_fiche(tree.centre, title=title, **fields)
        if at:
            BasePage.objects.filter(pk=fiche.pk).update(first_published_at=at)
        return fiche

    return make


def change_audience(page, audience):
    page.audience = audience
    page.save_revision().publish()


# --- What is new


def test_what_comes_out_is_told_once(tree, publish, make_alert, member, run, mails):
    alert = make_alert(member)
    fiche = publish()
    publish(title="Réunir le conseil")
    assert run() == running.Outcome(people=1, documents=1)
    (text,) = mails(member)
    assert fiche.title in text
    assert "Réunir le conseil" not in text
    assert f"http://127.0.0.1:8000{fiche.url}" in text.replace("testserver", "127.0.0.1:8000")
    assert "Fiche, en ligne depuis le" in text
    assert [row.document for row in alert.told.all()] == [f"fiche-{fiche.pk}"]
    assert run() == running.Outcome()
    assert len(mails(member)) == 1


def test_nothing_older_than_the_confirmation_is_told(publish, make_alert, member, run, now):
    make_alert(member, confirmed=now)
    publish(at=now - MINUTE)
    assert run() == running.Outcome()
    publish(at=now + MINUTE)
    assert run() == running.Outcome(people=1, documents=1)


def test_what_was_asked_for_and_not_confirmed_tells_nothing(publish, ask, member, run):
    ask(member)
    publish()
    assert run() == running.Outcome()


def test_taken_offline_and_put_back_is_not_told_again(publish, make_alert, member, run):
    make_alert(member)
    fiche = publish()
    run()
    fiche.unpublish()
    assert run() == running.Outcome()
    fiche.refresh_from_db()
    fiche.save_revision().publish()
    assert run() == running.Outcome()


def test_what_is_edited_is_told_no_more(publish, make_alert, member, run):
    make_alert(member)
    fiche = publish()
    run()
    fiche.title = "Tenir la trésorerie, autrement"
    fiche.save_revision().publish()
    assert run() == running.Outcome()


def test_what_was_taken_offline_before_its_turn_is_not_told(publish, make_alert, member, run):
    make_alert(member)
    publish().unpublish()
    assert run() == running.Outcome()


def test_filters_count(publish, make_alert, member, run, taxonomy, mails):
    make_alert(member, "", region=["bretagne"], phase=["anticiper", "urgence"])
    publish(title="Ailleurs", regions=[taxonomy.guyane], phases=[taxonomy.anticiper])
    publish(title="Ici", regions=[taxonomy.bretagne], phases=[taxonomy.urgence])
    publish(title="Sans moment", regions=[taxonomy.bretagne])
    assert run().documents == 1
    assert "Ici" in mails(member)[0]


def test_what_the_page_shows_for_want_of_better_is_not_told(publish, make_alert, member, run):
    make_alert(member, "trésorerie kérosène")
    publish(title="Tenir la trésorerie")
    assert run() == running.Outcome()
    publish(title="Trésorerie et kérosène")
    assert run() == running.Outcome(people=1, documents=1)


def test_an_entry_of_the_glossary_is_no_news(make_alert, member, run, tree):
    make_alert(member)
    Terme.objects.create(sigle="Trésorerie", slug="tresorerie")
    assert run() == running.Outcome()


def test_a_replay_comes_out_when_its_webinar_is_over(tree, make_alert, member, run, now):
    make_alert(member, "trésorerie", type=["replay"])
    past = factories.make_webinar(
        tree.centre,
        title="Trésorerie, le replay",
        start=now - 2 * HOUR,
        minutes=90,
        transcript_vtt=factories.VTT,
    )
    BasePage.objects.filter(pk=past.pk).update(first_published_at=now - 30 * DAY)
    assert past.kind == "replay"
    assert run() == running.Outcome(people=1, documents=1)


def test_titles_are_those_of_the_database(publish, make_alert, member, mails, bring_up_to_date):
    make_alert(member)
    fiche = publish(title="Trésorerie de l’association Unetelle")
    bring_up_to_date()
    fiche.title = "Trésorerie d’une association"
    fiche.save_revision().publish()
    assert IndexChange.objects.waiting().exists(), "the index is late"
    run_due_alerts(now=timezone.now())
    assert "Unetelle" not in mails(member)[0]
    assert "Trésorerie d’une association" in mails(member)[0]


# --- Who may read it


@pytest.fixture
def readers(make_alert, member, pending):
    """An alert for a member, one for a pending account, one for a member of a group."""
    group = Group.objects.create(name="Un groupe")
    insider = factories.make_user(groups=[group])
    for user in (member, pending, insider):
        make_alert(user)
    return {"member": member, "pending": pending, "insider": insider}, group


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        ("public", {"member", "pending", "insider"}),
        ("reseau", {"member", "insider"}),
        ("groupe", {"insider"}),
    ],
)
def test_only_who_may_read_is_told(publish, readers, run, mails, audience, told):
    people, group = readers
    publish(audience=audience, audience_groups=[group] if audience == "groupe" else [])
    assert run() == running.Outcome(people=len(told), documents=len(told))
    assert {name for name, user in people.items() if mails(user)} == told
    assert {row.alert.user for row in ToldDocument.objects.all()} == {people[name] for name in told}


def test_a_page_that_opens_is_told_to_who_could_not_read_it(publish, readers, run, mails):
    people, group = readers
    fiche = publish(audience="groupe", audience_groups=[group])
    run()
    change_audience(fiche, "reseau")
    run()
    change_audience(fiche, "public")
    run()
    assert [len(mails(people[name])) for name in ("member", "pending", "insider")] == [1, 1, 1]


def test_access_that_is_given_brings_what_came_out_since_the_alert(
    publish, make_alert, pending, run, mails, now
):
    make_alert(pending)
    publish(title="Ancienne trésorerie", audience="reseau", at=now - 30 * DAY)
    publish(audience="reseau")
    assert run() == running.Outcome()
    pending.approved_at = now
    pending.save()
    assert run() == running.Outcome(people=1, documents=1)
    assert "Ancienne" not in mails(pending)[0]


def test_access_that_is_taken_away_counts_at_once(publish, make_alert, member, run, mails):
    make_alert(member)
    publish(audience="reseau")
    public = publish(title="Trésorerie pour tout le monde")
    member.approved_at = None
    member.save()
    assert run() == running.Outcome(people=1, documents=1)
    assert public.title in mails(member)[0]


def test_a_group_that_is_left_counts_at_once(publish, readers, run, mails):
    people, group = readers
    publish(audience="groupe", audience_groups=[group])
    people["insider"].groups.remove(group)
    assert run() == running.Outcome()


def test_the_database_has_the_last_word(publish, make_alert, pending, bring_up_to_date, mails):
    """The index still says public; the page is reserved since, and the engine would give it away."""
    make_alert(pending)
    fiche = publish()
    bring_up_to_date()
    change_audience(fiche, "reseau")
    assert IndexChange.objects.waiting().exists(), "the index is late"
    assert run_due_alerts(now=timezone.now()) == running.Outcome()
    assert not ToldDocument.objects.exists()
    assert not mails(pending)


def test_rights_that_change_during_the_search_count(
    publish, make_alert, member, bring_up_to_date, monkeypatch
):
    make_alert(member)
    publish(audience="reseau")
    bring_up_to_date()
    search = running.published_since

    def searched_then_revoked(*args, **kwargs):
        found = search(*args, **kwargs)
        type(member).objects.filter(pk=member.pk).update(approved_at=None)
        return found

    monkeypatch.setattr(running, "published_since", searched_then_revoked)
    assert run_due_alerts(now=timezone.now()) == running.Outcome()
    assert not ToldDocument.objects.exists()


def test_a_closed_account_is_not_written_to(publish, make_alert, member, run):
    make_alert(member)
    publish()
    member.is_active = False
    member.save()
    assert run() == running.Outcome()


def test_who_refuses_such_mail_is_not_written_to_and_loses_nothing(publish, make_alert, member, run, mails):
    make_alert(member)
    publish()
    Preference.objects.create(user=member, kind="alertes", wanted=False)
    assert run() == running.Outcome()
    assert not ToldDocument.objects.exists()
    Preference.objects.update(wanted=True)
    assert run() == running.Outcome(people=1, documents=1)


# --- One message


def test_one_message_for_all_the_alerts_of_a_person(publish, make_alert, member, run, mails):
    make_alert(member, name="La trésorerie")
    make_alert(member, "impayés", name="Les impayés")
    make_alert(member, "gouvernance", name="La gouvernance")
    publish(title="Trésorerie et impayés")
    publish(title="Impayés, encore")
    assert run() == running.Outcome(people=1, documents=2)
    (text,) = mails(member)
    assert "La trésorerie" in text
    assert "Les impayés" in text
    assert "La gouvernance" not in text
    assert text.count("/alertes/lien/") == 4, "to pause and to end, for each alert that has news"
    assert ToldDocument.objects.count() == 3


def test_a_message_lists_the_latest_and_counts_the_rest(
    publish, make_alert, member, run, mails, monkeypatch, now
):
    monkeypatch.setattr(running, "SHOWN", 2)
    make_alert(member)
    for rank in range(4):
        publish(title=f"Trésorerie {rank}", at=now - (10 - rank) * MINUTE)
    run()
    (text,) = mails(member)
    assert text.index("Trésorerie 3") < text.index("Trésorerie 2")
    assert "Trésorerie 1" not in text
    assert "Et 2\u00a0autres." in text
    assert "/recherche/?q=tr%C3%A9sorerie&tri=date" in text
    assert ToldDocument.objects.count() == 4
    assert run() == running.Outcome()


def test_every_page_of_results_is_read_up_to_a_bound(publish, make_alert, member, run, monkeypatch):
    monkeypatch.setattr(running, "MAX_PER_PAGE", 2)
    make_alert(member)
    for rank in range(5):
        publish(title=f"Trésorerie {rank}")
    monkeypatch.setattr(running, "MOST_PAGES", 2)
    assert run().documents == 4
    monkeypatch.setattr(running, "MOST_PAGES", 20)
    assert run().documents == 1


def test_staff_see_neither_the_search_nor_the_links(publish, make_alert, member, run, client, admin):
    make_alert(member, name="Ce que je cherche")
    publish()
    run()
    row = OutgoingMessage.objects.get(kind="alert_news")
    assert (row.is_secret, row.priority, row.user) == (True, 5, member)
    client.force_login(admin)
    page = client.get(f"/admin/courriels/{row.pk}/").content.decode()
    assert "Du nouveau" not in page
    assert "Ce que je cherche" not in page


def test_a_mail_program_may_stop_it_with_one_post(publish, make_alert, member, run, client):
    alerts = [make_alert(member), make_alert(member, "impayés")]
    publish(title="Trésorerie et impayés")
    run()
    message = parse(bytes(OutgoingMessage.objects.get(kind="alert_news").content))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip().strip("<>").removeprefix("http://127.0.0.1:8000")
    assert " " not in address
    client.handler.enforce_csrf_checks = True
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    for alert in alerts:
        alert.refresh_from_db()
        assert alert.state == SavedSearch.State.PAUSED


# --- When


def monday(hour, *, week=0, minute=0):
    return dt.datetime(2026, 11, 30, hour, minute, tzinfo=PARIS) + dt.timedelta(weeks=week)


def test_a_weekly_alert_waits_for_monday_and_runs_once(publish, make_alert, member, run, mails):
    make_alert(member, frequency="hebdomadaire", confirmed=monday(7) - 3 * DAY)
    publish(at=monday(7) - DAY)
    assert run(monday(6, minute=59)) == running.Outcome()
    assert run(monday(7)) == running.Outcome(people=1, documents=1)
    publish(title="Trésorerie du mardi", at=monday(7) + DAY)
    for later in (MINUTE, DAY, 6 * DAY):
        assert run(monday(7) + later) == running.Outcome()
    assert run(monday(7, week=1)) == running.Outcome(people=1, documents=1)
    assert len(mails(member)) == 2


def test_a_clock_that_was_down_on_monday_runs_it_when_it_is_back(publish, make_alert, member, run):
    alert = make_alert(member, frequency="hebdomadaire", confirmed=monday(7) - 3 * DAY)
    publish(at=monday(7) - DAY)
    assert run(monday(7) + 2 * DAY) == running.Outcome(people=1, documents=1)
    alert.refresh_from_db()
    assert (alert.last_run_at, alert.next_run_at) == (monday(7) + 2 * DAY, monday(7, week=1))
    # Down for three weeks: one message, not three.
    publish(title="Trésorerie encore", at=monday(7) + 3 * DAY)
    assert run(monday(9, week=3)) == running.Outcome(people=1, documents=1)
    assert run(monday(9, week=3) + MINUTE) == running.Outcome()


def test_a_pause_keeps_silent_and_its_end_tells_what_came_out(publish, make_alert, member, run, now):
    alert = make_alert(member)
    services.pause(alert=alert, now=now)
    publish()
    assert run() == running.Outcome()
    services.resume(alert=alert, now=now)
    assert run() == running.Outcome(people=1, documents=1)


def test_an_alert_that_is_over_tells_nothing(publish, make_alert, member, run, now):
    services.end(alert=make_alert(member), now=now)
    publish()
    assert run() == running.Outcome()


def test_two_clocks_at_once_write_once(publish, make_alert, member, bring_up_to_date, monkeypatch, mails):
    """The second one searched before the first one wrote."""
    make_alert(member)
    publish()
    bring_up_to_date()
    search, calls = running.published_since, []

    def search_while_another_clock_runs(*args, **kwargs):
        found = search(*args, **kwargs)
        if not calls:
            calls.append(1)
            assert run_due_alerts(now=timezone.now()) == running.Outcome(people=1, documents=1)
        return found

    monkeypatch.setattr(running, "published_since", search_while_another_clock_runs)
    assert run_due_alerts(now=timezone.now()) == running.Outcome()
    assert len(mails(member)) == 1


def test_a_pause_during_the_search_is_heard(publish, make_alert, member, bring_up_to_date, monkeypatch, now):
    alert = make_alert(member)
    publish()
    bring_up_to_date()
    search = running.published_since

    def search_then_pause(*args, **kwargs):
        found = search(*args, **kwargs)
        services.pause(alert=alert, now=now)
        return found

    monkeypatch.setattr(running, "published_since", search_then_pause)
    assert run_due_alerts(now=timezone.now()) == running.Outcome()
    alert.refresh_from_db()
    assert (alert.state, alert.next_run_at) == (SavedSearch.State.PAUSED, None)
    assert not ToldDocument.objects.exists()


def test_nothing_is_told_that_was_not_written(publish, make_alert, member, bring_up_to_date, monkeypatch):
    """The message and what it told are one transaction."""
    alert = make_alert(member)
    publish()
    bring_up_to_date()

    def die(rows, *args, **kwargs):
        raise SystemExit

    monkeypatch.setattr(SavedSearch.objects.__class__, "bulk_update", die)
    with pytest.raises(SystemExit):
        run_due_alerts(now=timezone.now())
    assert not ToldDocument.objects.exists()
    assert not OutgoingMessage.objects.filter(kind="alert_news").exists()
    alert.refresh_from_db()
    assert alert.last_run_at is None


# --- What goes wrong


@pytest.fixture
def engine_down(index, monkeypatch):
    def refuse(request):
        raise SearchUnavailable("down")

    monkeypatch.setattr(get_engine(), "search", refuse)
    return monkeypatch


def test_with_the_engine_down_nothing_is_lost(
    publish, make_alert, member, bring_up_to_date, engine_down, mails, now
):
    alert = make_alert(member)
    publish()
    bring_up_to_date()
    at = timezone.now()
    assert run_due_alerts(now=at) == running.Outcome(failed=1)
    alert.refresh_from_db()
    assert (alert.state, alert.last_run_at, alert.next_run_at) == ("active", None, at + running.RETRY)
    engine_down.undo()
    assert run_due_alerts(now=at + running.RETRY) == running.Outcome(people=1, documents=1)
    assert len(mails(member)) == 1


def test_an_engine_that_is_down_is_not_asked_for_everybody(make_alert, engine_down, index):
    for _ in range(running.GIVE_UP_AFTER + 3):
        make_alert(factories.make_user())
    (line,) = run_due_jobs(now=timezone.now(), only="alerts.run")
    assert (
        line == f"alerts.run: 0 nouveauté(s) signalée(s) à 0 personne(s), {running.GIVE_UP_AFTER} à reprendre"
    )
    assert due_alerts(now=timezone.now()).count() == 3, "the others are due still, and come first next time"


def test_one_person_s_trouble_is_not_another_s(publish, make_alert, member, run, monkeypatch, mails):
    unlucky = factories.make_user()
    make_alert(unlucky)
    make_alert(member)
    publish()
    search = running.published_since

    def fail_for_one(alert, **kwargs):
        if alert.user_id == unlucky.pk:
            raise RuntimeError("broken")
        return search(alert, **kwargs)

    monkeypatch.setattr(running, "published_since", fail_for_one)
    assert run() == running.Outcome(people=1, documents=1, failed=1)
    assert len(mails(member)) == 1


def test_a_run_leaves_the_clock_to_others_and_the_next_goes_on(publish, make_alert, run, monkeypatch):
    monkeypatch.setattr(running, "A_RUN", 2)
    for _ in range(3):
        make_alert(factories.make_user())
    publish()
    assert run().people == 2
    assert run().people == 1


def test_the_clock_runs_it_every_five_minutes(publish, make_alert, member, bring_up_to_date):
    make_alert(member)
    publish()
    bring_up_to_date()
    now = timezone.now()
    assert [line for line in run_due_jobs(now=now) if line.startswith("alerts.run")] == [
        "alerts.run: 1 nouveauté(s) signalée(s) à 1 personne(s)"
    ]
    assert not [line for line in run_due_jobs(now=now + 4 * MINUTE) if line.startswith("alerts.run")]
    assert [line for line in run_due_jobs(now=now + 5 * MINUTE) if line.startswith("alerts.run")]
