from django.apps import AppConfig


class ThemesConfig(AppConfig):
    name = "portal.themes"
    label = "themes"
    verbose_name = "Thèmes et lexique"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import lexicon  # noqa: F401  (connects the signals that forget its cache)
