"""The queue as a table, tried on the rows of mail."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from portal.background.outbox import BACK_OFF, OutboxState
from portal.notifications.models import OutgoingMessage
from tests.notifications.conftest import make_row  # noqa: F401

pytestmark = pytest.mark.django_db
LEASE = dt.timedelta(minutes=10)


def claim(now, limit=10):
    return OutgoingMessage.objects.claim(now=now, limit=limit, lease=LEASE)


def test_claims_follow_priority_then_insertion(make_row):  # noqa: F811
    now = timezone.now()
    first, urgent, third = make_row(now=now), make_row(now=now, priority=0), make_row(now=now)
    assert [row.pk for row in claim(now, limit=2)] == [urgent.pk, first.pk]
    assert [row.pk for row in claim(now)] == [third.pk]
    assert claim(now) == []


def test_what_is_not_due_is_left(make_row):  # noqa: F811
    now = timezone.now()
    make_row(now=now, next_try_at=now + dt.timedelta(seconds=1))
    make_row(now=now, state=OutboxState.DONE)
    make_row(now=now, state=OutboxState.FAILED)
    assert claim(now) == []


def test_a_lease_runs_out_and_says_so(make_row):  # noqa: F811
    now = timezone.now()
    make_row(now=now)
    (row,) = claim(now)
    assert not row.was_interrupted
    assert claim(now + LEASE) == []
    (again,) = claim(now + LEASE + dt.timedelta(seconds=1))
    assert again.was_interrupted
    assert again.attempts == 2


def test_a_worker_that_lost_its_lease_writes_nothing(make_row):  # noqa: F811
    now = timezone.now()
    make_row(now=now)
    (slow,) = claim(now)
    (fast,) = claim(now + LEASE + dt.timedelta(seconds=1))
    assert slow.fail(now=now, error="too slow", final=True) is False
    assert fast.finish(now=now) is True
    assert slow.finish(now=now) is False
    row = OutgoingMessage.objects.get()
    assert (row.state, row.last_error) == (OutboxState.DONE, "")


def test_the_delay_grows(make_row):  # noqa: F811
    now = timezone.now()
    make_row(now=now)
    for delay in BACK_OFF[:3]:
        (row,) = claim(now)
        row.fail(now=now, error="no")
        assert 0.9 * delay <= (row.next_try_at - now).total_seconds() <= 1.1 * delay
        now = row.next_try_at


def test_a_claim_is_committed_before_the_work():
    with pytest.raises(RuntimeError), transaction.atomic():
        claim(timezone.now())
