from wagtail import hooks

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
