import datetime as dt

import pytest
from django.utils import timezone

from portal.notifications.models import OutgoingMessage
from portal.registrations.services import register
from tests import factories
from tests.notifications.conftest import parse


@pytest.fixture(autouse=True)
def _as_in_production(commits):
    """A change is told once it is committed."""


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def cafe(tree):
    """A café of the network in a week, with two seats, where situations are brought."""
    return factories.make_cafe(tree.centre, capacity=2, asks_question=True, title="Quand la paie approche")


@pytest.fixture
def late(tree):
    """A café with two seats that starts in five hours: its freed seats are on offer."""
    return factories.make_cafe(tree.centre, capacity=2, starts_in=dt.timedelta(hours=5))


@pytest.fixture
def people(db):
    """Approved members, as many as asked: ``people(3)``."""
    return lambda number: [factories.make_user() for _ in range(number)]


@pytest.fixture
def fill(people, now):
    """Register as many members as asked for an event; returns their registrations."""

    def register_many(event, number):
        return [register(event=event, user=user, rule_accepted=True, now=now) for user in people(number)]

    return register_many


@pytest.fixture
def mails():
    """The kinds of message written to a person, oldest first: ``mails(user)``."""
    return lambda user: list(
        OutgoingMessage.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    )


@pytest.fixture
def last_mail():
    """The last message written to a person, parsed: ``last_mail(user)``."""

    def read(user):
        return parse(bytes(OutgoingMessage.objects.filter(user=user).order_by("pk").last().content))

    return read


def calendars_of(message) -> list[str]:
    """The calendar files joined to a message, as text with LF line ends and folded lines joined."""
    return [
        part.get_content().replace("\r\n", "\n").replace("\n ", "")
        for part in message.iter_attachments()
        if part.get_content_type() == "text/calendar"
    ]


def in_a_week(**delta) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=7) + dt.timedelta(**delta)
