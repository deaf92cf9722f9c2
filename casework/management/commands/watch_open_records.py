"""watch_open_records: begin the times that open records lack."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.deadlines.subjects import MISSING
from casework.shared import clock


class Command(BaseCommand):
    """For records from before the watch; run again it begins nothing more."""

    help = "Börjar bevaka öppna ärenden som saknar tider. Det som redan varit meddelas inte."

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        begun = sum(begin(now) for _, begin in MISSING.items())
        self.stdout.write(f"times: {begun}")
