"""A session kept for a function: who has it comes, and nobody else knows of it."""

import pytest
from django.urls import reverse

from cafes.indexing import cafe_document
from portal.base.audience import principals
from portal.members.groups import FUNCTION_GROUPS, ensure_function_groups, sync_function_groups
from portal.members.models import Fonction, Profile
from portal.members.profiles import save_profile
from portal.registrations import services
from portal.registrations.models import EventPage
from portal.registrations.status import status_of
from tests import factories

pytestmark = pytest.mark.django_db
TITLE = "Entre pilotes seulement"


def person(fonction, **fields):
    user = factories.make_user(**fields)
    Profile.objects.create(user=user, fonction=fonction)
    sync_function_groups()
    return user


@pytest.fixture
def pilot(db):
    return person(Fonction.PILOTE)


@pytest.fixture
def others(db, pending):
    """Who is of another function, and who claims this one without being approved."""
    Profile.objects.create(user=pending, fonction=Fonction.PILOTE)
    return [person(Fonction.CHARGEE), pending]


@pytest.fixture
def event(tree):
    group = ensure_function_groups()[Fonction.PILOTE]
    return factories.make_cafe(
        tree.centre, title=TITLE, audience="groupe", audience_groups=[group], asks_question=True
    )


def test_an_editor_chooses_it_among_the_groups(client, admin, event):
    client.force_login(admin)
    page = client.get(f"/admin/pages/{event.pk}/edit/").content.decode()
    for name in FUNCTION_GROUPS.values():
        assert name in page


def test_who_has_the_function_finds_it_and_comes(client, event, pilot, now):
    client.force_login(pilot)
    assert client.get(event.url).status_code == 200
    for address in ("/cafes/", "/agenda/"):
        assert TITLE in client.get(address).content.decode()
    assert client.get(reverse("registrations:event_ics", args=[event.pk])).status_code == 200
    assert services.register(event=event, user=pilot, now=now)


def test_nobody_else_sees_it_anywhere(client, event, others, now):
    """Page, lists, form, calendar file, feeds, registration: each is a door of its own."""
    form = reverse("registrations:register", args=[event.pk])
    doors = [event.url, form, reverse("registrations:event_ics", args=[event.pk])]
    for user in (None, *others):
        client.logout()
        if user:
            client.force_login(user)
        for address in ("/cafes/", "/agenda/", "/agenda.ics", "/flux.atom", "/", event.get_parent().url):
            assert TITLE not in client.get(address).content.decode(), address
        for address in doors:
            response = client.get(address)
            assert response.status_code in (302, 403, 404), address
            assert TITLE not in response.content.decode(), address
        assert TITLE not in client.post(form, {}).content.decode()
        if user:
            with pytest.raises(services.RegistrationRefused):
                services.register(event=event, user=user, now=now)
    assert not event.registrations.exists()


def test_the_search_keeps_it_for_them(event, pilot, others):
    """The index is given the group, and the engines filter on it (see tests/search)."""
    asked = set(cafe_document(event).audiences)
    assert asked == {f"groupe-{ensure_function_groups()[Fonction.PILOTE].pk}"}
    assert asked <= principals(pilot)
    for user in others:
        assert not asked & principals(user)


def test_a_change_of_function_closes_it_at_once(client, event, pilot, now, admin):
    services.register(event=event, user=pilot, now=now)
    save_profile(user=pilot, by=admin, values={"fonction": Fonction.CHARGEE})
    client.force_login(pilot)
    assert client.get(event.url).status_code in (403, 404)
    # The seat she has is hers, and hers to give back.
    assert event.registrations.confirmed().filter(user=pilot).exists()
    assert client.get(reverse("registrations:cancel", args=[event.pk])).status_code == 200


def test_what_the_button_says_is_what_the_service_does(event, pilot, now):
    assert status_of(event, pilot, now=now).state == "open"
    assert EventPage.objects.visible_to(pilot).filter(pk=event.pk).exists()
