"""An event that people registered for is not deleted, by whoever, by whatever door; and the reason is said."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from portal.base.permissions import reason_not_to_delete
from portal.registrations import services
from portal.registrations.models import EventPage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(cafe, fill):
    fill(cafe, 1)
    return cafe


def delete(client, page):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)


def test_a_superuser_is_told_why(client, admin, booked):
    client.force_login(admin)
    for response in (
        client.get(reverse("wagtailadmin_pages:delete", args=[booked.pk]), follow=True),
        delete(client, booked),
    ):
        assert "une inscription en dépend" in response.content.decode()
    assert EventPage.objects.filter(pk=booked.pk).exists()


def test_the_parent_stays_too(client, admin, booked, tree):
    client.force_login(admin)
    for page in (tree.centre, tree.centres):
        assert "une inscription en dépend" in delete(client, page).content.decode()
        assert Page.objects.filter(pk=page.pk).exists()


def test_bulk_deletion_is_refused_whole(client, admin, booked, tree):
    client.force_login(admin)
    free = factories.make_cafe(tree.centre)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = f"?id={booked.pk}&id={free.pk}&next=/admin/pages/{tree.centre.pk}/"
    response = client.post(address + query, follow=True)
    assert "une inscription en dépend" in response.content.decode()
    assert EventPage.objects.filter(pk__in=[booked.pk, free.pk]).count() == 2


def test_cancelled_registrations_hold_it_too(booked, now):
    registration = booked.registrations.get()
    services.cancel_registration(registration=registration, by=registration.user, now=now)
    assert "une inscription en dépend" in reason_not_to_delete(booked)


def test_protect_is_the_last_wall(booked):
    with pytest.raises(ProtectedError):
        booked.delete()


def test_an_event_that_nobody_registered_for_goes(client, admin, tree):
    event = factories.make_cafe(tree.centre)
    assert event.state.pk, "it has a state, which goes with it"
    client.force_login(admin)
    delete(client, event)
    assert not EventPage.objects.filter(pk=event.pk).exists()


def test_who_may_not_see_the_page_learns_no_reason(client, booked, tree):
    other = factories.make_user(groups=[factories.make_centre(tree).group])
    client.force_login(other)
    assert "inscription" not in delete(client, booked).content.decode().split("<main")[-1]


def test_a_fiche_costs_the_guard_no_query(tree, django_assert_num_queries):
    fiche = factories.make_fiche(tree.centre)
    with django_assert_num_queries(0):
        assert reason_not_to_delete(fiche) == ""


# -- copies and aliases


def copy(client, page, parent, **data):
    values = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": parent.pk, **data}
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), values, follow=True)


def test_no_alias_of_an_event(client, admin, cafe, tree):
    client.force_login(admin)
    form = client.get(reverse("wagtailadmin_pages:copy", args=[cafe.pk])).content.decode()
    assert 'name="alias"' not in form
    response = copy(client, cafe, tree.centre, alias="on")
    assert "ne se copie pas en alias" in response.content.decode()
    assert EventPage.objects.count() == 1


def test_no_alias_of_what_holds_one(client, admin, cafe, tree):
    client.force_login(admin)
    response = copy(client, tree.centre, tree.centres, alias="on", copy_subpages="on")
    assert "ne se copie pas en alias" in response.content.decode()
    assert EventPage.objects.count() == 1


def test_a_plain_copy_is_welcome(client, admin, booked, tree):
    client.force_login(admin)
    copy(client, booked, tree.centre, new_start=f"{booked.start + dt.timedelta(days=7):%Y-%m-%d %H:%M}")
    assert EventPage.objects.count() == 2
    assert EventPage.objects.exclude(pk=booked.pk).get().registrations.count() == 0


def test_a_centre_with_the_right_to_delete_is_refused_too(client, centre_user, booked, tree):
    GroupPagePermission.objects.create(
        group=tree.centre.group, page=tree.centre, permission=Permission.objects.get(codename="publish_page")
    )
    client.force_login(centre_user)
    assert "une inscription en dépend" in delete(client, booked).content.decode()
    assert EventPage.objects.filter(pk=booked.pk).exists()
