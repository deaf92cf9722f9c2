"""Check the audit chain: exit 0 and the number of events, or exit 1 naming the first broken one."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from casework.audit.verify import verify


class Command(BaseCommand):
    """``manage.py verify_audit``."""

    help = "Kontrollerar att händelseloggen är hel."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the number of events; where something is broken, name the first and exit 1."""
        verdict = verify()
        if verdict.broken is None:
            self.stdout.write(str(verdict.events))
            return
        self.stderr.write(f"Händelseloggen är bruten: {verdict.broken}.")
        sys.exit(1)
