"""What Wagtail's admin writes without a signal."""

from django.utils import timezone
from wagtail import hooks

from . import services
from .registry import registry


@hooks.register("after_bulk_action")
def note_bulk_changes(request, action_type, objects, action):
    """Documents put in another collection all at once are written by one query, which tells nobody."""
    for instance in objects:
        if registry.dependencies(type(instance)):
            services.note_dependents(instance, now=timezone.now())
