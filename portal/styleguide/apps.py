from django.apps import AppConfig


class StyleguideConfig(AppConfig):
    name = "portal.styleguide"
    label = "styleguide"
    verbose_name = "Guide de style"
    default_auto_field = "django.db.models.BigAutoField"
