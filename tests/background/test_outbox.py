"""The queue that mail and index share, on the mail's table."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.background.outbox import BACK_OFF, OutboxState
from portal.notifications.models import OutgoingMessage

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LEASE = dt.timedelta(minutes=5)


def add(number=1, **fields):
    values = {"recipient": "a@exemple.test", "sender": "b@exemple.test", "subject": "s", "created_at": NOW}
    return OutgoingMessage.objects.create(
        **{**values, "message_id": f"<{number}@x>", "next_try_at": NOW, **fields}
    )


def claim(now=NOW, limit=10):
    return OutgoingMessage.objects.claim(now=now, limit=limit, lease=LEASE)


def test_rows_come_by_priority_then_by_insertion_and_once():
    late, urgent, first = add(1), add(2, priority=0), add(3)
    assert [row.pk for row in claim()] == [urgent.pk, late.pk, first.pk]
    assert claim() == []


def test_nothing_comes_before_its_time_or_once_settled():
    add(1, next_try_at=NOW + dt.timedelta(seconds=1))
    add(2, state=OutboxState.DONE)
    add(3, state=OutboxState.FAILED)
    assert claim() == []


def test_a_dead_workers_row_is_taken_up_again_and_says_so():
    row = add()
    assert not claim()[0].was_interrupted
    assert claim(now=NOW + LEASE) == []
    again = claim(now=NOW + LEASE + dt.timedelta(seconds=1))
    assert [found.pk for found in again] == [row.pk]
    assert again[0].was_interrupted
    assert again[0].attempts == 2


def test_an_error_is_tried_again_later_and_later():
    add()
    now, waits = NOW, []
    for _ in range(3):
        (row,) = claim(now=now)
        assert row.fail(now=now, error="le serveur ne répond pas")
        assert row.state == OutboxState.PENDING
        assert claim(now=now) == []
        waits.append((row.next_try_at - now).total_seconds())
        now = row.next_try_at
    assert waits[0] < waits[1] < waits[2]
    assert waits[0] == pytest.approx(BACK_OFF[0], rel=0.11)
    assert "le serveur" in row.last_error


@pytest.mark.parametrize(("attempts", "final"), [(OutgoingMessage.MAX_ATTEMPTS - 1, False), (0, True)])
def test_giving_up_is_visible(attempts, final):
    add(attempts=attempts)
    (row,) = claim()
    assert row.fail(now=NOW, error="refusé", final=final)
    row.refresh_from_db()
    assert row.state == OutboxState.FAILED
    assert row.finished_at == NOW


def test_done_and_expired_leave_the_queue():
    add(1), add(2)
    done, expired = claim()
    assert done.finish(now=NOW)
    assert expired.expire(now=NOW)
    assert not OutgoingMessage.objects.waiting().exists()


def test_a_worker_slower_than_its_lease_writes_nothing():
    add()
    (slow,) = claim()
    (next_one,) = claim(now=NOW + LEASE * 2)
    assert next_one.finish(now=NOW + LEASE * 2)
    assert not slow.fail(now=NOW + LEASE * 3, error="trop tard")
    next_one.refresh_from_db()
    assert next_one.state == OutboxState.DONE
    assert next_one.last_error == ""
