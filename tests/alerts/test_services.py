"""Every state an alert can be in, what leads there, and what does not."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from portal.alerts import services
from portal.alerts.models import NAME_LENGTH, SavedSearch, ToldDocument, fingerprint_of
from portal.alerts.schedule import next_run
from portal.background.services import preview_job, run_due_jobs
from portal.members.privacy import erase_person, export_person
from portal.notifications.categories import optional_categories
from portal.notifications.models import OutgoingMessage, Preference
from search.forms import SearchParameters
from tests import factories

pytestmark = pytest.mark.django_db
State = SavedSearch.State
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def state_of(alert) -> str:
    alert.refresh_from_db()
    return alert.state


# --- Asking


def test_a_request_does_nothing_until_it_is_confirmed(ask, member, now):
    alert = ask(member)
    assert (alert.state, alert.next_run_at, alert.confirmed_at) == (State.TO_CONFIRM, None, None)
    assert not SavedSearch.objects.due(now=now + DAY).exists()
    row = OutgoingMessage.objects.get()
    assert (row.kind, row.user, row.is_secret, row.priority) == ("alert_confirm", member, True, 5)
    assert row.expires_at - row.created_at == services.UNCONFIRMED_KEPT, "as long as its link"
    assert alert.name not in row.subject


def test_a_pending_account_may_ask(ask, pending):
    assert ask(pending).pk


def test_the_confirmation_goes_whatever_was_refused(ask, member):
    Preference.objects.create(user=member, kind="alertes", wanted=False)
    ask(member)
    assert OutgoingMessage.objects.filter(kind="alert_confirm").exists()


def test_it_is_a_kind_of_mail_that_one_may_refuse():
    assert "alertes" in [category.name for category in optional_categories()]


@pytest.mark.parametrize("text", ["", "   ", "***", "\x00"])
def test_nothing_to_look_for_is_refused(ask, member, text):
    with pytest.raises(services.NothingToWatch):
        ask(member, text)
    assert not SavedSearch.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_a_filter_alone_is_a_search(ask, member):
    alert = ask(member, "", region=["bretagne"])
    assert alert.parameters == SearchParameters(facets={"region": ("bretagne",)})


def test_a_name_is_asked_for_and_kept_within_bounds(ask, member):
    with pytest.raises(services.NoName):
        ask(member, name="  \n ")
    assert ask(member, "un", name=" «\u00a0un\u00a0»\n deux ").name == "«\u00a0un\u00a0» deux", (
        "a hard space is meant"
    )
    alert = ask(member, name="x " * 500)
    assert len(alert.name) <= NAME_LENGTH
    assert alert.name.endswith("…")


def test_words_are_kept_as_they_are_read(ask, member):
    alert = ask(member, "  plan   de trésorerie ")
    assert alert.text == "plan de trésorerie"
    assert len(ask(member, "mot " * 300).text) <= 200


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"text": "Trésorerie "}, {"text": "trésorerie"}),
        ({"region": ["bretagne", "guyane"]}, {"region": ["guyane", "bretagne"]}),
        ({"region": ["bretagne"], "phase": []}, {"region": ["bretagne"]}),
    ],
)
def test_the_same_search_is_followed_once(ask, member, first, second):
    ask(member, **first)
    with pytest.raises(services.AlreadySaved):
        ask(member, **second)
    assert SavedSearch.objects.count() == 1


def test_another_search_another_person_and_an_alert_that_is_over_are_no_obstacle(ask, member, pending, now):
    alert = ask(member)
    ask(member, region=["bretagne"])
    ask(pending)
    services.end(alert=alert, now=now)
    assert ask(member).pk != alert.pk


def test_the_database_holds_one_live_alert_a_search(ask, member, now):
    alert = ask(member)
    same = {"user": member, "name": "x", "fingerprint": alert.fingerprint, "created_at": now, "asked_at": now}
    for state, extra in {
        State.TO_CONFIRM: {},
        State.ACTIVE: {"confirmed_at": now, "next_run_at": now},
        State.PAUSED: {"confirmed_at": now},
    }.items():
        with pytest.raises(IntegrityError, match="UNIQUE|alerts_one_live"), transaction.atomic():
            SavedSearch.objects.create(**same, state=state, **extra)
    SavedSearch.objects.create(**same, state=State.ENDED)


def test_a_race_lost_at_the_database_is_said_in_words(ask, member, monkeypatch):
    ask(member)
    monkeypatch.setattr(services, "same_alert", lambda **asked: None)
    with pytest.raises(services.AlreadySaved):
        ask(member)
    assert OutgoingMessage.objects.count() == 1


def test_an_active_alert_has_its_next_turn_and_no_other_has(ask, member, now):
    alert = ask(member)
    for fields in (
        {"state": State.ACTIVE, "confirmed_at": now, "next_run_at": None},
        {"state": State.ACTIVE, "confirmed_at": None, "next_run_at": now},
        {"state": State.PAUSED, "confirmed_at": now, "next_run_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedSearch.objects.filter(pk=alert.pk).update(**fields)


def test_there_is_a_cap_which_what_is_over_does_not_count_in(ask, member, monkeypatch, now):
    monkeypatch.setattr(services, "MOST", 2)
    first = ask(member, "un mot")
    ask(member, "deux mots")
    with pytest.raises(services.TooMany):
        ask(member, "trois mots")
    services.end(alert=first, now=now)
    assert ask(member, "trois mots").pk


def test_the_fingerprint_tells_words_from_filters():
    assert fingerprint_of(SearchParameters(text="bretagne")) != fingerprint_of(
        SearchParameters(facets={"region": ("bretagne",)})
    )


# --- Confirming


@pytest.mark.parametrize("frequency", SavedSearch.Frequency.values)
def test_confirming_starts_it_and_again_changes_nothing(ask, member, now, frequency):
    alert = ask(member, frequency=frequency)
    services.confirm(alert=alert, now=now)
    assert state_of(alert) == State.ACTIVE
    assert (alert.confirmed_at, alert.next_run_at) == (now, next_run(frequency, after=now))
    services.confirm(alert=alert, now=now + DAY)
    alert.refresh_from_db()
    assert alert.confirmed_at == now


def test_a_week_later_it_is_too_late(ask, member, now):
    alert = ask(member, at=now - 7 * DAY)
    with pytest.raises(services.AskedTooLate):
        services.confirm(alert=alert, now=now)
    assert state_of(alert) == State.TO_CONFIRM
    services.confirm(alert=alert, now=now - MINUTE)
    assert state_of(alert) == State.ACTIVE


def test_asking_again_mails_again_after_a_quarter_of_an_hour(ask, member, now):
    alert = ask(member, at=now)
    with pytest.raises(services.AskedTooSoon):
        services.ask_again(alert=alert, now=now + 14 * MINUTE)
    later = now + 15 * MINUTE
    services.ask_again(alert=alert, now=later)
    assert OutgoingMessage.objects.count() == 2
    services.confirm(alert=alert, now=later + 7 * DAY - MINUTE)
    services.ask_again(alert=alert, now=later + 8 * DAY)
    assert OutgoingMessage.objects.count() == 2, "it is confirmed: nothing is asked"


# --- Pausing, taking up again, ending


def test_a_pause_and_its_end(make_alert, member, now):
    alert = make_alert(member)
    services.pause(alert=alert, now=now)
    services.pause(alert=alert, now=now + DAY)
    assert state_of(alert) == State.PAUSED
    assert (alert.paused_at, alert.next_run_at) == (now, None)
    services.resume(alert=alert, now=now + 2 * DAY)
    services.resume(alert=alert, now=now + 3 * DAY)
    assert state_of(alert) == State.ACTIVE
    assert (alert.paused_at, alert.next_run_at) == (None, now + 2 * DAY)


@pytest.mark.parametrize("act", [services.pause, services.resume])
def test_what_is_not_confirmed_is_neither_paused_nor_resumed(ask, member, now, act):
    alert = ask(member)
    with pytest.raises(services.NotConfirmed):
        act(alert=alert, now=now)
    assert state_of(alert) == State.TO_CONFIRM


def test_pausing_confirms_nothing_and_confirming_resumes_nothing(make_alert, member, now):
    alert = make_alert(member)
    services.pause(alert=alert, now=now)
    services.confirm(alert=alert, now=now)
    assert state_of(alert) == State.PAUSED


@pytest.mark.parametrize("before", ["to confirm", "active", "paused"])
def test_ending_is_for_good_and_forgets_what_was_told(ask, make_alert, member, now, before):
    alert = ask(member) if before == "to confirm" else make_alert(member)
    if before == "paused":
        services.pause(alert=alert, now=now)
    ToldDocument.objects.create(alert=alert, document="fiche-1", told_at=now)
    services.end(alert=alert, now=now)
    services.end(alert=alert, now=now + DAY)
    assert state_of(alert) == State.ENDED
    assert (alert.ended_at, alert.next_run_at) == (now, None)
    assert not ToldDocument.objects.exists()
    for act in (services.confirm, services.pause, services.resume, services.ask_again):
        with pytest.raises(services.AlertOver):
            act(alert=alert, now=now)
    with pytest.raises(services.AlertOver):
        services.change_alert(alert=alert, name="x", frequency="immediate", now=now)
    assert state_of(alert) == State.ENDED


def test_what_was_deleted_meanwhile_is_over(make_alert, member, now):
    alert = make_alert(member)
    SavedSearch.objects.all().delete()
    with pytest.raises(services.AlertOver):
        services.pause(alert=alert, now=now)
    services.end(alert=alert, now=now)


# --- Changing


def test_another_name_leaves_its_turn_alone_another_frequency_moves_it(make_alert, member, now):
    alert = make_alert(member, frequency="hebdomadaire")
    turn = alert.next_run_at
    services.change_alert(alert=alert, name=" Autre  nom ", frequency="hebdomadaire", now=now)
    alert.refresh_from_db()
    assert (alert.name, alert.next_run_at) == ("Autre nom", turn)
    services.change_alert(alert=alert, name="Autre nom", frequency="immediate", now=now)
    alert.refresh_from_db()
    assert (alert.frequency, alert.next_run_at) == ("immediate", now)


def test_changing_a_paused_alert_does_not_wake_it(make_alert, member, now):
    alert = make_alert(member)
    services.pause(alert=alert, now=now)
    services.change_alert(alert=alert, name="x", frequency="hebdomadaire", now=now)
    assert state_of(alert) == State.PAUSED
    with pytest.raises(services.NoName):
        services.change_alert(alert=alert, name="", frequency="immediate", now=now)
    with pytest.raises(ValueError, match="chaque jour"):
        services.change_alert(alert=alert, name="x", frequency="chaque jour", now=now)


# --- Forgetting


@pytest.mark.parametrize(
    ("fields", "stays"),
    [
        ({"asked_at": -6 * DAY}, True),
        ({"asked_at": -7 * DAY}, False),
        ({"state": State.PAUSED, "confirmed_at": -700 * DAY, "asked_at": -700 * DAY}, True),
        ({"state": State.ENDED, "ended_at": -29 * DAY}, True),
        ({"state": State.ENDED, "ended_at": -30 * DAY}, False),
    ],
)
def test_what_is_no_longer_needed_is_deleted(ask, member, now, fields, stays):
    alert = ask(member)
    moments = {
        key: now + value if isinstance(value, dt.timedelta) else value for key, value in fields.items()
    }
    SavedSearch.objects.filter(pk=alert.pk).update(**moments)
    preview = preview_job(name="alerts.purge", now=now)
    assert SavedSearch.objects.exists(), "a preview changes nothing"
    (line,) = run_due_jobs(now=now, only="alerts.purge")
    assert SavedSearch.objects.exists() is stays
    assert line == f"alerts.purge: {preview.replace('à effacer', 'effacées')}"
    assert (preview == "0 alerte(s) jamais confirmée(s) et 0 terminée(s) à effacer") is stays


def test_a_person_takes_her_alerts_away_and_has_them_erased(make_alert, ask, member, pending, now):
    alert = make_alert(member, region=["bretagne"])
    ToldDocument.objects.create(alert=alert, document="fiche-1", told_at=now)
    other = ask(pending)
    (held,) = export_person(user=member, by=member, now=now)["donnees"]["alertes"]
    assert held["nom"] == alert.name
    assert held["mots"] == "trésorerie"
    assert held["filtres"] == {"region": ["bretagne"]}
    assert held["etat"] == "active"
    assert held["confirmee_le"] == alert.confirmed_at.isoformat()
    assert held["deja_signale"] == [{"document": "fiche-1", "le": now.isoformat()}]
    erase_person(user=member, by=member, now=now)
    assert list(SavedSearch.objects.all()) == [other]
    assert not ToldDocument.objects.exists()


def test_an_account_that_is_deleted_takes_its_alerts_along(ask, now):
    user = factories.make_user()
    ask(user)
    user.delete()
    assert not SavedSearch.objects.exists()
