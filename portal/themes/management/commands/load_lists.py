from django.core.management.base import BaseCommand

from portal.themes.lists import load_lists


class Command(BaseCommand):
    help = "Create the entries of the closed lists and the lexicon that are missing; edits are kept."

    def handle(self, **options):
        for name, number in load_lists().items():
            self.stdout.write(f"{name}: {number}")
