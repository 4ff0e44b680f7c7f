from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search import services
from search.engines import get_engine
from search.engines.base import SearchUnavailable

SHOWN = 10


class Command(BaseCommand):
    help = "Compare the search index with the database. Ends with an error when they differ, unless repaired."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="have the worker mend the differences")

    def handle(self, *, repair, **options):
        try:
            drift = services.check(get_engine(), repair=repair, now=timezone.now())
        except SearchUnavailable as error:
            raise CommandError(f"La recherche ne répond pas : {error}") from error
        for label, ids in (
            ("absents", drift.missing),
            ("périmés", drift.stale),
            ("en trop", drift.superfluous),
        ):
            if ids:
                more = " …" if len(ids) > SHOWN else ""
                self.stdout.write(f"{len(ids)} {label} : {', '.join(ids[:SHOWN])}{more}")
        if drift.is_empty:
            self.stdout.write(f"L’index est conforme à la base ({drift.checked} documents).")
        elif repair:
            self.stdout.write("Les différences sont notées ; le processus d’indexation les répare.")
        else:
            raise CommandError("L’index diffère de la base : relancez avec --repair.")
