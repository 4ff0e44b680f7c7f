from django.core.management.base import BaseCommand

from portal.background.loop import run_until_stopped
from portal.notifications.delivery import deliver_due


class Command(BaseCommand):
    help = "Deliver the mail of the outbox, as it comes, until asked to stop."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="deliver what is due now and end")

    def handle(self, *, once, **options):
        if not once:
            run_until_stopped(deliver_due, idle_seconds=1)
            return
        total = 0
        while done := deliver_due():
            total += done
        self.stdout.write(f"{total} courriel(s)")
