"""The demonstration, grown to as many pages as one wants: ``python -m tests.bench.growth PAGES``.

Fiches, and one event for every six of them, past and to come.
"""

from __future__ import annotations

import sys

import django

EVENT_EVERY = 7


def main() -> None:
    django.setup()
    from django.utils import timezone
    from wagtail.models import Page

    from . import library
    from .prose import Prose

    missing = int(sys.argv[1]) - Page.objects.count()
    events = max(0, missing // EVENT_EVERY)
    prose, now = Prose(), timezone.now()
    library.fiches(prose, max(0, missing - events), now=now)
    library.events(prose, missing, missing + events, now=now)
    sys.stdout.write(str(Page.objects.count()))


if __name__ == "__main__":
    main()
