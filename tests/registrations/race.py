"""Many people, few seats, all at once: in a process of its own, on the database of TEST_DATABASE_URL.

``python -m tests.registrations.race`` registers them from threads and prints what came of it, as JSON.
``--without-row-lock`` and ``--without-transaction`` take away what keeps the count right, to show that the
race is real: what passes with them would pass anyway.
"""

import argparse
import contextlib
import json
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import django

PEOPLE, SEATS, THREADS = 40, 5, 20
#: Between counting the seats and taking one; a busy server has such pauses.
PAUSE_SECONDS = 0.03


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--without-row-lock", action="store_true")
    parser.add_argument("--without-transaction", action="store_true")
    arguments = parser.parse_args()
    django.setup()

    from django.db.models import QuerySet

    from portal.registrations import services
    from portal.registrations.services.seats import Booking

    register = services.register
    with contextlib.ExitStack() as stack:
        free_seats = Booking.free_seats

        def slowly(booking):
            free = free_seats(booking)
            time.sleep(PAUSE_SECONDS)
            return free

        stack.enter_context(mock.patch.object(Booking, "free_seats", slowly))
        if arguments.without_row_lock:
            stack.enter_context(
                mock.patch.object(QuerySet, "select_for_update", lambda self, **options: self)
            )
        if arguments.without_transaction:
            register = services.register.__wrapped__
        sys.stdout.write(json.dumps(run(register)))


def run(register) -> dict:
    """Register everybody with ``register`` and return how it ended."""
    from django.db import connection
    from django.utils import timezone

    from portal.notifications.models import OutgoingMessage
    from portal.registrations.models import Registration
    from tests import factories

    tree = factories.make_tree()
    event = factories.make_cafe(tree.centre, capacity=SEATS)
    people = [factories.make_user() for _ in range(PEOPLE)]
    at_once = threading.Barrier(THREADS)
    started = threading.local()

    def ask(user) -> str:
        if not getattr(started, "yes", False):
            started.yes = True
            at_once.wait(30)
        try:
            return str(register(event=event, user=user, now=timezone.now()).state)
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = Counter(pool.map(ask, people))
    waiting = list(Registration.objects.waiting().filter(event=event).in_queue_order())
    return {
        "vendor": connection.vendor,
        "answers": answers,
        "confirmed": Registration.objects.confirmed().filter(event=event).count(),
        "waiting": len(waiting),
        "ranks": [registration.rank() for registration in waiting],
        "mails": OutgoingMessage.objects.count(),
    }


if __name__ == "__main__":
    main()
