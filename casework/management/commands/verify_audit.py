"""Check the audit trail: exit 0 and the number of events, or exit 1 naming the first broken one."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from casework.audit.verify import verify


class Command(BaseCommand):
    """``manage.py verify_audit [--anchors LOG …]``."""

    help = "Kontrollerar att händelseloggen är hel."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the logs that anchors were written to."""
        parser.add_argument(
            "--anchors",
            nargs="+",
            action="extend",
            default=[],
            metavar="LOG",
            type=Path,
            help="tjänstens logg (JSON-rader, även gzip): också det som togs bort med sina ankare",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the number of events; where something is broken, name it and exit 1."""
        try:
            verdict = verify(options["anchors"])
        except (OSError, EOFError) as error:
            self.stderr.write(f"Loggen kan inte läsas: {error}")
            sys.exit(1)
        except DatabaseError as error:  # values that no event and no anchor can have
            self.stderr.write(f"Händelseloggen kan inte kontrolleras: {error}")
            sys.exit(1)
        for note in verdict.notes:
            self.stderr.write(note)
        if verdict.broken is None:
            self.stdout.write(str(verdict.events))
            return
        self.stderr.write(f"Händelseloggen är bruten: {verdict.broken}.")
        for finding in verdict.findings:
            self.stderr.write(f"- {finding}.")
        sys.exit(1)
