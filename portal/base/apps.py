from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "portal.base"
    label = "base"
    verbose_name = "Socle"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import converters  # noqa: F401  (makes « id » known to every urls module)
