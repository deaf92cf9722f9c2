"""Explain a date: which rule, which paragraph, how it was counted. Needs no database."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.deadlines.calendar import OutsideCalendar
from casework.deadlines.explain import explain
from casework.deadlines.rules import UnknownRule, rule_on

WRONG_INPUT = 2


class Command(BaseCommand):
    """``manage.py explain_deadline RULE DATE``."""

    help = "Förklarar vilken sista dag en regel ger, som JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the rule's key and the day its time began."""
        parser.add_argument("rule", metavar="RULE", help="regelns namn, t.ex. child_investigation")
        parser.add_argument("date", metavar="DATE", help="dagen tiden räknas från, ÅÅÅÅ-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the explanation; exit 2 where rule or date is not one."""
        day = _day(options["date"])
        try:
            explanation = explain(rule_on(options["rule"], day), day)
        except (UnknownRule, OutsideCalendar) as error:
            raise CommandError(str(error), returncode=WRONG_INPUT) from error
        self.stdout.write(json.dumps(explanation.as_data(), ensure_ascii=False, indent=2))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python also takes 20260219 and 2026-W08-4.
    if day is None or day.isoformat() != text:
        message = f"{text} är inget datum. Skriv det som ÅÅÅÅ-MM-DD, till exempel 2026-02-19."
        raise CommandError(message, returncode=WRONG_INPUT)
    return day
