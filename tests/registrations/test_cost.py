"""What one registration asks of the database, and the letters that come of the short cuts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.notifications.models import OutgoingMessage
from portal.registrations import ics
from portal.registrations.models import Registration
from tests import factories
from tests.notifications.conftest import parse

pytestmark = pytest.mark.django_db
#: From the session cookie to the answer, the mail stored.
QUERIES = 14


def crowd(event, number):
    """As many people on the list of ``event`` as if they had registered one by one, in two queries."""
    state, now = Registration.State, timezone.now()
    users = type(factories.make_user()).objects.bulk_create(
        type(factories.make_user())(email=f"foule{index}-{event.pk}@exemple.test") for index in range(number)
    )
    seats = number if event.capacity is None else event.capacity
    Registration.objects.bulk_create(
        Registration(
            event=event,
            user=user,
            state=state.CONFIRMED if index < seats else state.WAITING,
            created_at=now,
            confirmed_at=now if index < seats else None,
        )
        for index, user in enumerate(users)
    )


def queries_of_one(client, event) -> list[str]:
    """Post the form once as somebody signed in, whose session is known; return the SQL."""
    client.force_login(factories.make_user())
    client.get("/mon-espace/courriels/")
    # The address of the site is read once a process, and kept.
    assert event.get_full_url()
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(reverse("registrations:register", args=[event.pk]), {"rule": "on"})
    assert answer.url == reverse("registrations:registered", args=[event.pk])
    return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("registered", [0, 50, 280])
@pytest.mark.parametrize("capacity", [None, 1000, 0])
def test_a_registration_costs_the_same_whatever_the_number(client, tree, registered, capacity):
    event = factories.make_cafe(tree.centre, capacity=capacity, confidentiality="entre-pairs")
    # A second date is proposed once to whoever organises: that is not what is counted.
    event.state.second_date_proposed_at = timezone.now()
    event.state.save()
    crowd(event, registered)
    queries = queries_of_one(client, event)
    assert len(queries) == QUERIES, "\n".join(sql[:150] for sql in queries)
    assert Registration.objects.filter(event=event).count() == registered + 1
    assert OutgoingMessage.objects.count() == 1


def test_a_busy_site_is_not_written_to_by_who_reads(client, tree):
    """A page that is read again by the same browser writes nothing: SQLite has one writer."""
    client.force_login(factories.make_user())
    client.get("/mon-espace/courriels/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/mon-espace/courriels/")
    assert [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])] == []


def test_the_rules_of_a_zone_are_those_that_the_library_writes(tree):
    """Kept between files, they are the same as written anew."""
    event = factories.make_cafe(tree.centre, time_zone="America/Cayenne")
    now = timezone.now()
    first, again = (ics.calendar([event], now=now) for _ in range(2))
    ics._zone_rules.cache_clear()
    assert first == again == ics.calendar([event], now=now)
    assert first.count(b"BEGIN:VTIMEZONE") == 1
    assert b"TZID:America/Cayenne" in first


def test_letters_written_together_are_those_written_one_by_one(tree, member):
    """The letterhead that a chunk shares changes nothing to what is said."""
    from portal.notifications.rendering import surroundings
    from portal.registrations.messages import RegistrationConfirmed
    from portal.registrations.models import EventPage
    from portal.registrations.services import register

    now = timezone.now()
    event = factories.make_cafe(tree.centre)
    registration = register(event=event, user=member, now=now)
    alone = bytes(OutgoingMessage.objects.get().content)
    event = EventPage.objects.select_related("state").get(pk=event.pk)
    (row,) = RegistrationConfirmed.compose_for(registration, events=[event], now=now, **surroundings())
    assert said(row.content) == said(alone)


def said(content: bytes) -> list[tuple[str, str]]:
    """The parts of a message, without its date and its identifier."""
    message = parse(content)
    parts = [
        (part.get_content_type(), part.get_content()) for part in message.walk() if not part.is_multipart()
    ]
    return [("subject", str(message["Subject"])), ("to", str(message["To"])), *parts]
