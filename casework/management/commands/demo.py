"""``manage.py demo``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.demo import loading
from casework.demo.organisation import BOARD


class Command(BaseCommand):
    """Loads the demo board; with --scale a board of so many records, for measuring."""

    help = "Läser in demonämnden, eller med --scale en nämnd att mäta på."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, metavar="N", help="antal avvikelser att mäta på")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is asked for unless it is there; say what was done on stdout."""
        count = options["scale"]
        if count is not None and count < 1:
            raise CommandError("--scale ska vara ett helt tal från 1.")
        name = BOARD if count is None else loading.SCALE_BOARD
        if loading.is_loaded(name):
            self.stdout.write(f"{name} finns redan; inget är ändrat.")
            return
        board = loading.load() if count is None else loading.load_scale(count)
        self.stdout.write(f"{board.name} är inläst.")
