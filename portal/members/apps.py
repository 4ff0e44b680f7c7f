from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class MembersConfig(AppConfig):
    name = "portal.members"
    label = "members"
    verbose_name = "Membres"
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self):
        from . import receivers  # noqa: F401
        from .groups import ensure_groups_after_migrate

        post_migrate.connect(ensure_groups_after_migrate, dispatch_uid="members.groups")


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's user admin, on accounts that are known by their address and have no password of its own."""

    default = False
    user_viewset = "portal.members.backoffice.users.UserViewSet"
