from django.core.management.base import BaseCommand
from django.db.models import Count

from portal.background.outbox import OutboxState
from search.engines import get_engine
from search.models import IndexChange
from search.registry import registry


class Command(BaseCommand):
    help = "Tell what the search index holds and what waits."

    def handle(self, **options):
        engine = get_engine()
        health = engine.health()
        self.stdout.write(f"Moteur : {engine.name} ({'en service' if health.ok else 'hors service'})")
        self.stdout.write(f"État : {health.detail}")
        for kind in registry.kinds():
            self.stdout.write(f"  {kind} : {registry.get(kind).queryset().count()} en base")
        states = dict(IndexChange.objects.values_list("state").annotate(Count("pk")).order_by("state"))
        for state in OutboxState:
            if count := states.get(state.value):
                self.stdout.write(f"Changements {state.label} : {count}")
        if error := IndexChange.objects.waiting().exclude(last_error="").order_by("-pk").first():
            self.stdout.write(f"Dernière erreur : {error.last_error}")
