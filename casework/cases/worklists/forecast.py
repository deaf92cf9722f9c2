"""What is to come and how it stands, per unit: counted in the database, never by person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from casework.access.actor import Actor
from casework.access.policy import BOARD_WIDE
from casework.deadlines.models import Deadline, Miss
from casework.deadlines.protection import protected_now
from casework.deadlines.rules import RULES, Kind
from casework.deadlines.subjects import confidential_kinds
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.swedish import sort_key

# The two horizons of the forecast, in days.
SHORT, LONG = 14, 30
WEEK = timedelta(days=7)


def coming(
    actor: Actor, *, days: int = LONG, unit: int | None = None, rule: str = ""
) -> QuerySet[Deadline]:
    """Return the times of the actor's units that end from today through ``days`` from now.

    By the raw date, as everything one plans by; those that the actor may open. What is late
    already is not to come.
    """
    today = clock.today()
    times = (
        Deadline.objects.open()
        .filter(
            unit__in=actor.supervised_units,
            raw_date__gte=today,
            raw_date__lte=today + timedelta(days=days),
        )
        .visible_to(actor)
    )
    if unit is not None:
        times = times.filter(unit=unit)
    return times.filter(rule=rule) if rule else times


@dataclass(frozen=True)
class Coming:
    """How many times of a rule end within each horizon; the longer one includes the shorter."""

    rule: str
    label: str
    short: int
    long: int


@dataclass(frozen=True)
class UnitForecast:
    """What is to come in a unit, the rule with most of it first."""

    unit_id: int
    name: str
    rules: Sequence[Coming]

    @property
    def short(self) -> int:
        """All that ends within the shorter horizon."""
        return sum(rule.short for rule in self.rules)

    @property
    def long(self) -> int:
        """All that ends within the longer one."""
        return sum(rule.long for rule in self.rules)


def forecast(actor: Actor) -> list[UnitForecast]:
    """Return the forecast of each of the actor's units of today, those with nothing too."""
    today = clock.today()
    rows = (
        coming(actor)
        .order_by()
        .values_list("unit", "unit__name", "rule")
        .annotate(
            long=Count("pk"),
            short=Count("pk", filter=Q(raw_date__lte=today + timedelta(days=SHORT))),
        )
    )
    names = dict(
        Unit.objects.valid_on(today).filter(pk__in=actor.supervised_units).values_list("pk", "name")
    )
    found: dict[int, list[Coming]] = {unit: [] for unit in names}
    for unit, name, rule, long, short in rows:
        # A unit that has been replaced is shown for as long as it has something to come.
        names.setdefault(unit, name)
        found.setdefault(unit, []).append(Coming(rule, label_of(rule), short, long))
    return [
        UnitForecast(unit, names[unit], sorted(found[unit], key=_most_first))
        for unit in sorted(names, key=lambda unit: (sort_key(names[unit]), unit))
    ]


def _most_first(coming: Coming) -> tuple[int, int, str]:
    return (-coming.long, -coming.short, sort_key(coming.label))


def label_of(rule: str) -> str:
    """Return what a rule is called; its key, where the rule is no more."""
    return RULES[rule].label if rule in RULES else rule


@dataclass(frozen=True)
class Standing:
    """How the times of a unit stand: how many run, end within seven days, are late, were missed.

    ``missed``: times of the law that ran out since the turn of the year.
    """

    unit_id: int
    name: str
    department: str
    running: int
    week: int
    late: int
    missed: int


def standing(actor: Actor) -> list[Standing]:
    """Return how it stands in each unit; two queries and the units.

    Skyddade personuppgifter are left out: they are in no split by unit. So is what the unit does
    not know of (lex Sarah): a number that changes overnight would tell.
    """
    today = clock.today()
    units = Unit.objects.filter(board=actor.board_id).select_related("department")
    if not actor.has(*BOARD_WIDE):
        units = units.filter(pk__in=actor.headed_units)
    known = {unit.pk: unit for unit in units}
    running = _running(known, today)
    missed = _missed(actor.board_id, known, today)
    shown = [
        unit
        for unit in known.values()
        if unit.is_valid_on(today) or unit.pk in running or unit.pk in missed
    ]
    return [
        Standing(
            unit.pk,
            unit.name,
            unit.department.name,
            *running.get(unit.pk, (0, 0, 0)),
            missed.get(unit.pk, 0),
        )
        for unit in sorted(shown, key=lambda unit: (sort_key(unit.name), unit.pk))
    ]


def _running(units: Collection[int], today: date) -> dict[int, tuple[int, int, int]]:
    rows = (
        Deadline.objects.open()
        .filter(unit__in=units, protected=False)
        .exclude(kind__in=confidential_kinds())
        .order_by()
        .values_list("unit")
        .annotate(
            running=Count("pk"),
            week=Count(
                "pk",
                filter=Q(raw_date__lte=today + WEEK, last_day__gte=today),
            ),
            late=Count("pk", filter=Q(last_day__lt=today)),
        )
    )
    return {unit: (running, week, late) for unit, running, week, late in rows}


def _missed(board_id: int, units: Collection[int], today: date) -> dict[int, int]:
    rows: Any = (
        Miss.objects.filter(
            ~protected_now(board_id),
            ~Q(deadline__kind__in=confidential_kinds()),
            unit__in=units,
            deadline__rule__in=_of_the_law(),
            deadline__last_day__year=today.year,
        )
        .order_by()
        .values_list("unit")
        .annotate(missed=Count("pk"))
    )
    return dict(rows)


def _of_the_law() -> list[str]:
    return [key for key, rule in RULES.items() if rule.versions[-1].kind in (Kind.LAW, Kind.GOAL)]
