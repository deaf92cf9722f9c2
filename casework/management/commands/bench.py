"""Run the benchmarks: print a table and write it as JSON."""

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.module_loading import autodiscover_modules

from casework.demo import loading
from casework.kit.bench import BENCHMARKS, Result

SCALE = 100_000


class Command(BaseCommand):
    """What is measured stands in each app's benchmarks.py.

    ``make bench`` measures in a database of its own, ``var/bench``, so that nobody's demo grows by
    a hundred thousand records, and loads it the first time.
    """

    help = "Mäter tjänsten mot ren SQL i samma körning."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", help="kör bara mätningar vars namn börjar så")
        parser.add_argument(
            "--load", action="store_true", help=f"läs först in demon och {SCALE} rader om de saknas"
        )
        # Beside the other local data, which is in var/ unless the operator moved it.
        parser.add_argument(
            "--output",
            type=Path,
            default=Path(settings.MEDIA_ROOT).parent / "bench.json",
            help="filen som tabellen skrivs till",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        autodiscover_modules("benchmarks")
        # A line for each page that is opened hides what is measured.
        logging.disable(logging.INFO)
        if options["load"]:
            self._load()
        results: list[Result] = []
        for name, measure in BENCHMARKS.items():
            if not name.startswith(options["only"] or ""):
                continue
            self.stderr.write(f"{name} …")
            lines = measure()
            if not lines:
                self.stderr.write("  data saknas: kör med --load, eller make bench")
            results += lines
        target: Path = options["output"]
        target.parent.mkdir(parents=True, exist_ok=True)
        lines_as_data = [asdict(line) for line in results]
        target.write_text(json.dumps(lines_as_data, indent=1), encoding="utf-8")
        self._print(results)

    def _load(self) -> None:
        """Load what the benchmarks choose from: a large board, and a small one beside it."""
        if not loading.is_loaded(loading.SCALE_BOARD):
            self.stderr.write(f"{loading.SCALE_BOARD}, {SCALE} rader …")
            loading.load_scale(SCALE)
        if not loading.is_loaded():
            self.stderr.write("Demon …")
            loading.load()

    def _print(self, results: list[Result]) -> None:
        head = ("mätning", "vår ms", "bas ms", "kvot", "mål", "rader", "frågor")
        self.stdout.write("{:<42}{:>11}{:>11}{:>7}{:>6}{:>10}{:>8}".format(*head))
        for line in results:
            mark = "" if line.ratio <= line.goal else "  över målet"
            self.stdout.write(
                f"{line.name:<42}{line.ours_ms:>11.2f}{line.base_ms:>11.2f}{line.ratio:>7.2f}"
                f"{line.goal:>6.1f}{line.rows:>10}{line.queries:>8}{mark}"
            )
