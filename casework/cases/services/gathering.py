"""The case as its records make it: unit, sex, birth year, and protection that spreads in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from casework.cases.histories import ALL, PROTECTION
from casework.cases.models import Case
from casework.organisation.models import Board
from casework.shared.chronicle import Chronicle, Stamp, Told

# What the latest record says holds; a register that lacks a column empties nothing. Of what is of
# the same day, a decision comes after the investigation and that after what came in.
_GATHER = """
UPDATE casework_case c SET unit_id = r.unit_id, sex = r.sex, birth_year = r.birth_year,
       handler_id = r.handler_id, protected = r.protected OR c.marked
  FROM (
    SELECT case_id,
           (array_agg(unit_id ORDER BY day DESC, rank DESC, id DESC))[1] AS unit_id,
           coalesce((array_agg(sex ORDER BY day DESC, rank DESC, id DESC)
             FILTER (WHERE sex <> ''))[1], '') AS sex,
           (array_agg(birth_year ORDER BY day DESC, rank DESC, id DESC)
             FILTER (WHERE birth_year IS NOT NULL))[1] AS birth_year,
           (array_agg(handler_id ORDER BY day DESC, rank DESC, id DESC)
             FILTER (WHERE handler_id IS NOT NULL))[1] AS handler_id,
           bool_or(marked) AS protected
      FROM (
        SELECT case_id, unit_id, sex, birth_year, handler_id, marked, received_on AS day,
               0 AS rank, id FROM casework_intake WHERE case_id = ANY(%(ids)s)
        UNION ALL
        SELECT case_id, unit_id, sex, birth_year, handler_id, marked, opened_on, 1, id
          FROM casework_investigation WHERE case_id = ANY(%(ids)s)
        UNION ALL
        SELECT case_id, unit_id, sex, NULL, handler_id, marked, decided_on, 2, id
          FROM casework_decision WHERE case_id = ANY(%(ids)s)
      ) records GROUP BY case_id
  ) r WHERE r.case_id = c.id
"""

_CHUNK = 5000


@dataclass(frozen=True)
class CaseSeed:
    """What a case that is met for the first time starts with."""

    number: str
    unit_id: int


def cases_of(board: Board, seeds: Iterable[CaseSeed]) -> dict[str, Case]:
    """Return the board's cases by number, those not known yet made; an empty number is none."""
    wanted = {seed.number: seed for seed in seeds if seed.number}
    found = {case.number: case for case in Case.objects.filter(board=board, number__in=wanted)}
    Case.objects.bulk_create(
        [
            Case(board=board, number=number, unit_id=seed.unit_id)
            for number, seed in wanted.items()
            if number not in found
        ],
        ignore_conflicts=True,
    )
    if len(found) < len(wanted):
        found = {case.number: case for case in Case.objects.filter(board=board, number__in=wanted)}
    return found


def lock_cases(case_ids: Iterable[int]) -> None:
    """Lock cases for the rest of the transaction, in one order for all."""
    rows = Case.objects.select_for_update(no_key=True).filter(pk__in=sorted(set(case_ids)))
    list(rows.order_by("pk").values_list("pk", flat=True))


def gather(case_ids: Iterable[int], stamp: Stamp) -> None:
    """Bring cases up to date with their records, and protect all records of a marked case.

    One register may mark a person whom another, without the column, would show.
    """
    wanted = sorted(set(case_ids))
    for start in range(0, len(wanted), _CHUNK):
        _gather(wanted[start : start + _CHUNK], stamp)


def _gather(ids: Sequence[int], stamp: Stamp) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GATHER, {"ids": list(ids)})
    protected = dict(Case.objects.filter(pk__in=ids).values_list("pk", "protected"))
    for chronicle in ALL:
        _spread(chronicle, protected, stamp)


def _spread(chronicle: Chronicle, protected: Mapping[int, bool], stamp: Stamp) -> None:
    rows = chronicle.record._default_manager.select_for_update(of=("self",)).filter(
        case__in=protected
    )
    # Compared here and not in SQL: nearly all agree, and the comparison needs both tables.
    others: Sequence[Any] = [
        record for record in rows.order_by("pk") if record.protected != protected[record.case_id]
    ]
    first_day = {
        key: min(fact.effective_on for fact in facts)
        for key, facts in chronicle.facts(record.pk for record in others).items()
    }
    stories = [
        (record, [Told(PROTECTION, first_day[record.pk], {"protected": not record.protected})])
        for record in others
    ]
    chronicle.correct(stories, stamp, only=[PROTECTION])
