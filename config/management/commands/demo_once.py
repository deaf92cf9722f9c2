import sys
from contextlib import redirect_stdout

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import transaction

from config.models import Milestone


class Command(BaseCommand):
    """Loads the demo into a database that has never had it: once removed, it stays away."""

    help = "Läser in demon om den aldrig har lästs in."

    def handle(self, *args: object, **options: object) -> None:
        """Load the demo and note it, both or neither; messages go to stderr."""
        if "demo" not in get_commands() or Milestone.objects.filter(name="demo").exists():
            return
        self.stderr.write("Läser in demon …")
        with transaction.atomic(), redirect_stdout(sys.stderr):
            call_command("demo")
            Milestone.objects.create(name="demo")
