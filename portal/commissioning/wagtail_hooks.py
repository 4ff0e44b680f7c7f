"""« Fiches à écrire » and « Recherches rares » in the admin's menu."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.urls import path
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from .backoffice import board, need, rare
from .permissions import may_see_board


class BoardMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see_board(request.user)


class BoardViewSet(ViewSet):
    name = "fiches-a-ecrire"
    url_namespace = "board"
    menu_label = board.BoardView.page_title
    menu_icon = icon = "clipboard-list"
    menu_order = 260
    add_to_admin_menu = True
    menu_item_class = BoardMenuItem

    def get_urlpatterns(self):
        return [
            path("", board.BoardView.as_view(), name="index"),
            path("proposer/", need.ProposeView.as_view(), name="add"),
            path("sources/", need.SourcesView.as_view(), name="sources"),
            path("<id:pk>/", need.NeedView.as_view(), name="need"),
            path("<id:pk>/prendre/", need.ClaimView.as_view(), name="claim"),
            path("<id:pk>/confier/", need.AssignView.as_view(), name="assign"),
            path("<id:pk>/date/", need.PromiseView.as_view(), name="promise"),
            path("<id:pk>/rendre/", need.GiveBackView.as_view(), name="give_back"),
            path("<id:pk>/lier/", need.LinkView.as_view(), name="link"),
            path("<id:pk>/ecarter/", need.SetAsideView.as_view(), name="set_aside"),
            path("<id:pk>/rouvrir/", need.ReopenView.as_view(), name="reopen"),
            path("<id:pk>/reformuler/", need.RewordView.as_view(), name="reword"),
        ]


@hooks.register("register_admin_viewset")
def register_board():
    return [BoardViewSet(), rare.RareViewSet()]


@hooks.register("register_permissions")
def register_permissions():
    """The right that « Groupes » lets an administrator give: to keep the board."""
    return Permission.objects.filter(content_type__app_label="commissioning", codename="change_need")
