from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    """The wiring as an app of its own, so that its templates, tags and commands are found."""

    name = "config"
    label = "config"
    verbose_name = "Tjänsten"

    def ready(self) -> None:
        """Grant the service's role its rights after a migration; know log-ins in two steps."""
        from allauth.account.signals import password_reset

        from config import checks  # noqa: F401
        from config.attempts import note
        from config.mfa import remember
        from config.resetting import prove_address
        from config.servers.grants import grant_after_migrate

        post_migrate.connect(
            grant_after_migrate, sender=self, dispatch_uid="config.grant_after_migrate"
        )
        user_logged_in.connect(remember, dispatch_uid="config.remember_two_steps")
        user_logged_in.connect(note, dispatch_uid="config.known_browser")
        password_reset.connect(prove_address, dispatch_uid="config.prove_address")


class BoardAdminConfig(AdminConfig):
    """Django's administration, on a site that knows of boards and roles."""

    default_site = "casework.kit.admin.BoardAdminSite"
