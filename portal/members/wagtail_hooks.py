from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from .backoffice.members import MembersViewSet, RequestsViewSet
from .backoffice.roster import ImportShortcut, RosterViewSet
from .backoffice.users import refuse_bulk_action


class MembersGroup(ViewSetGroup):
    menu_label = "Membres"
    menu_icon = "group"
    menu_name = "membres"
    menu_order = 350
    items = (MembersViewSet, RequestsViewSet, RosterViewSet, ImportShortcut)


@hooks.register("register_admin_viewset")
def register_members():
    return MembersGroup()


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("members.approve", "Accès au réseau donné", "Accès au réseau donné")
    actions.register_action("members.refuse", "Demande d’accès refusée", "Demande d’accès refusée")
    actions.register_action("members.change_email", "Adresse changée", "Adresse du compte changée")
    actions.register_action("members.export", "Données exportées", "Données personnelles exportées")
    actions.register_action("members.erase", "Compte effacé", "Compte effacé et données anonymisées")


hooks.register("before_bulk_action", refuse_bulk_action)
