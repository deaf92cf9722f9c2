"""The list of cases: what it can be narrowed by, its orders, and what a row says."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from casework.access import policy
from casework.access.actor import Actor
from casework.cases.models import Case, Decision, Intake, Investigation, WatchedTime
from casework.cases.restarts import WITHIN, with_restarts
from casework.cases.watching import ALL_KINDS, KINDS
from casework.deadlines.lists import others_over
from casework.deadlines.models import Deadline
from casework.shared import clock

OPEN, CLOSED, ALL = "open", "closed", "all"
DEFAULT_SORT = "due"
SORTS = ("due", "number", "unit")

_UNDER_WAY = (
    "undecided",
    "unanswered",
    "investigated",
    "followed_up",
    "waiting",
    "interrupted",
    "watched",
)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases that the actor may open: by the case itself, or by any record of it.

    A case follows its latest record. Whoever has an earlier one, in a unit that the case has left,
    still has the steps of that one to take.
    """
    found: QuerySet[Case] = Case.objects.visible_to(actor)
    if not (actor.is_system or actor.has(*policy.BOARD_WIDE)):
        for model in KINDS.values():
            theirs = model.objects.visible_to(actor).exclude(case=None)
            found = found | Case.objects.filter(pk__in=theirs.values("case"))
    return found


@dataclass(frozen=True)
class Narrowing:
    """What the list is narrowed by; only what is set narrows it.

    ``state`` is open, closed or all, ``kind`` one of ``ALL_KINDS``, ``text`` the
    beginning of a case number. ``late``: a time has run out. ``mine``: the actor handles it.
    """

    state: str = OPEN
    unit: int | None = None
    kind: str = ""
    late: bool = False
    mine: bool = False
    restarted: bool = False
    text: str = ""


def narrowed(actor: Actor, narrowing: Narrowing, sort: str = DEFAULT_SORT) -> QuerySet[Any]:
    """Return the cases that the actor sees, narrowed and in order, each with how it stands.

    Added to each: ``undecided``, ``unanswered``, ``investigated``, ``followed_up``, ``waiting``,
    ``interrupted``, ``watched``, ``restarted`` and ``next_day``, the last day of the time that
    ends first.
    """
    found = _with_states(actor, visible_cases(actor))
    under_way = Q()
    for name in _UNDER_WAY:
        under_way |= Q(**{name: True})
    if narrowing.state == OPEN:
        found = found.filter(under_way)
    elif narrowing.state == CLOSED:
        found = found.exclude(under_way)
    if narrowing.unit:
        found = found.filter(unit=narrowing.unit)
    if narrowing.kind in ALL_KINDS:
        of_kind = ALL_KINDS[narrowing.kind].objects.visible_to(actor)
        found = found.filter(Exists(of_kind.filter(case=OuterRef("pk"))))
    if narrowing.late:
        found = found.filter(next_day__lt=clock.today())
    if narrowing.mine:
        found = found.filter(handler=actor.user_id)
    if narrowing.restarted:
        found = found.filter(restarted=True)
    # Who reads numbers masked is not to find them out by asking.
    if narrowing.text and not policy.masks_case_numbers(actor):
        found = found.filter(number__istartswith=narrowing.text)
    return found.select_related("unit", "handler").order_by(*_order(actor, sort))


def _order(actor: Actor, sort: str) -> list[Any]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        return _order(actor, DEFAULT_SORT)
    turned = sort.startswith("-")
    if name == "number" and policy.masks_case_numbers(actor):
        name = "pk"
    column = F({"due": "next_day", "unit": "unit__name"}.get(name, name))
    first = column.desc(nulls_last=True) if turned else column.asc(nulls_last=True)
    return [first, "-pk"]


def _with_states(actor: Actor, cases: QuerySet[Case]) -> QuerySet[Any]:
    def of(model: type[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.visible_to(actor).filter(case=OuterRef("pk"))
        return found

    decisions = of(Decision).filter(ended_on__isnull=True)
    open_ones = of(Investigation).filter(closed_on__isnull=True)
    return cases.annotate(
        undecided=Exists(of(Intake).filter(outcome="")),
        unanswered=Exists(
            of(Intake).filter(
                feedback_asked=True, feedback_given_on__isnull=True, decided_on__isnull=False
            )
        ),
        investigated=Exists(open_ones),
        followed_up=Exists(
            of(Investigation).filter(follow_up_on__isnull=False, follow_up_ended_on__isnull=True)
        ),
        waiting=Exists(decisions.filter(executed_on__isnull=True)),
        interrupted=Exists(decisions.filter(interrupted_on__isnull=False, resumed_on__isnull=True)),
        watched=Exists(of(WatchedTime).filter(ended_on__isnull=True)),
        restarted=Exists(
            with_restarts(open_ones).filter(
                last_closed_on__gte=F("opened_on") - timedelta(days=WITHIN.days)
            )
        ),
        next_day=Least(*(_next_day(actor, kind, model) for kind, model in ALL_KINDS.items())),
    )


def _next_day(actor: Actor, kind: str, model: type[Any]) -> Subquery:
    mine = model.objects.visible_to(actor).filter(case=OuterRef(OuterRef("pk"))).values("pk")
    times = Deadline.objects.open().filter(kind=kind, subject_id__in=mine).exclude(others_over())
    return Subquery(times.order_by("last_day").values("last_day")[:1])
