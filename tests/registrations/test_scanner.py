"""Mail scanners follow every link of every message, signed in or not: nothing changes for anyone."""

import datetime as dt
import html
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.messages import (
    DayReminder,
    EventCancelledMessage,
    EventMoved,
    HourReminder,
    MeetingLinkChanged,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationWaiting,
    SeatGiven,
    WeekReminder,
)
from portal.registrations.models import Registration, Takeaway
from tests import factories
from tests.notifications.conftest import parse

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
ADDRESS = re.compile(r"https?://[^\s\"'<>)]+")
EMAILS = Path(settings.BASE_DIR) / "templates" / "emails"
URL_TAG = re.compile(r"{%\s*url\s+[\"']([\w:]+)[\"']\s*([\w.]*)")
#: What the life below must have written: the kinds that everyone gets.
EVERYDAY = {
    message.name
    for message in (
        DayReminder, EventCancelledMessage, EventMoved, HourReminder, MeetingLinkChanged, RegistrationCancelled,
        RegistrationConfirmed, RegistrationWaiting, SeatGiven, WeekReminder,
    )
}  # fmt: skip


def everything() -> dict[str, list]:
    """Every row of registrations, and how much mail there is."""
    models = apps.get_app_config("registrations").get_models()
    rows = {model.__name__: sorted(model.objects.values_list(), key=str) for model in models}
    return {**rows, "mail": OutgoingMessage.objects.count()}


def follow(addresses, *users) -> None:
    """HEAD, then GET, each address: by a stranger, then by each of ``users``."""
    for user in (None, *users):
        browser = Client()
        if user:
            browser.force_login(user)
        for address in addresses:
            for method in (browser.head, browser.get):
                assert method(address).status_code < 500, address


def addresses_in(row) -> set[str]:
    """Every address in a stored message, its text, its HTML and its calendar file alike."""
    found = set()
    for part in parse(bytes(row.content)).walk():
        if part.get_content_maintype() == "text":
            text = part.get_content().replace("\r\n ", "").replace("\n ", "")
            found |= {html.unescape(address).rstrip(".,;") for address in ADDRESS.findall(text)}
    return found


def paths(addresses) -> set[str]:
    """Addresses of the portal as paths; there is no other kind in its mail."""
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    assert all(address.startswith(base) for address in addresses), addresses
    return {address.removeprefix(base) or "/" for address in addresses}


@pytest.fixture
def lived(tree, taxonomy, people):
    """Two sessions that everything happened to; the first starts in forty minutes."""
    event = factories.make_cafe(
        tree.centre, capacity=1, starts_in=40 * MINUTE, asks_question=True, themes=[taxonomy.tresorerie]
    )
    other = factories.make_cafe(tree.centre, starts_in=5 * DAY)
    first, second, third = people(3)
    start = event.start
    seat = services.register(event=event, user=first, question="Une paie en retard", now=start - 30 * DAY)
    for user in (second, third):
        services.register(event=event, user=user, question="Une autre", now=start - 29 * DAY)
    services.cancel_registration(registration=seat, by=first, now=start - 20 * DAY)
    for before in (7 * DAY, DAY, HOUR):
        services.send_reminders(now=start - before)
    event.start, event.end = start + 5 * MINUTE, event.end + 5 * MINUTE
    event.save_revision().publish()
    event.meeting_url = "https://visio.example.org/autre"
    event.save_revision().publish()
    services.register(event=other, user=second, now=start - 30 * DAY)
    services.cancel_event(event=other, by=None, reason="Une autre date suit.", now=start - MINUTE)
    services.open_feed(user=second, now=start)
    return event, second


def test_every_link_of_every_message(lived, admin):
    event, user = lived
    kinds = set(OutgoingMessage.objects.values_list("kind", flat=True))
    assert kinds >= EVERYDAY
    before = everything()
    links = set()
    for row in OutgoingMessage.objects.all():
        links |= paths(addresses_in(row))
    assert any(path.startswith("/rejoindre/") for path in links), "the personal link is among them"
    assert any("desinscription" in path for path in links)
    follow(sorted(links), user, *(row.user for row in event.registrations.waiting()), admin)
    assert everything() == before


def test_every_page_that_a_message_leads_to(lived, admin):
    """Rarer messages too: the pages named in any template of a message, on a session where all is open."""
    event, user = lived
    registration = event.registrations.confirmed().get()
    takeaway = Takeaway.objects.create(
        event=event,
        registration=registration,
        situation="Une association",
        agreement="demande",
        agreement_asked_at=event.start,
        created_at=event.start,
        updated_at=event.start,
    )
    subjects = {"event": event.pk, "second": event.pk, "takeaway": takeaway.pk}
    named = {
        match.groups()
        for path in EMAILS.rglob("*.html")
        for match in URL_TAG.finditer(path.read_text())
        if match.group(1).startswith("registrations:")
    }
    assert ("registrations:cancel", "event.pk") in named
    links = []
    for name, argument in sorted(named):
        subject = argument.partition(".")[0]
        assert subject in subjects, f"{name} {argument}: tell this test what it is about"
        links.append(reverse(name, args=[subjects[subject]]))
    before = everything()
    follow(links, user, *(row.user for row in event.registrations.waiting()), admin)
    assert everything() == before


def test_the_test_would_see_a_change(lived):
    before = everything()
    Registration.objects.filter(event=lived[0]).update(joined_at=lived[0].start)
    assert everything() != before
