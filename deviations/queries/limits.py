"""How long handling may take: the board's own time (Egna tider), and ninety days after that.

A deviation has the time of the day it was reported and of its unit's verksamhetsområde. Ninety
days is what the quality reports of the municipalities count; where the board has set a longer time
than that, nothing is late before it.
"""

from bisect import bisect_left
from datetime import date, timedelta

from django.db.models import Q

from casework.deadlines.local_rules import BoardRules, Span
from casework.deadlines.rules import RuleVersion
from casework.deadlines.terms import Unit, raw_date
from casework.shared import clock
from deviations.models import Deviation
from deviations.services.watching import HANDLING

LATE_DAYS = 90
# No time that a board may set is longer than three years.
FURTHEST_BACK = 4 * 366
NOTHING = Q(pk__in=[])


class Limits:
    """The limits of a board's deviations as they stand on a day; one query."""

    def __init__(self, board_id: int, today: date | None = None) -> None:
        self.today = today or clock.today()
        spans = BoardRules().spans(HANDLING, board_id=board_id)
        self._spans = [one for one in spans if one.begins is None or one.begins <= self.today]
        self._named = sorted({one.area_id for one in self._spans if one.area_id is not None})

    def of(self, deviation: Deviation) -> tuple[int, int]:
        """Return the days of a deviation (with its unit) after which it is slow, and late."""
        area_id = deviation.unit.area_id if deviation.unit.area_id in self._named else None
        version = next(
            one.version
            for one in self._spans
            if one.area_id == area_id and one.holds_on(deviation.registered_on)
        )
        days = (_last_day(version, deviation.registered_on) - deviation.registered_on).days
        return days, max(days, LATE_DAYS)

    @property
    def slow(self) -> Q:
        """What was reported so long ago that its time is out, of what is not closed."""
        return self._out_since(self.today)

    @property
    def late(self) -> Q:
        """What its time is out for and that was reported more than ninety days ago."""
        return self._out_since(self.today - timedelta(days=LATE_DAYS + 1))

    def _out_since(self, day: date) -> Q:
        found = NOTHING
        for one in self._spans:
            until = min(_latest_out(one.version, self.today), day, one.ends or day)
            if one.begins is None or one.begins <= until:
                found |= self._reported(one, until)
        return found

    def _reported(self, one: Span, until: date) -> Q:
        found = Q(registered_on__lte=until)
        if one.begins is not None:
            found &= Q(registered_on__gte=one.begins)
        if one.area_id is not None:
            return found & Q(unit__area=one.area_id)
        return found & ~Q(unit__area__in=self._named) if self._named else found

    @property
    def days(self) -> tuple[int, int] | None:
        """The two limits in days where they can be said of all deviations, else None.

        What has another time does not contradict them where it is out, and older than they are.
        """
        running = [one for one in self._spans if not self._is_over(one)]
        terms = {one.version.term for one in running}
        term = terms.pop()
        if terms or term is None or term.unit is not Unit.DAYS:
            return None
        oldest = self.today - timedelta(days=term.amount)
        if any(one.ends and one.ends >= oldest for one in self._spans if one not in running):
            return None
        return term.amount, max(term.amount, LATE_DAYS)

    def _is_over(self, one: Span) -> bool:
        return one.ends is not None and one.ends <= _latest_out(one.version, self.today)

    @property
    def labels(self) -> tuple[str, str, str]:
        """What those within their time are called, those that are slow and those that are late."""
        if self.days is None:
            return "Inom tiden", "Över tiden", f"> {LATE_DAYS} dagar"
        slow, late = self.days
        between = f"{slow + 1}–{late} dagar" if slow < late else "Över tiden"
        return f"≤ {slow} dagar", between, f"> {late} dagar"

    @property
    def slow_words(self) -> str:
        """Return how the first limit is called: "Mer än 30 dagar"."""
        return "Över sin tid" if self.days is None else f"Mer än {self.days[0]} dagar"

    @property
    def late_words(self) -> str:
        """Return how the second limit is called: "Mer än 90 dagar"."""
        return f"Mer än {LATE_DAYS if self.days is None else self.days[1]} dagar"


def _last_day(version: RuleVersion, began: date) -> date:
    if version.term is None:
        return began + timedelta(days=LATE_DAYS)
    return raw_date(began, version.term)


def _latest_out(version: RuleVersion, today: date) -> date:
    """Return the latest day of report whose time is out: a later one never ends earlier."""

    def is_out(days: int) -> bool:
        return _last_day(version, today - timedelta(days=days)) < today

    return today - timedelta(days=bisect_left(range(FURTHEST_BACK), True, key=is_out))
