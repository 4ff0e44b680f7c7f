"""Who sees « Membres » in the admin: those who may let people in."""

from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies.base import BasePermissionPolicy

from portal.members.groups import APPROVE_MEMBERS
from portal.members.models import User


class MembersPolicy(BasePermissionPolicy):
    """One right for the whole section, whatever the action."""

    def user_has_permission(self, user, action):
        return user.is_active and user.has_perm(APPROVE_MEMBERS)

    def user_has_any_permission(self, user, actions):
        return self.user_has_permission(user, None)

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)


policy = MembersPolicy(User)


class MembersMenuItem(MenuItem):
    def is_shown(self, request):
        return policy.user_has_permission(request.user, None)


class MembersSection(ViewSet):
    """A part of the section: its menu item is shown to those who may use it."""

    menu_item_class = MembersMenuItem


class SectionView:
    """Mixin of every view of the section: one right for all."""

    permission_policy = policy
    permission_required = "change"
    any_permission_required = None
