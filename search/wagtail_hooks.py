"""The search in Wagtail's admin, and what the admin writes without a signal."""

from django.utils import timezone
from wagtail import hooks

from . import services
from .registry import registry
from .viewsets import SearchedViewSet, permissions_to_offer, search_menu_item


@hooks.register("register_admin_menu_item")
def register_menu():
    return search_menu_item()


@hooks.register("register_admin_viewset")
def register_searched():
    return SearchedViewSet()


@hooks.register("register_permissions")
def register_permissions():
    return permissions_to_offer()


@hooks.register("after_bulk_action")
def note_bulk_changes(request, action_type, objects, action):
    """Documents put in another collection all at once are written by one query, which tells nobody."""
    for instance in objects:
        if registry.dependencies(type(instance)):
            services.note_dependents(instance, now=timezone.now())
