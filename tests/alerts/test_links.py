"""The links of the mail: they work without signing in, do one thing, on one alert, by POST; never a 500."""

import re

import pytest
from django.core.signing import dumps
from django.urls import reverse

from portal.alerts import services
from portal.alerts.links import SALT, Purpose, link_to, token_for
from portal.alerts.models import SavedSearch, ToldDocument
from portal.background.services import run_due_jobs
from portal.notifications.models import OutgoingMessage
from tests.notifications.conftest import parse

pytestmark = pytest.mark.django_db
State = SavedSearch.State


@pytest.fixture(autouse=True)
def site(tree):
    """Pages need their site."""


def path_to(purpose, *alerts) -> str:
    return reverse("alerts:by_link", args=[token_for(purpose, *alerts)])


def everything() -> tuple:
    return (
        list(SavedSearch.objects.order_by("pk").values()),
        list(ToldDocument.objects.order_by("pk").values()),
        OutgoingMessage.objects.count(),
    )


def state_of(alert) -> str:
    alert.refresh_from_db()
    return alert.state


def test_from_the_mail_to_an_alert_at_work(client, ask, member):
    alert = ask(member)
    text = parse(bytes(OutgoingMessage.objects.get().content)).get_body(("plain",)).get_content()
    (address,) = re.findall(r"/alertes/lien/[^\s)]+", text)
    page = client.get(address)
    assert page.status_code == 200
    assert alert.name in page.content.decode()
    assert state_of(alert) == State.TO_CONFIRM
    for _ in range(2):
        answer = client.post(address)
        assert answer.status_code == 200, "no redirection"
        assert "L’alerte est en route" in answer.content.decode()
    assert state_of(alert) == State.ACTIVE


@pytest.mark.parametrize(
    ("purpose", "after", "said"),
    [(Purpose.PAUSE, State.PAUSED, "C’est en pause"), (Purpose.END, State.ENDED, "L’alerte est terminée")],
)
def test_pausing_and_ending_take_a_post_and_no_cookie(client, make_alert, member, purpose, after, said):
    alert, other = make_alert(member), make_alert(member, "un autre sujet")
    client.handler.enforce_csrf_checks = True
    address = path_to(purpose, alert)
    assert said not in client.get(address).content.decode()
    assert state_of(alert) == State.ACTIVE
    for _ in range(2):
        answer = client.post(address)
        assert answer.status_code == 200
        assert said in answer.content.decode()
    assert said in client.get(address).content.decode()
    assert (state_of(alert), state_of(other)) == (after, State.ACTIVE)


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("state", State.values)
def test_a_get_changes_nothing_whatever_the_alert_is(client, ask, make_alert, member, now, purpose, state):
    if state == State.TO_CONFIRM:
        alert = ask(member)
    else:
        alert = make_alert(member)
        if state == State.PAUSED:
            services.pause(alert=alert, now=now)
        elif state == State.ENDED:
            services.end(alert=alert, now=now)
    before = everything()
    for signed_in in (False, True):
        if signed_in:
            client.force_login(member)
        for method in (client.get, client.head):
            assert method(path_to(purpose, alert)).status_code in (200, 410)
    assert everything() == before


def test_a_link_is_worth_one_act(client, make_alert, member):
    """What a link may do is signed: another purpose, another alert, another salt are another signature."""
    alert, other = make_alert(member), make_alert(member, "un autre sujet")
    token = token_for(Purpose.PAUSE, alert)
    body, rest = token.split(":", 1)
    forged = token_for(Purpose.END, other).split(":", 1)[0] + ":" + rest
    for wrong in (forged, dumps({"p": "terminer", "a": [alert.pk]}, salt="newsletter"), body):
        assert client.post(reverse("alerts:by_link", args=[wrong])).status_code == 404
    assert (state_of(alert), state_of(other)) == (State.ACTIVE, State.ACTIVE)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a:b:c",
        "é",
        "%00",
        "A" * 3000,
        dumps({"p": "autre", "a": [1]}, salt=SALT),
        dumps({"p": "pause", "a": []}, salt=SALT),
        dumps({"p": "pause", "a": [999]}, salt=SALT),
    ],
    ids=["short", "three parts", "letters", "nul", "long", "purpose", "no alert", "alert that is gone"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_bad_link_gets_one_sentence(client, token, method):
    response = getattr(client, method)(f"/alertes/lien/{token}/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Ce lien n’est pas le bon" in page
    assert "noindex" in page


def test_a_closed_account_s_links_open_nothing(client, make_alert, member):
    alert = make_alert(member)
    member.is_active = False
    member.save()
    assert client.post(path_to(Purpose.PAUSE, alert)).status_code == 404
    assert state_of(alert) == State.ACTIVE


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.PAUSE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_alert_that_is_over_says_so(client, make_alert, member, now, purpose, method):
    alert = services.end(alert=make_alert(member), now=now)
    response = getattr(client, method)(path_to(purpose, alert))
    assert response.status_code == 410
    assert services.AlertOver.sentence in response.content.decode()
    assert state_of(alert) == State.ENDED


def test_too_late_says_so_before_and_after_it_is_forgotten(client, ask, member, now):
    alert = ask(member, at=now - services.UNCONFIRMED_KEPT)
    address = path_to(Purpose.CONFIRM, alert)
    for method in (client.get, client.post):
        response = method(address)
        assert response.status_code == 410
        assert services.AskedTooLate.sentence in response.content.decode()
    run_due_jobs(now=now, only="alerts.purge")
    assert client.get(address).status_code == 404


def test_one_link_pauses_several_and_passes_over_what_is_over(client, make_alert, member, now):
    first, second = make_alert(member, name="La première"), make_alert(member, "autre", name="La seconde")
    address = path_to(Purpose.PAUSE, first, second)
    services.end(alert=first, now=now)
    page = client.get(address).content.decode()
    assert "La première" not in page
    assert "La seconde" in page
    assert client.post(address).status_code == 200
    assert (state_of(first), state_of(second)) == (State.ENDED, State.PAUSED)


def test_a_link_to_pause_wakes_and_confirms_nothing(client, ask, member):
    alert = ask(member)
    response = client.post(path_to(Purpose.PAUSE, alert))
    assert response.status_code == 410
    assert services.NotConfirmed.sentence in response.content.decode()
    assert state_of(alert) == State.TO_CONFIRM


def test_the_page_is_kept_by_no_cache_and_says_nothing_of_the_account(client, make_alert, member):
    response = client.get(path_to(Purpose.PAUSE, make_alert(member)))
    assert "no-store" in response["Cache-Control"]
    assert member.email not in response.content.decode()


def test_a_link_is_a_full_address(make_alert, member, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://portail.exemple.test"
    assert link_to(Purpose.END, make_alert(member)).startswith("https://portail.exemple.test/alertes/lien/")


def test_other_methods_are_refused(client, make_alert, member):
    assert client.put(path_to(Purpose.END, make_alert(member))).status_code == 405
