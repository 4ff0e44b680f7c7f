from django.apps import AppConfig


class CommissioningConfig(AppConfig):
    name = "portal.commissioning"
    label = "commissioning"
    verbose_name = "Fiches à écrire"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import handlers

        handlers.connect()
