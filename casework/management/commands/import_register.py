"""import_register: take in a register file, all of it or nothing."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from casework.access.actor import Actor
from casework.registers.kinds import REGISTER_KINDS
from casework.registers.problems import Problem, UnreadableFile
from casework.registers.reading import LARGEST_FILE, Table, read_table
from casework.registers.running import Outcome, import_table
from casework.shared.errors import InvalidInput


class Command(BaseCommand):
    """Exit codes: 0 imported, 1 something in the file is wrong, 2 wrong call or unclear board."""

    help = "Läser in ett register från en fil (.csv eller .xlsx): allt eller inget."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=list(REGISTER_KINDS), metavar="KIND")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--board", metavar="NAME", help="nämndens eller förvaltningens namn")
        parser.add_argument("--dry-run", action="store_true", help="pröva filen, spara inget")
        parser.add_argument(
            "--ignore-extra", action="store_true", help="hoppa över okända kolumner"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                # No more than tells that it is too large.
                table = read_table(path.name, file.read(LARGEST_FILE + 1))
        except OSError as error:
            raise CommandError(f"{path}: filen går inte att öppna ({error.strerror}).") from error
        except UnreadableFile as error:
            self._end(path, Outcome(options["kind"], problems=[error.problem]), saved=False)
            return
        outcome = self._import(table, options)
        self._end(path, outcome, saved=not options["dry_run"])

    def _import(self, table: Table, options: dict[str, Any]) -> Outcome:
        kind = REGISTER_KINDS[options["kind"]]
        with (
            transaction.atomic(),
            tqdm(total=len(table.rows), unit=" rader", disable=not sys.stderr.isatty()) as bar,
        ):
            try:
                board = kind.board_of_file(options["board"], table)
            except InvalidInput as error:
                raise CommandError(error.message, returncode=2) from error
            outcome = import_table(
                Actor.system(board),
                kind.key,
                table,
                board,
                dry_run=options["dry_run"],
                ignore_extra=options["ignore_extra"],
                advance=bar.update,
            )
            # A board that the file would have made goes with it.
            transaction.set_rollback(outcome.batch is None)
        return outcome

    def _end(self, path: Path, outcome: Outcome, *, saved: bool) -> None:
        for problem in outcome.problems:
            self.stderr.write(_located(path, problem))
        if outcome.problems:
            self.stderr.write("Inget sparades. Rätta det som står ovan och läs in filen igen.")
        else:
            for line in outcome.summary:
                self.stderr.write(line)
            if not saved:
                self.stderr.write("Prov: filen går att läsa in. Inget sparades.")
        done = not outcome.problems
        self.stdout.write(
            f"{outcome.kind}: {outcome.rows} rader, {outcome.added if done else 0} nya, "
            f"{outcome.unchanged if done else 0} oförändrade, "
            f"{outcome.updated if done else 0} uppdaterade, {outcome.refused} fel"
        )
        if outcome.problems:
            sys.exit(1)


def _located(path: Path, problem: Problem) -> str:
    return f"{path}:{problem.line}: {problem.column}: {problem.message}"
