from django.apps import AppConfig


class CafesConfig(AppConfig):
    name = "cafes"
    label = "cafes"
    verbose_name = "Cafés difficultés"
    default_auto_field = "django.db.models.BigAutoField"
