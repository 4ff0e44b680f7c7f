"""Several centres, one fiche to write, all at once: in a process of its own, on the database of TEST_DATABASE_URL.

``python -m tests.commissioning.race CENTRES`` claims it from a thread each, and prints what came of it, as JSON.
``--without-row-lock`` and ``--without-transaction`` take away what keeps one winner, to show that the race is real.
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

#: Between reading the state and writing it; a busy server has such pauses.
PAUSE_SECONDS = 0.05


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("centres", type=int)
    parser.add_argument("--without-row-lock", action="store_true")
    parser.add_argument("--without-transaction", action="store_true")
    arguments = parser.parse_args()
    django.setup()

    from django.db.models import QuerySet

    from portal.commissioning import services
    from portal.commissioning.services import claiming

    claim = services.claim
    with contextlib.ExitStack() as stack:
        check = claiming.check_free

        def slowly(need):
            check(need)
            time.sleep(PAUSE_SECONDS)

        stack.enter_context(mock.patch.object(claiming, "check_free", slowly))
        if arguments.without_row_lock:
            stack.enter_context(
                mock.patch.object(QuerySet, "select_for_update", lambda self, **options: self)
            )
        if arguments.without_transaction:
            claim = services.claim.__wrapped__
        sys.stdout.write(json.dumps(run(claim, arguments.centres)))


def run(claim, number: int) -> dict:
    """Let ``number`` centres claim one need with ``claim``; how it ended."""
    from django.db import connection
    from django.utils import timezone

    from portal.commissioning.models import Need, NeedChange
    from portal.commissioning.services import AlreadyTaken
    from tests import factories

    tree = factories.make_tree()
    centres = [factories.make_centre(tree) for _ in range(number)]
    people = [factories.make_user(groups=[centre.group]) for centre in centres]
    now = timezone.now()
    need = Need.objects.create(question="Qui l’écrit ?", created_at=now, changed_at=now)
    at_once = threading.Barrier(number)
    sentences = []

    def ask(pair) -> str:
        centre, person = pair
        at_once.wait(60)
        try:
            claim(need=need, centre=centre, by=person, now=timezone.now())
        except AlreadyTaken as refusal:
            sentences.append(refusal.sentence)
            return "refused"
        except Exception as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(number) as pool:
        answers = Counter(pool.map(ask, zip(centres, people, strict=True)))
    need = Need.objects.select_related("centre").get()
    return {
        "vendor": connection.vendor,
        "answers": answers,
        "lines": NeedChange.objects.filter(action="prise").count(),
        "winner": need.centre.title,
        "sentences": sorted(set(sentences)),
    }


if __name__ == "__main__":
    main()
