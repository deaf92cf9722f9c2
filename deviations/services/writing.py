"""The one door through which all that is counted about a deviation is written.

A change becomes history rows (the source), the projection on the deviation itself and version
rows (what counting reads), in one call and from one instant, so that they cannot part.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from casework.organisation.models import Unit
from casework.registers.models import ImportBatch
from casework.shared.versions import Fact, Segment, changes, rebuild, timeline
from deviations import states
from deviations.models import (
    Category,
    CategoryRow,
    Cause,
    CausesRow,
    Deviation,
    DeviationVersion,
    EffectRow,
    ProtectionRow,
    RegistrationRow,
    StatusRow,
    UnitRow,
)
from deviations.models.history import NO_END, NO_END_DAY, HistoryRow
from deviations.services import watching


@dataclass
class Changes:
    """What is to become true; only what is set changes.

    ``corrects`` maps an attribute to the ids of the history rows that this change takes back.
    """

    registered_on: date | None = None
    status: str | None = None
    reason: str = ""
    unit: Unit | None = None
    category: Category | None = None
    clear_category: bool = False
    causes: Sequence[Cause] | None = None
    main_cause: Cause | None = None
    effect: str | None = None
    protected: bool | None = None

    @property
    def moves_times(self) -> bool:
        """Whether the times of the deviation may have to follow."""
        told = (self.registered_on, self.status, self.unit, self.protected)
        return any(value is not None for value in told)


@dataclass(frozen=True)
class Moment:
    """Who writes, when it is recorded, from which day it holds, and in which import (if any)."""

    actor_id: int | None
    recorded_at: datetime
    effective_on: date
    batch: ImportBatch | None = None
    corrects: dict[str, int] = field(default_factory=dict)


def write(
    deviation: Deviation, moments: Iterable[tuple[Moment, Changes]], *, is_new: bool = False
) -> None:
    """Write changes to a deviation that is locked in this transaction, or was made in it.

    Several moments are for imports, where things took effect on different days; they are recorded
    as one. ``is_new`` saves the look for a history that cannot be there.
    """
    moments = list(moments)
    if not moments:
        return
    facts = [] if is_new else facts_of(deviation)
    recorded_at = _not_before(facts, moments[0][0].recorded_at)
    written_at_once = any(fact.recorded_at == recorded_at for fact in facts)
    for moment, change in moments:
        for attribute, row in _rows(deviation, replace(moment, recorded_at=recorded_at), change):
            row.save(force_insert=True)
            facts.append(_as_fact(attribute, row))
    if written_at_once:
        _take_back_versions(deviation, recorded_at)
    before = timeline([fact for fact in facts if fact.recorded_at < recorded_at], _fold)
    after = timeline(facts, _fold)
    _write_versions(deviation, before, after, recorded_at)
    _project(deviation, after[-1])
    if is_new:
        watching.watch_new([deviation], recorded_at)
    elif any(change.moves_times for _, change in moments):
        watching.watch(deviation, moments[-1][0].effective_on, recorded_at)


def _not_before(facts: Sequence[Fact], instant: datetime) -> datetime:
    """Return ``instant``, or a moment after what is already recorded where that is later.

    Whoever waited for the lock looked at the clock before the one that held it: what is known of
    a record must still grow in the order in which it was written.
    """
    latest = max((fact.recorded_at for fact in facts), default=instant)
    return instant if latest <= instant else latest + timedelta(microseconds=1)


def write_new(
    records: Sequence[tuple[Deviation, Sequence[tuple[Moment, Changes]]]],
) -> None:
    """Save many new deviations (keys set, not saved yet) with their history, table by table.

    The same rows as ``write`` makes for each, in a few statements for all.
    """
    histories: dict[type[HistoryRow], list[HistoryRow]] = defaultdict(list)
    versions: list[DeviationVersion] = []
    for deviation, moments in records:
        rows = [
            (attribute, row)
            for moment, change in moments
            for attribute, row in _rows(deviation, moment, change)
        ]
        for _, row in rows:
            histories[type(row)].append(row)
        # Keys come when the rows are saved; until then their order stands for them.
        facts = [
            replace(_as_fact(attribute, row), key=(attribute, place))
            for place, (attribute, row) in enumerate(rows)
        ]
        segments = timeline(facts, _fold)
        recorded_at = moments[0][0].recorded_at
        versions += [_version(deviation, segment, recorded_at) for segment in segments]
        _set_projection(deviation, segments[-1])
    Deviation.objects.bulk_create([deviation for deviation, _ in records])
    for model, found in histories.items():
        model._default_manager.bulk_create(found)
    DeviationVersion.objects.bulk_create(versions)
    if records:
        deviations = [deviation for deviation, _ in records]
        watching.watch_new(deviations, records[0][1][0][0].recorded_at)


def _rows(deviation: Deviation, moment: Moment, change: Changes) -> list[tuple[str, HistoryRow]]:
    def common(attribute: str) -> dict[str, Any]:
        return {
            "deviation": deviation,
            "effective_on": moment.effective_on,
            "recorded_at": moment.recorded_at,
            "actor_id": moment.actor_id,
            "batch": moment.batch,
            "corrects_id": moment.corrects.get(attribute),
        }

    rows: list[tuple[str, HistoryRow]] = []
    if change.registered_on is not None:
        registration = RegistrationRow(value=change.registered_on, **common("registration"))
        rows.append(("registration", registration))
    if change.status is not None:
        status = StatusRow(
            value=change.status,
            label=states.LABELS[change.status],
            reason=change.reason,
            **common("status"),
        )
        rows.append(("status", status))
    if change.unit is not None:
        unit = UnitRow(
            value=change.unit,
            area_id=change.unit.area_id,
            label=change.unit.name,
            **common("unit"),
        )
        rows.append(("unit", unit))
    if change.category is not None or change.clear_category:
        label = change.category.label if change.category else ""
        category = CategoryRow(value=change.category, label=label, **common("category"))
        rows.append(("category", category))
    if change.causes is not None:
        # Each name once: two register values of one name are one row in the report.
        once = list({cause.name: cause for cause in change.causes}.values())
        causes = CausesRow(
            value=[cause.pk for cause in once],
            labels=[cause.name for cause in once],
            main=change.main_cause,
            **common("causes"),
        )
        rows.append(("causes", causes))
    if change.effect is not None:
        label = states.EFFECTS.get(change.effect, "")
        rows.append(("effect", EffectRow(value=change.effect, label=label, **common("effect"))))
    if change.protected is not None:
        rows.append(("protection", ProtectionRow(value=change.protected, **common("protection"))))
    return rows


# One row per history row, whatever its table, so that the facts are one query.
_FACTS = """
SELECT deviation_id, 'registration', id, to_jsonb(value), effective_on, recorded_at, corrects_id
  FROM deviations_registrationrow WHERE deviation_id = ANY(%(ids)s)
UNION ALL
SELECT deviation_id, 'status', id, to_jsonb(value), effective_on, recorded_at, corrects_id
  FROM deviations_statusrow WHERE deviation_id = ANY(%(ids)s)
UNION ALL
SELECT deviation_id, 'unit', id, jsonb_build_array(value_id, area_id), effective_on, recorded_at,
       corrects_id
  FROM deviations_unitrow WHERE deviation_id = ANY(%(ids)s)
UNION ALL
SELECT h.deviation_id, 'category', h.id, jsonb_build_array(h.value_id, coalesce(c.parent_id, c.id)),
       h.effective_on, h.recorded_at, h.corrects_id
  FROM deviations_categoryrow h LEFT JOIN deviations_category c ON c.id = h.value_id
 WHERE h.deviation_id = ANY(%(ids)s)
UNION ALL
SELECT deviation_id, 'causes', id, jsonb_build_array(to_jsonb(value), main_id), effective_on,
       recorded_at, corrects_id
  FROM deviations_causesrow WHERE deviation_id = ANY(%(ids)s)
UNION ALL
SELECT deviation_id, 'effect', id, to_jsonb(value), effective_on, recorded_at, corrects_id
  FROM deviations_effectrow WHERE deviation_id = ANY(%(ids)s)
UNION ALL
SELECT deviation_id, 'protection', id, to_jsonb(value), effective_on, recorded_at, corrects_id
  FROM deviations_protectionrow WHERE deviation_id = ANY(%(ids)s)
"""


def facts_of(deviation: Deviation) -> list[Fact]:
    """Return all history rows of the deviation as facts, in one query."""
    return facts_by_deviation([deviation.pk])[deviation.pk]


def facts_by_deviation(ids: Sequence[int]) -> dict[int, list[Fact]]:
    """Return the facts of several deviations by their ids, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"ids": list(ids)})
        rows = cursor.fetchall()
    facts: dict[int, list[Fact]] = defaultdict(list)
    for deviation_id, attribute, key, raw, effective_on, recorded_at, corrects in rows:
        value = json.loads(raw) if isinstance(raw, str) else raw
        if attribute == "registration":
            value = date.fromisoformat(value)
        corrected = (attribute, corrects) if corrects else None
        facts[deviation_id].append(
            Fact((attribute, key), attribute, value, effective_on, recorded_at, corrected)
        )
    return facts


def _as_fact(attribute: str, row: Any) -> Fact:
    """Return a row just written as the same fact that ``facts_of`` would give."""
    value: Any = getattr(row, "value", None)
    if attribute == "unit":
        value = [row.value_id, row.area_id]
    elif attribute == "category":
        value = [row.value_id, row.value and (row.value.parent_id or row.value_id)]
    elif attribute == "causes":
        value = [row.value, row.main_id]
    corrects = (attribute, row.corrects_id) if row.corrects_id else None
    return Fact((attribute, row.pk), attribute, value, row.effective_on, row.recorded_at, corrects)


def _fold(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """Return what is counted once ``facts`` have taken effect (see ``versions.timeline``)."""
    latest: dict[str, Any] = {}
    closed_on: date | None = None
    for fact in facts:
        if fact.attribute == "status":
            # Handling time stops at the first closing and runs again from a reopening on.
            if fact.value not in states.CLOSED_STATES:
                closed_on = None
            elif closed_on is None:
                closed_on = fact.effective_on
        latest[fact.attribute] = fact.value
    if not {"registration", "status", "unit"} <= latest.keys():
        return None
    unit_id, area_id = latest["unit"]
    category_id, main_category_id = latest.get("category", (None, None))
    cause_ids, main_cause_id = latest.get("causes", ((), None))
    return {
        "registered_on": latest["registration"],
        "status": latest["status"],
        "closed_on": closed_on,
        "unit_id": unit_id,
        "area_id": area_id,
        "category_id": category_id,
        "main_category_id": main_category_id,
        "cause_ids": list(cause_ids),
        "main_cause_id": main_cause_id,
        "effect": latest.get("effect", ""),
        "protected": latest.get("protection", False),
    }


def _version(deviation: Deviation, segment: Segment, recorded_from: datetime) -> DeviationVersion:
    counted = {name: value for name, value in segment.state.items() if name != "main_cause_id"}
    return DeviationVersion(
        deviation=deviation,
        board_id=deviation.board_id,
        about_manager=deviation.about_manager,
        from_watch=deviation.from_watch,
        effective_from=segment.start,
        effective_to=segment.end or NO_END_DAY,
        recorded_from=recorded_from,
        **counted,
    )


def _take_back_versions(deviation: Deviation, recorded_at: datetime) -> None:
    """Undo what an earlier write of the same act did: what it left was known for no time."""
    versions = DeviationVersion.objects.filter(deviation=deviation)
    versions.filter(recorded_from=recorded_at).delete()
    versions.filter(recorded_to=recorded_at).update(recorded_to=NO_END)


def _write_versions(
    deviation: Deviation, before: list[Segment], after: list[Segment], recorded_at: datetime
) -> None:
    ended, begun = changes(before, after)
    if ended:
        DeviationVersion.objects.filter(
            deviation=deviation,
            recorded_to=NO_END,
            effective_from__in=[segment.start for segment in ended],
        ).update(recorded_to=recorded_at)
    DeviationVersion.objects.bulk_create(
        [_version(deviation, segment, recorded_at) for segment in begun]
    )


_PROJECTED = (
    "registered_on",
    "status",
    "closed_on",
    "unit_id",
    "category_id",
    "cause_ids",
    "main_cause_id",
    "effect",
    "protected",
)


def _set_projection(deviation: Deviation, segment: Segment) -> None:
    for name in _PROJECTED:
        setattr(deviation, name, segment.state[name])


def _project(deviation: Deviation, segment: Segment) -> None:
    _set_projection(deviation, segment)
    deviation.version += 1
    # With the state goes its target, where it was merged: a constraint wants them together.
    fields = [name.removesuffix("_id") for name in _PROJECTED]
    deviation.save(update_fields=[*fields, "merged_into", "version"])


def rebuilt_versions(
    deviation: Deviation, facts: Sequence[Fact] | None = None
) -> list[DeviationVersion]:
    """Return the version rows made again from the history alone (unsaved), for repair and test."""
    rows = []
    for version in rebuild(facts_of(deviation) if facts is None else facts, _fold):
        row = _version(deviation, version.segment, version.recorded_from)
        row.recorded_to = version.recorded_to or NO_END
        rows.append(row)
    return rows
