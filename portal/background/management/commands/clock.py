from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.background.loop import run_until_stopped
from portal.background.services import NoDryRun, preview_job, run_due_jobs


class Command(BaseCommand):
    help = "Run the jobs of the clock as they fall due."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="run what is due now and end")
        parser.add_argument("--job", help="run this job now, due or not, and end")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="with --job, or for every job that can: say what would be done, and change nothing",
        )

    def handle(self, *, once, job, dry_run, **options):
        if job and job not in {found.name for found in all_jobs()}:
            raise CommandError(f"No job is named {job}: {', '.join(found.name for found in all_jobs())}.")
        if dry_run:
            self.preview(job)
            return
        if once or job:
            for line in run_due_jobs(now=timezone.now(), only=job):
                self.stdout.write(line)
            return
        run_until_stopped(lambda: len(run_due_jobs(now=timezone.now())), idle_seconds=15)

    def preview(self, name):
        """Say what one job, or each that has a dry run, would do now."""
        now = timezone.now()
        names = [name] if name else [found.name for found in all_jobs() if found.preview]
        for one in names:
            try:
                self.stdout.write(f"{one} (à blanc) : {preview_job(name=one, now=now)}")
            except NoDryRun as error:
                raise CommandError(f"{error} has no dry run: it forgets nothing.") from error
