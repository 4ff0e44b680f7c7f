from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "portal.alerts"
    label = "alerts"
    verbose_name = "Alertes de recherche"
    default_auto_field = "django.db.models.BigAutoField"
