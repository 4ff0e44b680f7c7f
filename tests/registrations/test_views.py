"""What comes in by the door: forms, forged or double, and addresses that are none of one's business."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import Registration
from tests import factories

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State


def address(name, event):
    return reverse(f"registrations:{name}", args=[event.pk])


@pytest.fixture
def signed_in(client, member):
    client.force_login(member)
    return client


def mine(event, member):
    return Registration.objects.filter(event=event, user=member)


# -- registering


def test_the_whole_way(signed_in, cafe, member):
    page = signed_in.get(address("register", cafe)).content.decode()
    assert "Une situation à apporter" in page
    response = signed_in.post(
        address("register", cafe),
        {"question": "Une paie en retard", "access_needs": "Sous-titres", "visible": "on", "rule": "on"},
    )
    assert response.url == address("registered", cafe)
    registration = mine(cafe, member).get()
    assert registration.state == CONFIRMED
    assert registration.question == "Une paie en retard"
    confirmation = signed_in.get(response.url).content.decode()
    assert "vous avez une place" in confirmation
    assert "Une paie en retard" in confirmation


def test_a_full_event_says_the_rank_before_and_after(signed_in, cafe, fill):
    fill(cafe, 3)
    page = signed_in.get(address("register", cafe)).content.decode()
    assert "Vous seriez" in page
    assert "2<sup>e</sup> dans la file" in page
    response = signed_in.post(address("register", cafe), {"rule": "on"}, follow=True)
    assert "Vous êtes 2<sup>e</sup> dans la file" in response.content.decode()


def test_a_get_registers_nobody(signed_in, cafe):
    signed_in.get(address("register", cafe), {"rule": "on", "question": "x"})
    assert not Registration.objects.exists()


def test_a_double_click_is_harmless(signed_in, cafe, member):
    for _ in range(2):
        assert signed_in.post(address("register", cafe), {"rule": "on"}).url == address("registered", cafe)
    assert mine(cafe, member).count() == 1
    assert OutgoingMessage.objects.count() == 1


def test_the_rule_is_accepted_and_nothing_typed_is_lost(signed_in, tree, member):
    event = factories.make_cafe(tree.centre, confidentiality="entre-pairs", asks_question=True)
    response = signed_in.post(
        address("register", event), {"question": "Ma situation", "access_needs": "Pauses"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "acceptez la règle" in page
    assert "Ma situation" in page
    assert 'value="Pauses"' in page
    assert not mine(event, member).exists()


@pytest.mark.parametrize(
    "text", ["Écrire à a.b@exemple.fr", "Appeler le 06 12 34 56 78", "SIRET 732 829 320 00074"]
)
def test_what_gives_someone_away_is_pointed_out_not_blocked(signed_in, cafe, member, text):
    response = signed_in.post(address("register", cafe), {"question": text})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Votre texte semble contenir" in page
    assert text in page
    assert 'name="send_anyway"' in page
    signed_in.post(address("register", cafe), {"question": text, "send_anyway": "on"})
    assert mine(cafe, member).get().question == text


def test_the_box_appears_with_the_warning_only(signed_in, cafe):
    assert 'name="send_anyway"' not in signed_in.get(address("register", cafe)).content.decode()


def test_a_forged_form(signed_in, tree, member):
    event = factories.make_cafe(tree.centre, asks_question=False)
    other = factories.make_user()
    signed_in.post(
        address("register", event),
        {
            "question": "x" * 5000,
            "state": "confirmee",
            "user": other.pk,
            "event": 1,
            "over_capacity_by": other.pk,
        },
    )
    registration = Registration.objects.get()
    assert (registration.user, registration.question, registration.over_capacity_by) == (member, "", None)


@pytest.mark.parametrize("text", ["x" * 1201, "Zéro \x00 octet"])
def test_a_text_that_cannot_be_kept(signed_in, cafe, text):
    response = signed_in.post(address("register", cafe), {"question": text})
    assert response.status_code == 422
    assert not Registration.objects.exists()


# -- events that take no registration


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts_in": dt.timedelta(hours=-5)}, "Ce rendez-vous est passé."),
        ({"starts_in": dt.timedelta(minutes=-5)}, "Ce rendez-vous a déjà commencé."),
        ({"registration_mode": "aucune"}, "On ne s’inscrit pas ici"),
        (
            {"registration_mode": "externe", "registration_url": "https://exemple.test/"},
            "On ne s’inscrit pas ici",
        ),
    ],
)
def test_one_clear_sentence_and_nothing_lost(signed_in, tree, fields, sentence):
    event = factories.make_cafe(tree.centre, asks_question=True, **fields)
    assert sentence in signed_in.get(address("register", event)).content.decode()
    response = signed_in.post(address("register", event), {"question": "Ma situation", "rule": "on"})
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert "Ma situation" in response.content.decode()
    assert not Registration.objects.exists()


def test_a_cancelled_event(signed_in, cafe, now):
    services.cancel_event(event=cafe, by=None, reason="", now=now)
    response = signed_in.post(address("register", cafe), {"rule": "on"})
    assert response.status_code == 409
    assert "Ce rendez-vous est annulé." in response.content.decode()


def test_unpublished_and_unknown_events_are_a_plain_404(signed_in, tree):
    draft = factories.make_cafe(tree.centre, live=False)
    for pk in (draft.pk, tree.centre.pk, 999_999):
        for name in ("register", "registered", "cancel", "event_ics"):
            path = reverse(f"registrations:{name}", args=[pk])
            assert signed_in.get(path).status_code == 404
            if name in ("register", "cancel"):
                assert signed_in.post(path, {"rule": "on"}).status_code == 404


def test_an_event_of_a_group_does_not_exist_for_others(signed_in, tree):
    group = Group.objects.create(name="Groupe")
    event = factories.make_cafe(tree.centre, audience="groupe", audience_groups=[group])
    for name in ("register", "registered", "cancel", "event_ics"):
        assert signed_in.get(address(name, event)).status_code == 404


def test_an_account_that_waits_is_told_so(client, cafe, pending):
    client.force_login(pending)
    assert client.get(address("register", cafe)).status_code == 403
    assert client.post(address("register", cafe), {"rule": "on"}).status_code == 403
    assert client.get(address("event_ics", cafe)).status_code == 404
    assert not Registration.objects.exists()


def test_a_stranger_signs_in_first_and_learns_nothing(client, cafe, tree):
    public = factories.make_cafe(tree.centre, audience="public")
    for pk in (cafe.pk, public.pk, 999_999):
        path = reverse("registrations:register", args=[pk])
        for response in (client.get(path), client.post(path, {"rule": "on"})):
            assert response.status_code == 302
            assert response.url.endswith(f"?next={path}")
    assert client.get(address("event_ics", cafe)).status_code == 404
    assert client.get(address("event_ics", public)).status_code == 200


# -- giving back


def test_giving_a_seat_back_asks_then_does(signed_in, cafe, member, now):
    services.register(event=cafe, user=member, rule_accepted=True, now=now)
    assert "Rendre votre place" in signed_in.get(address("cancel", cafe)).content.decode()
    assert mine(cafe, member).get().state == CONFIRMED
    assert signed_in.post(address("cancel", cafe)).status_code == 302
    assert mine(cafe, member).get().state == CANCELLED
    # Twice the same click.
    assert signed_in.post(address("cancel", cafe)).status_code == 302
    assert OutgoingMessage.objects.filter(kind="registration_cancelled").count() == 1


def test_nobody_gives_back_the_seat_of_another(signed_in, cafe, fill):
    (other,) = fill(cafe, 1)
    signed_in.post(address("cancel", cafe))
    other.refresh_from_db()
    assert other.state == CONFIRMED


def test_one_may_leave_what_one_may_no_longer_read(client, cafe, fill):
    (registration,) = fill(cafe, 1)
    cafe.unpublish()
    user = registration.user
    user.approved_at = None
    user.save()
    client.force_login(user)
    assert client.get(address("cancel", cafe)).status_code == 200
    client.post(address("cancel", cafe))
    registration.refresh_from_db()
    assert registration.state == CANCELLED


def test_too_late_to_give_back(signed_in, cafe, member, now):
    services.register(event=cafe, user=member, rule_accepted=True, now=now)
    type(cafe).objects.filter(pk=cafe.pk).update(
        start=now - dt.timedelta(hours=2), end=now - dt.timedelta(hours=1)
    )
    response = signed_in.post(address("cancel", cafe), follow=True)
    assert "Ce rendez-vous est passé." in response.content.decode()
    assert mine(cafe, member).get().state == CONFIRMED


@pytest.mark.parametrize("name", ["register", "registered", "cancel", "event_ics"])
def test_other_methods_are_refused(signed_in, cafe, name):
    assert signed_in.put(address(name, cafe)).status_code == 405
