import sys
from contextlib import redirect_stdout

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import transaction

from config.models import Milestone


class Command(BaseCommand):
    """What `make run` does before the service starts, in one process since each takes seconds.

    A demo that has been removed stays away.
    """

    help = "Kör migreringar och läser in demon om den aldrig har lästs in."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Migrate, watch what is open, then load the demo and note it, both or neither.

        Messages go to stderr.
        """
        with redirect_stdout(sys.stderr):
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            # What was open before it could be watched.
            call_command("watch_open_records", skip_checks=True)
            if "demo" not in get_commands() or Milestone.objects.filter(name="demo").exists():
                return
            self.stderr.write("Läser in demon …")
            with transaction.atomic():
                call_command("demo")
                Milestone.objects.create(name="demo")
