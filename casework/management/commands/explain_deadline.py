"""Explain a date: which rule, which paragraph, how it was counted.

Needs no database, unless a board is named: then the board's own times are asked for.
"""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.deadlines.calendar import OutsideCalendar
from casework.deadlines.explain import explain
from casework.deadlines.local_rules import rule_for
from casework.deadlines.rules import RuleVersion, UnknownRule, rule_on
from casework.organisation.boards import board_of_command
from casework.organisation.models import ServiceArea

WRONG_INPUT = 2


class Command(BaseCommand):
    """``manage.py explain_deadline RULE DATE [--board NAME [--area NAME]]``."""

    help = "Förklarar vilken sista dag en regel ger, som JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the rule's key and the day its time began."""
        parser.add_argument("rule", metavar="RULE", help="regelns namn, t.ex. child_investigation")
        parser.add_argument("date", metavar="DATE", help="dagen tiden räknas från, ÅÅÅÅ-MM-DD")
        parser.add_argument("--board", help="nämnd vars egna tider gäller före tjänstens förslag")
        parser.add_argument("--area", help="verksamhetsområde i nämnden")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the explanation; exit 2 where rule or date is not one."""
        day = _day(options["date"])
        try:
            explanation = explain(_version(day, **options), day)
        except (UnknownRule, OutsideCalendar) as error:
            raise CommandError(str(error), returncode=WRONG_INPUT) from error
        self.stdout.write(json.dumps(explanation.as_data(), ensure_ascii=False, indent=2))


def _version(day: date, *, rule: str, board: str | None, area: str | None, **_: Any) -> RuleVersion:
    if board is None:
        if area is not None:
            raise CommandError("Ange nämnden med --board.", returncode=WRONG_INPUT)
        return rule_on(rule, day)
    found = board_of_command(board)
    if area is None:
        return rule_for(rule, day, board_id=found.pk)
    areas = ServiceArea.objects.filter(board=found, name=area)
    if (area_id := areas.values_list("pk", flat=True).first()) is None:
        message = f"Verksamhetsområdet {area} finns inte i nämnden."
        raise CommandError(message, returncode=WRONG_INPUT)
    return rule_for(rule, day, board_id=found.pk, area_id=area_id)


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
