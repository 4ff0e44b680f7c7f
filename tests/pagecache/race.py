"""Several connections at once: in a process of its own, on the database of TEST_DATABASE_URL.

Prints, as JSON, what a stranger was shown at each step. ``--early-note`` notes a change before the transaction that
makes it, as a signal might: what passes with it would pass anyway.
"""

import argparse
import json
import sys
import threading
from unittest import mock

import django

PATH = "/agenda/"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--early-note", action="store_true")
    arguments = parser.parse_args()
    django.setup()

    from django.conf import settings
    from django.db import connection, transaction
    from django.test import Client

    from portal.pagecache.generation import current_generation
    from portal.pagecache.watching import watcher_of
    from portal.themes.models import Theme
    from tests import factories

    settings.PAGE_CACHE = True
    theme = factories.make_taxonomy().tresorerie
    factories.make_tree()

    def shown() -> str:
        page = Client().get(PATH).content.decode()
        return next(label for label in ("Tard", "Perdu", theme.label) if f">{label}<" in page)

    written, may_commit = threading.Event(), threading.Event()

    def slow(keep: bool, label: str):
        """Rename in a transaction that began before what follows, and ends after it."""
        try:
            if arguments.early_note:
                # As if the note did not belong to the transaction.
                Theme.objects.filter(slug="gouvernance").update(order=7)
            with transaction.atomic():
                silence = watcher_of(connection).silence() if arguments.early_note else mock.MagicMock()
                with silence:
                    Theme.objects.filter(pk=theme.pk).update(label=label)
                written.set()
                may_commit.wait(30)
                transaction.set_rollback(not keep)
        finally:
            connection.close()

    outcome = {"vendor": connection.vendor, "first": [shown(), shown()]}
    for name, keep, label in (("rolled_back", False, "Perdu"), ("committed", True, "Tard")):
        written.clear()
        may_commit.clear()
        before = current_generation()
        thread = threading.Thread(target=slow, args=(keep, label))
        thread.start()
        written.wait(30)
        if connection.vendor == "postgresql":
            # SQLite lets one write at a time.
            Theme.objects.filter(slug="gouvernance").update(order=8)
        meanwhile = [shown(), shown()]
        during = current_generation()
        may_commit.set()
        thread.join()
        outcome[name] = {
            "meanwhile": meanwhile,
            "after": [shown(), shown()],
            "is_another": current_generation() != during,
            "saw_the_quick_one": during != before,
        }
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()
