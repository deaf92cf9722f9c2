"""Taking in what a register tells of intakes, investigations or decisions.

What stands in the file took effect on the file's own days; that we know it is recorded now.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework.cases.histories import (
    DECISIONS,
    INTAKES,
    INVESTIGATIONS,
    PROTECTION,
    REGISTRATION,
    UNIT,
)
from casework.cases.services.gathering import CaseSeed, cases_of, lock_cases
from casework.organisation.models import Board, Unit
from casework.shared.chronicle import Chronicle, Stamp, Told


@dataclass(frozen=True)
class Given:
    """One row of a register: ``registration`` (without its case) and what happened since.

    ``day`` is when the record began, ``marked`` whether the row itself says that the person has
    skyddade personuppgifter.
    """

    external_id: str
    case_number: str
    unit: Unit
    day: date
    marked: bool
    registration: Mapping[str, object]
    since: tuple[Told, ...] = ()


def _story(given: Given, case_id: int | None, *, protected: bool) -> list[Told]:
    unit = given.unit
    return [
        Told(REGISTRATION, given.day, {"case_id": case_id, **given.registration}),
        Told(
            UNIT, given.day, {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}
        ),
        Told(PROTECTION, given.day, {"protected": protected}),
        *given.since,
    ]


def add(
    chronicle: Chronicle, board: Board, rows: Sequence[Given], stamp: Stamp
) -> tuple[list[int], set[int]]:
    """Save new records; return their ids in the same order, and the cases they belong to."""
    cases = cases_of(board, [CaseSeed(row.case_number, row.unit.pk) for row in rows])
    stories = []
    for row in rows:
        case = cases.get(row.case_number)
        record = chronicle.record(board=board, external_id=row.external_id, marked=row.marked)
        protected = row.marked or bool(case and case.protected)
        stories.append((record, _story(row, case.pk if case else None, protected=protected)))
    chronicle.write_new(stories, stamp)
    return [record.pk for record, _ in stories], {case.pk for case in cases.values()}


# The day on which a record began, by its kind.
BEGAN = {INTAKES: "received_on", INVESTIGATIONS: "opened_on", DECISIONS: "decided_on"}


def registered_here(chronicle: Chronicle, board: Board, rows: Sequence[Given]) -> dict[str, int]:
    """Return external id → record for rows of which a record was registered here already.

    One by the same case number and beginning day, without an id of its own; only where there is
    no other such record, and no other such row.
    """
    records = chronicle.record._default_manager.filter(
        board=board,
        external_id="",
        case__number__in={row.case_number for row in rows if row.case_number},
    )
    found: dict[tuple[str, date], list[int]] = defaultdict(list)
    for key, number, day in records.values_list("pk", "case__number", BEGAN[chronicle]):
        found[number, day].append(key)
    if not found:
        return {}
    asked = Counter((row.case_number, row.day) for row in rows)
    return {
        row.external_id: found[place][0]
        for row in rows
        if len(found.get(place := (row.case_number, row.day), ())) == 1 and asked[place] == 1
    }


def amend(
    chronicle: Chronicle, board: Board, rows: Sequence[tuple[int, Given]], stamp: Stamp
) -> set[int]:
    """Let changed rows, by the ids of their records, correct what was told before.

    A record that was registered here is known by its row's id from now on. Returns the cases
    concerned, those left included.
    """
    cases = cases_of(board, [CaseSeed(row.case_number, row.unit.pk) for _, row in rows])
    ours = chronicle.record._default_manager.filter(board=board, pk__in=[key for key, _ in rows])
    # The cases first, as in each step.
    before = ours.filter(case__isnull=False).values_list("case_id", flat=True)
    lock_cases({case.pk for case in cases.values()} | set(before))
    records = ours.select_for_update(of=("self",)).in_bulk()
    touched = {record.case_id for record in records.values() if record.case_id}
    stories = []
    for key, row in rows:
        record, case = records[key], cases.get(row.case_number)
        # What another record of the case says of protection is for ``gather`` to apply.
        record.marked, record.external_id = row.marked, row.external_id
        protected = row.marked or bool(case and case.protected)
        stories.append((record, _story(row, case.pk if case else None, protected=protected)))
    chronicle.record._default_manager.bulk_update(records.values(), ["marked", "external_id"])
    chronicle.correct(stories, stamp)
    return touched | {case.pk for case in cases.values()}
