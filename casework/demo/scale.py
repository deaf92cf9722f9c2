"""Any number of cases for measuring, with all their records, history, versions and times.

A pattern of cases is written by the same arithmetic as steps and imports use, so that columns,
versions and times follow from the history; the database then copies the pattern as often as is
asked for. Each copy has the pattern's days and keys of its own.
"""

import random
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, Min

from casework.cases.histories import ALL
from casework.cases.models import Case, Decision, Intake, Investigation
from casework.cases.services.gathering import gather
from casework.cases.watching import KINDS, watch_cases
from casework.deadlines.models import Deadline
from casework.demo.scale_courses import Courses, Diary, Home
from casework.organisation.models import Board, Membership, Role, Unit
from casework.shared import clock
from casework.shared.chronicle import Chronicle, Stamp
from casework.shared.versions import timeline

Table = type[models.Model]
# Enough cases that days and courses differ as they do in many.
PATTERN = 3_000
# Cases copied by one statement.
AT_ONCE = 100_000
# What other rows refer to: a copy's keys are drawn beforehand.
KEYED: tuple[Table, ...] = (Case, Intake, Investigation, Decision, Deadline)
_TOLD: tuple[Table, ...] = tuple(
    table
    for chronicle in ALL
    for table in (*(one.model for one in chronicle.attributes.values()), chronicle.versions)
)
FILLED = (*KEYED, *_TOLD)


def scale(board: Board, count: int) -> tuple[Table, ...]:
    """Add ``count`` cases of the last three years to a board that has units and people.

    Returns the models whose tables were filled.
    """
    pattern = min(count, PATTERN)
    with connection.cursor() as cursor:
        # Checked after each statement: what waits for the commit is kept in memory until then.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        writer = _Writer(board)
        writer.write(pattern)
        last = _last(board)
        copies = range(1, count // pattern)
        step = max(1, AT_ONCE // pattern)
        for first in copies[::step]:
            _copy(cursor, board, last, first, min(first + step - 1, copies[-1]))
        writer.write(count % pattern)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return FILLED


class _Writer:
    """Writes cases one after the other, the same ones each time."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.rng = random.Random(11)  # noqa: S311
        self.now = clock.now()
        self.courses = Courses(self.rng, clock.today())
        works_in = dict(
            Membership.objects.filter(board=board, role=Role.WORKER)
            .values_list("unit")
            .annotate(worker=Min("user"))
        )
        units = Unit.objects.filter(board=board, pk__in=works_in).select_related("area")
        self.homes = [Home(unit, works_in[unit.pk]) for unit in units.order_by("pk")]
        # Children's units have more than the others: half of all cases.
        childs = [home for home in self.homes if home.unit.area.for_children]
        self.homes += childs * ((len(self.homes) - len(childs)) // max(len(childs), 1) - 1)
        self.written = 0

    def write(self, count: int) -> None:
        """Write so many more cases with all that belongs to them."""
        if not count:
            return
        days = self.courses.days(count)
        homes = self.rng.choices(self.homes, k=count)
        cases = [
            Case(board=self.board, number=f"SKALA-{self.written + place}", unit=home.unit)
            for place, home in enumerate(homes, start=1)
        ]
        self.written += count
        Case.objects.bulk_create(cases)
        diaries = [
            diary
            for case, home, day in zip(cases, homes, days, strict=True)
            for diary in self.courses.of(case, home, day)
        ]
        for chronicle in ALL:
            _save(chronicle, [diary for diary in diaries if diary.chronicle is chronicle])
        keys = [case.pk for case in cases]
        gather(keys, Stamp(self.now, None))
        watch_cases(keys, self.now, history=True)


def _save(chronicle: Chronicle, diaries: Sequence[Diary]) -> None:
    """Save records with their history, and the versions that follow from it."""
    columns = {field.attname for field in chronicle.record._meta.concrete_fields}
    for diary in diaries:
        state = timeline(diary.facts(), chronicle.fold)[-1].state
        for name in columns & state.keys():
            setattr(diary.record, name, state[name])
    records: Any = chronicle.record._default_manager
    records.bulk_create([diary.record for diary in diaries])
    for name, attribute in chronicle.attributes.items():
        rows = [
            attribute.model(
                record=diary.record,
                effective_on=told.effective_on,
                recorded_at=at,
                actor_id=diary.worker_id,
                **told.value,
            )
            for diary in diaries
            for told, at in diary.told
            if told.attribute == name
        ]
        attribute.model._default_manager.bulk_create(rows)
    versions = (
        version for diary in diaries for version in chronicle.rebuilt(diary.record, diary.facts())
    )
    while some := list(islice(versions, 5_000)):
        chronicle.versions._default_manager.bulk_create(some)


def _last(board: Board) -> dict[Table, int]:
    """Return the last key of the pattern in each table; what comes after it is a copy."""
    return {
        model: model._default_manager.filter(board=board).aggregate(last=Max("pk"))["last"] or 0
        for model in KEYED
    }


def _copy(
    cursor: CursorWrapper, board: Board, last: dict[Table, int], first: int, through: int
) -> None:
    """Copy the pattern into the copies numbered from ``first`` through ``through``."""
    for model in KEYED:
        _draw_keys(cursor, model, board, last[model], (first, through))
    # Times last: a time belongs to a record.
    for table in (*KEYED[:-1], *_TOLD, *KEYED[-1:]):
        _insert(cursor, table)
    cursor.execute(f"DROP TABLE {', '.join(_keys(model) for model in KEYED)}")


def _keys(model: Table) -> str:
    return f"scale_{model._meta.model_name}"


def _draw_keys(
    cursor: CursorWrapper, model: Table, board: Board, last: int, copies: tuple[int, int]
) -> None:
    """Draw a key for each row of each copy: in the order of time, as rows come to be."""
    table = model._meta.db_table
    only = " AND kind = ANY(%(kinds)s)" if model is Deadline else ""
    cursor.execute(
        f"""
        CREATE TEMP TABLE {_keys(model)} AS
        SELECT ordered.old, ordered.copy,
               nextval(pg_get_serial_sequence('{table}', 'id')) AS new
          FROM (
            SELECT id AS old, copy
              FROM {table} CROSS JOIN generate_series(%(first)s, %(through)s) AS copy
             WHERE board_id = %(board)s AND id <= %(last)s{only}
             ORDER BY id, copy
          ) ordered;
        ANALYZE {_keys(model)}
        """,  # noqa: S608  our own names
        {
            "board": board.pk,
            "last": last,
            "first": copies[0],
            "through": copies[1],
            "kinds": list(KINDS),
        },
    )


def _insert(cursor: CursorWrapper, model: Table) -> None:
    """Insert the copies of a table's rows: all as in the pattern but for the keys."""
    fields = [
        field for field in model._meta.concrete_fields if model in KEYED or not field.primary_key
    ]
    columns = ", ".join(str(field.column) for field in fields)
    values, joins = [], []
    for field in fields:
        value, join = _value(model, field)
        values.append(value)
        joins += join
    own: Any = model if model in KEYED else model._meta.get_field("record").related_model
    link = "id" if model in KEYED else "record_id"
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(values)}"  # noqa: S608
        f" FROM {_keys(own)} self JOIN {model._meta.db_table} t ON t.{link} = self.old"
        f" {' '.join(joins)} ORDER BY self.new, t.id"
    )


def _value(model: Table, field: Any) -> tuple[str, list[str]]:
    """Return what a copy has in a column, and what is joined for it."""
    if field.primary_key or (model not in KEYED and field.name == "record"):
        return "self.new", []
    if field.related_model in KEYED:
        return f'"{field.name}".new', [_join(field.name, field.related_model, str(field.column))]
    if model is Deadline and field.name == "subject_id":
        joins = [
            f"{_join(kind, subject, 'subject_id')} AND t.kind = '{kind}'"
            for kind, subject in KINDS.items()
        ]
        return f"coalesce({', '.join(f'{kind}.new' for kind in KINDS)})", joins
    if field.name in ("number", "external_id"):
        return f"t.{field.column} || '-' || self.copy", []
    return f"t.{field.column}", []


def _join(name: str, model: Table, column: str) -> str:
    return (
        f'LEFT JOIN {_keys(model)} "{name}" ON "{name}".old = t.{column}'
        f' AND "{name}".copy = self.copy'
    )
