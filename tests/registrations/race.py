"""Many people, few seats, all at once: in a process of its own, on the database of TEST_DATABASE_URL.

``python -m tests.registrations.race PEOPLE SEATS`` registers them from threads, each with its connection, and
prints what came of it, as JSON. ``--without-row-lock`` and ``--without-transaction`` take away what keeps the
count right, to show that the race is real: what passes with them would pass anyway. ``--tell`` then moves the
event, and lets several threads tell everybody at once, after a process that is killed in the middle of a chunk.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import django

#: At most as many connections; a PostgreSQL takes a hundred by default.
THREADS = 40
#: Between counting the seats and taking one; a busy server has such pauses.
PAUSE_SECONDS = 0.005
TELLERS = 4
#: Messages a transaction, and the one at which the first teller is killed: the second of its third chunk.
CHUNK, KILLED_AT = 5, 12


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("people", type=int)
    parser.add_argument("seats", type=int)
    parser.add_argument("--without-row-lock", action="store_true")
    parser.add_argument("--without-transaction", action="store_true")
    parser.add_argument("--tell", action="store_true")
    arguments = parser.parse_args()
    django.setup()

    from django.db.models import QuerySet

    from portal.registrations import services
    from portal.registrations.services import registering

    register = services.register
    with contextlib.ExitStack() as stack:
        place = registering.place_for_newcomer

        def slowly(booking, **options):
            found = place(booking, **options)
            time.sleep(PAUSE_SECONDS)
            return found

        stack.enter_context(mock.patch.object(registering, "place_for_newcomer", slowly))
        if arguments.without_row_lock:
            stack.enter_context(
                mock.patch.object(QuerySet, "select_for_update", lambda self, **options: self)
            )
        if arguments.without_transaction:
            register = services.register.__wrapped__
        event, outcome = run(register, arguments.people, arguments.seats)
        if arguments.tell:
            outcome["told"] = tell(event)
    sys.stdout.write(json.dumps(outcome))


def run(register, people: int, seats: int) -> tuple:
    """Register everybody with ``register``; return the event and how it ended."""
    from django.db import connection
    from django.utils import timezone

    from portal.notifications.models import OutgoingMessage
    from portal.registrations.models import Registration
    from tests import factories

    tree = factories.make_tree()
    event = factories.make_cafe(tree.centre, capacity=seats)
    users = [factories.make_user() for _ in range(people)]
    threads = min(THREADS, people)
    at_once = threading.Barrier(threads)
    started = threading.local()

    def ask(user) -> str:
        if not getattr(started, "yes", False):
            started.yes = True
            at_once.wait(60)
        try:
            return str(register(event=event, user=user, now=timezone.now()).state)
        except Exception as error:
            return type(error).__name__

    with ThreadPoolExecutor(threads) as pool:
        answers = Counter(pool.map(ask, users))
    waiting = list(Registration.objects.waiting().filter(event=event).in_queue_order())
    # A second date proposed to whoever organises is no message to who registers.
    mails = OutgoingMessage.objects.filter(user__in=users)
    return event, {
        "vendor": connection.vendor,
        "answers": answers,
        "confirmed": Registration.objects.confirmed().filter(event=event).count(),
        "waiting": len(waiting),
        "ranks": [registration.rank() for registration in waiting],
        "mails": mails.count(),
        "mailed": mails.values("user").distinct().count(),
    }


def tell(event) -> dict:
    """Move ``event`` and tell everybody, from a process that is killed, then several threads; what was written."""
    from django.db import connections
    from django.utils import timezone

    from portal.notifications.models import OutgoingMessage
    from portal.registrations.messages import EventMoved
    from portal.registrations.models import Telling
    from portal.registrations.services import telling

    with mock.patch.object(telling, "CHUNKS_AT_ONCE", 0):
        event.start, event.end = event.start + dt.timedelta(hours=1), event.end + dt.timedelta(hours=1)
        event.save_revision().publish()
    told = OutgoingMessage.objects.filter(kind="event_moved")
    compose, composed = EventMoved.compose_for.__func__, []

    def killed(cls, *args, **kwargs):
        composed.append(1)
        if len(composed) == KILLED_AT:
            os.kill(os.getpid(), signal.SIGKILL)
        return compose(cls, *args, **kwargs)

    # A connection is not shared with the child.
    connections.close_all()
    if (child := os.fork()) == 0:
        with (
            mock.patch.object(telling, "CHUNK", CHUNK),
            mock.patch.object(EventMoved, "compose_for", classmethod(killed)),
        ):
            telling.tell_pending(now=timezone.now())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    by_the_dead = told.count()
    at_once = threading.Barrier(TELLERS)

    def work(_) -> int:
        at_once.wait(60)
        return telling.tell_pending(now=timezone.now())

    with mock.patch.object(telling, "CHUNK", CHUNK), ThreadPoolExecutor(TELLERS) as pool:
        written = sum(pool.map(work, range(TELLERS)))
    return {
        "signal": os.WTERMSIG(status),
        "by_the_dead": by_the_dead,
        "written": written,
        "mails": told.count(),
        "people": told.values("user").distinct().count(),
        "under_way": Telling.objects.filter(finished_at=None).count(),
    }


if __name__ == "__main__":
    main()
