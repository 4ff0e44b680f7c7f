"""An index of what the database holds, the outbox, and alerts in every state."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.alerts import services
from portal.alerts.running import run_due_alerts
from portal.notifications.models import OutgoingMessage
from search.forms import SearchParameters
from tests.notifications.conftest import parse
from tests.search.conftest import bring_up_to_date, fresh_lexicon, index  # noqa: F401

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "portal.notifications.backend.OutboxBackend"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ask(now):
    """Ask for an alert: ``ask(user, "trésorerie", region=["bretagne"])``; not confirmed yet."""

    def create(user, text="trésorerie", *, frequency="immediate", name="Mon alerte", at=None, **facets):
        parameters = SearchParameters(text=text, facets={key: tuple(value) for key, value in facets.items()})
        return services.create_alert(
            user=user, parameters=parameters, name=name, frequency=frequency, now=at or now - 2 * HOUR
        )

    return create


@pytest.fixture
def make_alert(ask, now):
    """The same, confirmed an hour ago (``confirmed``), its confirmation mail out of the way."""

    def create(user, text="trésorerie", *, confirmed=None, **options):
        confirmed = confirmed or now - HOUR
        alert = ask(user, text, at=confirmed, **options)
        alert = services.confirm(alert=alert, now=confirmed)
        OutgoingMessage.objects.filter(user=user, kind="alert_confirm").delete()
        return alert

    return create


@pytest.fixture
def mails():
    """The news written to a person, oldest first, as plain text."""

    def read(user):
        rows = OutgoingMessage.objects.filter(user=user, kind="alert_news").order_by("pk")
        return [parse(bytes(row.content)).get_body(("plain",)).get_content() for row in rows]

    return read


@pytest.fixture
def run(bring_up_to_date):  # noqa: F811
    """Bring the index up to date, then run what is due at ``at``, now unless told otherwise."""

    def work(at=None):
        bring_up_to_date()
        return run_due_alerts(now=at or timezone.now())

    return work
