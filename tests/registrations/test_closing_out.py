import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.members.groups import ensure_avise_groups
from portal.registrations import services
from portal.registrations.closing import closing_items
from portal.registrations.models import EventPage, EventState, Registration, Takeaway
from tests import factories

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"registrations:{name}", args=args)


@pytest.fixture
def over(tree, member, now):
    """A café that ended an hour ago, with one person of whom nothing is noted."""
    event = factories.make_cafe(tree.centre)
    services.register(event=event, user=member, now=now)
    return end_ago(event, hours=1)


def end_ago(event, **delta):
    end = timezone.now() - dt.timedelta(**delta)
    EventPage.objects.filter(pk=event.pk).update(start=end - dt.timedelta(minutes=90), end=end)
    return type(event).objects.get(pk=event.pk)


@pytest.fixture
def facilitator(over, now):
    user = factories.make_user("anime@exemple.test")
    services.add_facilitator(event=over, user=user, by=None, now=now)
    return user


def missing(event):
    page = EventPage.objects.get(pk=event.pk).specific
    return [item.name for item in closing_items(page) if not item.is_done]


def note_presence(event):
    Registration.objects.filter(event=event).update(attendance="present")


def test_what_is_left_to_see_to(over, now):
    assert missing(over) == ["presence", "note", "evaluation"]
    note_presence(over)
    Takeaway.objects.create(event=over, leads="Une piste", created_at=now, updated_at=now)
    services.ensure_state(over)
    EventState.objects.filter(event=over).update(evaluation_sent_at=now)
    assert missing(over) == []


def test_a_session_without_evaluation_waits_for_none(over):
    EventPage.objects.filter(pk=over.pk).update(evaluated=False)
    assert missing(over) == ["presence", "note"]


def test_a_webinar_waits_for_its_replay_where_the_rule_allows_one(tree):
    webinar = factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=-1), evaluated=False)
    assert missing(webinar) == ["note", "replay"]
    closed = factories.make_webinar(
        tree.centre, starts_in=dt.timedelta(days=-1), evaluated=False, confidentiality="sans-enregistrement"
    )
    assert missing(closed) == ["note"]
    seen = factories.make_webinar(
        tree.centre,
        starts_in=dt.timedelta(days=-1),
        evaluated=False,
        essential="<p>L’essentiel.</p>",
        video_url="https://video.example.org/1",
    )
    assert missing(seen) == []


def test_close_out_refuses_what_only_the_facilitator_knows(over, facilitator, now):
    with pytest.raises(services.NotAllSeenTo, match="la présence et ce qu’on en retient"):
        services.close_out(event=over, by=facilitator, now=now)
    note_presence(over)
    services.set_nothing_to_note(event=over, nothing=True, by=facilitator, now=now)
    state = services.close_out(event=over, by=facilitator, now=now)
    assert (state.closed_out_at, state.closed_out_by) == (now, facilitator)
    with pytest.raises(services.ClosedOutAlready):
        services.close_out(event=over, by=facilitator, now=now)
    with pytest.raises(services.ClosedOutAlready):
        services.set_nothing_to_note(event=over, nothing=False, by=facilitator, now=now)


def test_neither_before_the_end_nor_cancelled_nor_by_anyone(tree, over, member, admin, now):
    coming = factories.make_cafe(tree.centre)
    with pytest.raises(services.NotOver):
        services.close_out(event=coming, by=admin, now=now)
    services.cancel_event(event=coming, by=admin, reason="", now=now)
    with pytest.raises(services.EventCancelled):
        services.close_out(event=coming, by=admin, now=coming.end)
    with pytest.raises(services.MayNotChange):
        services.close_out(event=over, by=member, now=now)


def test_from_the_phone(client, over, facilitator):
    client.force_login(facilitator)
    page = address("animation", over.pk)
    assert "Pour clôturer" in client.get(page).content.decode()
    assert "Il reste à voir" in client.post(address("close_out", over.pk), follow=True).content.decode()
    client.post(address("everyone", over.pk), {"act": "present"})
    client.post(address("nothing_to_note", over.pk), {"nothing": "on"})
    assert client.get(address("close_out", over.pk)).status_code == 405
    client.post(address("close_out", over.pk))
    state = EventState.objects.get(event=over)
    assert state.closed_out_by == facilitator
    assert "Clôturé le" in client.get(page).content.decode()
    first = state.closed_out_at
    assert "déjà clôturé" in client.post(address("close_out", over.pk), follow=True).content.decode()
    state.refresh_from_db()
    assert state.closed_out_at == first


def test_the_list_of_what_waits(client, tree, over, facilitator, now):
    editor = factories.make_user(groups=[ensure_avise_groups()[0]])
    elsewhere = end_ago(factories.make_cafe(factories.make_centre(tree), title="Ailleurs"), days=2)
    cancelled = factories.make_cafe(tree.centre, title="Annulé")
    services.cancel_event(event=cancelled, by=None, reason="", now=now)
    end_ago(cancelled, days=1)
    end_ago(factories.make_cafe(tree.centre, title="Trop ancien"), days=200)
    factories.make_cafe(tree.centre, title="À venir")
    page = reverse("inscriptions:to_close")

    def titles(user):
        client.force_login(user)
        return [line["event"].title for line in client.get(page).context["lines"]]

    assert titles(editor) == ["Ailleurs", over.title]
    assert titles(factories.make_user(groups=[tree.centre.group])) == [over.title]
    note_presence(over)
    services.set_nothing_to_note(event=over, nothing=True, by=facilitator, now=now)
    services.close_out(event=over, by=facilitator, now=now)
    assert titles(editor) == [elsewhere.title]
    client.force_login(facilitator)
    assert client.get(page).status_code == 302, "a facilitator without rights on pages has her own list"


def test_the_list_costs_the_same_for_one_and_for_many(client, tree, admin, django_assert_num_queries):
    client.force_login(admin)
    page = reverse("inscriptions:to_close")
    for kind in (factories.make_cafe, factories.make_webinar):
        end_ago(kind(tree.centre), days=1)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for _ in range(4):
        end_ago(factories.make_cafe(tree.centre), days=1)
    with django_assert_num_queries(len(few)):
        client.get(page)
