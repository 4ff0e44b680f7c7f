from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.home.moderation import ensure_moderation
from portal.home.skeleton import ensure_site
from portal.members.groups import ensure_avise_access
from portal.themes.lists import load_lists


class Command(BaseCommand):
    help = "Prepare an installation: closed lists, lexicon, page tree, groups, moderation. Idempotent."

    def handle(self, **options):
        load_lists()
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        port = address.port or (443 if address.scheme == "https" else 80)
        home = ensure_site(hostname=address.hostname or "localhost", port=port)
        ensure_avise_access(root_page=home)
        ensure_moderation(home=home)
        self.stdout.write(f"Prêt : {home.full_url}")
