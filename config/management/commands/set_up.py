import sys
from contextlib import redirect_stdout

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import transaction

from config.models import Milestone
from config.servers.commands import MIGRATE_FIRST, pending


class Command(BaseCommand):
    """What `make run` does before the service starts, in one process since each takes seconds.

    A demo that has been removed stays away.
    """

    help = "Läser in demon om den aldrig har lästs in; slutar med 3 om migreringar saknas."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Watch what is open, then load the demo and note it, both or neither.

        Leaves with ``MIGRATE_FIRST`` where the owner has to migrate before: this is run by the
        service's role. Messages go to stderr.
        """
        if pending():
            sys.exit(MIGRATE_FIRST)
        with redirect_stdout(sys.stderr):
            # What was open before it could be watched.
            call_command("watch_open_records", skip_checks=True)
            if "demo" not in get_commands() or Milestone.objects.filter(name="demo").exists():
                return
            self.stderr.write("Läser in demon …")
            with transaction.atomic():
                call_command("demo")
                Milestone.objects.create(name="demo")
