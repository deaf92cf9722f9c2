"""Writing what is counted of a record: history rows, version rows and the record's own columns.

One ``Chronicle`` for each kind of record says in which tables its history lies and how the facts
in effect on a day fold into what is counted. All three are written together, from one instant, a
table at a time for many records, so that they cannot part and a register of thousands of rows is
taken in with a few statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection, models

from casework.shared.history import NO_END, NO_END_DAY
from casework.shared.versions import Fact, Fold, Segment, Version, changes, rebuild, timeline

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Attribute:
    """One thing that is told of a record, and the table of its history.

    ``model`` is the table of its history, ``fields`` the columns of its value (``unit_id``, not
    ``unit``). ``empty`` is the value that takes back what was told before; an attribute that is
    always told has none. ``related`` are columns of what a field refers to
    (``category_id__parent_id``): the value has them too, and they are never written.
    ``again``: it happens again and again, and a register tells of the latest alone.
    """

    model: type[Any]
    fields: tuple[str, ...]
    empty: Value | None = None
    related: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class Told:
    """That an attribute has a value from a day on.

    ``beside`` are columns of the row that are kept with the value and never counted.
    """

    attribute: str
    effective_on: date
    value: Value
    beside: Value = field(default_factory=dict)


@dataclass(frozen=True)
class Stamp:
    """When something was recorded, by whom, and in which import (if any)."""

    recorded_at: datetime
    actor_id: int | None
    batch_id: int | None = None


# Records, each with what is told of it.
Stories = Sequence[tuple[Any, Sequence[Told]]]
# The same, each told thing with the id of the row that it takes back, if any.
Choices = Sequence[tuple[Any, Sequence[tuple[Told, int | None]]]]


@dataclass(frozen=True)
class _Entry:
    """A row about to be written for a record."""

    told: Told
    recorded_at: datetime
    corrects: int | None = None


@dataclass(frozen=True)
class _Column:
    """A column of a history table, as it is read together with those of the other tables."""

    attribute: str
    name: str
    sql: str
    type: str
    converters: Sequence[Any]


@dataclass(frozen=True, eq=False)
class Chronicle:
    """How the history of one kind of record is kept.

    ``fold`` makes the state: names that are columns of the version rows are counted, names that
    are columns of the record are its projection (see ``versions.timeline``). ``copied`` are
    columns that never change and stand on record and version alike. ``link`` is the foreign key
    by which history and versions refer to the record, and ``along`` are columns of the record
    that are saved whenever its projection is.
    """

    record: type[Any]
    versions: type[Any]
    attributes: Mapping[str, Attribute]
    fold: Fold
    copied: tuple[str, ...] = ("board_id",)
    link: str = "record"
    along: tuple[str, ...] = ()

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(field.attname for field in self.versions._meta.concrete_fields)

    @cached_property
    def _columns_of_record(self) -> set[str]:
        return {field.attname for field in self.record._meta.concrete_fields}

    def write_new(self, stories: Stories, stamp: Stamp) -> None:
        """Save new records (not saved yet) with their history."""
        timelines = []
        for record, story in stories:
            # Keys come when the rows are saved; until then their order stands for them.
            facts = [
                Fact(
                    (told.attribute, place),
                    told.attribute,
                    dict(told.value),
                    told.effective_on,
                    stamp.recorded_at,
                )
                for place, told in enumerate(story)
            ]
            segments = timeline(facts, self.fold)
            self._project(record, segments[-1])
            timelines.append(segments)
        self.record._default_manager.bulk_create([record for record, _ in stories])
        self._save_rows(
            [
                (record.pk, [_Entry(told, stamp.recorded_at) for told in story])
                for record, story in stories
            ],
            stamp,
        )
        self.versions._default_manager.bulk_create(
            self._version(record, segment, stamp.recorded_at)
            for (record, _), segments in zip(stories, timelines, strict=True)
            for segment in segments
        )

    def write(self, stories: Stories, stamp: Stamp) -> None:
        """Add what is told to records that are locked in this transaction."""
        self._write([(record, [(one, None) for one in told]) for record, told in stories], stamp)

    def correct(
        self, stories: Stories, stamp: Stamp, only: Iterable[str] | None = None
    ) -> list[Any]:
        """Let each story take the place of what was told before; return the records that changed.

        A story tells each attribute once at most; of those ``only`` names (all), one that it
        does not tell is emptied if a register told it before. What was told by hand is kept where
        the story says nothing or leaves it empty. The rows taken back stay, so that what was
        known before the correction can still be counted. The records are locked in this
        transaction.
        """
        wanted = list(self.attributes if only is None else only)
        known = self.facts(record.pk for record, _ in stories)
        choices = [
            (record, self._differences(told, known[record.pk], wanted)) for record, told in stories
        ]
        self._write(choices, stamp)
        return [record for record, chosen in choices if chosen]

    def replace_rows(self, choices: Choices, stamp: Stamp) -> dict[int, datetime]:
        """Write what is told, each in place of the row whose id stands beside it (if any).

        The records are locked in this transaction. Returns when each, by its id, was recorded:
        at the stamp, or right after what was recorded of it before.
        """
        return self._write(choices, stamp)

    def facts(self, ids: Iterable[int]) -> dict[int, list[Fact]]:
        """Return the history of several records by their ids, in one query."""
        with connection.cursor() as cursor:
            cursor.execute(self._history, {"ids": list(ids)})
            rows = cursor.fetchall()
        found: dict[int, list[Fact]] = defaultdict(list)
        for record, name, key, effective_on, recorded_at, corrects, imported, *values in rows:
            value = {
                column.name: _converted(raw, column)
                for column, raw in zip(self._columns, values, strict=True)
                if column.attribute == name
            }
            corrected = (name, corrects) if corrects else None
            found[record].append(
                Fact((name, key), name, value, effective_on, recorded_at, corrected, imported)
            )
        return found

    @cached_property
    def _columns(self) -> Sequence[_Column]:
        return [
            _column(name, attribute.model, column)
            for name, attribute in self.attributes.items()
            for column in (*attribute.fields, *attribute.related)
        ]

    @cached_property
    def _history(self) -> str:
        """The history of all tables as one query: a row has NULL in the columns of the others."""
        parts = []
        for name, attribute in self.attributes.items():
            columns = ", ".join(
                column.sql if column.attribute == name else f"NULL::{column.type}"
                for column in self._columns
            )
            parts.append(
                f"SELECT h.{self.link}_id, '{name}', h.id, h.effective_on, h.recorded_at,"  # noqa: S608  our own names
                f" h.corrects_id, h.batch_id IS NOT NULL, {columns}"
                f" FROM {attribute.model._meta.db_table} h"
                f" WHERE h.{self.link}_id = ANY(%(ids)s)"
            )
        return " UNION ALL ".join(parts)

    def rebuilt(self, record: Any, facts: Sequence[Fact]) -> list[Any]:
        """Return the version rows made again from the history alone (unsaved)."""
        return [
            self._version(record, version.segment, version.recorded_from, version)
            for version in rebuild(facts, self.fold)
        ]

    def _differences(
        self, story: Sequence[Told], facts: Sequence[Fact], wanted: Sequence[str]
    ) -> list[tuple[Told, int | None]]:
        told = {one.attribute: one for one in story}
        valid = valid_facts(facts)
        found: list[tuple[Told, int | None]] = []
        for name in wanted:
            before = self.corrected_by_register(name, valid[name])
            now = told.get(name)
            if now is None and before is not None:
                empty = self.attributes[name].empty
                if empty is not None and before.imported and before.value != dict(empty):
                    now = Told(name, before.effective_on, empty)
            if now is None:
                continue
            if before is None:
                found.append((now, None))
                continue
            if not before.imported:
                now = _completed(now, before)
            if (before.effective_on, before.value) != (now.effective_on, dict(now.value)):
                found.append((now, before.key[1]))
        return found

    def corrected_by_register(self, name: str, valid: Sequence[Fact]) -> Fact | None:
        """Return which of the facts that hold a register speaks of; None where there are none."""
        if not valid:
            return None
        return valid[-1] if self.attributes[name].again else valid[0]

    def _write(self, choices: Choices, stamp: Stamp) -> dict[int, datetime]:
        choices = [(record, chosen) for record, chosen in choices if chosen]
        if not choices:
            return {}
        known = self.facts(record.pk for record, _ in choices)
        instants: dict[int, datetime] = {}
        for record, _ in choices:
            facts = known[record.pk]
            at = instants[record.pk] = _not_before(facts, stamp.recorded_at)
            if any(fact.recorded_at == at for fact in facts):
                self._take_back(record, at)
        written = self._save_rows(
            [
                (record.pk, [_Entry(told, instants[record.pk], back) for told, back in chosen])
                for record, chosen in choices
            ],
            stamp,
        )
        begun: list[models.Model] = []
        projected: set[str] = set()
        ended: list[tuple[int, date, datetime]] = []
        for record, _ in choices:
            at, facts = instants[record.pk], known[record.pk]
            before = [fact for fact in facts if fact.recorded_at < at]
            segments = timeline([*facts, *written[record.pk]], self.fold)
            gone, new = changes(timeline(before, self.fold), segments)
            ended += [(record.pk, segment.start, at) for segment in gone]
            begun += [self._version(record, segment, at) for segment in new]
            projected |= self._project(record, segments[-1])
        self._end_versions(ended)
        self.versions._default_manager.bulk_create(begun)
        self._save_projections([record for record, _ in choices], projected)
        return instants

    def _save_rows(
        self, entries: Iterable[tuple[int, Sequence[_Entry]]], stamp: Stamp
    ) -> dict[int, list[Fact]]:
        """Save a row for each entry, a table at a time; return them as facts by record."""
        rows: dict[str, list[tuple[Any, Told]]] = defaultdict(list)
        for key, of_record in entries:
            for entry in of_record:
                attribute = self.attributes[entry.told.attribute]
                values = entry.told.value.items()
                row = attribute.model(
                    effective_on=entry.told.effective_on,
                    recorded_at=entry.recorded_at,
                    actor_id=stamp.actor_id,
                    batch_id=stamp.batch_id,
                    corrects_id=entry.corrects,
                    **{f"{self.link}_id": key},
                    **{name: one for name, one in values if name not in attribute.related},
                    **entry.told.beside,
                )
                rows[entry.told.attribute].append((row, entry.told))
        facts: dict[int, list[Fact]] = defaultdict(list)
        for name, found in rows.items():
            attribute = self.attributes[name]
            attribute.model._default_manager.bulk_create([row for row, _ in found])
            for row, told in found:
                value = {column: getattr(row, column) for column in attribute.fields}
                value |= {column: told.value[column] for column in attribute.related}
                corrected = (name, row.corrects_id) if row.corrects_id else None
                facts[getattr(row, f"{self.link}_id")].append(
                    Fact(
                        (name, row.pk),
                        name,
                        value,
                        row.effective_on,
                        row.recorded_at,
                        corrected,
                        imported=row.batch_id is not None,
                    )
                )
        return facts

    def _take_back(self, record: Any, at: datetime) -> None:
        """Undo what an earlier write of the same act did: it was known for no time."""
        versions = self.versions._default_manager.filter(**{self.link: record})
        versions.filter(recorded_from=at).delete()
        versions.filter(recorded_to=at).update(recorded_to=NO_END)

    def _end_versions(self, ended: Sequence[tuple[int, date, datetime]]) -> None:
        if not ended:
            return
        table = self.versions._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} v SET recorded_to = gone.at"  # noqa: S608  our own names
                " FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[]) gone (record, start, at)"
                f" WHERE v.{self.link}_id = gone.record AND v.effective_from = gone.start"
                " AND v.recorded_to = %s",
                [*(list(values) for values in zip(*ended, strict=True)), NO_END],
            )

    def _version(
        self, record: Any, segment: Segment, recorded_from: datetime, of: Version | None = None
    ) -> Any:
        counted = {name: value for name, value in segment.state.items() if name in self._counted}
        return self.versions(
            effective_from=segment.start,
            effective_to=segment.end or NO_END_DAY,
            recorded_from=recorded_from,
            recorded_to=of.recorded_to or NO_END if of else NO_END,
            **{f"{self.link}_id": record.pk},
            **{name: getattr(record, name) for name in self.copied},
            **counted,
        )

    def _project(self, record: Any, segment: Segment) -> set[str]:
        """Set the record's columns to how it stands; return their names."""
        names = self._columns_of_record & segment.state.keys()
        for name in names:
            setattr(record, name, segment.state[name])
        return names

    def _save_projections(self, records: Sequence[Any], names: set[str]) -> None:
        fields = [*sorted(names), *self.along]
        if len(records) == 1:
            records[0].save(update_fields=fields)
        else:
            self.record._default_manager.bulk_update(records, fields, batch_size=200)


def _completed(now: Told, before: Fact) -> Told:
    """Return ``now`` with what it leaves empty as it was told by hand."""
    kept = {
        name: before.value[name] if value in ("", None) else value
        for name, value in now.value.items()
    }
    return Told(now.attribute, now.effective_on, kept)


def valid_facts(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Return the facts that nothing corrects by attribute, in the order in which they hold."""
    corrected = {fact.corrects for fact in facts}
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in sorted(facts, key=lambda fact: (fact.effective_on, fact.key[1])):
        if fact.key not in corrected:
            found[fact.attribute].append(fact)
    return found


def _not_before(facts: Sequence[Fact], instant: datetime) -> datetime:
    """Return ``instant``, or a moment after what is already recorded where that is later.

    What is known of a record must grow in the order in which it was written.
    """
    latest = max((fact.recorded_at for fact in facts), default=instant)
    return instant if latest <= instant else latest + timedelta(microseconds=1)


def _column(attribute: str, model: type[Any], name: str) -> _Column:
    """Return how a column is read, or one of the row that it refers to (``unit_id__area_id``)."""
    column, _, related = name.partition("__")
    found = model._meta.get_field(column)
    sql = f"h.{found.column}"
    if related:
        target = found.related_model
        found = target._meta.get_field(related)
        sql = f"(SELECT {found.column} FROM {target._meta.db_table} t WHERE t.id = {sql})"  # noqa: S608  our own names
    return _Column(
        attribute, name, sql, found.db_type(connection), found.get_db_converters(connection)
    )


def _converted(raw: Any, column: _Column) -> Any:
    for convert in column.converters:
        raw = convert(raw, None, connection)
    return raw
