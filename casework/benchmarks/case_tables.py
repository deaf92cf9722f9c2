"""The report's tables of cases against plain SQL that has only the cases as they stand today.

Tables that the report makes from one scan are measured together, against a query for each.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Count

from casework.access.actor import Actor
from casework.cases.models import Intake, Statute
from casework.kit.bench import Result, compare
from casework.organisation.models import Board, ServiceArea
from casework.reports.selection import Selection, select
from casework.reports.tables import QUALITY_TABLES, Content
from casework.shared import clock
from casework.shared.fields import cipher

_OF_AREA = """
  FROM casework_{record} r JOIN casework_unit u ON u.id = r.unit_id
 WHERE r.board_id = %(board)s AND u.area_id = %(area)s
"""
_INTAKES = _OF_AREA.format(record="intake") + "AND r.received_on BETWEEN %(start)s AND %(end)s"
_OPEN_BEFORE = """
EXISTS (SELECT FROM casework_investigation o
         WHERE o.case_id = r.case_id AND o.kind = 'Barnutredning'
           AND (o.closed_on IS NULL OR o.closed_on >= r.received_on)
           AND (o.opened_on < r.received_on
                OR o.opened_on = r.received_on AND o.intake_on < r.received_on))
"""
_SEEN = "least(r.closed_on, %(end)s::date)"
_LATE = f"{_SEEN} > (r.opened_on + interval '4 months')::date"
_WAITED = "coalesce(least(r.{done} - 1, r.ended_on - 1), %(end)s::date)"
_OVER = "(r.{since} + interval '3 months')::date < " + _WAITED
_WAITS = f"({_OVER} AND {_WAITED} >= %(start)s)"
_AGE = "extract(year FROM r.received_on) - r.birth_year"
_AGES = f"width_bucket({_AGE}, ARRAY[7, 13, 18, 21]::numeric[])"
PLAIN: dict[str, tuple[str, ...]] = {
    "intakes": tuple(
        f"SELECT {what}, count(*) {_INTAKES} GROUP BY 1"
        for what in ("r.kind", "r.sex", _AGES, "r.source")
    ),
    "preliminary_assessments": (
        f"""
SELECT coalesce(r.decided_on, %(end)s::date) <= r.received_on + 14, r.outcome, count(*) {_INTAKES}
   AND r.kind = 'report' AND NOT {_OPEN_BEFORE} GROUP BY 1, 2
""",
    ),
    "late_investigations": (
        f"""
SELECT {_LATE}, r.extended_to IS NOT NULL, coalesce(r.extended_in_time_to, r.opened_on) < {_SEEN},
       count(*) {_OF_AREA.format(record="investigation")}
   AND r.kind = 'Barnutredning' AND r.opened_on <= %(end)s
   AND (r.closed_on IS NULL OR r.closed_on >= %(start)s) GROUP BY 1, 2, 3
""",
    ),
    "unexecuted_decisions": tuple(
        f"""
SELECT r.reason, r.external_id, r.sex, r.measure, r.decided_on, r.interrupted_on, r.executed_on,
       r.ended_on, r.statute, 1 {_OF_AREA.format(record="decision")} AND r.statute = '{law}'
   AND ({_WAITS.format(since="decided_on", done="executed_on")}
        OR {_WAITS.format(since="interrupted_on", done="resumed_on")})
"""
        for law in Statute.values
    ),
}
GOAL = 2.0


def tables() -> list[Result]:
    """Make the tables for the last year of the largest board's largest area."""
    found = Intake.objects.values("board", "unit__area").annotate(n=Count("pk")).order_by("-n")[:1]
    return [
        _measure(
            Board.objects.get(pk=largest["board"]),
            ServiceArea.objects.get(pk=largest["unit__area"]),
            name,
        )
        for largest in found
        for name in PLAIN
    ]


def _measure(board: Board, area: ServiceArea, name: str) -> Result:
    given = period(board, area)
    return compare(
        f"tabell {name}",
        partial(ours, board, area, name),
        partial(plain, name, given),
        goal=GOAL,
        rows=max(content.total for content in ours(board, area, name)),
    )


def period(board: Board, area: ServiceArea) -> dict[str, int | date]:
    """Return what the plain queries are asked with: the last year."""
    end = clock.today()
    start = end - timedelta(days=364)
    return {"board": board.pk, "area": area.pk, "start": start, "end": end}


def ours(board: Board, area: ServiceArea, name: str) -> list[Content]:
    """Make the tables as the report does; the clocks stand at the present."""
    selection = _selection(board, area)
    return [
        table.build(selection, area)
        for key, table in QUALITY_TABLES.items()
        if key.startswith(f"casework.{name}")
    ]


def _selection(board: Board, area: ServiceArea) -> Selection:
    end = clock.today()
    start = end - timedelta(days=364)
    return select(Actor.system(board), board, period_from=start, period_to=end, area=area.name)


def plain(name: str, given: Mapping[str, int | date]) -> list[tuple[Any, ...]]:
    """Return the rows of the plain queries; the last column is how many each stands for.

    A list gives reasons for people to read: they are deciphered in both.
    """
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for query in PLAIN[name]:
            cursor.execute(query, given)
            rows += cursor.fetchall()
    if name == "unexecuted_decisions":
        return [(_deciphered(row[0]), *row[1:]) for row in rows]
    return rows


def _deciphered(text: str) -> str:
    return cipher().decrypt(text.encode()).decode() if text else ""
