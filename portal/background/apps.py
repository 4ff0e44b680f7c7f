from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    name = "portal.background"
    label = "background"
    verbose_name = "Travaux de fond"
    default_auto_field = "django.db.models.BigAutoField"
