from django.apps import AppConfig


class RessourcesConfig(AppConfig):
    name = "ressources"
    label = "ressources"
    verbose_name = "Ressources"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import receivers

        receivers.connect()
