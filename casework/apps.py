from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The ground floor: organisation, access, audit, reports and registers."""

    name = "casework"
    verbose_name = "Grunden"

    def ready(self) -> None:
        from casework.accounts import receivers
        from casework.shared.hooks import discover

        discover()
        receivers.connect()
