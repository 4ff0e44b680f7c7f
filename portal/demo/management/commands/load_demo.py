from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo.people import ACCOUNTS, PASSWORD
from portal.demo.services import is_loaded, load


class Command(BaseCommand):
    help = "Load the demonstration content, once; what was changed since is kept."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("La démonstration se charge avec les réglages de démonstration seulement.")
        if is_loaded():
            self.stdout.write("  contenu de démonstration : déjà là, vos changements sont gardés")
            return
        load(now=timezone.now(), say=lambda step: self.stdout.write(f"  {step}…"))
        self.stdout.write(f"  {len(ACCOUNTS)} comptes de démonstration, mot de passe {PASSWORD}")
