from django.core.management.base import BaseCommand

from portal.background.loop import run_until_stopped
from search.engines import get_engine
from search.worker import IndexWorker


class Command(BaseCommand):
    help = "Bring the changes of content to the search index."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="apply what is due now and end")

    def handle(self, *, once, **options):
        worker = IndexWorker(get_engine())
        if not once:
            run_until_stopped(worker.step, idle_seconds=0.5)
            return
        done = 0
        while count := worker.step():
            done += count
        self.stdout.write(f"{done} changement(s) appliqué(s).")
