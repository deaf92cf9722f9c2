"""Making the rows that counting reads again from the history."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deviations.services.rebuilding import differing

NAMED = 20


class Command(BaseCommand):
    """Compare the version rows of all boards with the history; replace those that differ."""

    help = "Gör om versionsraderna ur historiken; --check jämför bara."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read whether only to compare."""
        parser.add_argument(
            "--check", action="store_true", help="jämför bara; slutar med 1 om något skiljer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all deviations and say how many differed."""
        compared = 0
        wrong: list[int] = []
        for number, found in differing(repair=not options["check"]):
            compared += number
            wrong += found
        done = "skiljer" if options["check"] else "gjordes om"
        self.stdout.write(f"versionsrader: {compared} avvikelser, {len(wrong)} {done}")
        if wrong:
            self.stderr.write(f"id: {', '.join(map(str, wrong[:NAMED]))}")
        if wrong and options["check"]:
            raise CommandError("Versionsraderna stämmer inte med historiken.", returncode=1)
