"""The quality report from the command line."""

import sys
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.access.actor import Actor
from casework.organisation.boards import board_of_command
from casework.reports.exports import FORMATS
from casework.reports.instants import parse_instant
from casework.reports.report import make_report
from casework.reports.selection import DEFAULT_MIN_COUNT, EDITIONS, INTERNAL, select
from casework.shared.errors import InvalidInput
from casework.shared.storage import write_whole


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} är inget datum på formen ÅÅÅÅ-MM-DD") from error


def _instant(text: str) -> Any:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"{text} är ingen tidpunkt på formen ÅÅÅÅ-MM-DDTHH:MM eller ÅÅÅÅ-MM-DD"
        ) from error


class Command(BaseCommand):
    """Print the tables of a period; exit code 2 for what cannot be asked for."""

    help = "Skriver kvalitetsrapportens tabeller för en period."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the period, the two clocks and the format."""
        parser.add_argument("--board", help="nämnd eller förvaltning")
        parser.add_argument("--from", dest="period_from", type=_day, required=True)
        parser.add_argument("--to", dest="period_to", type=_day, required=True)
        parser.add_argument(
            "--as-of", type=_day, help="läget denna dag (i dag, eller dagen för --known-at)"
        )
        parser.add_argument(
            "--known-at",
            type=_instant,
            help="enligt det som var känt då (nu); svensk tid om inget annat anges, en dag "
            "utan klockslag är hela dagen",
        )
        parser.add_argument("--area", default="", help="verksamhetsområde (alla)")
        parser.add_argument("--min-count", type=int, default=DEFAULT_MIN_COUNT)
        parser.add_argument("--edition", choices=EDITIONS, default=INTERNAL)
        parser.add_argument("--format", choices=sorted(FORMATS), default="json")
        parser.add_argument("--output", type=Path, help="fil att skriva till i stället")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the report and write it."""
        board = board_of_command(options["board"])
        try:
            selection = select(
                Actor.system(board),
                board,
                period_from=options["period_from"],
                period_to=options["period_to"],
                as_of=options["as_of"],
                known_at=options["known_at"],
                area=options["area"],
                min_count=options["min_count"],
                edition=options["edition"],
            )
        except InvalidInput as error:
            raise CommandError(error.message, returncode=2) from error
        file_format = FORMATS[options["format"]]
        content = file_format.make(make_report(selection))
        if options["output"]:
            self._write(options["output"], content)
        else:
            self._print(content, is_text=file_format.is_text)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            if path.exists() and not path.is_file():  # a pipe, say
                path.write_bytes(content)
            else:
                write_whole(path, [content])
        except OSError as error:
            raise CommandError(f"{path}: filen går inte att skriva ({error.strerror}).") from error

    def _print(self, content: bytes, *, is_text: bool) -> None:
        if is_text:
            self.stdout.write(content.decode("utf-8-sig"), ending="")
        elif sys.stdout.isatty():
            raise CommandError("Ange en fil med --output.", returncode=2)
        else:
            sys.stdout.buffer.write(content)
