"""What the start page asks for: each figure in one query, for units and never for people."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth

from casework.access.actor import Actor
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.swedish import percent
from deviations import risk, states
from deviations.models import Action, Category, Cause, Deviation, Draft
from deviations.queries import proposals
from deviations.queries.inbox import in_charge
from deviations.queries.limits import LATE_DAYS, Limits
from deviations.services import reporter

MONTHS = 12
RECENT_DAYS = 90
# Fewer than this in the last ninety days is a silence to ask about.
SILENT_BELOW = 2
PRIORITIES = {
    risk.UNSAFE: "Den enskilde är inte trygg",
    risk.MISCONDUCT: "Kan vara ett missförhållande",
    risk.HIGH_RISK: "Hög risk",
    risk.ORDINARY: "Medelrisk eller inte bedömd",
    risk.LOW_RISK: "Låg risk",
}
PRIORITY_KINDS = {risk.UNSAFE: "danger", risk.MISCONDUCT: "danger", risk.HIGH_RISK: "warn"}


@dataclass
class UnitFigures:
    """How it stands in a unit: open ones by age (``Limits``), and how many reported lately."""

    unit: Unit
    ages: list[int] = field(default_factory=lambda: [0, 0, 0])
    recent: int = 0

    @property
    def open(self) -> int:
        """All open ones."""
        return sum(self.ages)

    @property
    def late(self) -> int:
        """Those open for more than ninety days, and over their time."""
        return self.ages[2]

    @property
    def silent(self) -> bool:
        """Whether the unit hardly registers anything."""
        return self.recent < SILENT_BELOW


def _age(limits: Limits) -> Case:
    return Case(
        When(limits.late, then=Value(2)),
        When(limits.slow, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )


def open_by_risk_and_age(actor: Actor, limits: Limits) -> tuple[dict[int, int], list[int]]:
    """Return the open ones of the actor's units by place in the Inkorg, and by age."""
    rows = (
        in_charge(actor)
        .order_by()
        .annotate(age=_age(limits))
        .values("priority", "age")
        .annotate(n=Count("pk"))
    )
    by_risk = dict.fromkeys(PRIORITIES, 0)
    ages = [0, 0, 0]
    for row in rows:
        by_risk[row["priority"]] += row["n"]
        ages[row["age"]] += row["n"]
    return by_risk, ages


def per_month(actor: Actor) -> tuple[list[date], list[int]]:
    """Return the last twelve months and how many were reported in each, for the actor's units."""
    first = clock.today().replace(day=1) - relativedelta(months=MONTHS - 1)
    rows = (
        _counted(actor)
        .filter(registered_on__gte=first)
        .annotate(month=TruncMonth("registered_on"))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    found = dict(rows)
    months = [first + relativedelta(months=number) for number in range(MONTHS)]
    return months, [found.get(month, 0) for month in months]


def _counted(actor: Actor) -> QuerySet[Any]:
    counted: QuerySet[Any] = Deviation.objects.countable_by(actor)
    return counted.exclude(status__in=states.NOT_COUNTED).order_by()


def units_of_head(actor: Actor, limits: Limits) -> list[UnitFigures]:
    """Return the figures of each unit that the actor heads today, those without any too."""
    today = limits.today
    units = Unit.objects.valid_on(today).filter(pk__in=actor.headed_units).order_by("name", "pk")
    figures = {unit.pk: UnitFigures(unit) for unit in units}
    rows = (
        _counted(actor)
        # A split by unit, also to a head who counts the whole board in another role.
        .filter(unit__in=list(figures), protected=False)
        .filter(
            Q(status__in=states.OPEN_STATES)
            | Q(registered_on__gte=today - timedelta(days=RECENT_DAYS))
        )
        .annotate(age=_age(limits))
        .values("unit", "age")
        .annotate(
            open=Count("pk", filter=Q(status__in=states.OPEN_STATES)),
            recent=Count("pk", filter=Q(registered_on__gte=today - timedelta(days=RECENT_DAYS))),
        )
    )
    for row in rows:
        of_unit = figures[row["unit"]]
        of_unit.ages[row["age"]] += row["open"]
        of_unit.recent += row["recent"]
    return list(figures.values())


@dataclass(frozen=True)
class YearFigures:
    """The deviations reported since the turn of the year, and how they went.

    Those ``apart`` (skyddade personuppgifter) are among the ``reported`` and in nothing else.
    """

    year: int
    reported: int
    apart: int
    closed: int
    late: int
    uncategorised: int

    def percent(self, part: int) -> int:
        """Return ``part`` of all that are told of as whole percent, half up."""
        return percent(part, self.reported - self.apart)


def this_year(actor: Actor) -> YearFigures:
    """Count the year so far, for the whole board: handled late, and without a real category."""
    today = clock.today()
    told = Q(protected=False)
    closed = Q(closed_on__isnull=False)
    late = Q(closed_on__gt=F("registered_on") + timedelta(days=LATE_DAYS)) | Q(
        closed_on=None, registered_on__lt=today - timedelta(days=LATE_DAYS)
    )
    other = Q(category=None) | Q(category__name="Övrigt") | Q(category__parent__name="Övrigt")
    row = (
        _counted(actor)
        .filter(registered_on__gte=today.replace(month=1, day=1))
        .aggregate(
            reported=Count("pk"),
            apart=Count("pk", filter=~told),
            closed=Count("pk", filter=told & closed),
            late=Count("pk", filter=told & late),
            uncategorised=Count("pk", filter=told & other),
        )
    )
    return YearFigures(year=today.year, **row)


@dataclass(frozen=True)
class OwnWork:
    """One's own: drafts, questions, åtgärder to do and late ones; and what waits for a decision.

    ``proposals`` are those of the watch for the own units; ``categories`` and ``causes`` are the
    board's that came in with a file.
    """

    drafts: QuerySet[Any]
    questions: QuerySet[Any]
    actions: QuerySet[Any]
    late_actions: QuerySet[Any]
    proposals: QuerySet[Any]
    categories: QuerySet[Any]
    causes: QuerySet[Any]


def own_work(actor: Actor) -> OwnWork:
    """Return what the actor has begun or promised, as rows to be counted."""
    board_id = actor.board_id
    own: QuerySet[Any] = reporter.own_reports(actor)
    mine = Action.objects.filter(
        owner=actor.user_id, done_on=None, deviation__board_id=board_id
    ).exclude(deviation__status__in=states.NOT_COUNTED | {states.NOT_DEVIATION})
    return OwnWork(
        drafts=Draft.objects.filter(author=actor.user_id, board_id=board_id, submitted_as=None),
        questions=own.filter(waiting_questions__gt=0),
        actions=mine,
        late_actions=mine.filter(due_on__lt=clock.today()),
        proposals=proposals.own(actor),
        categories=Category.objects.filter(board_id=board_id, needs_review=True),
        causes=Cause.objects.filter(board_id=board_id, needs_review=True),
    )


def news(actor: Actor, at_most: int) -> list[Deviation]:
    """Return the actor's own reports that have news or a question that waits, newest first."""
    return list(reporter.news(actor).order_by("-changed_at", "-pk")[:at_most])
