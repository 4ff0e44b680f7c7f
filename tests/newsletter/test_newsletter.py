import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from portal.newsletter import services
from portal.newsletter.models import Issue, Subscription
from portal.newsletter.services import (
    AlreadySent,
    BadLink,
    confirm,
    email_of,
    leave,
    request_subscription,
    send_issue,
    token_for,
    write_deliveries,
)
from portal.notifications.models import OutgoingMessage
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def outbox(settings, tree):
    settings.EMAIL_BACKEND = "portal.notifications.backend.OutboxBackend"
    # The limits on the form are counted there.
    cache.clear()


def subscribe(client, email="lectrice@exemple.test", **data):
    return client.post(reverse("newsletter:subscribe"), {"email": email, "consent": "on", **data})


def test_a_request_is_worth_nothing_until_it_is_confirmed(client):
    assert subscribe(client).status_code == 302
    assert not Subscription.objects.confirmed().exists()
    message = OutgoingMessage.objects.get()
    assert (message.is_secret, message.priority) == (True, 5), "hidden, and not before sign-in codes"
    assert message.expires_at - message.created_at == dt.timedelta(days=3), "as long as its link"
    address = reverse("newsletter:confirm", args=[token_for("lectrice@exemple.test", "confirmer")])
    assert client.get(address).status_code == 200
    assert not Subscription.objects.confirmed().exists(), "a GET confirmed"
    client.post(address)
    client.post(address)
    assert Subscription.objects.confirmed().count() == 1


def test_known_and_unknown_addresses_get_the_same_answer(client):
    first = subscribe(client)
    confirm(token=token_for("lectrice@exemple.test", "confirmer"), now=NOW)
    again = subscribe(client, email="Lectrice@Exemple.test")
    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("data", [{"consent": ""}, {"email": "pas une adresse"}, {"email": ""}])
def test_bad_input_gets_a_sentence_and_subscribes_nobody(client, data):
    response = subscribe(client, **data)
    assert response.status_code == 422
    assert not Subscription.objects.exists()


def test_leaving_takes_a_post_and_any_age_of_link(client):
    subscribe(client)
    confirm(token=token_for("lectrice@exemple.test", "confirmer"), now=NOW)
    address = reverse("newsletter:leave", args=[token_for("lectrice@exemple.test", "quitter")])
    client.get(address)
    assert Subscription.objects.confirmed().exists()
    client.post(address)
    assert not Subscription.objects.confirmed().exists()


def test_a_forged_link_changes_nothing(client):
    for token in ("n-importe-quoi", token_for("x@exemple.test", "quitter") + "x"):
        response = client.post(reverse("newsletter:confirm", args=[token]))
        assert response.status_code == 400


def test_a_link_serves_one_purpose():
    with pytest.raises(BadLink):
        email_of(token_for("x@exemple.test", "quitter"), "confirmer")


def test_an_issue_goes_once_to_each_confirmed_subscriber():
    for name in ("une", "deux", "trois"):
        Subscription.objects.create(
            email=f"{name}@exemple.test",
            requested_at=NOW,
            confirmed_at=None if name == "trois" else NOW,
            wording="oui",
        )
    leave(token=token_for("deux@exemple.test", "quitter"), now=NOW)
    issue = Issue.objects.create(subject="La lettre de mai", body="<p>Des nouvelles.</p>")
    assert send_issue(issue=issue, now=NOW) == 1
    with pytest.raises(AlreadySent):
        send_issue(issue=issue, now=NOW)
    assert write_deliveries(now=NOW) == 1
    assert write_deliveries(now=NOW) == 0
    assert list(OutgoingMessage.objects.values_list("recipient", flat=True)) == ["une@exemple.test"]


def test_sending_is_for_who_may_change_letters(client, centre_user, admin):
    issue = Issue.objects.create(subject="Lettre", body="<p>Texte</p>")
    address = reverse("newsletter_send", args=[issue.pk])
    client.force_login(centre_user)
    assert client.post(address).status_code in (302, 403)
    issue.refresh_from_db()
    assert issue.sent_at is None
    client.force_login(admin)
    assert client.get(address).status_code == 200
    client.post(address)
    issue.refresh_from_db()
    assert issue.sent_at


def test_a_person_is_forgotten():
    from portal.newsletter.privacy import erase_subscription, export_subscription

    user = factories.make_user("lectrice@exemple.test")
    Subscription.objects.create(email="Lectrice@exemple.test", requested_at=NOW, wording="oui")
    assert len(export_subscription(user)) == 1
    erase_subscription(user=user, now=NOW)
    assert not Subscription.objects.exists()


def test_data_follow_the_account_when_its_address_changes(client):
    from portal.newsletter.privacy import erase_subscription, export_subscription

    user = factories.make_user("avant@exemple.test")
    client.force_login(user)
    subscribe(client, email="Avant@exemple.test")
    user.email = "apres@exemple.test"
    user.save()
    assert len(export_subscription(user)) == 1
    erase_subscription(user=user, now=NOW)
    assert not Subscription.objects.exists()


def test_somebody_else_s_address_stays_out_of_an_account(client):
    from portal.newsletter.privacy import export_subscription

    user = factories.make_user("moi@exemple.test")
    client.force_login(user)
    subscribe(client, email="autre@exemple.test")
    assert export_subscription(user) == []


# -- a form open to all


def test_one_ip_address_cannot_make_the_portal_write_to_the_world(client):
    answers = {
        (response.status_code, response.url)
        for response in (subscribe(client, email=f"n{number}@exemple.test") for number in range(25))
    }
    assert len(answers) == 1, "the visitor saw the limit"
    assert OutgoingMessage.objects.count() == Subscription.objects.count() == 20
    client.post(
        reverse("newsletter:subscribe"),
        {"email": "ailleurs@exemple.test", "consent": "on"},
        REMOTE_ADDR="192.0.2.9",
    )
    assert OutgoingMessage.objects.count() == 21


def test_one_address_is_not_written_to_from_many_places(client, monkeypatch):
    monkeypatch.setattr(services, "QUIET", dt.timedelta(0))
    answers = set()
    for number in range(8):
        response = client.post(
            reverse("newsletter:subscribe"),
            {"email": "Cible@exemple.test" if number % 2 else "cible@exemple.test", "consent": "on"},
            REMOTE_ADDR=f"192.0.2.{number + 1}",
        )
        answers.add((response.status_code, response.url))
    assert len(answers) == 1
    assert OutgoingMessage.objects.count() == 5


def ask(minutes: int) -> None:
    request_subscription(email="lectrice@exemple.test", user=None, now=NOW + dt.timedelta(minutes=minutes))


def test_an_address_is_mailed_again_after_a_quarter_of_an_hour():
    ask(0)
    ask(14)
    assert OutgoingMessage.objects.count() == 1
    subscription = Subscription.objects.get()
    assert subscription.requested_at == NOW + dt.timedelta(minutes=14)
    # Counted from the message: asking without end must not keep its owner from a link.
    ask(15)
    assert OutgoingMessage.objects.count() == 2


def test_asking_again_does_not_rewrite_the_proof_of_consent():
    ask(0)
    confirm(token=token_for("lectrice@exemple.test", "confirmer"), now=NOW)
    ask(10)
    assert OutgoingMessage.objects.count() == 1
    ask(30)
    assert OutgoingMessage.objects.count() == 2
    subscription = Subscription.objects.get()
    assert (subscription.requested_at, subscription.confirmed_at) == (NOW, NOW)


def test_who_has_just_left_may_come_back_at_once():
    ask(0)
    confirm(token=token_for("lectrice@exemple.test", "confirmer"), now=NOW)
    leave(token=token_for("lectrice@exemple.test", "quitter"), now=NOW)
    ask(1)
    assert OutgoingMessage.objects.count() == 2
    assert not Subscription.objects.confirmed().exists()


def test_an_address_written_otherwise_is_the_same(client):
    Subscription.objects.create(email="Lectrice@Exemple.test", requested_at=NOW, wording="oui")
    ask(0)
    confirm(token=token_for("lectrice@exemple.test", "confirmer"), now=NOW)
    assert Subscription.objects.confirmed().count() == 1
