"""The weekly list of Förste: the open investigations of children, by the days left of their time.

What is open and how it stands is read in one short query and settled in Python, so that parts,
counts and the share at risk always agree; a page's rows are fetched afterwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from casework.access.actor import Actor
from casework.cases.clocks import INVESTIGATION
from casework.cases.models import (
    Investigation,
    InvestigationExtensionRow,
    InvestigationHandlerRow,
)
from casework.cases.worklists.outlook import Outlook, Pace, Verdict, outlook
from casework.cases.worklists.pace import paces
from casework.deadlines.models import Deadline
from casework.organisation.models import Absence, Role
from casework.shared import clock

# The Förste is told when so many days are left (see casework.deadlines.statutes.ladders).
SOON_DAYS = 21
CHECKPOINTS = (30, 60, 90)


class Part(StrEnum):
    """A part of the list, by the word in its address."""

    ALL = "alla"
    LATE = "sena"
    SOON = "snart"
    AT_RISK = "riskzonen"
    NOBODY = "utan-handlaggare"
    AWAY = "borta"


PART_TITLES = {
    Part.ALL: "Alla",
    Part.LATE: "Sena",
    Part.SOON: f"Under {SOON_DAYS} dagar kvar",
    Part.AT_RISK: "I riskzonen",
    Part.NOBODY: "Utan handläggare",
    Part.AWAY: "Borta",
}


def running(actor: Actor, *, unit: int | None = None) -> QuerySet[Deadline]:
    """Return the running time of each open investigation of a child that the actor may open.

    SAS has the whole board's, leaders those of their units; ``unit`` keeps that unit's alone.
    """
    visible = Investigation.objects.visible_to(actor)
    times = Deadline.objects.open().filter(
        board=actor.board_id,
        kind="investigation",
        rule=INVESTIGATION,
        subject_id__in=visible.order_by().values("pk"),
    )
    if not (actor.is_system or actor.has(Role.SAS)):
        times = times.filter(unit__in=actor.supervised_units)
    return times if unit is None else times.filter(unit=unit)


def late(times: QuerySet[Deadline], today: date) -> QuerySet[Deadline]:
    """Keep the times whose last day has gone."""
    return times.filter(last_day__lt=today)


def soon(times: QuerySet[Deadline], today: date) -> QuerySet[Deadline]:
    """Keep those with less than ``SOON_DAYS`` left that are not late yet."""
    until = today + timedelta(days=SOON_DAYS)
    return times.filter(raw_date__lt=until, last_day__gte=today)


@dataclass(frozen=True)
class Away:
    """That a handler is away, from a day to a day (None: not said), and who stands in."""

    since: date | None
    until: date | None
    substitute: str
    today: bool

    @property
    def label(self) -> str:
        """When, in words."""
        begins = "Borta" if self.today or self.since is None else f"Borta från {self.since}"
        return f"{begins} till {self.until}" if self.until else begins


def away_this_week(board_id: int, today: date) -> dict[int, Away]:
    """Return who is away some day from ``today`` through Sunday, by user; today's come first."""
    sunday = today + timedelta(days=6 - today.weekday())
    rows = (
        Absence.objects.filter(board=board_id, valid_from__lte=sunday)
        .exclude(valid_to__lt=today)
        .select_related("substitute")
        .order_by("-valid_from", "-pk")
    )
    # The earliest is written last, and so is what holds.
    return {
        row.user_id: Away(
            row.valid_from, row.valid_to, row.substitute.display_name, row.is_valid_on(today)
        )
        for row in rows
    }


@dataclass(frozen=True)
class Open:
    """An open investigation as the list sorts and counts it: its time, and how it stands."""

    time: Deadline
    outlook: Outlook
    away: Away | None

    @property
    def record_id(self) -> int:
        """The investigation's own id."""
        return self.time.subject_id

    @property
    def opened_on(self) -> date:
        """The day on which it was opened: the one its time runs from."""
        return self.time.trigger_date

    @property
    def raw_date(self) -> date:
        """The day that the law's time, or its extension, is reckoned to."""
        return self.time.raw_date

    @property
    def last_day(self) -> date:
        """The same, moved where it is a holiday."""
        return self.time.last_day

    def days_left(self, today: date) -> int:
        """Days until the law's time is out; negative once it is."""
        return (self.raw_date - today).days


def _is_soon(one: Open, today: date) -> bool:
    return one.outlook.verdict is not Verdict.LATE and one.days_left(today) < SOON_DAYS


_BELONGS: dict[Part, Callable[[Open, date], bool]] = {
    Part.ALL: lambda one, today: True,
    Part.LATE: lambda one, today: one.outlook.verdict is Verdict.LATE,
    Part.SOON: _is_soon,
    Part.NOBODY: lambda one, today: one.time.handler_id is None,
    Part.AWAY: lambda one, today: one.away is not None,
    Part.AT_RISK: lambda one, today: one.outlook.at_risk,
}


@dataclass(frozen=True)
class Week:
    """The list as of ``today``, the most pressing first, with the pace of each unit in it."""

    today: date
    everything: Sequence[Open]
    paces: Mapping[int, Pace]

    def of(self, part: Part) -> list[Open]:
        """Return the investigations of a part."""
        belongs = _BELONGS[part]
        return [one for one in self.everything if belongs(one, self.today)]

    def counts(self) -> dict[Part, int]:
        """Return how many there are in each part; one may be in several."""
        return {part: len(self.of(part)) for part in Part}


def the_week(actor: Actor, *, unit: int | None = None) -> Week:
    """Return the actor's list of today."""
    today = clock.today()
    times = list(
        running(actor, unit=unit)
        .select_related("handler", "unit__area", "extends")
        .order_by("raw_date", "last_day", "subject_id")
    )
    units = {time.unit_id: time.unit for time in times}
    pace_of = paces(actor.board_id, units.values(), today)
    away = away_this_week(actor.board_id, today) if any(time.handler for time in times) else {}
    everything = [
        Open(
            time,
            outlook(
                time.trigger_date, time.raw_date, time.last_day, today, pace_of.get(time.unit_id)
            ),
            away.get(time.handler_id) if time.handler_id else None,
        )
        for time in times
    ]
    return Week(today, everything, pace_of)


@dataclass(frozen=True)
class WeekRow:
    """An open investigation with what the list shows of it.

    ``last_step`` is (what, which day); ``checkpoint`` (after how many days, which day), None once
    all have passed. ``extended_from`` is the day on which the time would have been out.
    """

    open: Open
    record: Investigation
    handler: str
    unit: str
    days_left: int
    last_step: tuple[str, date]
    checkpoint: tuple[int, date] | None
    extended_from: date | None


def rows(found: Sequence[Open], today: date) -> list[WeekRow]:
    """Return the rows of ``found`` in its order; one query whatever their number."""
    records = _records(one.record_id for one in found)
    shown = []
    for one in found:
        time, record = one.time, records[one.record_id]
        shown.append(
            WeekRow(
                open=one,
                record=record,
                handler=time.handler.display_name if time.handler else "",
                unit=time.unit.name,
                days_left=one.days_left(today),
                last_step=_last_step(record),
                checkpoint=checkpoint(one.opened_on, today),
                extended_from=time.extends.raw_date if time.extends else None,
            )
        )
    return shown


def _records(ids: Iterable[int]) -> dict[int, Any]:
    handed = InvestigationHandlerRow.objects.filter(
        record=OuterRef("pk"), handler=OuterRef("handler")
    )
    extended = InvestigationExtensionRow.objects.filter(
        record=OuterRef("pk"), through=OuterRef("extended_to")
    )
    return (
        Investigation.objects.select_related("case")
        .annotate(
            handed_on=_latest(handed, "effective_on"), extended_on=_latest(extended, "decided_on")
        )
        .in_bulk(list(ids))
    )


def _latest(told: QuerySet[Any], day: str) -> Subquery:
    return Subquery(told.order_by().values("record").annotate(latest=Max(day)).values("latest"))


def _last_step(record: Any) -> tuple[str, date]:
    steps = [
        ("Inledd", record.opened_on),
        ("Fördelad", record.handed_on),
        ("Förlängd", record.extended_on),
    ]
    # Of those of the same day the last in order is the latest.
    done = sorted((step for step in steps if step[1] is not None), key=lambda step: step[1])
    return done[-1]


def checkpoint(opened_on: date, today: date) -> tuple[int, date] | None:
    """Return the next avstämning: after how many days, and the day; None: all have passed."""
    days = ((number, opened_on + timedelta(days=number)) for number in CHECKPOINTS)
    return next(((number, day) for number, day in days if day >= today), None)
