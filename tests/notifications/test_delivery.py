import datetime as dt
import smtplib
from unittest import mock

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.background.outbox import OutboxState
from portal.notifications.delivery import LEASE, Postman, deliver_due
from portal.notifications.models import OutgoingMessage

from .conftest import parse

pytestmark = pytest.mark.django_db


def test_delivered_once_as_it_was_stored(smtp, make_row):
    row = make_row()
    assert deliver_due() == 1
    assert deliver_due() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.maybe_sent_twice) == (OutboxState.DONE, 1, False)
    assert row.sent_at is not None
    (envelope,) = smtp.inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("portail@exemple.test", [row.recipient])
    assert envelope.content == bytes(row.content)
    assert smtp.inbox.message_ids() == [row.message_id]


def test_codes_go_first(smtp, make_row):
    ordinary, secret = make_row(), make_row(is_secret=True, priority=0)
    deliver_due()
    assert smtp.inbox.message_ids() == [secret.message_id, ordinary.message_id]


def test_a_secret_is_wiped_once_sent(smtp, make_row):
    secret, ordinary = make_row(is_secret=True), make_row()
    deliver_due()
    secret.refresh_from_db()
    ordinary.refresh_from_db()
    assert secret.content is None
    assert secret.wiped_at is not None
    assert not secret.can_be_resent
    assert ordinary.content is not None


def test_the_demonstration_keeps_everything_readable(settings, make_row):
    settings.OUTBOX_DELIVERY_BACKEND = None
    row = make_row(is_secret=True)
    assert deliver_due() == 1
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.state_label) == (OutboxState.DONE, None, "conservé")
    assert b"Texte" in bytes(row.content)


def test_one_refused_address_stops_nobody(smtp, make_row):
    refused, other = make_row(recipient="inconnue@exemple.test", is_secret=True), make_row()
    smtp.inbox.answer_to_rcpt = {"inconnue@exemple.test": "550 5.1.1 User unknown"}
    assert deliver_due() == 2
    refused.refresh_from_db()
    assert refused.state == OutboxState.FAILED, "a 5xx answer is final"
    assert "550" in refused.last_error
    assert refused.content is None, "nobody will read this code any more"
    assert smtp.inbox.message_ids() == [other.message_id]


def test_a_passing_refusal_is_tried_again_later(smtp, make_row, later):
    row = make_row()
    smtp.inbox.answer_to_data = "451 Greylisted"
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.maybe_sent_twice) == (OutboxState.PENDING, 1, False)
    assert row.next_try_at > timezone.now()
    first_delay = row.next_try_at - timezone.now()
    assert deliver_due() == 0, "not before its time"

    deliver_due(clock=later(minutes=1))
    row.refresh_from_db()
    assert row.attempts == 2
    assert row.next_try_at - timezone.now() - dt.timedelta(minutes=1) > first_delay, "the delay grows"

    smtp.inbox.answer_to_data = "250 OK"
    deliver_due(clock=later(minutes=10))
    row.refresh_from_db()
    assert (row.state, row.last_error) == (OutboxState.DONE, "")
    assert smtp.inbox.message_ids() == [row.message_id]


def test_it_gives_up_after_many_tries(smtp, make_row, later):
    row = make_row(attempts=OutgoingMessage.MAX_ATTEMPTS - 1)
    smtp.inbox.answer_to_data = "451 Later"
    deliver_due()
    row.refresh_from_db()
    assert row.state == OutboxState.FAILED


def test_a_server_that_does_not_answer_costs_one_try(settings, make_row):
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    first, second = make_row(), make_row()
    assert deliver_due() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attempts, first.state, first.maybe_sent_twice) == (1, OutboxState.PENDING, False)
    assert second.attempts == 0


def test_a_line_that_goes_dead_leaves_a_doubt(smtp, make_row, later):
    row, other = make_row(), make_row()
    with mock.patch.object(smtplib.SMTP, "data", side_effect=smtplib.SMTPServerDisconnected("gone")):
        assert deliver_due() == 0
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.maybe_sent_twice) == (OutboxState.PENDING, True)
    assert other.attempts == 0
    deliver_due(clock=later(minutes=1))
    row.refresh_from_db()
    assert (row.state, row.maybe_sent_twice) == (OutboxState.DONE, True)


def test_a_refused_sign_in_is_not_the_messages_fault(smtp, make_row):
    row = make_row()
    error = smtplib.SMTPAuthenticationError(535, b"bad password")
    with mock.patch.object(Postman, "open", side_effect=error):
        deliver_due()
    row.refresh_from_db()
    assert row.state == OutboxState.PENDING


def test_too_late_is_not_sent(smtp, make_row):
    row = make_row(is_secret=True, expires_at=timezone.now() - dt.timedelta(seconds=1))
    deliver_due()
    row.refresh_from_db()
    assert row.state == OutboxState.EXPIRED
    assert row.content is None
    assert smtp.inbox.envelopes == []


def test_a_lease_that_holds_is_respected(smtp, make_row):
    make_row(state=OutboxState.LEASED, attempts=1, lease_until=timezone.now() + LEASE)
    assert deliver_due() == 0


def test_an_interrupted_row_is_sent_again_and_marked(smtp, make_row):
    row = make_row(state=OutboxState.LEASED, attempts=1, lease_until=timezone.now() - dt.timedelta(seconds=1))
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.maybe_sent_twice) == (OutboxState.DONE, True)
    assert smtp.inbox.message_ids() == [row.message_id]


def test_a_row_that_kills_its_worker_again_and_again_ends(smtp, make_row):
    row = make_row(
        state=OutboxState.LEASED,
        attempts=OutgoingMessage.MAX_ATTEMPTS,
        lease_until=timezone.now() - dt.timedelta(seconds=1),
    )
    deliver_due()
    row.refresh_from_db()
    assert row.state == OutboxState.FAILED
    assert smtp.inbox.envelopes == []


def test_command_once(smtp, make_row, capsys):
    make_row()
    make_row()
    call_command("mail_worker", "--once")
    assert "2 courriel(s)" in capsys.readouterr().out
    assert len(smtp.inbox.envelopes) == 2


def test_stored_message_keeps_accents(smtp, settings, django_user_model):
    settings.EMAIL_BACKEND = "portal.notifications.backend.OutboxBackend"
    from django.core.mail import send_mail

    send_mail("Déjà « complet »", "Écoutez.\n", "Équipe <portail@exemple.test>", ["Zoé <zoe@exemple.test>"])
    deliver_due()
    received = parse(smtp.inbox.envelopes[0].content)
    assert received["Subject"] == "Déjà « complet »"
    assert "Écoutez." in received.get_content()
