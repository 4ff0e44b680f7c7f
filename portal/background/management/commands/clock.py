from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.background.loop import run_until_stopped
from portal.background.services import run_due_jobs


class Command(BaseCommand):
    help = "Run the jobs of the clock as they fall due."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="run what is due now and end")
        parser.add_argument("--job", help="run this job now, due or not, and end")

    def handle(self, *, once, job, **options):
        if job and job not in {found.name for found in all_jobs()}:
            raise CommandError(f"No job is named {job}: {', '.join(found.name for found in all_jobs())}.")
        if once or job:
            for line in run_due_jobs(now=timezone.now(), only=job):
                self.stdout.write(line)
            return
        run_until_stopped(lambda: len(run_due_jobs(now=timezone.now())), idle_seconds=15)
