"""The list of cases: what it can be narrowed by, its orders, and what a row says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Case as Choice
from django.db.models import Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Least

from casework.access import policy
from casework.access.actor import Actor
from casework.cases.models import Case, Decision, Intake, Investigation, WatchedTime
from casework.cases.restarts import WITHIN, with_restarts
from casework.cases.watched import KIND
from casework.cases.watching import ALL_KINDS, KINDS
from casework.deadlines.lists import others_over
from casework.deadlines.models import Deadline
from casework.shared import clock

OPEN, CLOSED, ALL = "open", "closed", "all"
DEFAULT_SORT = "due"
SORTS = ("due", "number", "unit")
# How the records of each kind keep a case under way.
_STATES = {
    "intake": ("undecided", "unanswered"),
    "investigation": ("investigated", "followed_up"),
    "decision": ("waiting", "interrupted"),
    KIND: ("watched",),
}


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
    beginning of a case number. ``late``: a time has run out. ``mine`` and ``unit`` go by whatever
    is under way in the case, by its latest record where nothing is (``belongs_to``).
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
    whose = _whose(actor, narrowing)
    if narrowing.state == OPEN:
        cases = _open_cases(actor, _of(under_way, whose))
    elif narrowing.state == CLOSED:
        cases = visible_cases(actor).exclude(pk__in=_cases_of(under_way)).filter(**whose)
    else:
        cases = visible_cases(actor)
        if whose:
            cases = cases.filter(belongs_to(actor, **whose))
    found = _with_states(actor, cases, under_way)
    if narrowing.kind in ALL_KINDS:
        of_kind = ALL_KINDS[narrowing.kind].objects.visible_to(actor)
        found = found.filter(Exists(of_kind.filter(case=OuterRef("pk"))))
    if narrowing.late:
        found = found.filter(next_day__lt=clock.today())
    if narrowing.restarted:
        found = found.filter(restarted=True)
    # Who reads numbers masked is not to find them out by asking.
    if narrowing.text and not policy.masks_case_numbers(actor):
        found = found.filter(number__istartswith=narrowing.text)
    return found.select_related("unit", "handler").order_by(*_order(actor, sort))


def number_of(actor: Actor, narrowing: Narrowing, found: QuerySet[Any]) -> int:
    """Return how many cases ``found`` holds, which is what ``narrowed`` returned.

    What is merely under way is counted by its records: the cases need not be looked at.
    """
    if replace(narrowing, unit=None, mine=False) != Narrowing():
        return found.count()
    return _cases_of(_of(_under_way(actor), _whose(actor, narrowing))).count()


def with_states(actor: Actor, keys: Sequence[int]) -> list[Any]:
    """Return the cases ``keys`` of what ``narrowed`` returned, in that order, as it returns them.

    How a case stands is asked of those shown alone: the database would ask it of all it sorts.
    """
    found = _with_states(actor, Case.objects.filter(pk__in=keys), _under_way(actor))
    by_key = found.select_related("unit", "handler").in_bulk()
    return [by_key[key] for key in keys if key in by_key]


def belongs_to(actor: Actor, **whose: int | None) -> Q:
    """Return the condition under which a case is somebody's: ``unit`` or ``handler``, or both.

    By whatever the actor sees under way in it: the case itself names only those of its latest
    record, and an earlier one may still be open elsewhere. By those where nothing is under way.
    """
    under_way = _under_way(actor)
    none_open = Q(**whose) & ~Q(pk__in=_cases_of(under_way))
    return Q(pk__in=_cases_of(_of(under_way, whose))) | none_open


def _whose(actor: Actor, narrowing: Narrowing) -> dict[str, int | None]:
    whose: dict[str, int | None] = {"unit": narrowing.unit} if narrowing.unit else {}
    return whose | {"handler": actor.user_id} if narrowing.mine else whose


def _of(
    under_way: Mapping[str, QuerySet[Any]], whose: Mapping[str, int | None]
) -> Mapping[str, QuerySet[Any]]:
    return {name: records.filter(**whose) for name, records in under_way.items()}


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
        next_day=Least(*(_next_day(actor, kind, under_way) for kind in ALL_KINDS)),
    )


def _next_day(actor: Actor, kind: str, under_way: Mapping[str, QuerySet[Any]]) -> Expression:
    records = ALL_KINDS[kind].objects.visible_to(actor)
    mine = records.filter(case=OuterRef(OuterRef("pk"))).values("pk")
    times = Deadline.objects.open().filter(kind=kind, subject_id__in=mine).exclude(others_over())
    first = Subquery(times.order_by("last_day").values("last_day")[:1])
    # A time runs in a record that is under way. Most cases have one of a kind alone: asking which
    # have any is one look-up among few, asking each for its first time is four searches.
    theirs = {name: under_way[name] for name in _STATES[kind]}
    return Choice(When(pk__in=_cases_of(theirs), then=first))
