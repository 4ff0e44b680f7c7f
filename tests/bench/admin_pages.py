"""Ten thousand pages in the admin's index, and how long a search takes: ``python -m tests.bench.admin_pages N``.

On an empty database; prints a line of JSON a word: ``hits``, seconds of ``ours`` and of the ``stock`` backend
(None where it was not asked), and whether that one was ``stopped``.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import signal
import sys
import time

import django

#: Seconds that the stock backend is given for one search.
PATIENCE = 20
#: How many pages in a thousand hold it.
WORDS = {"chaloupe": 1, "zibeline": 10, "tresorerie": 100, "association": 1000}
FILLING = re.findall(
    r"\w+", "budget plan crise équipe conseil bureau projet avenir salaires bénévoles lieu accord"
)


def main() -> None:
    django.setup()
    number = int(sys.argv[1])
    fill(number)
    from wagtail.search.backends import get_search_backend

    ours, stock = get_search_backend(), stock_backend()
    patient = True
    for word in WORDS:
        hits, seconds = measure(ours, word)
        measured = {"word": word, "hits": hits, "ours": seconds, "stock": None, "stopped": False}
        if patient:
            try:
                with limited(PATIENCE):
                    measured["stock"] = measure(stock, word)[1]
            except TimeoutError:
                measured |= {"stock": PATIENCE, "stopped": True}
                patient = False
        sys.stdout.write(json.dumps(measured) + "\n")


def stock_backend():
    from wagtail.search.backends.database import SearchBackend

    return SearchBackend({"SEARCH_CONFIG": "french"})


def fill(number: int) -> None:
    """Make the pages and their index in a few statements: saving ten thousand pages is not what is measured."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from wagtail.models import Page
    from wagtail.search.backends import get_search_backend

    from tests import factories

    factories.make_tree()
    home = Page.objects.get(depth=2)
    kind = ContentType.objects.get_for_model(Page)
    chance = random.Random(7)
    pages = []
    for rank in range(number):
        words = [word for word, part in WORDS.items() if rank % (1000 // part) == 0] + chance.sample(
            FILLING, 4
        )
        title = " ".join(chance.sample(words, len(words))).replace("tresorerie", "trésorerie")
        pages.append(
            Page(
                title=title,
                draft_title=title,
                slug=f"p-{rank}",
                path=Page._get_path(home.path, home.depth + 1, home.numchild + 1 + rank),
                depth=home.depth + 1,
                url_path=f"{home.url_path}p-{rank}/",
                content_type=kind,
                locale_id=home.locale_id,
            )
        )
    with transaction.atomic():
        Page.objects.bulk_create(pages, batch_size=500)
        Page.objects.filter(pk=home.pk).update(numchild=home.numchild + number)
        backend = get_search_backend()
        made = Page.objects.filter(slug__startswith="p-").order_by("pk")
        for start in range(0, number, 1000):
            backend.add_bulk(Page, list(made[start : start + 1000]))


def measure(backend, word: str) -> tuple[int, float]:
    """Return the number of hits and the best of three, in seconds, of what the explorer asks."""
    from wagtail.models import Page

    times, hits = [], 0
    for _ in range(3):
        began = time.perf_counter()
        found = backend.autocomplete(word, Page.objects.all())
        hits = found.count()
        list(found[:20])
        times.append(time.perf_counter() - began)
    return hits, min(times)


@contextlib.contextmanager
def limited(seconds: int):
    """Raise TimeoutError in what takes longer: the databases are asked to stop."""
    from django.db import connection

    def stop(*_):
        raise TimeoutError

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        # A signal does not reach Python while SQLite computes: SQLite itself asks whether to go on.
        until = time.monotonic() + seconds
        connection.connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
    former = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds + 1)
    try:
        yield
    except django.db.OperationalError as interrupted:
        raise TimeoutError from interrupted
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)
        if connection.vendor == "sqlite":
            connection.connection.set_progress_handler(None, 0)


if __name__ == "__main__":
    main()
