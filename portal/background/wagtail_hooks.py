from wagtail import hooks

from .viewsets import ClockViewSet, permissions_to_offer


@hooks.register("register_admin_viewset")
def register_clock():
    return ClockViewSet()


@hooks.register("register_permissions")
def register_permissions():
    return permissions_to_offer()
