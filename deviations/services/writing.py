"""The one door through which all that is counted about a deviation is written.

A change becomes history rows (the source), the projection on the deviation itself and version
rows (what counting reads), in one call and from one instant, so that they cannot part. Its times
follow in the same call.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from casework.organisation.models import Unit
from casework.registers.models import ImportBatch
from casework.shared.chronicle import Stamp, Told
from deviations import states
from deviations.histories import (
    CATEGORY,
    CAUSES,
    DEVIATIONS,
    EFFECT,
    PARENT,
    PROTECTION,
    REGISTRATION,
    STATUS,
    UNIT,
)
from deviations.models import Category, Cause, Deviation
from deviations.services import watching

# The times of the deviation may have to follow these.
_MOVE_TIMES = {REGISTRATION, STATUS, UNIT, PROTECTION}


@dataclass
class Changes:
    """What is to become true; only what is set changes."""

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

    def told(self, on: date) -> list[Told]:
        """Return the changes one by one, as taking effect ``on`` a day."""
        told: list[Told] = []
        if self.registered_on is not None:
            told.append(Told(REGISTRATION, on, {"value": self.registered_on}))
        if self.status is not None:
            beside = {"label": states.LABELS[self.status], "reason": self.reason}
            told.append(Told(STATUS, on, {"value": self.status}, beside))
        if self.unit is not None:
            value = {"value_id": self.unit.pk, "area_id": self.unit.area_id}
            told.append(Told(UNIT, on, value, {"label": self.unit.name}))
        if self.category is not None or self.clear_category:
            told.append(_category(self.category, on))
        if self.causes is not None:
            told.append(_causes(self.causes, self.main_cause, on))
        if self.effect is not None:
            label = states.EFFECTS.get(self.effect, "")
            told.append(Told(EFFECT, on, {"value": self.effect}, {"label": label}))
        if self.protected is not None:
            told.append(Told(PROTECTION, on, {"value": self.protected}))
        return told


@dataclass(frozen=True)
class Moment:
    """Who writes, when it is recorded, from which day it holds, and in which import (if any).

    ``corrects`` maps an attribute to the id of the history row that is taken back.
    """

    actor_id: int | None
    recorded_at: datetime
    effective_on: date
    batch: ImportBatch | None = None
    corrects: dict[str, int] = field(default_factory=dict)

    @property
    def stamp(self) -> Stamp:
        """When, by whom and in which import it is recorded."""
        return Stamp(self.recorded_at, self.actor_id, self.batch.pk if self.batch else None)


def write(deviation: Deviation, moments: Iterable[tuple[Moment, Changes]]) -> None:
    """Write changes to a deviation that is locked in this transaction, or was made in it.

    Several moments are for imports, where things took effect on different days; they are recorded
    as one, with the stamp of the first.
    """
    moments = list(moments)
    if not moments:
        return
    choices = [
        (told, moment.corrects.get(told.attribute))
        for moment, change in moments
        for told in change.told(moment.effective_on)
    ]
    write_told(deviation, choices, moments[0][0].stamp)


def write_told(
    deviation: Deviation, choices: Sequence[tuple[Told, int | None]], stamp: Stamp
) -> None:
    """Write what is told of a locked deviation, each in place of the row by that id (if any)."""
    deviation.version += 1
    if not choices:
        # Whoever edits from what stood here before is to learn that something was done.
        deviation.save(update_fields=DEVIATIONS.along)
        return
    instants = DEVIATIONS.replace_rows([(deviation, choices)], stamp)
    if any(told.attribute in _MOVE_TIMES for told, _ in choices):
        watching.watch(deviation, choices[-1][0].effective_on, instants[deviation.pk])


def write_new(
    records: Sequence[tuple[Deviation, Sequence[tuple[Moment, Changes]]]],
) -> None:
    """Save new deviations (keys set, not saved yet) with their history, table by table.

    All are recorded with the stamp of the first.
    """
    if not records:
        return
    stories = [
        (deviation, [told for at, change in moments for told in change.told(at.effective_on)])
        for deviation, moments in records
    ]
    stamp = records[0][1][0][0].stamp
    DEVIATIONS.write_new(stories, stamp)
    watching.watch_new([deviation for deviation, _ in records], stamp.recorded_at)


def _category(category: Category | None, on: date) -> Told:
    if category is None:
        return Told(CATEGORY, on, {"value_id": None, PARENT: None}, {"label": ""})
    value = {"value_id": category.pk, PARENT: category.parent_id}
    return Told(CATEGORY, on, value, {"label": category.label})


def _causes(causes: Sequence[Cause], main: Cause | None, on: date) -> Told:
    # Each name once: two register values of one name are one row in the report.
    once = list({cause.name: cause for cause in causes}.values())
    value = {"value": [cause.pk for cause in once], "main_id": main.pk if main else None}
    return Told(CAUSES, on, value, {"labels": [cause.name for cause in once]})
