from django.apps import AppConfig


class WebinairesConfig(AppConfig):
    name = "webinaires"
    label = "webinaires"
    verbose_name = "Webinaires"
    default_auto_field = "django.db.models.BigAutoField"
