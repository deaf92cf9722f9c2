"""What follows for open cases when units are replaced or an area was corrected."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.cases import watched, watching
from casework.cases.histories import ALL, DECISIONS, HANDLER, INTAKES, INVESTIGATIONS, UNIT
from casework.cases.models import WatchedTime
from casework.cases.services.gathering import gather, lock_cases
from casework.organisation.models import Membership, Unit, User
from casework.shared import clock
from casework.shared.chronicle import Chronicle, Stamp, Told

# What the unit still has to do something with.
OPEN = (
    (INTAKES, Q(outcome="") | Q(feedback_asked=True, feedback_given_on__isnull=True)),
    (
        INVESTIGATIONS,
        Q(closed_on__isnull=True) | Q(follow_up_on__isnull=False, follow_up_ended_on__isnull=True),
    ),
    (
        DECISIONS,
        Q(ended_on__isnull=True)
        & (Q(executed_on__isnull=True) | Q(interrupted_on__isnull=False, resumed_on__isnull=True)),
    ),
)


def open_in_unit(unit: Unit) -> int:
    """Return how many intakes, investigations, decisions and watched times are open in the unit."""
    return sum(rows.count() for rows in _open_ones(unit=unit))


def _open_ones(**whose: Unit | User) -> list[QuerySet[Any]]:
    records = [
        chronicle.record._default_manager.filter(is_open, **whose) for chronicle, is_open in OPEN
    ]
    return [*records, _watched().filter(**whose)]


def _watched() -> QuerySet[WatchedTime]:
    return WatchedTime.objects.filter(ended_on__isnull=True)


def follow_unit(actor: Actor, replaced: Sequence[Unit], successor: Unit, on: date) -> int:
    """Give the open ones of ``replaced`` to ``successor`` from ``on``; return how many.

    What came to the old unit later than ``on`` follows from that day. Closed ones stay: what was
    counted for the old unit remains counted there.
    """
    moved = 0
    with unit_of_work(actor) as work:
        stamp = Stamp(work.at, actor.user_id)
        cases: set[int] = set()
        for chronicle, is_open in OPEN:
            of_unit = chronicle.record._default_manager.filter(is_open, unit__in=replaced)
            # The cases first, as in each step.
            lock_cases(of_unit.filter(case__isnull=False).values_list("case_id", flat=True))
            records = list(of_unit.select_for_update(of=("self",)).order_by("pk"))
            came_on = dict(
                chronicle.record._default_manager.filter(pk__in=[r.pk for r in records])
                .annotate(came_on=Max("unit_rows__effective_on"))
                .values_list("pk", "came_on")
            )
            stories = [
                (record, [_told(successor, max(on, came_on[record.pk]))]) for record in records
            ]
            chronicle.write(stories, stamp)
            moved += len(records)
            cases |= {record.case_id for record in records if record.case_id}
            if records:
                work.audit(
                    "case.units_merged",
                    kind=chronicle.record._meta.model_name,
                    ids=[record.pk for record in records],
                    data={"to": successor.pk},
                )
            kind = str(chronicle.record._meta.model_name)
            ids = [record.pk for record in records]
            watching.watch_touched(kind, ids, (), work.at, history=True)
        gather(cases, stamp)
        watching.watch_cases(cases, work.at, history=True)
        moved += _follow_times(work, replaced, successor)
    return moved


def _follow_times(work: Work, replaced: Sequence[Unit], successor: Unit) -> int:
    """Give what is still watched in cases where nothing else goes on to ``successor``."""
    left = set(_watched().filter(unit__in=replaced).values_list("case_id", flat=True))
    lock_cases(left)
    followed = watched.follow(left, work.at)
    if followed:
        work.audit(
            "case.units_merged",
            kind=watched.KIND,
            ids=[time.pk for time in followed],
            data={"to": successor.pk},
        )
    return len(followed)


def regroup(actor: Actor, unit: Unit, batch: Any) -> int:
    """Correct the area in every history row of ``unit``; return how many records it concerns.

    The old rows stay, corrected from now on, so that a report as known before still has the area
    that the unit was then thought to belong to.
    """
    with unit_of_work(actor) as work:
        stamp = Stamp(work.at, actor.user_id, batch.pk)
        count = 0
        for chronicle in ALL:
            changed = _regroup(chronicle, unit, stamp)
            cases = {record.case_id for record in changed if record.case_id}
            ids = [record.pk for record in changed]
            # The other area may be children's: what runs by law from before begins as history.
            kind = str(chronicle.record._meta.model_name)
            watching.watch_touched(kind, ids, cases, work.at, history=True)
            count += len(changed)
        return count


def open_handled_by(user: User) -> list[QuerySet[Any]]:
    """Return the open ones that ``user`` handles, by kind, watched times among them."""
    return _open_ones(handler=user)


def hand_over(actor: Actor, leaver: User, to: User) -> int:
    """Make ``to`` the handler of all open ones that ``leaver`` handles; return how many.

    Protected ones that ``to`` may not see are left without a handler, for the unit to assign.
    Whose a watched time is follows from the records of its case, so there the closed ones go too.
    """
    moved = sum(rows.count() for rows in open_handled_by(leaver))
    with unit_of_work(actor) as work:
        stamp, today = Stamp(work.at, actor.user_id), clock.local_day(work.at)
        named = set(
            Membership.objects.valid_on(today)
            .filter(user=to, sees_protected=True)
            .values_list("unit_id", flat=True)
        )
        still_watched = set(_watched().filter(handler=leaver).values_list("case_id", flat=True))
        for chronicle, is_open in OPEN:
            mine = chronicle.record._default_manager.filter(
                is_open | Q(case__in=still_watched), handler=leaver
            )
            cases = set(mine.filter(case__isnull=False).values_list("case_id", flat=True))
            lock_cases(cases)
            records = list(mine.select_for_update(of=("self",)).order_by("pk"))
            stories = []
            for record in records:
                closed = record.protected and record.unit_id not in named
                value = {"handler_id": None if closed else to.pk}
                stories.append((record, [Told(HANDLER, today, value)]))
            chronicle.write(stories, stamp)
            gather(cases, stamp)
            ids = [record.pk for record in records]
            kind = str(chronicle.record._meta.model_name)
            watching.watch_touched(kind, ids, cases, work.at, history=True)
            if ids:
                work.audit("case.handed_over", kind=kind, ids=ids, data={"to": to.pk})
    return moved


def _regroup(chronicle: Chronicle, unit: Unit, stamp: Stamp) -> list[Any]:
    rows = chronicle.attributes[UNIT].model._default_manager
    taken_back = rows.filter(corrects__isnull=False).values("corrects")
    wrong = rows.filter(unit=unit).exclude(area=unit.area_id).exclude(pk__in=taken_back)
    by_record: dict[int, list[tuple[Told, int | None]]] = {}
    for row in wrong.order_by("pk"):
        by_record.setdefault(row.record_id, []).append((_told(unit, row.effective_on), row.pk))
    theirs = chronicle.record._default_manager.filter(pk__in=by_record)
    lock_cases(theirs.filter(case__isnull=False).values_list("case_id", flat=True))
    records = list(theirs.select_for_update(of=("self",)).order_by("pk"))
    chronicle.replace_rows([(record, by_record[record.pk]) for record in records], stamp)
    return records


def _told(unit: Unit, day: date) -> Told:
    value = {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}
    return Told(UNIT, day, value)
