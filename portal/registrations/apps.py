from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "portal.registrations"
    label = "registrations"
    verbose_name = "Inscriptions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import guards, handlers  # noqa: F401  (guards registers itself)

        handlers.connect()
