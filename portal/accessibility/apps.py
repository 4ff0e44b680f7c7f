from django.apps import AppConfig


class AccessibilityConfig(AppConfig):
    name = "portal.accessibility"
    label = "accessibility"
    verbose_name = "Accessibilité"
    default_auto_field = "django.db.models.BigAutoField"
