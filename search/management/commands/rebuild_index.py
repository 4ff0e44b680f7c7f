import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search import services
from search.engines import get_engine
from search.engines.base import IndexingFailed, SearchUnavailable
from search.registry import registry

BAR = 30


class Command(BaseCommand):
    help = "Build the search index beside the one that serves, then swap. Searches are served throughout."

    def handle(self, **options):
        total, started = registry.count(), time.monotonic()

        def progress(done):
            filled = BAR * done // max(total, 1)
            line = f"[{'#' * filled}{'.' * (BAR - filled)}] {done}/{total}"
            if self.stdout.isatty():
                self.stdout.write(f"\r{line}", ending="")
                self.stdout.flush()
            elif options["verbosity"] > 1:
                self.stdout.write(line)

        try:
            documents = services.rebuild(get_engine(), now=timezone.now(), progress=progress)
        except (SearchUnavailable, IndexingFailed) as error:
            raise CommandError(
                f"L’index n’a pas été reconstruit, l’ancien sert toujours : {error}"
            ) from error
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"Index reconstruit : {documents} documents en {time.monotonic() - started:.1f} s.")
