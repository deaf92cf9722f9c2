from django.apps import AppConfig


class LexsarahConfig(AppConfig):
    """Lex Sarah: reports of misconduct as they reach the SAS officer."""

    name = "lexsarah"
    verbose_name = "Lex Sarah"
