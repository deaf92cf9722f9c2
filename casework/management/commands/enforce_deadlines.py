"""One sweep by hand: the same code as the task that runs every minute."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.deadlines.sweep import sweep
from casework.shared.clock import STOCKHOLM


class Command(BaseCommand):
    """``manage.py enforce_deadlines [--at DATETIME] [--dry-run]``."""

    help = "Bevakar tider: antecknar vad som har förfallit och föreslår det som har missats."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the instant to look from, and whether to take everything back."""
        parser.add_argument(
            "--at", metavar="DATETIME", help="bevaka som om det vore då; svensk tid utan zon"
        )
        parser.add_argument("--dry-run", action="store_true", help="gör allt och ta tillbaka det")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what came of it as the last line; exit 2 where the instant is not one."""
        at = _instant(options["at"]) if options["at"] else None
        self.stdout.write(str(sweep(at, dry_run=options["dry_run"])))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text} är ingen tidpunkt. Skriv till exempel 2026-03-02T08:00."
        raise CommandError(message, returncode=2) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=STOCKHOLM)
