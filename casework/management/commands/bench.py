"""Run the benchmarks: print a table and write ``var/bench.json``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.module_loading import autodiscover_modules

from casework.kit.bench import BENCHMARKS, Result


class Command(BaseCommand):
    """``manage.py bench [--only NAME]``: what is measured stands in each app's benchmarks.py."""

    help = "Mäter tjänsten mot ren SQL i samma körning."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", help="kör bara mätningar vars namn börjar så")

    def handle(self, *args: Any, **options: Any) -> None:
        autodiscover_modules("benchmarks")
        results: list[Result] = []
        for name, measure in BENCHMARKS.items():
            if not name.startswith(options["only"] or ""):
                continue
            self.stderr.write(f"{name} …")
            lines = measure()
            if not lines:
                self.stderr.write("  data saknas: kör först manage.py demo --scale 100000")
            results += lines
        # Beside the other local data, which is in var/ unless the operator moved it.
        target = Path(settings.MEDIA_ROOT).parent / "bench.json"
        target.parent.mkdir(exist_ok=True)
        lines_as_data = [asdict(line) for line in results]
        target.write_text(json.dumps(lines_as_data, indent=1), encoding="utf-8")
        self._print(results)

    def _print(self, results: list[Result]) -> None:
        head = ("mätning", "vår ms", "bas ms", "kvot", "mål", "rader", "frågor")
        self.stdout.write("{:<42}{:>11}{:>11}{:>7}{:>6}{:>10}{:>8}".format(*head))
        for line in results:
            mark = "" if line.ratio <= line.goal else "  över målet"
            self.stdout.write(
                f"{line.name:<42}{line.ours_ms:>11.2f}{line.base_ms:>11.2f}{line.ratio:>7.2f}"
                f"{line.goal:>6.1f}{line.rows:>10}{line.queries:>8}{mark}"
            )
