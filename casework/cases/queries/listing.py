"""The list of cases: what it can be narrowed by, its orders, and what a row says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
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


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases that the actor may open: by the case itself, or by any record of it.

    A case follows its latest record. Whoever has an earlier one, in a unit that the case has left,
    still has the steps of that one to take.
    """
    found: QuerySet[Case] = Case.objects.visible_to(actor)
    if not _has_the_board(actor):
        for model in KINDS.values():
            theirs = model.objects.visible_to(actor).exclude(case=None)
            found = found | Case.objects.filter(pk__in=theirs.values("case"))
    return found


def _has_the_board(actor: Actor) -> bool:
    return actor.is_system or actor.has(*policy.BOARD_WIDE)


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
    under_way = _under_way(actor)
    if narrowing.state == OPEN:
        cases = _open_cases(actor, under_way)
    elif narrowing.state == CLOSED:
        cases = visible_cases(actor).exclude(pk__in=_cases_of(under_way))
    else:
        cases = visible_cases(actor)
    found = _with_states(actor, cases, under_way)
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


def _under_way(actor: Actor) -> dict[str, QuerySet[Any]]:
    """Return the records that the actor sees and that keep a case under way, by how it stands.

    Few are under way of all that have been: the models have an index for each.
    """
    intakes = Intake.objects.visible_to(actor)
    investigations = Investigation.objects.visible_to(actor)
    decisions = Decision.objects.visible_to(actor).filter(ended_on__isnull=True)
    return {
        "undecided": intakes.filter(outcome=""),
        "unanswered": intakes.filter(
            feedback_asked=True, feedback_given_on__isnull=True, decided_on__isnull=False
        ),
        "investigated": investigations.filter(closed_on__isnull=True),
        "followed_up": investigations.filter(
            follow_up_on__isnull=False, follow_up_ended_on__isnull=True
        ),
        "waiting": decisions.filter(executed_on__isnull=True),
        "interrupted": decisions.filter(interrupted_on__isnull=False, resumed_on__isnull=True),
        "watched": WatchedTime.objects.visible_to(actor).filter(ended_on__isnull=True),
    }


def _cases_of(under_way: Mapping[str, QuerySet[Any]]) -> QuerySet[Any]:
    """Return the keys of the cases that the records belong to, each once."""
    first, *others = (
        records.filter(case__isnull=False).order_by().values("case")
        for records in under_way.values()
    )
    return first.union(*others)


def _open_cases(actor: Actor, under_way: Mapping[str, QuerySet[Any]]) -> QuerySet[Any]:
    """Return the cases that the actor may open and that something keeps under way."""
    cases = Case.objects.filter(board=actor.board_id, pk__in=_cases_of(under_way))
    # Whoever sees what keeps a case under way may open the case: asking that of every case there
    # is would cost most of all. Those who have the whole board have it by the case alone.
    return cases.visible_to(actor) if _has_the_board(actor) else cases


def _with_states(
    actor: Actor, cases: QuerySet[Case], under_way: Mapping[str, QuerySet[Any]]
) -> QuerySet[Any]:
    states = {
        name: Exists(records.filter(case=OuterRef("pk"))) for name, records in under_way.items()
    }
    open_ones = under_way["investigated"].filter(case=OuterRef("pk"))
    return cases.annotate(
        **states,
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
