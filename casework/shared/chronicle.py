"""Writing what is counted of a record: history rows, version rows and the record's own columns.

One ``Chronicle`` for each kind of record says in which tables its history lies and how the facts
in effect on a day fold into what is counted. All three are written together, from one instant, a
table at a time for many records, so that they cannot part and a register of thousands of rows is
taken in with a few statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import models

from casework.shared.history import NO_END, NO_END_DAY, HistoryRow
from casework.shared.versions import Fact, Fold, Segment, Version, changes, rebuild, timeline

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Attribute:
    """One thing that is told of a record, and the table of its history.

    ``model`` is a ``HistoryRow``, ``fields`` the columns of its value (``unit_id``, not
    ``unit``). ``empty`` is the value that takes back what was told before; an attribute that is
    always told has none.
    """

    model: type[Any]
    fields: tuple[str, ...]
    empty: Value | None = None


@dataclass(frozen=True)
class Told:
    """That an attribute has a value from a day on."""

    attribute: str
    effective_on: date
    value: Value


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


@dataclass(frozen=True, eq=False)
class Chronicle:
    """How the history of one kind of record is kept.

    ``fold`` makes the state: names that are columns of the version rows are counted, names that
    are columns of the record are its projection (see ``versions.timeline``). ``copied`` are
    columns that never change and stand on record and version alike.
    """

    record: type[Any]
    versions: type[Any]
    attributes: Mapping[str, Attribute]
    fold: Fold
    copied: tuple[str, ...] = ("board_id",)

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(field.attname for field in self.versions._meta.concrete_fields)

    @cached_property
    def _projected(self) -> frozenset[str]:
        return frozenset(field.attname for field in self.record._meta.concrete_fields)

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
        does not tell is emptied. The rows taken back stay, so that what was known before the
        correction can still be counted. The records are locked in this transaction.
        """
        wanted = list(self.attributes if only is None else only)
        known = self.facts(record.pk for record, _ in stories)
        choices = [
            (record, self._differences(told, known[record.pk], wanted)) for record, told in stories
        ]
        self._write(choices, stamp)
        return [record for record, chosen in choices if chosen]

    def replace_rows(self, choices: Choices, stamp: Stamp) -> None:
        """Write what is told, each in place of the row whose id stands beside it.

        The records are locked in this transaction.
        """
        self._write(choices, stamp)

    def facts(self, ids: Iterable[int]) -> dict[int, list[Fact]]:
        """Return the history of several records by their ids, in one query a table."""
        wanted = list(ids)
        found: dict[int, list[Fact]] = defaultdict(list)
        common = ("record_id", "pk", "effective_on", "recorded_at", "corrects_id")
        for name, attribute in self.attributes.items():
            rows = attribute.model._default_manager.filter(record__in=wanted).order_by("pk")
            for record, key, effective_on, recorded_at, corrects, *values in rows.values_list(
                *common, *attribute.fields
            ):
                value = dict(zip(attribute.fields, values, strict=True))
                corrected = (name, corrects) if corrects else None
                found[record].append(
                    Fact((name, key), name, value, effective_on, recorded_at, corrected)
                )
        return found

    def rebuilt(self, record: Any, facts: Sequence[Fact]) -> list[Any]:
        """Return the version rows made again from the history alone (unsaved)."""
        return [
            self._version(record, version.segment, version.recorded_from, version)
            for version in rebuild(facts, self.fold)
        ]

    def touched_by_hand(self, ids: Iterable[int], leaving_out: Iterable[str] = ()) -> set[int]:
        """Return those of ``ids`` of which anything came otherwise than by import."""
        wanted = list(ids)
        found: set[int] = set()
        for name in self.attributes.keys() - set(leaving_out):
            rows = self.attributes[name].model._default_manager
            by_hand = rows.filter(record__in=wanted, batch__isnull=True)
            found.update(by_hand.values_list("record_id", flat=True))
        return found

    def _differences(
        self, story: Sequence[Told], facts: Sequence[Fact], wanted: Sequence[str]
    ) -> list[tuple[Told, int | None]]:
        told = {one.attribute: one for one in story}
        valid = _valid(facts)
        found: list[tuple[Told, int | None]] = []
        for name in wanted:
            before = valid[name][0] if valid[name] else None
            now = told.get(name)
            if now is None and before is not None:
                empty = self.attributes[name].empty
                if empty is not None and before.value != dict(empty):
                    now = Told(name, before.effective_on, empty)
            if now is None:
                continue
            if before is None:
                found.append((now, None))
            elif (before.effective_on, before.value) != (now.effective_on, dict(now.value)):
                found.append((now, before.key[1]))
        return found

    def _write(self, choices: Choices, stamp: Stamp) -> None:
        choices = [(record, chosen) for record, chosen in choices if chosen]
        if not choices:
            return
        known = self.facts(record.pk for record, _ in choices)
        writing = []
        for record, chosen in choices:
            at = _not_before(known[record.pk], stamp.recorded_at)
            if any(fact.recorded_at == at for fact in known[record.pk]):
                self._take_back(record, at)
            writing.append((record, at, [_Entry(told, at, corrects) for told, corrects in chosen]))
        self._save_rows([(record.pk, entries) for record, _, entries in writing], stamp)
        after = self.facts(record.pk for record, _ in choices)
        begun: list[models.Model] = []
        ended: dict[datetime, set[tuple[int, date]]] = defaultdict(set)
        for record, at, _ in writing:
            before = [fact for fact in after[record.pk] if fact.recorded_at < at]
            segments = timeline(after[record.pk], self.fold)
            gone, new = changes(timeline(before, self.fold), segments)
            ended[at] |= {(record.pk, segment.start) for segment in gone}
            begun += [self._version(record, segment, at) for segment in new]
            self._project(record, segments[-1])
        self._end_versions(ended)
        self.versions._default_manager.bulk_create(begun)
        self._save_projections([record for record, _ in choices])

    def _save_rows(self, entries: Iterable[tuple[int, Sequence[_Entry]]], stamp: Stamp) -> None:
        rows: dict[type[Any], list[HistoryRow]] = defaultdict(list)
        for key, of_record in entries:
            for entry in of_record:
                model = self.attributes[entry.told.attribute].model
                rows[model].append(
                    model(
                        record_id=key,
                        effective_on=entry.told.effective_on,
                        recorded_at=entry.recorded_at,
                        actor_id=stamp.actor_id,
                        batch_id=stamp.batch_id,
                        corrects_id=entry.corrects,
                        **entry.told.value,
                    )
                )
        for model, found in rows.items():
            model._default_manager.bulk_create(found)

    def _take_back(self, record: Any, at: datetime) -> None:
        """Undo what an earlier write of the same act did: it was known for no time."""
        versions = self.versions._default_manager.filter(record=record)
        versions.filter(recorded_from=at).delete()
        versions.filter(recorded_to=at).update(recorded_to=NO_END)

    def _end_versions(self, ended: Mapping[datetime, set[tuple[int, date]]]) -> None:
        for at, places in ended.items():
            rows = self.versions._default_manager.filter(
                record__in={key for key, _ in places}, recorded_to=NO_END
            ).values_list("pk", "record_id", "effective_from")
            keys = [key for key, record, start in rows if (record, start) in places]
            self.versions._default_manager.filter(pk__in=keys).update(recorded_to=at)

    def _version(
        self, record: Any, segment: Segment, recorded_from: datetime, of: Version | None = None
    ) -> Any:
        counted = {name: value for name, value in segment.state.items() if name in self._counted}
        return self.versions(
            record_id=record.pk,
            effective_from=segment.start,
            effective_to=segment.end or NO_END_DAY,
            recorded_from=recorded_from,
            recorded_to=of.recorded_to or NO_END if of else NO_END,
            **{name: getattr(record, name) for name in self.copied},
            **counted,
        )

    def _project(self, record: Any, segment: Segment) -> None:
        for name, value in segment.state.items():
            if name in self._projected:
                setattr(record, name, value)

    def _save_projections(self, records: Sequence[Any]) -> None:
        own = {"id", *self.copied}
        fields = [
            field.name for field in self.record._meta.concrete_fields if field.attname not in own
        ]
        self.record._default_manager.bulk_update(records, fields, batch_size=200)


def _valid(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
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
