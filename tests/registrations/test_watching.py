"""« Prévenez-moi de la prochaine sur ce thème »: asked by POST, answered once, forgotten with the person."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.members.privacy import erase_person, export_person
from portal.registrations import services
from portal.registrations.models import SeatInvitation, ThemeWatch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def watch(taxonomy, now):
    return lambda user, *themes: services.watch_themes(
        user=user, themes=themes or [taxonomy.gouvernance], now=now
    )


def announced(tree, taxonomy, **fields):
    return factories.make_cafe(tree.centre, **{"themes": [taxonomy.gouvernance], **fields})


def test_asking_twice_is_asking_once(watch, member):
    watch(member)
    assert len(watch(member)) == 1
    assert ThemeWatch.objects.count() == 1


def test_it_is_answered_once(tree, taxonomy, watch, member, mails, last_mail):
    watch(member)
    event = announced(tree, taxonomy)
    assert mails(member) == ["next_on_theme"]
    text = last_mail(member).get_body(("plain",)).get_content()
    assert event.title in text
    assert "«\u00a0Gouvernance\u00a0»" in text
    assert not ThemeWatch.objects.exists()
    announced(tree, taxonomy)
    assert mails(member) == ["next_on_theme"]


def test_two_themes_of_one_event_are_one_message(tree, taxonomy, watch, member, mails):
    watch(member, taxonomy.gouvernance, taxonomy.tresorerie)
    announced(tree, taxonomy, themes=[taxonomy.gouvernance, taxonomy.tresorerie])
    assert mails(member) == ["next_on_theme"]
    assert not ThemeWatch.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"registration_mode": "aucune"},
        {"registration_mode": "externe", "registration_url": "https://exemple.test/"},
        {"live": False},
        {"starts_in": dt.timedelta(hours=-5)},
        {"starts_in": dt.timedelta(minutes=-5)},
        {"themes": []},
    ],
)
def test_what_cannot_be_registered_for_answers_nothing(tree, taxonomy, watch, member, mails, fields):
    watch(member)
    announced(tree, taxonomy, **fields)
    assert mails(member) == []
    assert ThemeWatch.objects.exists()


def test_closed_registration_answers_nothing(tree, taxonomy, watch, member, mails, now):
    watch(member)
    announced(tree, taxonomy, registration_closes_at=now - dt.timedelta(hours=1))
    assert mails(member) == []


def test_who_may_not_come_waits_for_the_next(tree, taxonomy, watch, pending, mails):
    watch(pending)
    announced(tree, taxonomy)
    announced(tree, taxonomy, audience="public")
    assert mails(pending) == []
    announced(tree, taxonomy, audience="public", open_to_pending=True)
    assert mails(pending) == ["next_on_theme"]


def test_a_draft_answers_when_it_is_published(tree, taxonomy, watch, member, mails):
    watch(member)
    event = announced(tree, taxonomy, live=False)
    event.save_revision().publish()
    event.save_revision().publish()
    assert mails(member) == ["next_on_theme"]


def test_a_change_of_an_old_event_answers_nothing(tree, taxonomy, watch, member, mails):
    event = announced(tree, taxonomy)
    watch(member)
    event.save_revision().publish()
    assert mails(member) == []


def test_a_second_date_is_told_by_its_own_message(tree, taxonomy, watch, fill, centre_user, mails, now):
    first = announced(tree, taxonomy, capacity=0)
    (row,) = fill(first, 1)
    watch(row.user)
    services.open_second_date(event=first, start=first.start + dt.timedelta(days=14), by=centre_user, now=now)
    assert mails(row.user) == ["registration_waiting", "second_date_open"]
    assert ThemeWatch.objects.count() == 1


def test_what_it_costs(tree, taxonomy, watch, people, now, django_assert_max_num_queries):
    from portal.registrations.services.watching import answer_watches

    event = announced(tree, taxonomy)
    for user in people(5):
        watch(user)
    with django_assert_max_num_queries(4 + 5 * 6):
        assert answer_watches(event=event, now=now) == 5


# -- asked and taken back


def test_get_asks_post_notes(tree, taxonomy, member, client):
    event = announced(tree, taxonomy, themes=[taxonomy.gouvernance, taxonomy.tresorerie], capacity=0)
    client.force_login(member)
    address = reverse("registrations:watch", args=[event.pk])
    assert address in client.get(event.url).content.decode()
    page = client.get(address)
    assert page.content.decode().count("checked") == 2
    assert not ThemeWatch.objects.exists()
    assert client.post(address, {}).status_code == 422
    other = taxonomy.tresorerie.pk + 100
    assert client.post(address, {"themes": [other]}).status_code == 422
    answer = client.post(address, {"themes": [taxonomy.gouvernance.pk]}, follow=True)
    assert "C’est noté" in answer.content.decode()
    assert "Les thèmes que j’attends" in answer.content.decode()
    assert [watch.theme for watch in ThemeWatch.objects.all()] == [taxonomy.gouvernance]


def test_taken_back_by_post_alone(taxonomy, watch, member, client):
    watch(member)
    client.force_login(member)
    address = reverse("registrations:unwatch", args=[taxonomy.gouvernance.pk])
    assert client.get(address).status_code == 405
    assert address in client.get(reverse("members:espace")).content.decode()
    client.post(address)
    assert not ThemeWatch.objects.exists()
    assert "rien n’a changé" in client.post(address, follow=True).content.decode()


def test_nobody_takes_back_anothers(taxonomy, watch, member, people, client):
    watch(member)
    client.force_login(people(1)[0])
    client.post(reverse("registrations:unwatch", args=[taxonomy.gouvernance.pk]))
    assert ThemeWatch.objects.filter(user=member).exists()


def test_not_on_what_one_may_not_read(tree, taxonomy, pending, client):
    event = announced(tree, taxonomy)
    address = reverse("registrations:watch", args=[event.pk])
    assert client.get(address).status_code == 302
    client.force_login(pending)
    assert client.get(address).status_code == 403
    assert client.post(address, {"themes": [taxonomy.gouvernance.pk]}).status_code == 403
    assert not ThemeWatch.objects.exists()


def test_who_waited_asks_even_once_the_page_is_gone(tree, taxonomy, fill, client):
    event = announced(tree, taxonomy, capacity=0)
    (row,) = fill(event, 1)
    event.unpublish()
    client.force_login(row.user)
    assert client.get(reverse("registrations:watch", args=[event.pk])).status_code == 200


def test_an_event_without_a_theme_offers_nothing(cafe, member, client):
    client.force_login(member)
    assert client.get(reverse("registrations:watch", args=[cafe.pk])).status_code == 404


def test_offered_where_there_is_no_seat(tree, taxonomy, fill, member, now, client):
    event = announced(tree, taxonomy, capacity=0)
    address = reverse("registrations:watch", args=[event.pk])
    (row,) = fill(event, 1)
    client.force_login(row.user)
    assert address in client.get(event.url).content.decode()
    assert address in client.get(reverse("registrations:registered", args=[event.pk])).content.decode()
    closed = announced(tree, taxonomy, registration_closes_at=now - dt.timedelta(hours=1))
    client.force_login(member)
    address = reverse("registrations:watch", args=[closed.pk])
    assert address in client.get(closed.url).content.decode()
    assert address in client.get(reverse("registrations:register", args=[closed.pk])).content.decode()


def test_exported_and_forgotten(cafe, taxonomy, watch, member, admin, now):
    watch(member)
    SeatInvitation.objects.create(event=cafe, user=member, created_at=now)
    held = export_person(user=member, by=member, now=now)["donnees"]["inscriptions"]
    assert held["themes_attendus"] == [{"theme": "Gouvernance", "demande_le": now.isoformat()}]
    assert held["invitations_a_une_seconde_date"][0]["rendez_vous"] == cafe.title
    erase_person(user=member, by=admin, now=now)
    assert not ThemeWatch.objects.exists()
    assert not SeatInvitation.objects.exists()
