from django.apps import AppConfig


class DeviationsConfig(AppConfig):
    """Deviations from report to assessed effect."""

    name = "deviations"
    verbose_name = "Avvikelser"
