import datetime as dt
import email
import email.policy
import socket
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.utils import timezone

from portal.notifications.models import OutgoingMessage
from tests.databases import write_empty_sqlite_file


@pytest.fixture
def outbox_backend(settings):
    """Send through the outbox, as every environment but the tests does."""
    settings.EMAIL_BACKEND = "portal.notifications.backend.OutboxBackend"


@pytest.fixture(scope="session")
def empty_sqlite_file(django_db_setup, django_db_blocker, tmp_path_factory):
    """A migrated SQLite file, to be copied by whoever needs a database that processes share."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    with django_db_blocker.unblock():
        write_empty_sqlite_file(path)
    return path


@pytest.fixture
def make_row(db):
    """Write a message to the outbox, without a sender."""

    def make(**fields):
        number = OutgoingMessage.objects.count() + 1
        now = fields.pop("now", timezone.now())
        message_id = f"<{number}@exemple.test>"
        content = (
            f"Message-ID: {message_id}\r\nTo: a{number}@exemple.test\r\nSubject: Bonjour\r\n\r\nTexte\r\n"
        )
        values = {
            "recipient": f"a{number}@exemple.test",
            "sender": "portail@exemple.test",
            "subject": "Bonjour",
            "kind": "essai",
            "message_id": message_id,
            "content": content.encode(),
            "created_at": now,
            "next_try_at": now,
        }
        return OutgoingMessage.objects.create(**{**values, **fields})

    return make


def parse(content: bytes):
    return email.message_from_bytes(content, policy=email.policy.default)


class Inbox:
    """What a mail server was given, and what it answers."""

    def __init__(self):
        self.envelopes: list[Envelope] = []
        self.answer_to_rcpt: dict[str, str] = {}
        self.answer_to_data = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.answer_to_rcpt.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer_to_data.startswith("250"):
            self.envelopes.append(envelope)
        return self.answer_to_data

    def message_ids(self) -> list[str]:
        return [parse(envelope.content)["Message-ID"] for envelope in self.envelopes]


def start_server(inbox) -> Controller:
    """Start a real SMTP server on this machine, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    return controller


@pytest.fixture
def smtp(settings):
    """A real SMTP server, which the worker of this process delivers to."""
    inbox = Inbox()
    controller = start_server(inbox)
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 5
    yield SimpleNamespace(inbox=inbox, controller=controller, port=settings.EMAIL_PORT)
    controller.stop()


@pytest.fixture
def later():
    """A clock that the test moves: ``later(minutes=5)`` returns a function of no argument."""

    def clock(**delta):
        moment = timezone.now() + dt.timedelta(**delta)
        return lambda: moment

    return clock
